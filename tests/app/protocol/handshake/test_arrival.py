"""A request meets a live run (handshake, Both dial at once; What is checked)."""

import pytest

from support.handshake import World
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.arrival import arrive
from watchword.protocol.handshake.states import Asked, Calling, Ended, Idle, Live, Preparing
from watchword.protocol.handshake.table import step
from watchword_wire.exchange import Abort, AbortCode, handle


def request_to_a(world: World, first: str = "ada/1", second: str = "bo/1") -> events.Incoming:
    other = World(seed=77, first=first, second=second)
    other.b.dial(other.a)
    return events.Incoming(other.b.outbox[0], world.a.me, 120_000, 135_000)


def live(world: World) -> Live:
    state = world.a.state
    assert isinstance(state, Live)
    return state


def test_without_a_live_run_it_begins_one() -> None:
    world = World()
    arrival = arrive(None, request_to_a(world), world.now)
    assert isinstance(arrival.new, Asked)
    assert arrival.live is None


def test_a_request_from_another_device_of_the_account_is_refused() -> None:
    world = World()
    world.a.dial(world.b)
    event = request_to_a(world, second="bo/2")
    arrival = arrive(live(world), event, world.now)
    assert arrival.new is None
    assert arrival.live is world.a.state
    assert arrival.live_effects == (effects.Send(Abort(handle(event.data), AbortCode.BROKEN_OFF).encode()),)


def test_a_call_that_was_not_sent_yet_gives_way_without_a_word() -> None:
    world = World()
    world.a.dial(world.b)
    calling = live(world)
    assert isinstance(calling, Calling)
    preparing = Preparing(calling.run, calling.identity, calling.dice)
    arrival = arrive(preparing, request_to_a(world), world.now)
    assert isinstance(arrival.live, Ended)
    assert arrival.live.gave_way
    assert not any(isinstance(effect, effects.Send) for effect in arrival.live_effects)
    assert isinstance(arrival.new, Asked)


def test_a_broken_request_never_disturbs_a_live_run() -> None:
    world = World()
    world.a.dial(world.b)
    event = request_to_a(world)
    broken = events.Incoming(event.data[:-1], world.a.me, 120_000, 135_000)
    arrival = arrive(live(world), broken, world.now)
    assert arrival.live is world.a.state
    assert arrival.new is None
    assert any(isinstance(effect, effects.Send) for effect in arrival.new_effects)


def test_a_silent_request_never_disturbs_a_live_run() -> None:
    world = World()
    world.a.dial(world.b)
    event = request_to_a(world)
    silent = events.Incoming(event.data, world.a.me, 120_000, 135_000, silent=True)
    arrival = arrive(live(world), silent, world.now)
    assert arrival.live is world.a.state
    assert not any(isinstance(effect, effects.Send) for effect in arrival.new_effects)


def test_the_nonce_of_a_refused_request_is_remembered_too() -> None:
    world = World()
    world.a.dial(world.b)
    event = request_to_a(world, second="bo/2")
    arrival = arrive(live(world), event, world.now)
    assert [type(effect) for effect in arrival.new_effects] == [effects.RememberNonce]


@pytest.mark.parametrize("order", [-1, 1])
def test_the_smaller_h_goes_on(order: int) -> None:
    world = World()
    world.a.dial(world.b)
    state = live(world)
    h = bytes(32) if order < 0 else b"\xff" * 32
    after, done = step(state, events.Crossed(h, same_device=True), world.now)
    if order < 0:
        assert isinstance(after, Ended)
        assert effects.Send(Abort(state.run.h, AbortCode.WITHDRAWN).encode()) in done
    else:
        assert after is state


def test_crossing_counts_nothing() -> None:
    world = World()
    world.a.dial(world.b)
    world.b.dial(world.a)
    world.settle()
    assert world.a.tallies == world.b.tallies == {}
    assert Idle() not in world.a.runs
