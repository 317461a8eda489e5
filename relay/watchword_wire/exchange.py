"""Messages 01–07 of a passphrase handshake: their layouts and nothing more.

Lengths are exact, trailing bytes are refused, nothing is negotiated. No cryptography but the hash that
names a run. A relay reads from here all that it may know of a handshake. See `docs/protocol/exchange.md`.
"""

import enum
import hashlib

import msgspec

from watchword_wire.digests import lv
from watchword_wire.errors import PeerError
from watchword_wire.ids import FullId, parse_full_id
from watchword_wire.limits import ID_BYTES

SUITE = b"\x00\x01"
"""SPAKE2 on edwards25519 with ML-KEM-768; the only suite. 00 11 is reserved."""

H_BYTES = 32
EK_BYTES = 1_184
CT_BYTES = 1_088
BOX_BYTES = 112
FIRST_ENVELOPE_BYTES = 348
"""m0: the 92 bytes around every envelope and 256 of padded text."""


class Kind(enum.IntEnum):
    """The first byte of a handshake message."""

    REQUEST = 1
    CHALLENGE = 2
    PROOF = 3
    RESPONSE = 4
    CONFIRM = 5
    VERDICT = 6
    ABORT = 7


class VerdictStatus(enum.IntEnum):
    """How the relay ended a run, once, for both sides (P4, P5)."""

    ESTABLISHED = 0
    """`confirm` came inside T2."""
    NO_CHALLENGE = 1
    """T1 passed and the responder had not answered."""
    NOT_FINISHED = 2
    """T1 passed without a response, or T2 without a confirm."""
    ABORTED = 3
    """An abort (07) ended it; the relay passes that on too."""


class AbortCode(enum.IntEnum):
    """Why a terminal ended a run."""

    DIFFER = 0
    """cA or cB is wrong, or ct was damaged: all three alike."""
    DECLINED = 1
    """The responder's user said no."""
    WITHDRAWN = 2
    """The requester's user took it back, or two requests crossed."""
    BROKEN_OFF = 3
    """Malformed message, bad signature, another live handshake. Sent by a client, never by a person."""
    NO_SUCH_SESSION = 4
    """The sender holds nothing under this h (any more)."""


class Request(msgspec.Struct, frozen=True):
    """01, A → B (P1): 01 ‖ suite ‖ lv(idA) ‖ lv(idB) ‖ nA(32) ‖ pA(32) ‖ ekA(1184)."""

    id_a: FullId
    id_b: FullId
    n_a: bytes
    p_a: bytes
    ek_a: bytes

    def encode(self) -> bytes:
        """Return the bytes that are sent and hashed."""
        ids = lv(str(self.id_a).encode()) + lv(str(self.id_b).encode())
        return bytes([Kind.REQUEST]) + SUITE + ids + self.n_a + self.p_a + self.ek_a


class Challenge(msgspec.Struct, frozen=True):
    """02, B → A: 02 ‖ h(32) ‖ nB(32) ‖ pB(32) ‖ ct(1088) ‖ rkB(32); 1217 bytes."""

    h: bytes
    n_b: bytes
    p_b: bytes
    ct: bytes
    rk_b: bytes

    def encode(self) -> bytes:
        """Return the bytes that are sent and hashed."""
        return bytes([Kind.CHALLENGE]) + self.h + self.n_b + self.p_b + self.ct + self.rk_b


class Proof(msgspec.Struct, frozen=True):
    """03, A → B: 03 ‖ h ‖ rA(32) ‖ cA(32); 97 bytes."""

    h: bytes
    r_a: bytes
    c_a: bytes

    def encode(self) -> bytes:
        """Return the bytes that are sent."""
        return bytes([Kind.PROOF]) + self.h + self.r_a + self.c_a


class Response(msgspec.Struct, frozen=True):
    """04, B → A (P2): 04 ‖ h ‖ rB(32) ‖ cB(32) ‖ boxB(112); 209 bytes."""

    h: bytes
    r_b: bytes
    c_b: bytes
    box_b: bytes

    def encode(self) -> bytes:
        """Return the bytes that are sent."""
        return bytes([Kind.RESPONSE]) + self.h + self.r_b + self.c_b + self.box_b


class Confirm(msgspec.Struct, frozen=True):
    """05, A → relay → B (P3): 05 ‖ h ‖ m0(348), m0 being A's first envelope; 381 bytes."""

    h: bytes
    m0: bytes

    def encode(self) -> bytes:
        """Return the bytes that are sent."""
        return bytes([Kind.CONFIRM]) + self.h + self.m0


class Verdict(msgspec.Struct, frozen=True):
    """06, relay → both (P4, P5): 06 ‖ h ‖ status; 34 bytes, unauthenticated."""

    h: bytes
    status: VerdictStatus

    def encode(self) -> bytes:
        """Return the bytes that are sent."""
        return bytes([Kind.VERDICT]) + self.h + bytes([self.status])


class Abort(msgspec.Struct, frozen=True):
    """07, either way: 07 ‖ h ‖ code; 34 bytes, unauthenticated."""

    h: bytes
    code: AbortCode

    def encode(self) -> bytes:
        """Return the bytes that are sent."""
        return bytes([Kind.ABORT]) + self.h + bytes([self.code])


Message = Request | Challenge | Proof | Response | Confirm | Verdict | Abort

_LENGTHS = {
    Kind.CHALLENGE: 1 + H_BYTES + 32 + 32 + CT_BYTES + 32,
    Kind.PROOF: 1 + H_BYTES + 32 + 32,
    Kind.RESPONSE: 1 + H_BYTES + 32 + 32 + BOX_BYTES,
    Kind.CONFIRM: 1 + H_BYTES + FIRST_ENVELOPE_BYTES,
    Kind.VERDICT: 1 + H_BYTES + 1,
    Kind.ABORT: 1 + H_BYTES + 1,
}


def handle(request: bytes) -> bytes:
    """Return h = SHA-256 of a request's exact bytes, the name of its run."""
    return hashlib.sha256(request).digest()


def kind_of(data: bytes) -> Kind:
    """Read the type byte.

    Raises:
        PeerError: there is none, or it is no type.
    """
    try:
        return Kind(data[0])
    except (IndexError, ValueError) as error:
        raise PeerError("no such handshake message") from error


def run_of(data: bytes) -> bytes:
    """Return the h that a message belongs to, also where the rest of it is malformed.

    Raises:
        PeerError: the type is unknown or the message ends before its h does.
    """
    if kind_of(data) is Kind.REQUEST:
        return handle(data)
    h = data[1 : 1 + H_BYTES]
    if len(h) != H_BYTES:
        raise PeerError("handshake message cut off")
    return h


def ack_of(message: "Message") -> bytes | None:
    """Return what an Ack names once this is on its receiver's disk; None where nobody waits for that.

    16 bytes like a message's id: the first half of a verdict's h, the second of that of an abort 04.
    """
    match message:
        case Verdict(h=h):
            return h[: H_BYTES // 2]
        case Abort(h=h, code=AbortCode.NO_SUCH_SESSION):
            return h[H_BYTES // 2 :]
        case _:
            return None


def parse(data: bytes) -> Message:
    """Read one handshake message.

    Raises:
        PeerError: type, length, suite, an id, status or code is not as laid down.
    """
    kind = kind_of(data)
    if kind is Kind.REQUEST:
        return _parse_request(data)
    if len(data) != _LENGTHS[kind]:
        raise PeerError("handshake message of a wrong length")
    h, rest = data[1:33], data[33:]
    try:
        match kind:
            case Kind.CHALLENGE:
                return Challenge(h, rest[:32], rest[32:64], rest[64:-32], rest[-32:])
            case Kind.PROOF:
                return Proof(h, rest[:32], rest[32:])
            case Kind.RESPONSE:
                return Response(h, rest[:32], rest[32:64], rest[64:])
            case Kind.CONFIRM:
                return Confirm(h, rest)
            case Kind.VERDICT:
                return Verdict(h, VerdictStatus(rest[0]))
            case _:
                return Abort(h, AbortCode(rest[0]))
    except ValueError as error:
        raise PeerError("unknown status or code") from error


def _parse_request(data: bytes) -> Request:
    if data[1:3] != SUITE:
        raise PeerError("unknown suite")
    id_a, after_a = _read_id(data, 3)
    id_b, after_b = _read_id(data, after_a)
    rest = data[after_b:]
    if len(rest) != 32 + 32 + EK_BYTES:
        raise PeerError("request of a wrong length")
    return Request(id_a, id_b, rest[:32], rest[32:64], rest[64:])


def _read_id(data: bytes, at: int) -> tuple[FullId, int]:
    """Read lv(id) at an offset; return the id and the offset after it."""
    length = int.from_bytes(data[at : at + 4], "big")
    end = at + 4 + length
    if length > ID_BYTES or end > len(data):
        raise PeerError("id of a wrong length")
    try:
        text = data[at + 4 : end].decode()
    except UnicodeDecodeError as error:
        raise PeerError("id is not UTF-8") from error
    return parse_full_id(text), end
