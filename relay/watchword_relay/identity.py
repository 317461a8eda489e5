"""Who this relay is: its Ed25519 key, its certificate, its TLS settings.

Private files are readable by their owner only. The relay key signs the served certificate in every
Hello, so that a desktop which pins the key trusts the channel with either kind of certificate.
"""

import base64
import datetime
import hashlib
import os
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from watchword_relay.config import Unfit
from watchword_wire.login import NO_CERTIFICATE

_KEY_FILE = "relay.key"
_CERTIFICATE_FILE = "certificate.pem"
_CERTIFICATE_KEY_FILE = "certificate.key"
_VALID = datetime.timedelta(days=3_650)


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


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """The relay's own certificate and its key, made on the first start."""
    certificate_path, key_path = folder / _CERTIFICATE_FILE, folder / _CERTIFICATE_KEY_FILE
    if certificate_path.exists() and key_path.exists():
        return certificate_path, key_path
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Watchword relay")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("relay.invalid")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(
        key_path,
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    write_private(certificate_path, certificate.public_bytes(serialization.Encoding.PEM))
    return certificate_path, key_path


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
        served = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except _PasswordWanted as error:
        raise Unfit(f"the key {key} is protected by a password; give one without") from error
    except OSError as error:
        reason = error.strerror or "they are broken or do not belong together"
        raise Unfit(f"certificate {certificate} with key {key} cannot be used: {reason}") from error
    except (ValueError, IndexError) as error:
        raise Unfit(f"certificate {certificate} cannot be read") from error
    return context, hashlib.sha256(served.public_bytes(serialization.Encoding.DER)).digest()


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


class _PasswordWanted(Exception):
    """The key file asks for a password."""


def _no_password() -> str:
    # Without this the library would ask on the terminal and wait for ever.
    raise _PasswordWanted
