import random
from collections import Counter

import pytest

from watchword.net.backoff import delay

ALMOST_ONE = 1 - 2**-20
DESKTOPS = 2_000


def back_after(outage: float) -> list[float]:
    """How many seconds after a relay those are back whom it cut off all at once, the earliest first."""
    dice = random.Random(1)  # noqa: S311 - the same each time
    found = []
    for _ in range(DESKTOPS):
        tried = 0.0
        while tried < outage:
            tried += delay(tried, dice.random())
        found.append(tried - outage)
    return sorted(found)


def most_at_once(back: list[float]) -> int:
    """How many of them come in the same tenth of a second, at most."""
    return max(Counter(int(10 * one) for one in back).values())


@pytest.mark.parametrize("outage", [0.5, 5.0, 15.0, 45.0, 75.0, 120.0])
def test_who_was_cut_off_for_minutes_is_back_in_seconds(outage: float) -> None:
    assert back_after(outage)[DESKTOPS * 95 // 100] < 5.0


@pytest.mark.parametrize("outage", [45.0, 75.0, 120.0, 900.0])
def test_a_relay_that_was_long_away_is_met_by_no_more_at_once_than_after_a_short_cut(outage: float) -> None:
    assert most_at_once(back_after(outage)) < most_at_once(back_after(2.0)) < DESKTOPS / 5


def test_a_short_cut_is_mended_within_seconds() -> None:
    assert delay(0.0, ALMOST_ONE) <= 1.0
    assert delay(60.0, ALMOST_ONE) <= 4.0


def test_a_relay_gone_for_days_is_asked_about_once_a_minute() -> None:
    assert 15.0 <= delay(3 * 86_400.0, 0.0) <= delay(3 * 86_400.0, ALMOST_ONE) <= 60.0


def test_no_two_desktops_come_back_together() -> None:
    assert delay(0.0, 0.0) > 0.2
    assert delay(0.0, 0.9) - delay(0.0, 0.1) > 0.5


def test_what_the_relay_asks_for_is_waited_for_at_least() -> None:
    assert delay(0.0, 0.0, least=30.0) > 30.0
