"""The controls that every window shares: painted from the table of colours, usable by keys and screen reader.

Each has its words from its owner, never of its own; each takes an `objectName` and an accessible name.
"""
