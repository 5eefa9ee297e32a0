"""The networks, their averages, and their weights in files."""
