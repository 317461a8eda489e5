"""Cryptography, bytes in and bytes out: no primitive is written here, nothing of the client imported."""
