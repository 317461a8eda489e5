"""The operating system's side of the client: keyring, profile lock, sleep."""
