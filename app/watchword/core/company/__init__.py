"""Encryption supplied by the first party, in the client: the modules of F7, each under its name."""
