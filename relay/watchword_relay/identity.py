"""Who this relay is: its Ed25519 key, its certificate, its TLS settings.

Private files are readable by their owner only. The relay key signs the served certificate in every
Hello, so that a desktop which pins the key trusts the channel with either kind of certificate.
"""

import base64
import hashlib
import os
import ssl
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_relay.config import Unfit
from watchword_wire.login import NO_CERTIFICATE

_KEY_FILE = "relay.key"


class RelayIdentity:
    """The relay's key, and the hash of the certificate it serves."""

    def __init__(self, key: Ed25519PrivateKey, certificate_sha256: bytes = NO_CERTIFICATE) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()
        self.certificate_sha256 = certificate_sha256

    def sign(self, data: bytes) -> bytes:
        """Ed25519 over data (RFC 8032)."""
        return self._key.sign(data)

    @property
    def text(self) -> str:
        """The public key as it stands in an address: base64url without padding."""
        return base64.urlsafe_b64encode(self.public).rstrip(b"=").decode()


def relay_key(folder: Path) -> Ed25519PrivateKey:
    """Read the relay's key, or make it on the first start.

    Raises:
        Unfit: the file is there and no such key.
    """
    path = folder / _KEY_FILE
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        write_private(path, key.private_bytes_raw())
        return key
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Unfit(f"the relay's key in {path} cannot be read") from error


def tls_context(certificate: Path, key: Path) -> tuple[ssl.SSLContext, bytes]:
    """TLS 1.3 and nothing else, with a certificate. Returns its SHA-256, too.

    Raises:
        Unfit: a file is missing, broken, or the two do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
        served = ssl.PEM_cert_to_DER_cert(_first_certificate(certificate.read_text("ascii")))
    except _PasswordWanted as error:
        raise Unfit(f"the key {key} is protected by a password; give one without") from error
    except OSError as error:
        broken = isinstance(error, ssl.SSLError)
        reason = "they are broken or do not belong together" if broken else error.strerror
        raise Unfit(f"certificate {certificate} with key {key} cannot be used: {reason}") from error
    except ValueError as error:
        raise Unfit(f"certificate {certificate} cannot be read") from error
    return context, hashlib.sha256(served).digest()


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


def _first_certificate(pem: str) -> str:
    """The relay's own of a file with a chain: the first."""
    start = pem.index(ssl.PEM_HEADER)
    return pem[start : pem.index(ssl.PEM_FOOTER, start) + len(ssl.PEM_FOOTER)]


class _PasswordWanted(Exception):
    """The key file asks for a password."""


def _no_password() -> str:
    # Without this the library would ask on the terminal and wait for ever.
    raise _PasswordWanted
