"""Who this relay is: its Ed25519 key.

Private files are readable by their owner only. The relay key signs the served certificate in every
Hello, so that a desktop which pins the key trusts the channel with either kind of certificate.
"""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from watchword_relay.config import Unfit
from watchword_relay.folder import address

_KEY_FILE = "relay.key"
_KEY_BYTES = 32


class RelayIdentity:
    """The relay's key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """Ed25519 over data (RFC 8032)."""
        return self._key.sign(data)

    def key_for(self, purpose: bytes) -> bytes:
        """A secret of 32 bytes that all nodes of this relay have, for one purpose (HKDF, RFC 5869)."""
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(self._key.private_bytes_raw())

    @property
    def text(self) -> str:
        """The public key as it stands in an address: base64url without padding."""
        return base64.urlsafe_b64encode(self.public).rstrip(b"=").decode()


def relay_key(folder: Path) -> Ed25519PrivateKey:
    """Read the relay's key, or make it on the first start.

    Raises:
        Unfit: the file is there and no such key; or it is gone, and people have the address of the relay that
            had it.
    """
    path = folder / _KEY_FILE
    if not path.exists():
        if address(folder) is not None:
            raise Unfit(
                f"{path} is gone: put it back from a copy. With another key every desktop that knows this"
                " relay refuses it; a new relay wants a new folder"
            )
        key = Ed25519PrivateKey.generate()
        write_private(path, key.private_bytes_raw())
        return key
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Unfit(f"the relay's key in {path} cannot be read") from error


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
