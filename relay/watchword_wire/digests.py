"""Bytes that are signed or hashed on both sides: lengths in front, labels of `watchword/1`, SHA-256.

Of public data only: a relay may compute every one of them. See `docs/protocol/exchange.md`, Notation.
"""

import hashlib


def lv(data: bytes) -> bytes:
    """Return uint32 big-endian length, then the data."""
    return len(data).to_bytes(4, "big") + data


def hashed(name: str, *parts: bytes) -> bytes:
    """Hs: SHA-256 over lv("watchword/1 " ‖ name) and lv of each part, 32 bytes."""
    return hashlib.sha256(lv(b"watchword/1 " + name.encode()) + b"".join(map(lv, parts))).digest()
