"""From bytes to the relay's protocol and back: addresses, TLS, one connection that is kept open.

Nothing here reads a message or knows a contact. See `docs/protocol/wire.md`.
"""
