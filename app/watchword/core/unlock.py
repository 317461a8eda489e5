"""The one 32-byte secret of a profile: what comes from it, and how a master passphrase seals it.

The secret lies in the OS keyring, or sealed under Argon2id of a master passphrase in `profile.json`; the
user chooses, nothing falls back. See `docs/protocol/store.md`, The secret.
"""

import asyncio
import os
import unicodedata

from nacl import pwhash

from watchword.crypto import primitives
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.store.description import SealedSecret
from watchword_wire.errors import PeerError

SECRET_BYTES = 32
MASTER_WORDS = 4
MASTER_CHARACTERS = 16
"""A master passphrase has so many words, or so many characters in fewer: it can be guessed at leisure."""

_SALT_BYTES = pwhash.argon2id.SALTBYTES
_PASSES = 10
_MEMORY = 64 * 1024 * 1024
"""Freeing much more at once stops the whole program for over 50 ms, the thread of the windows too."""
_KEY_BYTES = 32
_SEALED = b"watchword/1 master passphrase"


def new_secret() -> Secret:
    """Draw the secret of a new profile."""
    return Secret(os.urandom(SECRET_BYTES))


def database_key(secret: Secret) -> Secret:
    """The 32-byte key of `watchword.db`."""
    return Secret(primitives.expand(secret.expose(), "database", b"", _KEY_BYTES))


def check_master(master: str) -> None:
    """See that a new master passphrase can stand guessing at leisure.

    Raises:
        RefusedBy: MASTER_SHORT.
    """
    if len(master.split()) < MASTER_WORDS and len("".join(master.split())) < MASTER_CHARACTERS:
        raise RefusedBy(Kind.MASTER_SHORT)


async def seal(secret: Secret, master: str) -> SealedSecret:
    """Seal the secret under a master passphrase; takes about a second, off the loop."""
    salt, nonce = os.urandom(_SALT_BYTES), primitives.nonce_new()
    key = await _stretch(master, salt)
    return SealedSecret(salt, nonce, primitives.seal(key, nonce, secret.expose(), _SEALED))


async def unseal(sealed: SealedSecret, master: str) -> Secret:
    """Undo `seal`; takes about a second, off the loop.

    Raises:
        TroubleWith: MASTER_WRONG, another passphrase or altered bytes.
    """
    try:
        key = await _stretch(master, sealed.salt)
        return Secret(primitives.unseal(key, sealed.nonce, sealed.sealed, _SEALED))
    except (PeerError, ValueError) as error:
        raise TroubleWith(Kind.MASTER_WRONG) from error


async def _stretch(master: str, salt: bytes) -> bytes:
    """Argon2id (RFC 9106). Words are compared, so any spacing and full-width input mean the same."""
    words = " ".join(unicodedata.normalize("NFKC", master).split()).encode()
    key: bytes = await asyncio.to_thread(
        pwhash.argon2id.kdf, _KEY_BYTES, words, salt, opslimit=_PASSES, memlimit=_MEMORY
    )
    return key
