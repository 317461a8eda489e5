"""The primitives of suite 0x0001, each a thin call into `cryptography`.

Hash, MAC and key derivation with the labels of `watchword/1`, ChaCha20-Poly1305, AES-256-GCM-SIV, X25519,
Ed25519, ML-KEM-768. Nothing here knows the exchange. See `docs/protocol/exchange.md`, Notation.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from watchword_wire.errors import PeerError

_PREFIX = b"watchword/1 "


def lv(data: bytes) -> bytes:
    """Return uint32 big-endian length, then the data."""
    return len(data).to_bytes(4, "big") + data


def lv8(data: bytes) -> bytes:
    """Return uint64 little-endian length, then the data (RFC 9382, section 3.3)."""
    return len(data).to_bytes(8, "little") + data


def label(name: str) -> bytes:
    """Return lv("watchword/1 " ‖ name)."""
    return lv(_PREFIX + name.encode())


def hashed(name: str, *parts: bytes) -> bytes:
    """Hs: SHA-256 over the label and lv of each part."""
    return hashlib.sha256(label(name) + b"".join(map(lv, parts))).digest()


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104); Extract of HKDF is the same with the salt as key."""
    return hmac.digest(key, data, "sha256")


def hkdf_expand(prk: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand-SHA256 (RFC 5869, section 2.3)."""
    return HKDFExpand(hashes.SHA256(), length, info).derive(prk)


def expand(prk: bytes, name: str, context: bytes, length: int) -> bytes:
    """Expand: HKDF-Expand-SHA256 with info = label ‖ lv(context)."""
    return hkdf_expand(prk, label(name) + lv(context), length)


def equal(one: bytes, other: bytes) -> bool:
    """Compare two codes in constant time."""
    return hmac.compare_digest(one, other)


def seal(key: bytes, nonce: bytes, text: bytes, associated: bytes) -> bytes:
    """ChaCha20-Poly1305 (RFC 8439): ciphertext ‖ tag(16)."""
    return ChaCha20Poly1305(key).encrypt(nonce, text, associated)


def unseal(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Undo `seal`.

    Raises:
        PeerError: the tag does not fit.
    """
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, associated)
    except InvalidTag as error:
        raise PeerError("sealed bytes do not open") from error


def seal_siv(key: bytes, nonce: bytes, text: bytes, associated: bytes) -> bytes:
    """AES-256-GCM-SIV (RFC 8452): ciphertext ‖ tag(16). A nonce drawn twice shows equal texts, no more."""
    return AESGCMSIV(key).encrypt(nonce, text, associated)


def unseal_siv(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Undo `seal_siv`.

    Raises:
        PeerError: the tag does not fit, or the lengths cannot be.
    """
    try:
        return AESGCMSIV(key).decrypt(nonce, sealed, associated)
    except (InvalidTag, ValueError) as error:
        raise PeerError("sealed bytes do not open") from error


def nonce_new() -> bytes:
    """Draw a nonce of 12 bytes for `seal` and `seal_siv`."""
    return os.urandom(12)


def x25519_new() -> bytes:
    """Draw a new X25519 private key of 32 bytes (the library's own dice)."""
    return X25519PrivateKey.generate().private_bytes_raw()


def x25519_public(private: bytes) -> bytes:
    """Return the public key of 32 bytes (RFC 7748)."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def x25519(private: bytes, public: bytes) -> bytes:
    """X25519 (RFC 7748).

    Raises:
        PeerError: the public key is of small order, the result would be zero.
    """
    try:
        return X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(public)
        )
    except ValueError as error:
        raise PeerError("X25519 key of small order") from error


def ed25519_public(seed: bytes) -> bytes:
    """Return the Ed25519 public key of a seed of 32 bytes (RFC 8032)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519_sign(seed: bytes, data: bytes) -> bytes:
    """Sign: 64 bytes (RFC 8032)."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(data)


def ed25519_verify(public: bytes, signature: bytes, data: bytes) -> None:
    """Check a signature.

    Raises:
        PeerError: it is not one of this key over these data, or the key is none.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError) as error:
        raise PeerError("signature does not fit") from error


def kem_public(seed: bytes) -> bytes:
    """Return ek (1184 bytes) of an ML-KEM-768 key pair made from d ‖ z, 64 bytes (FIPS 203)."""
    return MLKEM768PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def kem_check(ek: bytes) -> None:
    """Check ek as FIPS 203, section 7.2 asks: length and modulus.

    Raises:
        PeerError: the check fails.
    """
    try:
        MLKEM768PublicKey.from_public_bytes(ek)
    except ValueError as error:
        raise PeerError("not an ML-KEM-768 key") from error


def encapsulate(ek: bytes) -> tuple[bytes, bytes]:
    """Return (ss of 32 bytes, ct of 1088 bytes), drawn by the library, for a checked ek."""
    return MLKEM768PublicKey.from_public_bytes(ek).encapsulate()


def decapsulate(seed: bytes, ct: bytes) -> bytes:
    """Return ss; a damaged ct gives another ss and no error (implicit rejection)."""
    return MLKEM768PrivateKey.from_seed_bytes(seed).decapsulate(ct)
