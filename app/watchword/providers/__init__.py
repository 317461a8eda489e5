"""Encryption supplied by the first party (rows F1, F4, F7): what seals before the relay sees anything."""
