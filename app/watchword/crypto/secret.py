"""A holder for secret bytes: it shows nothing of itself and compares in constant time.

Python cannot wipe memory for certain (the threat model says so); `wipe` overwrites what it can.
"""

import hmac
from typing import Any


class Secret:
    """Secret bytes. `repr`, `str` and error texts never show them; `expose` gives them out on purpose."""

    __slots__ = ("_held",)

    def __init__(self, held: bytes | bytearray) -> None:
        self._held = bytearray(held)

    def expose(self) -> bytes:
        """Return the bytes, for the one computation that needs them."""
        return bytes(self._held)

    def wipe(self) -> None:
        """Overwrite the bytes with zeros, as far as Python allows."""
        self._held[:] = bytes(len(self._held))

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"Secret({len(self._held)} bytes)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._held, other._held)

    __hash__ = None  # type: ignore[assignment]  # a hash would tell equal secrets apart from unequal ones


def bare(value: Any) -> bytes:
    """`enc_hook` for msgspec: what the store keeps of a Secret, itself encrypted at rest."""
    if isinstance(value, Secret):
        return value.expose()
    raise NotImplementedError(type(value).__name__)


def dressed(kind: type, value: Any) -> Any:
    """`dec_hook` for msgspec: the way back.

    Raises:
        TypeError: the value is no bytes; msgspec makes a ValidationError of it.
    """
    if kind is not Secret:
        raise NotImplementedError(kind.__name__)
    if not isinstance(value, bytes):
        raise TypeError("a secret is bytes")
    return Secret(value)
