"""Response (P10): the responder's side, from the prompt to `response` (P2, P6, P7, P8).

Nothing keyed leaves before the requester's code was judged, one proof is judged per challenge, and the
guess is counted on disk before the judgement. See `docs/protocol/exchange.md`, Flow.
"""

from watchword.crypto import identity, passphrase, primitives, schedule, spake2
from watchword.crypto.secret import Secret
from watchword.crypto.spake2 import EDWARDS25519
from watchword.model.requests import Ending, Role
from watchword.protocol.handshake import effects, events, timeout
from watchword.protocol.handshake.effects import Step
from watchword.protocol.handshake.ending import aborted, over
from watchword.protocol.handshake.states import (
    Answering,
    Asked,
    Challenging,
    Idle,
    Judging,
    Responding,
    Run,
    pack,
)
from watchword_wire.errors import PeerError
from watchword_wire.exchange import (
    SUITE,
    Abort,
    AbortCode,
    Challenge,
    Proof,
    Request,
    Response,
    handle,
    parse,
)


def ask(state: Idle, event: events.Incoming, now: float) -> Step:
    """P2: check what can be checked, then pop up the prompt.

    A silent one is never answered; a repeat is ignored; what breaks the rules is refused with code 03.
    """
    if event.silent:
        return state, (effects.Ignore("this asker gets no answer"),)
    h = handle(event.data)
    if event.seen == h:
        return state, (effects.Ignore("this request was seen before"),)
    try:
        request = _check_request(event)
    except PeerError as error:
        refusal = effects.Send(Abort(h, AbortCode.BROKEN_OFF).encode())
        return state, (refusal, effects.Ignore(str(error)))
    times = {"t1": timeout.clamped(event.t1_ms), "t2": timeout.clamped(event.t2_ms)}
    clock = timeout.started(now, connected=True, **times)
    run = Run(Role.ASKED, request.id_b, request.id_a, clock, h).took(event.data)
    prompt = effects.Prompt(h, request.id_a, event.hint, event.phrase_kept)
    return Asked(run, request), (effects.RememberNonce(request.n_a, h), prompt)


def _check_request(event: events.Incoming) -> Request:
    """Check a request before the prompt opens.

    Raises:
        PeerError: form, ids, nonce, point or key break the rules; the text says which.
    """
    request = parse(event.data)
    if not isinstance(request, Request):
        raise PeerError("not a request")
    if request.id_b != event.me or request.id_a == event.me:
        raise PeerError("request for somebody else")
    if request.id_a.account == event.me.account and not event.own_device_expected:
        raise PeerError("request of an own device that nobody expects")
    if event.seen is not None:
        raise PeerError("nonce used twice")
    if not EDWARDS25519.is_valid(request.p_a):
        raise PeerError("encrypted public key is no point")
    primitives.kem_check(request.ek_a)
    return request


def answer(state: Asked, event: events.Answer, now: float) -> Step:
    """P2: the user typed a phrase; it has to be stretched first."""
    run = state.run
    if now >= run.clock.ring_ends:
        return run_out(state, event, now)
    salt = passphrase.salt(SUITE, str(run.id_a), str(run.id_b), state.request.n_a)
    answering = Answering(run, event.identity, event.dice, state.request)
    return answering, (effects.Stretch(event.phrase, salt),)


def decline(state: Asked, _event: events.Decline, _now: float) -> Step:
    """The user says no."""
    return aborted(state.run, AbortCode.DECLINED)


def hush(state: Asked, _event: events.Hush, _now: float) -> Step:
    """The asker was blocked: the prompt goes without a word."""
    return over(state.run, Ending.NO_ANSWER)


def run_out(state: Asked, _event: object, _now: float) -> Step:
    """The ring ran out before the user typed."""
    return over(state.run, Ending.NO_ANSWER)


def challenge(state: Answering, event: events.Stretched, _now: float) -> Step:
    """P7, P8: make the key pair, encrypt the public key, derive the first key, send `challenge`.

    The challenge says nothing about the phrase. w and y are not needed after this.
    """
    run, dice, request = state.run, state.dice, state.request
    w = int.from_bytes(event.w.expose(), "little")
    if w == 0:
        return aborted(run, AbortCode.BROKEN_OFF)
    id_a, id_b = str(run.id_a), str(run.id_b)
    mask_a, mask_b = spake2.masks(SUITE, id_a, id_b, request.n_a)
    private = spake2.scalar(dice.y.expose())
    p_b = spake2.encrypt_public_key(EDWARDS25519, w, mask_b, private)
    shared = spake2.shared_point(EDWARDS25519, w, mask_a, request.p_a, private, dice.fallback.expose())
    tt = spake2.transcript(id_a.encode(), id_b.encode(), request.p_a, p_b, shared, w)
    ss, ct = primitives.encapsulate(request.ek_a)
    rk_b = primitives.x25519_public(dice.rk.expose())
    data = Challenge(run.h, dice.n_b, p_b, ct, rk_b).encode()
    first = schedule.first_keys(request.encode(), data, spake2.confirmation_secret(tt), ss)
    challenging = Challenging(run.answered(data), state.identity, first, dice.r_b, dice.rk)
    return challenging, (effects.Send(data),)


def count_before_judging(state: Challenging, message: Proof, _now: float) -> Step:
    """A proof came: one guess is counted before its code is looked at."""
    judging = Judging(
        state.run.took(message.encode()),
        state.identity,
        state.first,
        state.r_b,
        state.rk,
        message.r_a,
        message.c_a,
    )
    return judging, (effects.CountGuess(state.run.h, state.run.peer.account),)


def judge(state: Judging, _event: events.GuessCounted, _now: float) -> Step:
    """P2, P6: judge the requester by cA; only a right one gets the session response.

    A wrong cA, a damaged ct and an identity on the way end alike. A right one takes the guess back, in the
    transaction that stores the run as pending; phrase, w and y are gone by then.
    """
    run, first = state.run, state.first
    if not primitives.equal(schedule.code_a(first, state.r_a), state.c_a):
        return aborted(run, AbortCode.DIFFER)
    c_b = schedule.code_b(first, state.c_a, state.r_a, state.r_b)
    second = schedule.second_keys(first, state.c_a, state.r_a, c_b, state.r_b)
    vouched = identity.vouch(state.identity, identity.ROLE_B, str(run.id_a), str(run.id_b), second.th2)
    box_b = identity.seal_box(second.k_id, vouched, second.th2)
    data = Response(run.h, state.r_b, c_b, box_b).encode()
    responding = Responding(
        run.answered(data), second.th2, second.k2, second.exporter, Secret(state.rk.expose()), second.spoken
    )
    return responding, (
        effects.TakeGuessBack(run.h, run.peer.account),
        effects.StorePending(run.h, pack(responding)),
        effects.Send(data),
    )


def stop_judging(state: Judging, _event: events.GuessRefused, _now: float) -> Step:
    """The limit was reached meanwhile: the proof stays unread and unanswered."""
    return over(state.run, Ending.NOT_FINISHED)
