"""Windows that come by themselves: where they stand, and that none hides another."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout

from support.windows import played
from watchword.ui.controls.corner import CornerWindow
from watchword.ui.controls.label import Label
from watchword.ui.controls.room import room

WIDE = 240


class Question(CornerWindow):
    """Asks for one thing."""

    def __init__(self) -> None:
        super().__init__("question", WIDE)
        self.words = Label("Which phrase?")
        QVBoxLayout(self).addWidget(self.words)


class Pin(CornerWindow):
    """No kind of the others."""

    def __init__(self) -> None:
        super().__init__("pin", WIDE)
        QVBoxLayout(self).addWidget(Label("Which PIN?"))


def test_whichever_comes_second_stands_beside_the_first(qapp: QApplication) -> None:
    async def play() -> None:
        for first, second in ((Pin(), Question()), (Question(), Pin())):
            first.appear()
            second.appear()
            assert room().contains(second.geometry())
            assert not second.geometry().intersects(first.geometry())
            assert not second.isActiveWindow()
            first.close()
            second.close()

    played(qapp, play())


def test_one_that_grows_stays_on_the_screen_and_escape_closes_it(qapp: QApplication) -> None:
    async def play() -> None:
        window = Question()
        window.appear(step=44)
        before = window.height()
        window.words.setText("Which phrase did you agree on? " * 20)
        window.fit()
        assert window.height() > before
        assert window.width() == WIDE
        assert room().contains(window.geometry())
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert not window.isVisible()

    played(qapp, play())
