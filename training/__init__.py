"""Makes Clipwork's embedded pack, the packs of its tests and their goldens: README.md says how.

Four rooms, one above the other: `data` (scenes, captions, pictures), `train` (networks and their training), `export`
(packs and goldens), `judge` (what a pack can do). A room imports only from itself and from rooms before it;
tests/test_rooms.py checks that.
"""
