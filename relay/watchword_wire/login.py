"""What terminals and a relay sign. See `docs/protocol/wire.md`, Sign-in and More terminals.

The relay signs the certificate it serves, so that its one Ed25519 key vouches for the
channel whoever issued the certificate; the terminal signs the relay's key, the nonce and its id.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from watchword_wire.digests import lv

NO_CERTIFICATE = bytes(32)
"""Stands for the certificate's SHA-256 where there is none: plain loopback."""


def sign_in_bytes(relay_key: bytes, nonce: bytes, full_id: str) -> bytes:
    """What a terminal signs to sign in: lv("watchword/1 login") ‖ relay key ‖ nonce ‖ id."""
    return lv(b"watchword/1 login") + relay_key + nonce + full_id.encode()


def register_bytes(relay_key: bytes, nonce: bytes, full_id: str) -> bytes:
    """What a terminal signs to register a new account with its first device."""
    return lv(b"watchword/1 register") + relay_key + nonce + full_id.encode()


def apply_bytes(relay_key: bytes, nonce: bytes, account: str) -> bytes:
    """What a new terminal signs that asks to be one of an account."""
    return lv(b"watchword/1 apply") + relay_key + nonce + account.encode()


def admit_bytes(relay_key: bytes, full_id: str, key: bytes) -> bytes:
    """What a terminal signs to approve another of its account: the new one's full id and key."""
    return lv(b"watchword/1 admit") + relay_key + lv(full_id.encode()) + lv(key)


def certificate_bytes(organisation: bytes, full_id: str, terminal_key: bytes) -> bytes:
    """What a member key signs of a terminal (`docs/protocol/company.md`, Who is who)."""
    return lv(b"watchword/1 terminal") + organisation + lv(full_id.encode()) + lv(terminal_key)


def probe_bytes(relay_key: bytes, nonce: bytes) -> bytes:
    """What a throw-away key signs to try a relay before there is an account."""
    return lv(b"watchword/1 probe") + relay_key + nonce


def relay_bytes(certificate_sha256: bytes, nonce: bytes) -> bytes:
    """What a relay signs with its key: the certificate of this connection and its own nonce."""
    return lv(b"watchword/1 relay") + certificate_sha256 + nonce


def signature_is_good(key: bytes, signature: bytes, signed: bytes) -> bool:
    """Check an Ed25519 signature (RFC 8032); a key of a wrong form is a wrong signature."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
