"""The relay's counterpart of P10: T1, T2 and one verdict per handshake, as a table without I/O.

A run opens with a request and ends once, with the first to reach it of: a confirm inside T2, an abort,
T1, T2 (P4, P5). `step` and `after` say what follows from each message; who is connected, what is
durable and when the clock is looked at is `runs`' business. `docs/protocol/wire.md`, Handshakes.
"""

import msgspec

from watchword_relay.store.contract import Ended, Owed
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Abort, AbortCode, Kind, Request, Verdict, VerdictStatus, handle, parse

_CODE_AT = 33


class Live(msgspec.Struct, frozen=True):
    """A run without a verdict. Times are monotonic seconds; a step that has not come is empty."""

    h: bytes
    a: str
    b: str
    t1_at: float
    t2_at: float
    request: bytes
    hint: str = ""
    challenge: bytes = b""
    proof: bytes = b""
    response: bytes = b""
    asked: bool = False
    """Whether the responder has been given the request."""

    @property
    def due(self) -> float:
        """When the run ends by itself if nothing more comes: exactly then is late."""
        return self.t2_at if self.response else self.t1_at

    def left_ms(self, now: float) -> tuple[int, int]:
        """Milliseconds left of T1 and of T2, never negative."""
        return max(0, int((self.t1_at - now) * 1_000)), max(0, int((self.t2_at - now) * 1_000))


# --- what follows from a message or from the clock -----------------------------------------


class Noted(msgspec.Struct, frozen=True):
    """Tell the sender that its message is taken."""

    to: str
    kind: Kind


class Passed(msgspec.Struct, frozen=True):
    """Give a message to a side."""

    to: str
    sender: str
    body: bytes
    hint: str = ""


class OutOfTurn(msgspec.Struct, frozen=True):
    """Refuse the message: not this sender's, not now, or another one was taken."""

    to: str


class Told(msgspec.Struct, frozen=True):
    """Give a side the verdict, with what goes with it."""

    to: str


class Gone(msgspec.Struct, frozen=True):
    """Pass an abort 04 on to a side of an established session."""

    to: str
    sender: str
    body: bytes


Effect = Noted | Passed | OutOfTurn | Told | Gone
_Next = tuple[Live | Ended, list[Effect]]


def open_run(sender: str, target: str, body: bytes, hint: str, *, now: float, t1: float, t2: float) -> Live:
    """Start the clocks of a request.

    Raises:
        PeerError: it is no request, or not of this sender for this target.
    """
    request = parse(body)
    if not isinstance(request, Request):
        raise PeerError("not a request")
    if str(request.id_a) != sender or str(request.id_b) != target or sender == target:
        raise PeerError("a request for somebody else")
    return Live(handle(body), sender, target, now + t1, now + t2, body, hint)


def step(live: Live, sender: str, target: str, body: bytes, now: float) -> _Next:
    """Take one message of a run that has no verdict.

    `body` has a known kind and this run's h. A message at its deadline is late: the run ends first.
    """
    if now >= live.due:
        ended, effects = expire(live, now)
        return ended, [Noted(sender, Kind(body[0])), *effects]
    kind = Kind(body[0])
    if (sender, target) not in ((live.a, live.b), (live.b, live.a)):
        return live, [OutOfTurn(sender)]
    try:
        parse(body)
    except PeerError:
        return live, [OutOfTurn(sender)]
    if kind is Kind.ABORT:
        ended = _end(live, VerdictStatus.ABORTED, body, sender)
        return ended, [Noted(sender, kind)]
    if (kind in (Kind.CHALLENGE, Kind.RESPONSE)) == (sender == live.a) or kind is Kind.VERDICT:
        return live, [OutOfTurn(sender)]
    return _forward(live, kind, sender, target, body)


def _forward(live: Live, kind: Kind, sender: str, target: str, body: bytes) -> _Next:
    """Take a message of the right side: the next one, or an exact repeat of an earlier one."""
    noted = Noted(sender, kind)
    passed = Passed(target, sender, body)
    match kind:
        case Kind.REQUEST:
            # Its h is its hash, so this is the very request.
            return live, [noted, *_answer(sender, target, live.challenge)]
        case Kind.CHALLENGE if not live.challenge:
            return msgspec.structs.replace(live, challenge=body), [noted, passed]
        case Kind.CHALLENGE if live.challenge == body:
            return live, [noted, *_answer(sender, target, live.proof)]
        case Kind.PROOF if live.challenge and not live.proof:
            return msgspec.structs.replace(live, proof=body), [noted, passed]
        case Kind.PROOF if live.proof == body:
            return live, [noted, *_answer(sender, target, live.response)]
        case Kind.RESPONSE if live.proof and not live.response:
            return msgspec.structs.replace(live, response=body), [noted, passed]
        case Kind.RESPONSE if live.response == body:
            return live, [noted]
        case Kind.CONFIRM if live.response:
            return _end(live, VerdictStatus.ESTABLISHED, body, sender), [noted]
        case _:
            return live, [OutOfTurn(sender)]


def _answer(to: str, sender: str, body: bytes) -> list[Effect]:
    """Give the peer's answer to an exact repeat: the same stored bytes, or nothing."""
    return [Passed(to, sender, body)] if body else []


def expire(live: Live, now: float) -> _Next:
    """End a run whose time is up; leave one alone whose time is not."""
    if now < live.due:
        return live, []
    status = VerdictStatus.NOT_FINISHED if live.challenge else VerdictStatus.NO_CHALLENGE
    return _end(live, status, b"", ""), []


def stop(live: Live) -> Ended:
    """End a run because the relay stops."""
    return _end(live, VerdictStatus.NOT_FINISHED, b"", "")


def without(ended: Ended, side: str) -> Ended:
    """The same ending, of which a side is owed nothing: another may come to have its name."""
    return msgspec.structs.replace(
        ended,
        owed_a=Owed.NOTHING if ended.a == side else ended.owed_a,
        owed_b=Owed.NOTHING if ended.b == side else ended.owed_b,
    )


def waiting_for(live: Live, side: str) -> list[Passed]:
    """What a side that comes back has to be given again."""
    if side == live.b:
        if not live.challenge:
            return [Passed(side, live.a, live.request, live.hint)]
        return [Passed(side, live.a, live.proof)] if live.proof and not live.response else []
    if live.response:
        return [Passed(side, live.b, live.response)]
    return [Passed(side, live.b, live.challenge)] if live.challenge and not live.proof else []


def after(ended: Ended, sender: str, target: str, body: bytes) -> list[Effect]:
    """Take a message that comes after the verdict: the verdict is given again.

    Except abort 04, which is passed on if the verdict was 00, and otherwise only noted.
    """
    if (sender, target) not in ((ended.a, ended.b), (ended.b, ended.a)):
        return [OutOfTurn(sender)]
    kind = Kind(body[0])
    noted = Noted(sender, kind)
    if kind is Kind.ABORT and body[_CODE_AT:] == bytes([AbortCode.NO_SUCH_SESSION]):
        return [noted, Gone(target, sender, body)] if ended.status == VerdictStatus.ESTABLISHED else [noted]
    return [noted, Told(sender)]


def gone(ended: Ended, to: str) -> Gone:
    """The abort 04 of the other side, for one that was away when it came."""
    peer = ended.b if to == ended.a else ended.a
    return Gone(to, peer, Abort(ended.h, AbortCode.NO_SUCH_SESSION).encode())


def telling(ended: Ended, to: str, *, again: bool) -> list[Passed]:
    """What a side is given with the verdict: the confirm for B, the abort, then the verdict itself.

    Who sent the abort knows it; only when it is told `again` does it get its own back, because it may
    have restarted since.
    """
    verdict = Passed(to, "", Verdict(ended.h, VerdictStatus(ended.status)).encode())
    if not ended.last:
        return [verdict]
    own = ended.by == to
    confirmed = ended.status == VerdictStatus.ESTABLISHED
    if own and (confirmed or not again):
        return [verdict]
    return [Passed(to, ended.by, ended.last), verdict]


def _end(live: Live, status: VerdictStatus, last: bytes, by: str) -> Ended:
    owed_b = Owed.VERDICT if live.asked else Owed.NOTHING
    return Ended(live.h, live.a, live.b, int(status), last, by, Owed.VERDICT, owed_b, 0)
