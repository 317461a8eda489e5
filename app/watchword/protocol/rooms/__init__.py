"""Rooms: who is in one, by signed statements of its owners and of each person. No I/O, clock or dice.

See `docs/protocol/rooms.md`.
"""
