"""Scenes: what there is, what one says of it, what it looks like, and the files that trainers read."""
