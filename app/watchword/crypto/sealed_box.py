"""Sealing to somebody's Ed25519 key: libsodium's sealed box to the key converted to X25519.

Who seals stays unnamed; what must come from somebody known is signed besides. Nothing here knows companies.
See `docs/protocol/company.md`, The company file.
"""

from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

from watchword.crypto.secret import Secret
from watchword_wire.errors import PeerError

OVERHEAD_BYTES = 48
"""A one-time public key and a tag in front of the ciphertext."""


def seal_to(public: bytes, text: bytes) -> bytes:
    """Seal to the holder of an Ed25519 key (its public half, 32 bytes); the library draws the one-time key.

    Raises:
        PeerError: the key is none that can be converted.
    """
    try:
        return SealedBox(VerifyKey(public).to_curve25519_public_key()).encrypt(text)
    except CryptoError as error:
        raise PeerError("not a key that can be sealed to") from error


def unseal_by(seed: Secret, sealed: bytes) -> bytes:
    """Open what was sealed to the Ed25519 key of this seed of 32 bytes.

    Raises:
        PeerError: it does not open.
    """
    try:
        return SealedBox(SigningKey(seed.expose()).to_curve25519_private_key()).decrypt(sealed)
    except CryptoError as error:
        raise PeerError("sealed box does not open") from error
