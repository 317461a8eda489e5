"""Guesses, line by line (handshake, Guesses and Retry)."""

import pytest

from watchword.protocol import guesses
from watchword.protocol.guesses import Limit, Standing, Tally, counted, eased, standing, taken_back

NOW = 1_700_000_000.0
DAY, MINUTE = 24 * 3600.0, 60.0


def tally(count: int, at: float = NOW) -> Tally:
    counting = Tally()
    for number in range(count):
        counting = counted(counting, bytes([number]) * 32, at)
    return counting


@pytest.mark.parametrize("count", [0, 1, 2])
def test_below_three_nothing_waits(count: int) -> None:
    assert standing(tally(count), NOW) == Standing(Limit.OPEN)


@pytest.mark.parametrize(("count", "minutes"), [(3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 32), (9, 64)])
def test_from_three_on_the_wait_is_2_to_the_n_minus_3_minutes(count: int, minutes: int) -> None:
    assert standing(tally(count), NOW) == Standing(Limit.WAIT, minutes * MINUTE)
    assert standing(tally(count), NOW + minutes * MINUTE - 1) == Standing(Limit.WAIT, 1)
    assert standing(tally(count), NOW + minutes * MINUTE).limit is Limit.OPEN


@pytest.mark.parametrize("count", [10, 11, 15])
def test_from_ten_on_blocked(count: int) -> None:
    assert standing(tally(count), NOW + 29 * DAY) == Standing(Limit.BLOCKED)


def test_the_wait_is_after_the_last_addition_not_taken_back() -> None:
    counting = counted(tally(3), b"late", NOW + 500)
    assert standing(counting, NOW + 501).limit is Limit.WAIT
    counting = taken_back(counting, b"late")
    assert standing(counting, NOW + 501).limit is Limit.OPEN


def test_only_the_own_addition_is_taken_back() -> None:
    counting = taken_back(tally(3), bytes([1]) * 32)
    assert [guess.h[0] for guess in counting.guesses] == [0, 2]
    assert taken_back(counting, b"unknown") == counting
    assert taken_back(tally(1), bytes(32)) == Tally()


def test_a_run_is_counted_once() -> None:
    assert counted(tally(2), bytes(32), NOW + 5) == tally(2)


@pytest.mark.parametrize(("days", "left"), [(29.9, 4), (30, 3), (59.9, 3), (60, 2), (120, 0), (1_000, 0)])
def test_n_falls_by_one_every_30_days(days: float, left: int) -> None:
    assert eased(tally(4), NOW + days * DAY).count == left


def test_looking_does_not_change_when_it_falls() -> None:
    counting = tally(4)
    for day in range(1, 61):
        counting = eased(counting, NOW + day * DAY)
    assert counting.count == 2


def test_a_new_addition_does_not_put_off_the_fall() -> None:
    counting = counted(tally(2), b"later", NOW + 29 * DAY)
    assert eased(counting, NOW + 30 * DAY).count == 2


def test_blocked_ends_by_the_fall_too() -> None:
    assert standing(tally(10), NOW + 30 * DAY).limit is Limit.OPEN


@pytest.mark.parametrize("count", range(12))
def test_a_new_phrase_sets_zero_from_three_on(count: int) -> None:
    assert guesses.new_phrase_agreed(tally(count)).count == (0 if count >= 3 else count)


def test_a_wall_clock_that_was_set_back_makes_no_wait_longer() -> None:
    counting = tally(9, at=NOW + 365 * DAY)
    assert standing(counting, NOW).wait_s == 64 * MINUTE
    counting = eased(counting, NOW)
    assert standing(counting, NOW + 64 * MINUTE).limit is Limit.OPEN
    assert eased(counting, NOW + 30 * DAY).count == 8


@pytest.mark.parametrize(
    ("count", "retries", "inside", "kept"),
    [
        (0, 0, True, True),
        (2, 1, True, True),
        (2, 2, True, False),
        (3, 0, True, False),
        (0, 0, False, False),
    ],
)
def test_the_typed_phrase_may_be_kept_for_two_new_runs(
    count: int, retries: int, inside: bool, kept: bool
) -> None:
    assert guesses.phrase_may_be_kept(tally(count), retries, inside) is kept
