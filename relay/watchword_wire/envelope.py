"""The outside of a sealed message: what a relay sees of it, and the sizes it can have.

Opening and sealing belong to the client (`watchword.protocol.ratchet`). See `docs/protocol/session.md`.
"""

import msgspec

from watchword_wire.errors import PeerError
from watchword_wire.limits import BODY_BYTES

H8_BYTES = 8
HEADER_BYTES = 40
NONCE_BYTES = 12
TAG_BYTES = 16
CODE_BYTES = 16
AROUND_BYTES = H8_BYTES + HEADER_BYTES + NONCE_BYTES + TAG_BYTES + CODE_BYTES
"""92: all of an envelope that is not padded text."""

LEAST_PADDED = 256
"""The shortest padded text in bytes."""


class Envelope(msgspec.Struct, frozen=True):
    """h[0:8] ‖ ratchet key(32) ‖ uint32be PN ‖ uint32be N ‖ nonce(12) ‖ ciphertext and tag ‖ code(16).

    `sealed` is nonce ‖ ciphertext ‖ tag, as the message key opens it.
    """

    h8: bytes
    ratchet_key: bytes
    previous_length: int
    number: int
    sealed: bytes
    code: bytes

    @property
    def header(self) -> bytes:
        """The 40 bytes that the associated data end with."""
        counts = self.previous_length.to_bytes(4, "big") + self.number.to_bytes(4, "big")
        return self.ratchet_key + counts

    @property
    def coded(self) -> bytes:
        """All that the code at the end covers, without the role byte in front."""
        return self.h8 + self.header + self.sealed

    def encode(self) -> bytes:
        """Return the bytes that are sent, stored and hashed."""
        return self.coded + self.code


def padded_size(length: int) -> int:
    """Return the Padmé size for `length` bytes of text plus one: at least 256.

    Padmé (Nikitin et al., 2019) keeps as many leading bits of a length as its bit length has bits, so
    that a size tells O(log log) bits about the text and costs at most 12 %.
    """
    wanted = max(length + 1, LEAST_PADDED)
    exponent = wanted.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    step = 1 << free_bits
    return (wanted + step - 1) // step * step


def parse(data: bytes) -> Envelope:
    """Read an envelope's outside.

    Raises:
        PeerError: it is shorter or longer than an envelope can be, or of a size that padding never gives.
    """
    padded = len(data) - AROUND_BYTES
    if len(data) > BODY_BYTES or padded < LEAST_PADDED or padded_size(padded - 1) != padded:
        raise PeerError("envelope of a wrong length")
    return Envelope(
        data[:8],
        data[8:40],
        int.from_bytes(data[40:44], "big"),
        int.from_bytes(data[44:48], "big"),
        data[48:-CODE_BYTES],
        data[-CODE_BYTES:],
    )
