"""What one run draws, drawn before it begins, so that a run can be replayed from its dice.

Two values are drawn by libraries that take no coins: the encapsulation and the ratchet's own keys and
nonces. See `docs/protocol/exchange.md`, Notation.
"""

from collections.abc import Callable

import msgspec

from watchword.crypto.secret import Secret
from watchword.crypto.spake2 import scalar

Source = Callable[[int], bytes]
"""Gives that many bytes fit for keys, such as `secrets.token_bytes`."""


class RequesterDice(msgspec.Struct, frozen=True):
    """A's: nA, x as 64 bytes not yet reduced, the ML-KEM seed d ‖ z, rA, and 32 bytes that stand for K."""

    n_a: bytes
    x: Secret
    kem_seed: Secret
    r_a: bytes
    fallback: Secret

    @classmethod
    def roll(cls, source: Source) -> "RequesterDice":
        """Draw; an x that reduces to zero is drawn again."""
        return cls(source(32), _rolled_scalar(source), Secret(source(64)), source(32), Secret(source(32)))


class ResponderDice(msgspec.Struct, frozen=True):
    """B's: nB, y as 64 bytes not yet reduced, rkB's private key, rB, and 32 bytes that stand for K."""

    n_b: bytes
    y: Secret
    rk: Secret
    r_b: bytes
    fallback: Secret

    @classmethod
    def roll(cls, source: Source) -> "ResponderDice":
        """Draw; a y that reduces to zero is drawn again."""
        return cls(source(32), _rolled_scalar(source), Secret(source(32)), source(32), Secret(source(32)))


def _rolled_scalar(source: Source) -> Secret:
    while scalar(drawn := source(64)) == 0:
        pass
    return Secret(drawn)
