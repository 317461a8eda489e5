"""Rooms on the screen: founding one, being invited, who is in, what changed, leaving."""
