"""Rooms of one open client: the state of each, what comes for them, what leaves, what a person does there.

See `docs/protocol/rooms.md`.
"""
