"""The one table of (state, event): a transition or a stated refusal for every pair, and the door `step`.

The diagram in `docs/protocol/exchange.md` is drawn from here (`diagram`), so it cannot disagree.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from watchword.model.requests import Ending
from watchword.protocol.handshake import confirmation, effects, ending, request, response, timeout
from watchword.protocol.handshake.effects import Effects, Step
from watchword.protocol.handshake.events import (
    Answer,
    Cancel,
    Connected,
    Crossed,
    Decline,
    Dial,
    Disconnected,
    Event,
    GuessCounted,
    GuessRefused,
    Hush,
    Incoming,
    Noted,
    Received,
    Rejected,
    Stretched,
    Tick,
    Unstretched,
)
from watchword.protocol.handshake.states import (
    Answering,
    Asked,
    Calling,
    Challenging,
    Confirming,
    Counting,
    Ended,
    Established,
    Idle,
    Judging,
    Live,
    Preparing,
    Proving,
    Responding,
    State,
    shown,
)
from watchword_wire.errors import Bug, PeerError
from watchword_wire.exchange import (
    H_BYTES,
    Abort,
    Challenge,
    Confirm,
    Kind,
    Message,
    Proof,
    Request,
    Response,
    Verdict,
    VerdictStatus,
    kind_of,
    parse,
)


class Repeat(msgspec.Struct, frozen=True):
    """What `Received` becomes: an exact repeat of a message that was taken before."""

    reply: bytes


class Malformed(msgspec.Struct, frozen=True):
    """What `Received` becomes: 01–05 of a wrong form."""

    kind: Kind
    h: bytes


class Noise(msgspec.Struct, frozen=True):
    """What `Received` becomes: 06 or 07 of a wrong form, or no handshake message at all."""


Moment = Event | Message | Repeat | Malformed | Noise
Handler = Callable[[Any, Any, float], Step]


class Go(msgspec.Struct, frozen=True):
    """A transition: who computes it and which states it can lead to."""

    handler: Handler
    to: tuple[type, ...]


class No(msgspec.Struct, frozen=True):
    """A stated refusal."""

    reason: str


Row = Go | No

STATES: tuple[type, ...] = (
    Idle,
    Preparing,
    Calling,
    Counting,
    Proving,
    Confirming,
    Asked,
    Answering,
    Challenging,
    Judging,
    Responding,
    Established,
    Ended,
)
_BEFORE_PENDING = (Calling, Counting, Proving, Asked, Answering, Challenging, Judging)
_PENDING = (Confirming, Responding)
_LIVE = (Preparing, *_BEFORE_PENDING, *_PENDING)


def step(state: State, event: Event, now: float) -> Step:
    """Advance one run: a pure function.

    Args:
        state: where the run stands; `Idle()` begins one.
        event: what happened.
        now: seconds on a monotonic clock that counts suspend.

    Returns:
        The new state and what the core does about it; `effects` says how.
    """
    moment: Moment = _classified(state, event) if isinstance(event, Received) else event
    row = TABLE[type(state), type(moment)]
    if isinstance(row, No):
        return state, (effects.Ignore(row.reason),)
    after, done = row.handler(state, moment, now)
    if type(after) not in row.to:
        raise Bug(f"{type(state).__name__} on {type(moment).__name__} led to {type(after).__name__}")
    return after, done + _announced(state, after)


def deadline(state: State) -> float | None:
    """Return when a state wants a `Tick`; None if never."""
    match state:
        case Idle() | Preparing() | Established() | Ended():
            return None
        case Asked(run=run):
            return min(run.clock.ring_ends, run.clock.over_at)
        case live:
            return live.run.clock.over_at


def _classified(state: State, event: Received) -> Message | Repeat | Malformed | Noise:
    run = None if isinstance(state, Idle | Ended) else state.run
    reply = None if run is None else run.reply_to(hashlib.sha256(event.data).digest())
    if reply is not None:
        return Repeat(reply)
    try:
        return parse(event.data)
    except PeerError:
        pass
    try:
        kind = kind_of(event.data)
    except PeerError:
        return Noise()
    h = event.data[1 : 1 + H_BYTES]
    return Noise() if kind in {Kind.VERDICT, Kind.ABORT} or len(h) != H_BYTES else Malformed(kind, h)


def _announced(before: State, after: State) -> Effects:
    """Return what follows from the two states alone: the screen and the timer."""
    told: Effects = ()
    if isinstance(after, Ended) and not isinstance(before, Established):
        if not isinstance(before, Ended) or (before.ending, before.final) != (after.ending, after.final):
            told = (effects.Conclude(after.ending, after.final, after.gave_way),)
    elif isinstance(after, Established) and not isinstance(before, Established):
        told = (effects.Conclude(Ending.ACCEPTED, final=True, gave_way=False),)
    elif shown(before) != shown(after):
        told = (effects.Show(*shown(after)),)
    if deadline(before) != deadline(after):
        told = (*told, effects.SetTimer(deadline(after)))
    return told


# --- handlers of events that mean the same in many states ------------------------------


def _connect(state: Live, _event: Connected, now: float) -> Step:
    run = replace(state.run, clock=timeout.joined(state.run.clock, now))
    again: Effects = (effects.Send(run.said),) if run.said else ()
    return replace(state, run=run), again


def _connect_ended(state: Ended, _event: Connected, _now: float) -> Step:
    return state, ((effects.Send(state.said),) if state.said else ())


def _disconnect(state: Live, _event: Disconnected, now: float) -> Step:
    return replace(state, run=replace(state.run, clock=timeout.cut(state.run.clock, now))), ()


def _tick(state: Live, event: Tick, now: float) -> Step:
    if isinstance(state, Asked) and now >= state.run.clock.ring_ends:
        return response.run_out(state, event, now)  # also when a machine slept past all the rest
    if now >= state.run.clock.over_at:
        return ending.over(state.run, Ending.NOT_FINISHED)
    return state, ()


def _repeat(state: Live | Established, moment: Repeat, _now: float) -> Step:
    return state, ((effects.Send(moment.reply),) if moment.reply else ())


def _not_held(state: Idle | Ended, message: Challenge | Proof | Response | Confirm, _now: float) -> Step:
    return state, (ending.no_such_session(message.h),)


def _not_held_malformed(state: Idle | Ended, moment: Malformed, _now: float) -> Step:
    if moment.kind is Kind.REQUEST:
        return state, (effects.Ignore("a request is never answered with 04"),)
    return state, (ending.no_such_session(moment.h),)


def _verdict_for_nothing(state: Idle, message: Verdict, _now: float) -> Step:
    if message.status is VerdictStatus.ESTABLISHED:
        return state, (ending.no_such_session(message.h),)
    return state, (effects.Ignore("only verdict 00 is answered with 04"),)


def _malformed_confirm(state: Responding, moment: Malformed, now: float) -> Step:
    if moment.kind is not Kind.CONFIRM:
        return state, (effects.Ignore("a pending run ends by verdict, clock or a wrong m0 only"),)
    return confirmation.fail_check(state, moment, now)


# --- the table -------------------------------------------------------------------------


def _row(go: Mapping[type, Go], elsewhere: str) -> dict[type, Row]:
    return {state: go.get(state, No(elsewhere)) for state in STATES}


def _same(handler: Handler, states: tuple[type, ...], *more: type) -> dict[type, Go]:
    return {state: Go(handler, (state, *more)) for state in states}


_OUT_OF_TURN: dict[type, Go] = dict.fromkeys(_BEFORE_PENDING, Go(ending.break_off, (Ended,)))
_ABORTED: dict[type, Go] = dict.fromkeys(_BEFORE_PENDING, Go(ending.hear_abort, (Ended,)))
_UNHELD = _same(_not_held, (Idle, Ended))
_SETTLED = "out of turn here, and this state does not end by that"

_BY_EVENT: dict[type, dict[type, Row]] = {
    Dial: _row({Idle: Go(request.dial, (Preparing,))}, "a run was begun already"),
    Incoming: _row({Idle: Go(response.ask, (Asked, Idle))}, "a run was begun already"),
    Stretched: _row(
        {
            Preparing: Go(request.send_request, (Calling, Ended)),
            Answering: Go(response.challenge, (Challenging, Ended)),
        },
        "nothing is being stretched (any more)",
    ),
    Unstretched: _row(
        {
            Preparing: Go(request.give_up, (Ended,)),
            Answering: Go(ending.break_off, (Ended,)),
        },
        "nothing is being stretched (any more)",
    ),
    Noted: _row({Calling: Go(request.note, (Calling,))}, "the relay's times are taken with the request only"),
    Rejected: _row({Calling: Go(request.reject, (Calling, Ended))}, "only a request can be turned away"),
    Cancel: _row(
        {
            Preparing: Go(request.drop, (Ended,)),
            Calling: Go(request.withdraw, (Ended,)),
            Counting: Go(request.withdraw, (Ended,)),
        },
        "a request can be taken back until proof leaves",
    ),
    Answer: _row({Asked: Go(response.answer, (Answering, Ended))}, "there is no open prompt"),
    Decline: _row(
        {Asked: Go(response.decline, (Ended,))}, "a request can be declined until the phrase is typed"
    ),
    Hush: _row({Asked: Go(response.hush, (Ended,))}, "there is no open prompt"),
    GuessCounted: _row(
        {
            Counting: Go(request.send_proof, (Proving,)),
            Judging: Go(response.judge, (Responding, Ended)),
        },
        "no guess waits to be counted (any more)",
    ),
    GuessRefused: _row(
        {
            Counting: Go(request.stop_guessing, (Ended,)),
            Judging: Go(response.stop_judging, (Ended,)),
        },
        "no guess waits to be counted (any more)",
    ),
    Connected: _row(
        {**_same(_connect, _LIVE), Ended: Go(_connect_ended, (Ended,))}, "no run waits for the connection"
    ),
    Disconnected: _row(_same(_disconnect, _LIVE), "no run waits for the connection"),
    Tick: _row(_same(_tick, (*_BEFORE_PENDING, *_PENDING), Ended), "no clock runs"),
    Crossed: _row(
        {
            **_same(ending.refuse_other, (*_BEFORE_PENDING, *_PENDING)),
            Preparing: Go(request.yield_unsent, (Ended,)),
            Calling: Go(request.cross, (Calling, Ended)),
        },
        "no run of one's own is live",
    ),
    Request: _row(_OUT_OF_TURN, _SETTLED),
    Challenge: _row({**_OUT_OF_TURN, **_UNHELD, Calling: Go(request.prove, (Counting, Ended))}, _SETTLED),
    Proof: _row(
        {**_OUT_OF_TURN, **_UNHELD, Challenging: Go(response.count_before_judging, (Judging,))}, _SETTLED
    ),
    Response: _row(
        {**_OUT_OF_TURN, **_UNHELD, Proving: Go(confirmation.verify_and_confirm, (Confirming, Ended))},
        _SETTLED,
    ),
    Confirm: _row(
        {
            **_OUT_OF_TURN,
            **_UNHELD,
            Responding: Go(confirmation.open_first, (Responding, Established, Ended)),
        },
        _SETTLED,
    ),
    Verdict: _row(
        {
            Idle: Go(_verdict_for_nothing, (Idle,)),
            **_same(ending.hear_verdict, _BEFORE_PENDING, Ended),
            Confirming: Go(confirmation.hear_verdict, (Established, Ended)),
            Responding: Go(confirmation.hear_verdict, (Responding, Established, Ended)),
            Ended: Go(ending.correct, (Ended,)),
        },
        "a run has one verdict",
    ),
    Abort: _row(
        {
            **_ABORTED,
            **_same(confirmation.keep_code, _PENDING),
            Established: Go(confirmation.lose, (Established,)),
            Ended: Go(ending.hear_late_abort, (Ended,)),
        },
        "there is nothing to abort, and an abort is never answered",
    ),
    Repeat: _row(_same(_repeat, (*_LIVE, Established)), "nothing was taken under this h"),
    Malformed: _row(
        {
            **_OUT_OF_TURN,
            **_same(_not_held_malformed, (Idle, Ended)),
            Responding: Go(_malformed_confirm, (Responding, Ended)),
        },
        _SETTLED,
    ),
    Noise: _row({}, "a malformed 06 or 07 says nothing"),
}

MOMENTS: tuple[type, ...] = tuple(_BY_EVENT)
TABLE: dict[tuple[type, type], Row] = {
    (state, moment): row for moment, rows in _BY_EVENT.items() for state, row in rows.items()
}


def diagram() -> str:
    """Draw the table as a Mermaid state diagram; events that change no state are left out."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (state, moment), row in TABLE.items():
        for target in row.to if isinstance(row, Go) else ():
            if target is not state:
                arrows.setdefault((state.__name__, target.__name__), []).append(moment.__name__)
    lines = ["stateDiagram-v2", "    [*] --> Idle"]
    lines += [f"    {start} --> {end}: {', '.join(names)}" for (start, end), names in arrows.items()]
    return "\n".join([*lines, "    Ended --> [*]", ""])
