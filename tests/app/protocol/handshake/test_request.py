"""The requester, from the typed phrase to `proof` (handshake, What is checked)."""

import pytest
from msgspec.structs import replace

from support.handshake import PHRASE, World, challenged, ended_broken_off, fast_stretch, request_of
from support.vectors import suite1
from watchword.crypto import passphrase, spake2
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.crypto.spake2 import EDWARDS25519
from watchword.model.requests import Ending
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.dice import RequesterDice
from watchword.protocol.handshake.states import Calling, Ended, Idle, Proving
from watchword.protocol.handshake.table import step
from watchword_wire import exchange
from watchword_wire.exchange import SUITE, Abort, AbortCode, Challenge, Kind, Proof, Request, Response
from watchword_wire.ids import FullId

REFUSE = [point for points in suite1()["points"]["refuse"].values() for point in points]
IDENTITY = b"\x01" + bytes(31)


@pytest.fixture
def world() -> World:
    return World()


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


def test_exactly_one_challenge_is_answered(world: World) -> None:
    challenge = challenged(world)
    world.a.hear(challenge.encode())
    proof = world.a.sent()[-1]
    assert isinstance(proof, Proof)
    world.a.hear(replace(challenge, n_b=b"\x77" * 32).encode())
    assert isinstance(world.a.state, Ended)
    assert [message for message in world.a.sent() if isinstance(message, Proof)] == [proof]


def test_a_repeated_challenge_gets_nothing_before_the_guess_is_counted(world: World) -> None:
    challenge = challenged(world)
    state, _ = step(world.a.state, events.Received(challenge.encode()), world.now)
    _, done = step(state, events.Received(challenge.encode()), world.now)
    assert done == ()


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


def test_ids_bind_the_run(world: World) -> None:
    """Another id in the request gives another h, and the proof of one run says nothing in another."""
    request = request_of(world)
    other = replace(request, id_a=FullId("ada", 2))
    assert exchange.handle(request.encode()) != exchange.handle(other.encode())
    assert ed25519_public(world.a.identity.expose()) == world.a.public
    assert world.a.identity != Secret(bytes(32))


def test_a_w_of_zero_sends_nothing(world: World) -> None:
    dice = RequesterDice.roll(world.dice.randbytes)
    dial = events.Dial(world.a.me, world.b.me, Secret(b"words"), world.a.identity, dice, connected=True)
    state, _ = step(Idle(), dial, world.now)
    ended, done = step(state, events.Stretched(Secret(bytes(32))), world.now)
    assert isinstance(ended, Ended)
    assert not any(isinstance(effect, effects.Send) for effect in done)


def test_a_request_that_the_relay_turns_away_ends_here(world: World) -> None:
    world.a.dial(world.b)
    world.a.command(events.Rejected())
    assert world.a.concluded() == [(Ending.NOT_FINISHED, False)]
    assert [type(message) for message in world.a.sent()] == [Request]


def test_a_refusal_of_something_later_does_not_end_a_request_that_was_taken(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.a.command(events.Rejected())
    assert isinstance(world.a.state, Calling)


def test_a_guess_limit_met_on_the_way_reveals_nothing(world: World) -> None:
    challenge = challenged(world)
    state, _ = step(world.a.state, events.Received(challenge.encode()), world.now)
    ended, done = step(state, events.GuessRefused(), world.now)
    assert isinstance(ended, Ended)
    assert [effect.data[0] for effect in done if isinstance(effect, effects.Send)] == [Kind.ABORT]


def test_a_cancel_while_the_phrase_is_stretched_sends_nothing(world: World) -> None:
    dice = RequesterDice.roll(world.dice.randbytes)
    dial = events.Dial(world.a.me, world.b.me, Secret(b"words"), world.a.identity, dice, connected=True)
    state, _ = step(Idle(), dial, world.now)
    ended, done = step(state, events.Cancel(), world.now)
    assert done == (effects.Conclude(Ending.WITHDRAWN, final=False, gave_way=False),)
    assert isinstance(ended, Ended)
