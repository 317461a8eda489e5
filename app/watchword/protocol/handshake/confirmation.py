"""Confirmation (P10): the requester's judgement of `response`, and both sides' way from pending to open.

A session needs both the own check (A: cB and boxB; B: m0 opened, its signature good) and verdict 00. The
relay's word alone never suffices, and neither does the check. See `docs/protocol/exchange.md`, Flow.
"""

from msgspec.structs import replace

from watchword.crypto import identity, primitives, schedule
from watchword.crypto.identity import ROLE_A, ROLE_B
from watchword.model.requests import Ending
from watchword.protocol import ratchet
from watchword.protocol.handshake import effects
from watchword.protocol.handshake.effects import Effects, Step
from watchword.protocol.handshake.ending import aborted, over
from watchword.protocol.handshake.states import (
    Confirming,
    Established,
    Pending,
    Proving,
    Responding,
    pack,
)
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Abort, AbortCode, Confirm, Response, Verdict, VerdictStatus


def verify_and_confirm(state: Proving, message: Response, _now: float) -> Step:
    """P3: judge the responder by cB and boxB, store the run as pending, ask the relay to confirm.

    A wrong cB and a box that does not open end with code 00, a bad signature with 03; the guess is taken
    back as soon as cB and boxB hold.
    """
    run, first = state.run, state.first
    take_back = effects.TakeGuessBack(run.h, run.peer.account)
    c_b = schedule.code_b(first, state.c_a, state.r_a, message.r_b)
    if not primitives.equal(c_b, message.c_b):
        return aborted(run, AbortCode.DIFFER)
    second = schedule.second_keys(first, state.c_a, state.r_a, c_b, message.r_b)
    id_a, id_b = str(run.id_a), str(run.id_b)
    try:
        vouched = identity.open_box(second.k_id, message.box_b, second.th2)
    except PeerError:
        return aborted(run, AbortCode.DIFFER)
    try:
        peer_key = identity.accept(vouched, ROLE_B, id_a, id_b, second.th2)
    except PeerError:
        ended, done = aborted(run, AbortCode.BROKEN_OFF)
        return ended, (take_back, *done)
    mine = identity.vouch(state.identity, ROLE_A, id_a, id_b, second.th2)
    root = ratchet.Root(run.h, second.th2, second.k2, second.exporter)
    session, m0 = ratchet.seal_first(root, state.rk_b, mine)
    confirm = Confirm(run.h, m0).encode()
    confirming = Confirming(
        run.took(message.encode()).answered(confirm), ratchet.pack(session), peer_key, second.spoken
    )
    return confirming, (
        take_back,
        effects.StorePending(run.h, pack(confirming)),
        effects.Send(confirm),
    )


def open_first(state: Responding, message: Confirm, _now: float) -> Step:
    """B's own check: open m0, check A's signature; a bad one ends the run, after verdict 00 with code 04."""
    if state.session is not None:
        return state, (effects.Ignore("m0 was opened before"),)
    run = state.run
    root = ratchet.Root(run.h, state.th2, state.k2, state.exporter)
    try:
        session, text = ratchet.open_first(root, state.rk, message.m0)
        peer_key = identity.accept(text, ROLE_A, str(run.id_a), str(run.id_b), state.th2)
    except PeerError:
        return fail_check(state, message, _now)
    checked = replace(state, run=run.took(message.encode()), peer_key=peer_key, session=ratchet.pack(session))
    if state.verdict:
        return _opened(checked)
    return checked, (effects.StorePending(run.h, pack(checked)),)


def fail_check(state: Responding, _event: object, _now: float) -> Step:
    """What should be m0 is malformed or badly signed: code 03, or 04 once the relay has said 00."""
    if state.session is not None:
        return state, (effects.Ignore("m0 was opened before"),)
    code = AbortCode.NO_SUCH_SESSION if state.verdict else AbortCode.BROKEN_OFF
    ended, done = aborted(state.run, code)
    status = VerdictStatus.ESTABLISHED if state.verdict else None
    return replace(ended, status=status), done


def hear_verdict(state: Pending, message: Verdict, _now: float) -> Step:
    """P5: 00 opens the session where the own check holds; any other verdict erases the run."""
    if message.status is not VerdictStatus.ESTABLISHED:
        return over(state.run, Ending.NOT_FINISHED, message.status, state.heard_code)
    if isinstance(state, Confirming) or state.session is not None:
        return _opened(state)
    waiting = replace(state, verdict=True)
    return waiting, (effects.StorePending(state.run.h, pack(waiting)),)


def keep_code(state: Pending, message: Abort, _now: float) -> Step:
    """An abort does not end a pending run: it waits for the verdict that it belongs to."""
    return replace(state, heard_code=message.code), ()


def lose(state: Established, message: Abort, _now: float) -> Step:
    """Code 04 from the peer: everything is kept, what was not acknowledged is marked."""
    if message.code is not AbortCode.NO_SUCH_SESSION:
        return state, (effects.Ignore("an abort never changes a session"),)
    return state, (effects.MarkUndelivered(state.run.h),)


def _opened(state: Pending) -> Step:
    run, session = state.run, state.session
    if session is None:
        return state, ()
    opening = effects.OpenSession(run.h, run.role, run.me, run.peer, state.peer_key, session, state.spoken)
    lost: Effects = ()
    if state.heard_code is AbortCode.NO_SUCH_SESSION:
        lost = (effects.MarkUndelivered(run.h),)
    return Established(run), (opening, *lost)
