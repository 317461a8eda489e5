"""The states of one run. Each holds only what that state knows; secrets are `Secret` and show nothing.

Only `Confirming` and `Responding` are *pending*: they alone are ever stored, by `pack`. All others live
in memory and a restart ends them. See `docs/protocol/exchange.md`, States.
"""

import hashlib

import msgspec
from msgspec.structs import replace

from watchword.crypto.schedule import FirstKeys
from watchword.crypto.secret import Secret, bare, dressed
from watchword.model.requests import Ending, Phase, Role
from watchword.protocol.handshake.dice import RequesterDice, ResponderDice
from watchword.protocol.handshake.timeout import Clock, revived
from watchword_wire.errors import PeerError
from watchword_wire.exchange import AbortCode, Request, VerdictStatus
from watchword_wire.ids import FullId


class Heard(msgspec.Struct, frozen=True):
    """A message that was taken once: its SHA-256, and what an exact repeat gets (empty: nothing)."""

    digest: bytes
    reply: bytes = b""


class Run(msgspec.Struct, frozen=True):
    """What every state of a run that was begun knows."""

    role: Role
    me: FullId
    peer: FullId
    clock: Clock
    h: bytes = b""
    """SHA-256 of the request; empty until there is one."""
    heard: tuple[Heard, ...] = ()
    said: bytes = b""
    """The last message sent: repeated on each reconnection until the verdict."""

    @property
    def id_a(self) -> FullId:
        """The requester's full id."""
        return self.me if self.role is Role.ASKING else self.peer

    @property
    def id_b(self) -> FullId:
        """The responder's full id."""
        return self.peer if self.role is Role.ASKING else self.me

    def took(self, data: bytes) -> "Run":
        """Return the run after it took a message that is not answered yet."""
        return replace(self, heard=(*self.heard, Heard(hashlib.sha256(data).digest())))

    def answered(self, reply: bytes) -> "Run":
        """Return the run after the message it took last was answered."""
        answer = replace(self.heard[-1], reply=reply)
        return replace(self, heard=(*self.heard[:-1], answer), said=reply)

    def reply_to(self, digest: bytes) -> bytes | None:
        """Return what an exact repeat gets, or None if the message was never taken."""
        return next((heard.reply for heard in self.heard if heard.digest == digest), None)


class Idle(msgspec.Struct, frozen=True, tag=True):
    """No run: where every run begins, and what answers for an h that is not held."""


# --- the requester, A ------------------------------------------------------------------


class Preparing(msgspec.Struct, frozen=True, tag=True):
    """A: the phrase is being stretched; nothing was sent."""

    run: Run
    identity: Secret
    dice: RequesterDice


class Calling(msgspec.Struct, frozen=True, tag=True):
    """A: `request` is out (P1); the responder's user has not typed yet."""

    run: Run
    identity: Secret
    dice: RequesterDice
    request: Request
    w: Secret
    noted: bool = False
    """Whether the relay has taken the request."""


class Counting(msgspec.Struct, frozen=True, tag=True):
    """A: `proof` is made and waits until the guess is counted on disk."""

    run: Run
    identity: Secret
    first: FirstKeys
    r_a: bytes
    c_a: bytes
    rk_b: bytes


class Proving(msgspec.Struct, frozen=True, tag=True):
    """A: `proof` is out, the guess is counted."""

    run: Run
    identity: Secret
    first: FirstKeys
    r_a: bytes
    c_a: bytes
    rk_b: bytes


class Confirming(msgspec.Struct, frozen=True, tag=True):
    """A, pending: B is verified, `confirm` is out (P3); only the verdict is missing."""

    run: Run
    session: Secret
    """`ratchet.Session`, packed."""
    peer_key: bytes
    spoken: str
    heard_code: AbortCode | None = None


# --- the responder, B ------------------------------------------------------------------


class Asked(msgspec.Struct, frozen=True, tag=True):
    """B: the prompt is open (P2)."""

    run: Run
    request: Request


class Answering(msgspec.Struct, frozen=True, tag=True):
    """B: the phrase was typed and is being stretched."""

    run: Run
    identity: Secret
    dice: ResponderDice
    request: Request


class Challenging(msgspec.Struct, frozen=True, tag=True):
    """B: `challenge` is out."""

    run: Run
    identity: Secret
    first: FirstKeys
    r_b: bytes
    rk: Secret


class Judging(msgspec.Struct, frozen=True, tag=True):
    """B: a `proof` came; cA is not looked at until the guess is counted on disk."""

    run: Run
    identity: Secret
    first: FirstKeys
    r_b: bytes
    rk: Secret
    r_a: bytes
    c_a: bytes


class Responding(msgspec.Struct, frozen=True, tag=True):
    """B, pending: A is verified, `response` is out (P2); m0 and the verdict are missing, in any order."""

    run: Run
    th2: bytes
    k2: Secret
    exporter: Secret
    rk: Secret
    spoken: str
    peer_key: bytes = b""
    session: Secret | None = None
    """`ratchet.Session`, packed, once m0 was opened and its signature is good: the own check."""
    verdict: bool = False
    """Whether verdict 00 is in."""
    heard_code: AbortCode | None = None


# --- both ------------------------------------------------------------------------------


class Established(msgspec.Struct, frozen=True, tag=True):
    """Own check and verdict 00 both hold: the session is open, or held."""

    run: Run


class Ended(msgspec.Struct, frozen=True, tag=True):
    """Over: all but h and the ending is erased; an abort that was sent is repeated till the verdict."""

    h: bytes
    ending: Ending
    status: VerdictStatus | None = None
    """The verdict, once it is known: then the ending is its ending and stays."""
    heard_code: AbortCode | None = None
    said: bytes = b""
    gave_way: bool = False
    """Both dialled at once and the other request goes on: not shown as an ending."""

    @property
    def final(self) -> bool:
        """Whether the ending is the verdict's and no longer only the own state's."""
        return self.status is not None


Pending = Confirming | Responding
Live = (
    Preparing
    | Calling
    | Counting
    | Proving
    | Confirming
    | Asked
    | Answering
    | Challenging
    | Judging
    | Responding
)
State = Idle | Live | Established | Ended

_WAITING = (Calling, Asked)


def shown(state: State) -> tuple[Phase, float]:
    """Return what a dialog shows for a state: the phase, and when its ring runs out (0: no ring)."""
    match state:
        case Preparing() | Calling(noted=False):
            return Phase.SENDING, 0.0
        case Idle() | Established() | Ended():
            return Phase.ENDED, 0.0
        case Calling(run=run):
            ring = run.clock.t1_at
        case Asked(run=run):
            ring = run.clock.ring_ends
        case live:
            run, ring = live.run, 0.0
    if run.clock.since is None:
        return Phase.RELAY_LOST, ring
    return (Phase.WAITING if isinstance(state, _WAITING) else Phase.CHECKING), ring


def pack(state: Pending) -> Secret:
    """Turn a pending run into bytes for the store. They hold keys: the store keeps them encrypted."""
    return Secret(_encoder.encode(state))


def revive(packed: Secret, age: float, now: float) -> Pending:
    """Read a stored pending run after a restart, cut off until the next sign-in.

    Args:
        packed: what `pack` gave.
        age: wall-clock seconds since it was first stored; 24 h or more ends it on the next `Tick`.
        now: the monotonic clock.

    Raises:
        PeerError: the bytes are no pending run.
    """
    try:
        state = _decoder.decode(packed.expose())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PeerError("not a pending run") from error
    run = replace(state.run, clock=revived(state.run.clock, age, now))
    return replace(state, run=run)


_encoder = msgspec.msgpack.Encoder(enc_hook=bare)
_decoder: msgspec.msgpack.Decoder[Pending] = msgspec.msgpack.Decoder(Pending, dec_hook=dressed)
