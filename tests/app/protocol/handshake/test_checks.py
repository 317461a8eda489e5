"""Handshake, What is checked: each line of that section is a test here or in the test of its module."""

import hashlib
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from support.handshake import PHRASE, Terminal, World, fast_stretch
from support.vectors import suite1
from watchword.crypto import passphrase, primitives, spake2
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.crypto.spake2 import EDWARDS25519
from watchword.model.requests import Ending
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.effects import Step
from watchword.protocol.handshake.states import Asked, Calling, Challenging, Ended, Idle, Judging, Proving
from watchword.protocol.handshake.table import step
from watchword_wire import exchange
from watchword_wire.errors import PeerError
from watchword_wire.exchange import SUITE, Abort, AbortCode, Challenge, Kind, Proof, Request, Response
from watchword_wire.ids import FullId, parse_full_id

REFUSE = [point for points in suite1()["points"]["refuse"].values() for point in points]
IDENTITY = b"\x01" + bytes(31)


@pytest.fixture
def world() -> World:
    return World()


def request_of(world: World) -> Request:
    world.a.dial(world.b)
    request = exchange.parse(world.a.outbox.pop())
    assert isinstance(request, Request)
    return request


def incoming(world: World, request: Request | bytes, **known: object) -> Step:
    data = request if isinstance(request, bytes) else request.encode()
    event = events.Incoming(data, world.b.me, 120_000, 135_000)
    return step(Idle(), replace(event, **known), world.now)


def is_refused(outcome: Step, data: bytes) -> bool:
    """No prompt; the asker is told code 03."""
    state, done = outcome
    refusal = effects.Send(Abort(exchange.handle(data), AbortCode.BROKEN_OFF).encode())
    return isinstance(state, Idle) and refusal in done


# --- before the prompt opens ---------------------------------------------------------------


def test_a_good_request_opens_the_prompt(world: World) -> None:
    state, done = incoming(world, request_of(world), hint="from work")
    assert isinstance(state, Asked)
    assert [type(effect) for effect in done] == [
        effects.RememberNonce,
        effects.Prompt,
        effects.Show,
        effects.SetTimer,
    ]
    (prompt,) = (effect for effect in done if isinstance(effect, effects.Prompt))
    assert (prompt.peer, prompt.hint, prompt.phrase_kept) == (world.a.me, "from work", False)


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: data + b"\x00"])
def test_length(world: World, spoil: Callable[[bytes], bytes]) -> None:
    data = spoil(request_of(world).encode())
    assert is_refused(incoming(world, data), data)


def test_type(world: World) -> None:
    data = b"\x02" + request_of(world).encode()[1:]
    assert is_refused(incoming(world, data), data)
    proof = Proof(bytes(32), bytes(32), bytes(32)).encode()
    assert is_refused(incoming(world, proof), proof)


def test_suite(world: World) -> None:
    data = request_of(world).encode()
    data = data[:1] + b"\x00\x11" + data[3:]
    assert is_refused(incoming(world, data), data)


@pytest.mark.parametrize("name", ["cy/1", "bo/2", "ada/1"])
def test_id_b_is_me(world: World, name: str) -> None:
    request = replace(request_of(world), id_b=parse_full_id(name))
    assert is_refused(incoming(world, request), request.encode())


def test_id_a_is_not_me(world: World) -> None:
    request = replace(request_of(world), id_a=world.b.me)
    assert is_refused(incoming(world, request), request.encode())


def test_my_own_other_device_only_when_i_asked_for_it(world: World) -> None:
    request = replace(request_of(world), id_a=parse_full_id("bo/2"))
    assert is_refused(incoming(world, request), request.encode())
    state, _ = incoming(world, request, own_device_expected=True)
    assert isinstance(state, Asked)


def test_a_nonce_seen_within_24_h_is_refused(world: World) -> None:
    request = request_of(world)
    assert is_refused(incoming(world, request, seen=bytes(32)), request.encode())


def test_a_byte_identical_repeat_is_ignored(world: World) -> None:
    request = request_of(world)
    _, done = incoming(world, request, seen=exchange.handle(request.encode()))
    assert [type(effect) for effect in done] == [effects.Ignore]
    world.b.hear(request.encode())
    state = world.b.state
    world.b.hear(request.encode())
    assert world.b.state is state
    assert world.b.sent() == []


@pytest.mark.parametrize("point", [*map(bytes.fromhex, REFUSE), IDENTITY, bytes(32), b"\xff" * 32])
def test_p_a_is_a_point(world: World, point: bytes) -> None:
    request = replace(request_of(world), p_a=point)
    assert is_refused(incoming(world, request), request.encode())


def test_ek_passes_the_check_of_fips_203(world: World) -> None:
    request = request_of(world)
    request = replace(request, ek_a=b"\xff\xff" + request.ek_a[2:])
    assert is_refused(incoming(world, request), request.encode())


def test_one_live_handshake_per_peer_account_others_are_refused(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    state = world.b.state
    second = World(seed=7, first="ada/2")
    second.a.dial(second.b)
    (request,) = second.a.outbox
    world.b.hear(request)
    assert world.b.state is state
    assert world.b.sent() == [Abort(exchange.handle(request), AbortCode.BROKEN_OFF)]
    third = World(seed=8, first="cy/1")
    third.a.dial(third.b)
    world.b.hear(third.a.outbox[0])
    assert len(world.b.runs) == 2


def test_silence_comes_before_every_refusal(world: World) -> None:
    request = request_of(world)
    for data in (request.encode(), request.encode()[:-1]):
        state, done = incoming(world, data, silent=True)
        assert isinstance(state, Idle)
        assert [type(effect) for effect in done] == [effects.Ignore]


# --- the challenge ---------------------------------------------------------------------------


def challenged(world: World) -> Challenge:
    """A is calling, and this is the challenge that is on its way."""
    world.relay.drops = {Kind.CHALLENGE}
    world.meet()
    challenge = world.b.sent()[-1]
    assert isinstance(challenge, Challenge)
    assert isinstance(world.a.state, Calling)
    return challenge


@pytest.mark.parametrize("point", [*map(bytes.fromhex, REFUSE), IDENTITY, bytes(32), b"\xff" * 32])
def test_p_b_is_a_point(world: World, point: bytes) -> None:
    world.a.hear(replace(challenged(world), p_b=point).encode())
    ended_broken_off(world.a)


def test_p_b_is_not_p_a(world: World) -> None:
    challenge = challenged(world)
    assert isinstance(world.a.state, Calling)
    world.a.hear(replace(challenge, p_b=world.a.state.request.p_a).encode())
    ended_broken_off(world.a)


def test_n_b_is_not_n_a(world: World) -> None:
    challenge = challenged(world)
    assert isinstance(world.a.state, Calling)
    world.a.hear(replace(challenge, n_b=world.a.state.request.n_a).encode())
    ended_broken_off(world.a)


def test_rk_b_is_not_of_small_order(world: World) -> None:
    world.a.hear(replace(challenged(world), rk_b=bytes(32)).encode())
    ended_broken_off(world.a)


def ended_broken_off(terminal: Terminal) -> None:
    """Malformed: code 03, shown as not finished, and no guess was counted."""
    assert isinstance(terminal.state, Ended)
    assert terminal.sent()[-1] == Abort(terminal.state.h, AbortCode.BROKEN_OFF)
    assert terminal.concluded() == [(Ending.NOT_FINISHED, False)]
    assert terminal.tallies == {}


def test_exactly_one_challenge_is_answered(world: World) -> None:
    challenge = challenged(world)
    world.a.hear(challenge.encode())
    proof = world.a.sent()[-1]
    assert isinstance(proof, Proof)
    world.a.hear(replace(challenge, n_b=b"\x77" * 32).encode())
    assert isinstance(world.a.state, Ended)
    assert [message for message in world.a.sent() if isinstance(message, Proof)] == [proof]


def test_exactly_one_proof_is_judged(world: World) -> None:
    world.relay.drops = {Kind.RESPONSE}
    world.meet()
    proof = next(message for message in world.a.sent() if isinstance(message, Proof))
    state = world.b.state
    world.b.hear(replace(proof, c_a=bytes(32)).encode())
    assert world.b.state is state
    assert world.b.count(world.a) == 0
    assert len([message for message in world.b.sent() if isinstance(message, Response)]) == 1


def test_a_repeated_request_gets_the_same_challenge_while_the_run_lives(world: World) -> None:
    world.relay.drops = {Kind.PROOF}
    world.meet()
    request, challenge = world.relay.carried
    world.b.hear(request)
    assert world.b.outbox == [challenge]


@pytest.mark.parametrize("kind", [Kind.CHALLENGE, Kind.PROOF, Kind.RESPONSE, Kind.CONFIRM])
def test_an_exact_repeat_gets_the_same_stored_bytes(world: World, kind: Kind) -> None:
    """Of an answered message; of an unanswered one nothing, of `confirm` only the acknowledgement."""
    world.meet()
    side = world.b if kind in {Kind.PROOF, Kind.CONFIRM} else world.a
    data = next(data for data in world.relay.carried if data[0] == kind)
    following = [carried for carried in world.relay.carried if carried[0] == kind + 1]
    side.hear(data)
    side.hear(data)
    assert side.outbox == following * 2
    assert len(following) == (0 if kind is Kind.CONFIRM else 1)


def test_a_repeated_challenge_gets_nothing_before_the_guess_is_counted(world: World) -> None:
    challenge = challenged(world)
    state, _ = step(world.a.state, events.Received(challenge.encode()), world.now)
    _, done = step(state, events.Received(challenge.encode()), world.now)
    assert done == ()


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("data", [b"\x02", b"\x03", b"\x04", b"\x05"])
def test_a_malformed_message_ends_a_run_that_is_not_pending(world: World, side: str, data: bytes) -> None:
    world.relay.drops = {Kind.CHALLENGE}
    world.meet()
    terminal: Terminal = getattr(world, side)
    state = terminal.state
    assert isinstance(state, Calling | Challenging)
    terminal.hear(data + state.run.h + b"short")
    assert terminal.sent()[-1] == Abort(state.run.h, AbortCode.BROKEN_OFF)
    assert terminal.ending is Ending.NOT_FINISHED


def test_h_is_checked_on_02_to_07(world: World) -> None:
    """Another h is another run: the message never reaches this one, and 02–05 are answered 04."""
    challenge = challenged(world)
    state = world.a.state
    world.a.hear(replace(challenge, h=bytes(32)).encode())
    assert world.a.state is state
    assert world.a.sent()[-1] == Abort(bytes(32), AbortCode.NO_SUCH_SESSION)


# --- identity points: never an uncounted guess -------------------------------------------------


def guessed_request(world: World, phrase: str) -> Request:
    """A relay that plays A sends pA = w'·M: with the right w', X is the identity."""
    n_a = b"\x11" * 32
    salt = passphrase.salt(SUITE, str(world.a.me), str(world.b.me), n_a)
    w = int.from_bytes(fast_stretch(passphrase.normalise(phrase), salt).expose(), "little")
    mask, _ = spake2.masks(SUITE, str(world.a.me), str(world.b.me), n_a)
    p_a = EDWARDS25519.multiply(w, mask)
    assert p_a is not None
    return Request(world.a.me, world.b.me, n_a, p_a, primitives.kem_public(bytes(64)))


@pytest.mark.parametrize("guess", [PHRASE, "another guess"])
def test_a_guess_built_as_an_identity_gets_a_challenge_and_fails_counted_at_the_proof(
    world: World, guess: str
) -> None:
    request = guessed_request(world, guess)
    world.b.hear(request.encode())
    world.b.answer(PHRASE)
    h = exchange.handle(request.encode())
    assert [type(message) for message in world.b.sent()] == [Challenge]
    assert world.b.count(world.a) == 0
    # The guesser knows that K would be the identity and makes the proof that follows from it.
    challenge = world.b.sent()[0]
    assert isinstance(challenge, Challenge)
    salt = passphrase.salt(SUITE, str(world.a.me), str(world.b.me), request.n_a)
    w = int.from_bytes(fast_stretch(passphrase.normalise(guess), salt).expose(), "little")
    from watchword.crypto import schedule  # noqa: PLC0415 only this test computes as an attacker

    ids = str(world.a.me).encode(), str(world.b.me).encode()
    tt = spake2.transcript(*ids, request.p_a, challenge.p_b, IDENTITY, w)
    ss = primitives.decapsulate(bytes(64), challenge.ct)
    keys = schedule.first_keys(request.encode(), challenge.encode(), spake2.confirmation_secret(tt), ss)
    world.b.hear(Proof(h, bytes(32), schedule.code_a(keys, bytes(32))).encode())
    assert world.b.sent()[-1] == Abort(h, AbortCode.DIFFER)
    assert world.b.count(world.a) == 1


@pytest.mark.parametrize("guess", [PHRASE, "another guess"])
def test_the_same_towards_a_fails_counted_at_the_response(world: World, guess: str) -> None:
    """A relay that plays B sends pB = w'·N."""
    world.relay.drops = {Kind.CHALLENGE}
    world.meet()
    challenge = world.b.sent()[-1]
    state = world.a.state
    assert isinstance(challenge, Challenge)
    assert isinstance(state, Calling)
    salt = passphrase.salt(SUITE, str(world.a.me), str(world.b.me), state.request.n_a)
    w = int.from_bytes(fast_stretch(passphrase.normalise(guess), salt).expose(), "little")
    _, mask = spake2.masks(SUITE, str(world.a.me), str(world.b.me), state.request.n_a)
    p_b = EDWARDS25519.multiply(w, mask)
    assert p_b is not None
    world.a.hear(replace(challenge, p_b=p_b).encode())
    assert isinstance(world.a.state, Proving)
    assert world.a.count(world.b) == 1
    world.a.hear(Response(state.run.h, bytes(32), bytes(32), bytes(112)).encode())
    assert world.a.sent()[-1] == Abort(state.run.h, AbortCode.DIFFER)
    assert world.a.count(world.b) == 1


# --- codes -----------------------------------------------------------------------------------


def wrong_phrase(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.b.answer("something else")
    world.settle()


def damaged_ct(world: World) -> None:
    challenge = challenged(world)
    world.relay.drops = set()
    ct = bytes([challenge.ct[0] ^ 1]) + challenge.ct[1:]
    world.a.hear(replace(challenge, ct=ct).encode())
    world.settle()


def wrong_c_a(world: World) -> None:
    world.relay.drops = {Kind.PROOF}
    world.meet()
    proof = next(message for message in world.a.sent() if isinstance(message, Proof))
    world.b.hear(replace(proof, c_a=bytes(32)).encode())
    world.settle()


@pytest.mark.parametrize("spoil", [wrong_phrase, damaged_ct, wrong_c_a])
def test_a_wrong_c_a_and_a_damaged_ct_end_alike_and_get_no_response(
    world: World, spoil: Callable[[World], None]
) -> None:
    spoil(world)
    assert not any(isinstance(message, Response) for message in world.b.sent())
    last = world.b.sent()[-1]
    assert isinstance(last, Abort)
    assert last.code is AbortCode.DIFFER
    assert len(last.encode()) == 34
    assert world.b.ending is world.a.ending is Ending.DIFFER
    assert world.b.count(world.a) == 1


@pytest.mark.parametrize("field", ["c_b", "box_b"])
def test_a_wrong_c_b_and_a_wrong_box_end_as_a_wrong_c_a_does(world: World, field: str) -> None:
    world.relay.drops = {Kind.RESPONSE}
    world.meet()
    response = world.b.sent()[-1]
    assert isinstance(response, Response)
    value = getattr(response, field)
    world.a.hear(replace(response, **{field: bytes([value[0] ^ 1]) + value[1:]}).encode())
    assert world.a.sent()[-1] == Abort(response.h, AbortCode.DIFFER)
    assert world.a.concluded() == [(Ending.DIFFER, False)]
    assert world.a.count(world.b) == 1
    assert not world.a.pending


def test_a_bad_signature_in_the_box_is_broken_off_and_takes_the_guess_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since cB and boxB hold, B knows the phrase: the count goes back; only the signature is wrong."""
    world.relay.drops = {Kind.PROOF}
    world.meet()
    state = world.b.state
    assert isinstance(state, Challenging)
    own = primitives.ed25519_sign
    monkeypatch.setattr("watchword.crypto.identity.ed25519_sign", lambda seed, data: own(seed, data + b"x"))
    world.relay.drops = {Kind.RESPONSE}
    world.a.cut()
    world.a.join()
    response = world.b.sent()[-1]
    monkeypatch.undo()
    world.a.hear(response.encode())
    assert world.a.sent()[-1] == Abort(state.run.h, AbortCode.BROKEN_OFF)
    assert world.a.ending is Ending.NOT_FINISHED
    assert world.a.count(world.b) == 0
    assert not world.a.pending


def test_codes_are_compared_in_constant_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    own = primitives.equal

    def watched(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return own(one, other)

    monkeypatch.setattr(primitives, "equal", watched)
    world.meet()
    proof = next(message for message in world.a.sent() if isinstance(message, Proof))
    response = next(message for message in world.b.sent() if isinstance(message, Response))
    assert {proof.c_a, response.c_b} <= set(compared)


def test_b_looks_at_the_code_only_after_the_guess_is_on_disk(world: World) -> None:
    world.relay.drops = {Kind.PROOF}
    world.meet()
    proof = next(message for message in world.a.sent() if isinstance(message, Proof))
    for code in (proof.c_a, bytes(32)):
        state, done = step(world.b.state, events.Received(replace(proof, c_a=code).encode()), world.now)
        assert isinstance(state, Judging)
        assert done == (effects.CountGuess(proof.h, "ada"),)
    ended, done = step(state, events.GuessRefused(), world.now)
    assert isinstance(ended, Ended)
    assert not any(isinstance(effect, effects.Send) for effect in done)


def test_what_is_stored_holds_neither_phrase_nor_scalars(world: World) -> None:
    """Pending: th2, k2, kx, rkB's private key (B); th2, ratchet state, kx, m0 (A); no phrase, w, x, y."""
    secrets: dict[str, bytes] = {}
    world.relay.drops = {Kind.CONFIRM}
    world.a.dial(world.b)
    calling = world.a.state
    assert isinstance(calling, Calling)
    secrets |= {"w": calling.w.expose(), "x": calling.dice.x.expose(), "dk": calling.dice.kem_seed.expose()}
    secrets["x reduced"] = spake2.scalar(secrets["x"]).to_bytes(32, "little")
    world.settle()
    world.b.answer()
    world.settle()
    secrets |= {"phrase": PHRASE.encode(), "identity a": world.a.identity.expose()}
    secrets["identity b"] = world.b.identity.expose()
    for terminal in (world.a, world.b):
        ((packed, _),) = terminal.pending.values()
        for name, value in secrets.items():
            assert value not in packed.expose(), name
            assert value.hex() not in packed.expose().hex(), name


def test_nothing_opens_with_the_first_key(world: World) -> None:
    """Same k1, another R: another k2; no message opens with k1 (P9)."""
    world.relay.drops = {Kind.PROOF}
    world.meet()
    state = world.b.state
    assert isinstance(state, Challenging)
    first_key = state.first.k1
    world.relay.drops = set()
    world.a.cut()
    world.a.join()
    from watchword.protocol import ratchet  # noqa: PLC0415 only this test opens by hand

    confirm = next(data for data in world.relay.carried if data[0] == Kind.CONFIRM)
    session = world.b.session
    root = ratchet.Root(session.h, session.th2, first_key, session.exporter)
    with pytest.raises(PeerError):
        ratchet.open_first(root, state.rk, confirm[33:])


def test_reprs_show_no_secret(world: World) -> None:
    shown: list[str] = []
    secrets: list[bytes] = [PHRASE.encode(), world.a.identity.expose(), world.b.identity.expose()]
    feed = Terminal.feed

    def watched(terminal: Terminal, at: int, event: events.Event) -> None:
        shown.append(repr(terminal.runs[at]) + repr(event))
        feed(terminal, at, event)
        state = terminal.runs[at]
        shown.append(repr(state))
        if isinstance(state, Challenging | Proving):
            secrets.extend((state.first.k1.expose(), state.first.k_a.expose(), state.first.k_b.expose()))
        if isinstance(state, Calling):
            secrets.append(state.w.expose())

    for terminal in (world.a, world.b):
        terminal.feed = watched.__get__(terminal)  # type: ignore[method-assign]  # to look from inside
    world.meet()
    text = "".join(shown) + repr(world.a.log) + repr(world.b.log)
    assert len(secrets) > 6
    for secret in secrets:
        assert repr(secret)[2:-1] not in text
        assert secret.hex() not in text
    assert hashlib.sha256(PHRASE.encode()).hexdigest() not in text


def test_ids_bind_the_run(world: World) -> None:
    """Another id in the request gives another h, and the proof of one run says nothing in another."""
    request = request_of(world)
    other = replace(request, id_a=FullId("ada", 2))
    assert exchange.handle(request.encode()) != exchange.handle(other.encode())
    assert ed25519_public(world.a.identity.expose()) == world.a.public
    assert world.a.identity != Secret(bytes(32))
