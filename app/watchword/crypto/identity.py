"""The device's identity key: signed into every run, and B's box that carries it in `response`.

The same Ed25519 key signs in to the relay. See `docs/protocol/exchange.md`, Identity.
"""

from watchword.crypto.primitives import (
    ed25519_public,
    ed25519_sign,
    ed25519_verify,
    label,
    lv,
    seal,
    unseal,
)
from watchword.crypto.secret import Secret

ROLE_A = b"A"
ROLE_B = b"B"
_KEY_BYTES = 32
_BOX_NONCE = bytes(12)
"""kid seals one box and no more, so the nonce is constant."""


def _signed(role: bytes, id_a: str, id_b: str, key: bytes, th2: bytes) -> bytes:
    ids = lv(id_a.encode()) + lv(id_b.encode())
    return label("identity") + role + ids + lv(key) + lv(th2)


def vouch(seed: Secret, role: bytes, id_a: str, id_b: str, th2: bytes) -> bytes:
    """Return ik(32) ‖ signature(64) of this device in a role, over both ids and th2."""
    key = ed25519_public(seed.expose())
    return key + ed25519_sign(seed.expose(), _signed(role, id_a, id_b, key, th2))


def accept(vouched: bytes, role: bytes, id_a: str, id_b: str, th2: bytes) -> bytes:
    """Check what the other side vouched for and return its identity key.

    Raises:
        PeerError: the signature does not fit.
    """
    key, signature = vouched[:_KEY_BYTES], vouched[_KEY_BYTES:]
    ed25519_verify(key, signature, _signed(role, id_a, id_b, key, th2))
    return key


def seal_box(k_id: Secret, vouched: bytes, th2: bytes) -> bytes:
    """boxB: 96 bytes of B's identity sealed under kid, 112 bytes."""
    return seal(k_id.expose(), _BOX_NONCE, vouched, th2)


def open_box(k_id: Secret, box: bytes, th2: bytes) -> bytes:
    """Open boxB.

    Raises:
        PeerError: it does not open.
    """
    return unseal(k_id.expose(), _BOX_NONCE, box, th2)
