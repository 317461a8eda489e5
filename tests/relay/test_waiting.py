"""How many may stay without signing in, and for how long."""

from typing import cast

from watchword_relay.connection import RelayConnection
from watchword_relay.limits import Limits
from watchword_relay.waiting import Waiting

NOW = 1_000.0


def connection() -> RelayConnection:
    """Nothing is asked of it here but to be itself."""
    return cast("RelayConnection", object())


def test_so_many_of_an_address_wait_and_so_many_in_all() -> None:
    waiting = Waiting(Limits(waiting=3, waiting_of_source=2))
    lines = [connection() for _ in range(5)]
    entered = [waiting.enter(line, source, NOW) for line, source in zip(lines, "aaabc", strict=True)]
    assert entered == [True, True, False, True, False]
    waiting.leave(lines[0])
    assert waiting.enter(lines[2], "a", NOW)
    assert not waiting.enter(lines[4], "c", NOW)
    assert [line in waiting for line in lines] == [False, True, True, True, False]


def test_whose_time_is_up_waits_no_more() -> None:
    waiting = Waiting(Limits(waiting=2, waiting_of_source=2))
    first, second = connection(), connection()
    waiting.enter(first, "a", NOW)
    waiting.enter(second, "a", NOW + 10)
    assert waiting.over(NOW + 599.9) == []
    assert waiting.over(NOW + 600) == [first]
    assert waiting.over(NOW + 600) == []
    assert waiting.enter(connection(), "a", NOW + 600)


def test_who_applies_again_begins_anew_and_counts_once() -> None:
    waiting = Waiting(Limits(waiting=2, waiting_of_source=2))
    first, second = connection(), connection()
    waiting.enter(first, "a", NOW)
    waiting.enter(second, "a", NOW + 5)
    assert waiting.enter(first, "a", NOW + 10)
    assert waiting.over(NOW + 605) == [second]
    assert waiting.over(NOW + 609) == []
    assert waiting.over(NOW + 610) == [first]


def test_who_did_not_wait_leaves_without_a_trace() -> None:
    waiting = Waiting(Limits(waiting=1, waiting_of_source=1))
    line = connection()
    waiting.leave(line)
    assert waiting.enter(line, "", NOW)
    waiting.leave(connection())
    assert not waiting.enter(connection(), "", NOW)
    waiting.leave(line)
    assert waiting.enter(connection(), "", NOW)
