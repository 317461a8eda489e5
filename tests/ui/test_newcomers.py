"""Who asks to be added is told of once, seldom, and taken back."""

import pytest

from watchword.ui.newcomers import SELDOM_S, Newcomers


class Notes:
    """What would be on the screen."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def newcomer(self) -> None:
        self.told.append("asks")

    def forget_newcomer(self) -> None:
        self.told.append("gone")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("watchword.ui.newcomers.time.monotonic", lambda: now[0])
    return now


def test_one_notification_for_all_who_come_soon(clock: list[float]) -> None:
    notes = Notes()
    it = Newcomers(notes)  # type: ignore[arg-type]  # as much of a notifier as is used
    it.are({"one"})
    it.are({"one"})
    it.are({"one", "two"})
    assert notes.told == ["asks"]
    it.are(set())
    assert notes.told == ["asks", "gone"]
    for number in range(100):  # anybody who knows the id can do this
        it.are({str(number)})
    assert notes.told == ["asks", "gone"]
    clock[0] += SELDOM_S
    it.are({"99", "late"})
    assert notes.told == ["asks", "gone", "asks"]


def test_who_asks_anew_every_few_minutes_is_told_of_once(clock: list[float]) -> None:
    notes = Notes()
    it = Newcomers(notes)  # type: ignore[arg-type]  # the same
    for _ in range(5):
        it.are({"one"})
        it.are(set())
        clock[0] += SELDOM_S
    assert notes.told.count("asks") == 1


def test_who_was_there_already_is_no_news(clock: list[float]) -> None:
    notes = Notes()
    it = Newcomers(notes)  # type: ignore[arg-type]  # the same
    it.are({"one"})
    clock[0] += SELDOM_S
    it.are({"one"})
    assert notes.told == ["asks"]
