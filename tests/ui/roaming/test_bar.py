"""The bar of earlier messages: there while more is on its way, and not for what is here at once."""

import pytest
from pytestqt.qtbot import QtBot

from watchword.model.roaming import HistoryShown
from watchword.ui.roaming import bar
from watchword.ui.roaming.bar import HistoryBar


@pytest.fixture
def shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> HistoryBar:
    """One that waits no longer than a test may."""
    monkeypatch.setattr(bar, "_PATIENCE_MS", 20)
    made = HistoryBar()
    qtbot.addWidget(made)
    return made


def test_it_says_how_far_it_is(shown: HistoryBar, qtbot: QtBot) -> None:
    shown.show_history(HistoryShown(True, 512, 2_000))
    qtbot.waitUntil(shown.isVisible)
    assert shown.words.text() == "Earlier messages are being fetched: 512 of 2,000"
    assert shown.accessibleName() == shown.words.text()
    assert (shown.stroke.value(), shown.stroke.maximum()) == (512, 2_000)
    shown.show_history(HistoryShown(True, 600, 2_000, 3))
    assert shown.words.text() == "Earlier messages are being fetched: 600 of 2,000 · 3 cannot be opened yet"
    shown.show_history(HistoryShown(False, 2_000, 2_000, 3))
    assert not shown.isVisible()


def test_what_is_here_at_once_needs_no_word(shown: HistoryBar, qtbot: QtBot) -> None:
    shown.show_history(HistoryShown(True, 0, 3))
    shown.show_history(HistoryShown())
    other = HistoryBar()
    qtbot.addWidget(other)
    other.show_history(HistoryShown(True, 0, 3))
    qtbot.waitUntil(other.isVisible)
    assert not shown.isVisible()
