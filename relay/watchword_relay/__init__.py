"""The relay: passes sealed messages and handshakes on, and can open none of them.

No Qt and no cryptography but verifying a sign-in. See `docs/protocol/wire.md`.
"""
