"""The responder: checks before the prompt, challenge, judgement (handshake, What is checked)."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from support.handshake import PHRASE, World, challenged, fast_stretch, request_of
from support.steps import calls_of
from support.vectors import suite1
from watchword.crypto import passphrase, primitives, schedule, spake2
from watchword.crypto.secret import Secret
from watchword.crypto.spake2 import EDWARDS25519
from watchword.model.requests import Ending
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.dice import ResponderDice
from watchword.protocol.handshake.effects import Step
from watchword.protocol.handshake.states import Asked, Challenging, Ended, Idle, Judging, State
from watchword.protocol.handshake.table import step
from watchword_wire import exchange
from watchword_wire.exchange import SUITE, Abort, AbortCode, Challenge, Kind, Proof, Request, Response
from watchword_wire.ids import parse_full_id

REFUSE = [point for points in suite1()["points"]["refuse"].values() for point in points]
IDENTITY = b"\x01" + bytes(31)


@pytest.fixture
def world() -> World:
    return World()


def incoming(world: World, request: Request | bytes, **known: object) -> Step:
    data = request if isinstance(request, bytes) else request.encode()
    event = events.Incoming(data, world.b.me, 120_000, 135_000)
    return step(Idle(), replace(event, **known), world.now)


def is_refused(outcome: Step, data: bytes) -> bool:
    """No prompt; the asker is told code 03."""
    state, done = outcome
    refusal = effects.Send(Abort(exchange.handle(data), AbortCode.BROKEN_OFF).encode())
    return isinstance(state, Idle) and refusal in done


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
    ids = str(world.a.me).encode(), str(world.b.me).encode()
    tt = spake2.transcript(*ids, request.p_a, challenge.p_b, IDENTITY, w)
    ss = primitives.decapsulate(bytes(64), challenge.ct)
    keys = schedule.first_keys(request.encode(), challenge.encode(), spake2.confirmation_secret(tt), ss)
    world.b.hear(Proof(h, bytes(32), schedule.code_a(keys, bytes(32))).encode())
    assert world.b.sent()[-1] == Abort(h, AbortCode.DIFFER)
    assert world.b.count(world.a) == 1


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


def judged(spoil: Callable[[Proof, Challenging], Proof], phrase: str = PHRASE) -> tuple[list[str], Ended]:
    """What B does from the proof to its word, and where that leads."""
    world = World()
    world.relay.drops = {Kind.PROOF}
    world.a.dial(world.b)
    world.settle()
    world.b.answer(phrase)
    world.settle()
    proof = next(message for message in world.a.sent() if isinstance(message, Proof))
    challenging = world.b.state
    assert isinstance(challenging, Challenging)
    heard = events.Received(spoil(proof, challenging).encode())
    judging, _ = step(challenging, heard, world.now)
    over: list[State] = []
    calls = calls_of(lambda: over.append(step(judging, events.GuessCounted(), world.now)[0]))
    [ended] = over
    assert isinstance(ended, Ended)
    return calls, ended


def test_a_wrong_code_costs_the_same_wherever_it_is_wrong() -> None:
    """Alike in time: the same calls in the same order, and a comparison that reads all of it."""

    def turned(at: int) -> Callable[[Proof, Challenging], Proof]:
        return lambda proof, _state: replace(
            proof, c_a=proof.c_a[:at] + bytes([proof.c_a[at] ^ 1]) + proof.c_a[at + 1 :]
        )

    first, ended = judged(turned(0))
    others = [
        judged(turned(31)),
        judged(lambda proof, _state: replace(proof, c_a=bytes(32))),
        judged(lambda proof, _state: replace(proof, r_a=bytes(32))),
        judged(lambda proof, _state: proof, "something else"),
    ]
    assert "primitives: compare_digest" in first
    assert [calls for calls, _ in others] == [first] * 4
    assert {len(other.said) for _, other in others} == {len(ended.said)} == {34}


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


def test_the_challenge_holds_no_guess_and_w_is_not_kept(world: World) -> None:
    challenged(world)
    state = world.b.state
    assert isinstance(state, Challenging)
    assert "w" not in state.__struct_fields__
    assert world.b.tallies == {}


def test_a_w_of_zero_is_broken_off(world: World) -> None:
    state, _ = incoming(world, request_of(world))
    dice = ResponderDice.roll(world.dice.randbytes)
    state, _ = step(state, events.Answer(Secret(b"words"), world.b.identity, dice), world.now)
    ended, done = step(state, events.Stretched(Secret(bytes(32))), world.now)
    assert isinstance(ended, Ended)
    assert effects.Send(Abort(ended.h, AbortCode.BROKEN_OFF).encode()) in done
