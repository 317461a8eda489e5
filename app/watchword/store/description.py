"""`profile.json`: what must be known before a profile can be unlocked; no secret in the clear.

See `docs/protocol/store.md`, The folder.
"""

import enum
from pathlib import Path

import msgspec

from watchword.model.errors import Kind, TroubleWith
from watchword.settings import write_whole
from watchword.store import faults

FORMAT = 1


class KeptBy(enum.StrEnum):
    """Who keeps the profile's secret."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"


class SealedSecret(msgspec.Struct, frozen=True):
    """The secret as a master passphrase seals it."""

    salt: bytes
    """16 bytes for Argon2id (10 passes, 64 MiB, 1 lane)."""
    nonce: bytes
    """12 bytes."""
    sealed: bytes
    """ChaCha20-Poly1305: 32 bytes and the tag."""


class Description(msgspec.Struct, frozen=True):
    """One profile, from outside. `made` is False until the first start is through."""

    format: int
    id: str
    """16 hexadecimal digits that name this profile in the keyring."""
    made: bool
    kept_by: KeptBy
    sealed: SealedSecret | None = None
    """Where a master passphrase keeps the secret."""


class _Format(msgspec.Struct, frozen=True):
    format: int


def load(path: Path) -> Description | None:
    """Read the description; None where there is no profile.

    Raises:
        TroubleWith: PROFILE_DAMAGED, PROFILE_NEWER, or the folder cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise faults.trouble(error, path) from error
    try:
        if msgspec.json.decode(content, type=_Format).format > FORMAT:
            raise TroubleWith(Kind.PROFILE_NEWER, file=path.name)
        found = msgspec.json.decode(content, type=Description)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TroubleWith(Kind.PROFILE_DAMAGED, file=path.name) from error
    if (found.sealed is None) is (found.kept_by is KeptBy.PASSPHRASE):
        raise TroubleWith(Kind.PROFILE_DAMAGED, file=path.name)
    return found


def save(path: Path, description: Description) -> None:
    """Write the description in one step that outlasts a power cut.

    Raises:
        TroubleWith: PROFILE_READ_ONLY, DISK_FULL; what was there stands.
    """
    try:
        write_whole(path, msgspec.json.format(msgspec.json.encode(description), indent=2) + b"\n")
    except OSError as error:
        raise faults.trouble(error, path) from error
