"""How the database file is sealed, and how a wrong key is told from a damaged file.

SQLite3 Multiple Ciphers, scheme `chacha20`: every page of the database and of its write-ahead log is
ChaCha20-Poly1305 under a 32-byte key with a nonce of its own, so a flipped byte is found when its page is
read. The file's first 16 bytes, the salt, come from the key: see `docs/protocol/store.md`, The file.
"""

from pathlib import Path

import apsw

from watchword.crypto import primitives

KEY_BYTES = 32
SALT_BYTES = 16
_DAMAGED_BITS = 32
"""A salt this near to the expected one is the right key's, with flipped bytes; another key's is ~64 away."""


def salt_of(key: bytes) -> bytes:
    """The 16 bytes with which every file under `key` begins; they say nothing about the key."""
    return primitives.expand(key, "database salt", b"", SALT_BYTES)


def fits(path: Path, key: bytes) -> bool:
    """Whether the file was made under this key, by its first 16 bytes.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        found = file.read(SALT_BYTES)
    distance = (int.from_bytes(found, "big") ^ int.from_bytes(salt_of(key), "big")).bit_count()
    return len(found) == SALT_BYTES and distance <= _DAMAGED_BITS


def unseal(connection: apsw.Connection, key: bytes) -> None:
    """Tell a new connection the key; whether it is right shows at the first read.

    Raises:
        ValueError: not 32 bytes.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("the database key has 32 bytes")
    connection.pragma("cipher", "chacha20")
    connection.execute(f"pragma key = 'raw:{key.hex()}{salt_of(key).hex()}'")
