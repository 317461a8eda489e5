"""SPAKE2 (RFC 9382), written over a group: masks, masked public keys, the shared point, TT and Ke.

M and N depend on suite, ids and nonce, so that no one discrete logarithm breaks every session.
Confirmation codes are `schedule`'s, not RFC 9382's. See `docs/protocol/exchange.md`, Computation.
"""

import hashlib
from typing import Protocol

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_from_uniform,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_scalar_reduce,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from watchword.crypto.primitives import label, lv, lv8

KE_BYTES = 16


class Group(Protocol):
    """A group of prime order inside one with a small cofactor; points are encoded bytes.

    edwards25519 is the product's; a P-256 in the tests reproduces RFC 9382's own vectors.
    """

    doublings: int
    """How often a point is doubled to be multiplied by the cofactor."""

    def is_valid(self, point: bytes) -> bool:
        """Whether bytes from outside are a point that may be computed with."""
        ...

    def add(self, one: bytes, other: bytes) -> bytes:
        """Return one + other."""
        ...

    def subtract(self, one: bytes, other: bytes) -> bytes:
        """Return one − other, which may be the identity."""
        ...

    def multiply(self, scalar: int, point: bytes) -> bytes | None:
        """Return scalar·point, or None for the identity and for what has no large order."""
        ...

    def multiply_base(self, scalar: int) -> bytes:
        """Return scalar·P for a scalar that is not zero."""
        ...


class Edwards25519:
    """The group of suite 0x0001, from libsodium; every multiplication is a `_noclamp` one."""

    doublings = 3

    def is_valid(self, point: bytes) -> bool:
        """32 bytes, canonical, on the curve, of prime order, not the identity."""
        try:
            return crypto_core_ed25519_is_valid_point(point)
        except (TypeError, ValueError, RuntimeError):
            return False

    def add(self, one: bytes, other: bytes) -> bytes:
        """Return one + other."""
        return crypto_core_ed25519_add(one, other)

    def subtract(self, one: bytes, other: bytes) -> bytes:
        """Return one − other."""
        return crypto_core_ed25519_sub(one, other)

    def multiply(self, scalar: int, point: bytes) -> bytes | None:
        """Return scalar·point; libsodium refuses points of small order and the result identity."""
        try:
            return crypto_scalarmult_ed25519_noclamp(scalar.to_bytes(32, "little"), point)
        except RuntimeError:
            return None

    def multiply_base(self, scalar: int) -> bytes:
        """Return scalar·P."""
        return crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little"))


EDWARDS25519 = Edwards25519()


def scalar(drawn: bytes) -> int:
    """Reduce 64 random bytes modulo L; zero must be drawn again by whoever draws."""
    return int.from_bytes(crypto_core_ed25519_scalar_reduce(drawn), "little")


def masks(suite: bytes, id_a: str, id_b: str, n_a: bytes) -> tuple[bytes, bytes]:
    """Return this session's M and N: each the sum of two points from a hash of public data."""
    public = lv(suite) + lv(id_a.encode()) + lv(id_b.encode()) + lv(n_a)
    return _mask_point(label("M") + public), _mask_point(label("N") + public)


def _mask_point(data: bytes) -> bytes:
    drawn = hashlib.sha512(data).digest()
    return crypto_core_ed25519_add(
        crypto_core_ed25519_from_uniform(drawn[:32]), crypto_core_ed25519_from_uniform(drawn[32:])
    )


def encrypt_public_key(group: Group, w: int, mask: bytes, private: int) -> bytes:
    """P7: the public key private·P, encrypted with the passphrase ciphertext: w·mask + private·P.

    Raises:
        ValueError: w is zero, or the mask has no large order.
    """
    shift = group.multiply(w, mask)
    if shift is None:
        raise ValueError("w is zero or the mask has no large order")
    return group.add(shift, group.multiply_base(private))


def shared_point(group: Group, w: int, mask: bytes, theirs: bytes, private: int, fallback: bytes) -> bytes:
    """P6: decrypt the peer's encrypted public key and return K; any phrase gives some point.

    An identity on the way stands for a right guess built on purpose; it must not show, so K becomes
    `fallback`, 32 random bytes, after the same work, and the run fails where a wrong phrase fails.

    Raises:
        ValueError: w is zero, or the mask has no large order.
    """
    shift = group.multiply(w, mask)
    if shift is None:
        raise ValueError("w is zero or the mask has no large order")
    point = group.subtract(theirs, shift)
    for _ in range(group.doublings):
        point = group.add(point, point)
    shared = group.multiply(private, point)
    if shared is None:
        group.multiply_base(private)
        return fallback
    return shared


def transcript(id_a: bytes, id_b: bytes, p_a: bytes, p_b: bytes, k: bytes, w: int) -> bytes:
    """TT (RFC 9382, section 3.3): lv8 of ids, encrypted public keys, K, and w as 32 bytes big-endian."""
    return b"".join(map(lv8, (id_a, id_b, p_a, p_b, k, w.to_bytes(32, "big"))))


def confirmation_secret(tt: bytes) -> bytes:
    """Ke: the first half of SHA-256(TT). The other half is RFC 9382's Ka and is not used."""
    return hashlib.sha256(tt).digest()[:KE_BYTES]
