"""The dot: green, red, or a ring where nothing is known; by day and by night."""

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from support.windows import played
from watchword.settings import Theme
from watchword.ui.colours import tokens
from watchword.ui.company.state_dot import Standing, StateDot
from watchword.ui.theme import Theme as Look


def middle(dot: StateDot) -> QColor:
    return dot.grab().toImage().pixelColor(dot.width() // 2, dot.height() // 2)


def test_it_shows_what_is_known(qapp: QApplication) -> None:
    async def play() -> None:
        for theme in (Theme.LIGHT, Theme.DARK):
            Look(qapp, theme)
            dot = StateDot()
            empty = middle(dot)
            dot.show_standing(Standing.GOOD)
            assert middle(dot) == tokens().good
            dot.show_standing(Standing.BAD)
            assert middle(dot) == tokens().danger
            dot.show_standing(Standing.UNKNOWN)
            assert middle(dot) == empty

    played(qapp, play())
