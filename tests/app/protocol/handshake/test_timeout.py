"""Time: clamps, T2 + 15 s of connected time, 24 h (handshake, Flow 1, 2, 5)."""

import pytest

from support.handshake import World
from watchword.model.requests import Ending, Phase
from watchword.protocol.handshake import events, timeout
from watchword.protocol.handshake.states import Asked, Calling, Confirming, Ended
from watchword_wire.exchange import Kind


@pytest.mark.parametrize(
    ("told", "clamped"), [(0, 10), (-5, 10), (9_999, 10), (120_000, 120), (900_000, 900), (10**9, 900)]
)
def test_what_a_relay_says_is_clamped(told: int, clamped: float) -> None:
    assert timeout.clamped(told) == clamped


def test_connected_time_counts_and_time_cut_off_does_not() -> None:
    clock = timeout.started(100, connected=True)
    assert clock.over_at == 100 + 135 + 15
    clock = timeout.cut(clock, 140)
    assert clock.over_at == 100 + 24 * 3600
    assert timeout.cut(clock, 500) == clock
    clock = timeout.joined(clock, 1_000)
    assert clock.over_at == 1_000 + 110
    assert timeout.joined(clock, 1_050) == clock


def test_the_relays_word_replaces_the_defaults() -> None:
    clock = timeout.told(timeout.started(0, connected=True), 30_000, 40_000, 5)
    assert (clock.t1_at, clock.over_at, clock.ring_ends) == (35, 60, 30)


def test_a_revived_clock_waits_for_the_connection_and_keeps_its_age() -> None:
    clock = timeout.revived(timeout.started(0, connected=True), age=3_600, now=50)
    assert clock.since is None
    assert clock.over_at == 50 + 23 * 3_600
    assert timeout.joined(clock, 60).over_at == 60 + 150


def test_the_responders_ring_ends_5_s_before_t1() -> None:
    world = World()
    world.relay.t1 = 60
    world.a.dial(world.b)
    world.settle()
    state = world.b.state
    assert isinstance(state, Asked)
    assert state.run.clock.ring_ends == world.now + 55


def test_an_answer_after_the_ring_is_too_late() -> None:
    world = World()
    world.a.dial(world.b)
    world.settle()
    world.now += 115
    world.b.answer()
    assert world.b.ending is Ending.NO_ANSWER
    assert world.b.sent() == []


def test_the_requesters_clock_runs_from_the_relays_word_which_is_taken_once() -> None:
    world = World()
    world.a.dial(world.b)
    assert world.a.shows is Phase.SENDING
    world.settle()
    first = world.a.state
    assert isinstance(first, Calling)
    assert first.run.clock.t1_at == world.now + 120
    world.now += 100
    world.a.command(events.Noted(900_000, 900_000))
    assert world.a.state == first


def test_a_run_nobody_ends_is_over_at_t2_and_15_s_of_connected_time() -> None:
    world = World()
    world.relay.t1 = world.relay.t2 = 1e9
    world.a.dial(world.b)
    world.settle()
    world.a.command(events.Noted(120_000, 135_000))
    world.advance(915)
    assert world.a.ending is Ending.NOT_FINISHED


def test_a_pending_run_is_kept_24_h_without_connection() -> None:
    world = World()
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    world.a.cut()
    world.advance(23.9 * 3600)
    assert isinstance(world.a.state, Confirming)
    assert world.a.shows is Phase.RELAY_LOST
    world.advance(0.2 * 3600)
    assert isinstance(world.a.state, Ended)
    assert not world.a.pending


def test_a_pending_run_that_is_too_old_after_a_restart_ends_at_once() -> None:
    world = World()
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    world.a.restart(away=24 * 3600)
    world.a.tick()
    assert world.a.ending is Ending.NOT_FINISHED


def test_early_ticks_do_nothing() -> None:
    world = World()
    world.a.dial(world.b)
    world.settle()
    for terminal in (world.a, world.b):
        state = terminal.state
        terminal.command(events.Tick())
        assert terminal.state is state


def test_the_wall_clock_decides_nothing() -> None:
    """Jumps of the wall clock by hours leave every deadline where it is."""
    world = World()
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    for jump in (-7 * 3600, 9 * 3600):
        world.wall += jump
        world.advance(10)
        assert isinstance(world.a.state, Confirming)
