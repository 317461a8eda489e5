"""The one 32-byte secret of a profile: what comes from it, and how a master passphrase seals it.

The secret lies in the OS keyring, or sealed under Argon2id of a master passphrase in `profile.json`; the
user chooses, nothing falls back. See `docs/protocol/store.md`, The secret.
"""

import asyncio
import os

from watchword.crypto import passphrase, primitives
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.store.description import SealedSecret
from watchword_wire.errors import PeerError

SECRET_BYTES = 32
MASTER_WORDS = 4
MASTER_CHARACTERS = 16
"""A master passphrase has so many words, or so many characters in fewer: it can be guessed at leisure."""

_SALT_BYTES = 16
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
    """`passphrase.kept_key`, off the loop."""
    return await asyncio.to_thread(passphrase.kept_key, master, salt)
