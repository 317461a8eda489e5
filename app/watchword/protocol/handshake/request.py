"""Request (P10): the requester's side, from the typed phrase to `proof` (P1, P7, P8).

One challenge is answered per request, and the guess is counted on disk before `proof` leaves.
See `docs/protocol/exchange.md`, Flow.
"""

from msgspec.structs import replace

from watchword.crypto import passphrase, primitives, schedule, spake2
from watchword.crypto.spake2 import EDWARDS25519
from watchword.model.requests import Ending, Role
from watchword.protocol.handshake import effects, events, timeout
from watchword.protocol.handshake.effects import Step
from watchword.protocol.handshake.ending import aborted, over, refuse_other
from watchword.protocol.handshake.states import (
    Calling,
    Counting,
    Ended,
    Idle,
    Preparing,
    Proving,
    Run,
)
from watchword_wire.errors import PeerError
from watchword_wire.exchange import SUITE, AbortCode, Challenge, Proof, Request, handle


def dial(_state: Idle, event: events.Dial, now: float) -> Step:
    """P1: begin a run; the phrase has to be stretched first."""
    run = Run(Role.ASKING, event.me, event.peer, timeout.started(now, connected=event.connected))
    salt = passphrase.salt(SUITE, str(event.me), str(event.peer), event.dice.n_a)
    return Preparing(run, event.identity, event.dice), (effects.Stretch(event.phrase, salt),)


def send_request(state: Preparing, event: events.Stretched, _now: float) -> Step:
    """P7: make the key pair, encrypt the public key with the passphrase ciphertext, send `request`."""
    run, dice = state.run, state.dice
    w = int.from_bytes(event.w.expose(), "little")
    if w == 0:
        return over(run, Ending.NOT_FINISHED)
    mask_a, _ = spake2.masks(SUITE, str(run.me), str(run.peer), dice.n_a)
    p_a = spake2.encrypt_public_key(EDWARDS25519, w, mask_a, spake2.scalar(dice.x.expose()))
    ek_a = primitives.kem_public(dice.kem_seed.expose())
    request = Request(run.me, run.peer, dice.n_a, p_a, ek_a)
    data = request.encode()
    run = replace(run, h=handle(data), said=data)
    return Calling(run, state.identity, dice, request, event.w), (effects.Send(data),)


def give_up(state: Preparing, _event: events.Unstretched, _now: float) -> Step:
    """The phrase could not be stretched: nothing was sent."""
    return over(state.run, Ending.NOT_FINISHED)


def note(state: Calling, event: events.Noted, now: float) -> Step:
    """The relay has the request: A's clock runs from its word, which is taken once."""
    if state.noted:
        return state, (effects.Ignore("the relay's times are taken once"),)
    clock = timeout.told(state.run.clock, event.t1_ms, event.t2_ms, now)
    return replace(state, run=replace(state.run, clock=clock), noted=True), ()


def reject(state: Calling, _event: events.Rejected, _now: float) -> Step:
    """The relay would not take the request: nobody saw it."""
    if state.noted:
        return state, (effects.Ignore("the relay has taken the request before"),)
    return over(state.run, Ending.NOT_FINISHED)


def drop(state: Preparing, _event: events.Cancel, _now: float) -> Step:
    """Take the request back before it was sent."""
    return over(state.run, Ending.WITHDRAWN)


def withdraw(state: Calling | Counting, _event: events.Cancel, _now: float) -> Step:
    """Take the request back, which is possible until `proof` leaves."""
    return aborted(state.run, AbortCode.WITHDRAWN)


def yield_unsent(state: Preparing, _event: events.Crossed, _now: float) -> Step:
    """Both dial at once, and mine is not out yet: theirs goes on."""
    return Ended(state.run.h, Ending.WITHDRAWN, gave_way=True), ()


def cross(state: Calling, event: events.Crossed, _now: float) -> Step:
    """Both dial at once: the smaller h goes on, the other side withdraws its own, uncounted."""
    if not event.same_device:
        return refuse_other(state, event, _now)
    if state.run.h < event.h:
        return state, (effects.Ignore("both dialled at once and this request goes on"),)
    ended, done = aborted(state.run, AbortCode.WITHDRAWN)
    return replace(ended, gave_way=True), done


def prove(state: Calling, message: Challenge, _now: float) -> Step:
    """P6, P8: decrypt B's public key, derive the first key, make `proof`; count the guess before it leaves.

    Whether the phrases agree cannot be seen here. A malformed challenge ends the run.
    """
    run, dice, w = state.run, state.dice, int.from_bytes(state.w.expose(), "little")
    try:
        _check_challenge(message, state.request)
    except PeerError:
        return aborted(run, AbortCode.BROKEN_OFF)
    _, mask_b = spake2.masks(SUITE, str(run.me), str(run.peer), dice.n_a)
    shared = spake2.shared_point(
        EDWARDS25519, w, mask_b, message.p_b, spake2.scalar(dice.x.expose()), dice.fallback.expose()
    )
    ids = str(run.me).encode(), str(run.peer).encode()
    ke = spake2.confirmation_secret(spake2.transcript(*ids, state.request.p_a, message.p_b, shared, w))
    ss = primitives.decapsulate(dice.kem_seed.expose(), message.ct)
    challenge = message.encode()
    first = schedule.first_keys(state.request.encode(), challenge, ke, ss)
    c_a = schedule.code_a(first, dice.r_a)
    counting = Counting(run.took(challenge), state.identity, first, dice.r_a, c_a, message.rk_b)
    return counting, (effects.CountGuess(run.h, run.peer.account),)


def _check_challenge(message: Challenge, request: Request) -> None:
    """Check what of a challenge can be checked without the phrase.

    Raises:
        PeerError: pB is no point or is pA, nB is nA, or rkB is of small order.
    """
    if message.n_b == request.n_a or message.p_b == request.p_a or not EDWARDS25519.is_valid(message.p_b):
        raise PeerError("challenge breaks the rules")
    primitives.x25519(_ANY_KEY, message.rk_b)


_ANY_KEY = bytes(32)
"""Any private key (X25519 clamps it) shows whether a public key is of small order."""


def send_proof(state: Counting, _event: events.GuessCounted, _now: float) -> Step:
    """The guess is on disk: `proof` leaves. From here the user cannot take the request back."""
    proof = Proof(state.run.h, state.r_a, state.c_a).encode()
    proving = Proving(
        state.run.answered(proof), state.identity, state.first, state.r_a, state.c_a, state.rk_b
    )
    return proving, (effects.Send(proof),)


def stop_guessing(state: Counting, _event: events.GuessRefused, _now: float) -> Step:
    """The limit was reached meanwhile: nothing is revealed, the run ends."""
    return aborted(state.run, AbortCode.BROKEN_OFF)
