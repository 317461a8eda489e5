"""Encryption supplied by the first party (rows F1, F4, F7): what seals content that the relay's operator cannot read."""
