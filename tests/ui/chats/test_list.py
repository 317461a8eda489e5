"""The list of chats: what is painted when one of them changes."""

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication

from support.shelf import text
from support.waiting import until
from support.windows import active, played
from watchword.model.chat import Chat, Contact, SessionState
from watchword.model.company import Closed, Reason
from watchword.ui.chats.list import ChatList
from watchword.ui.chats.model import ChatModel
from watchword.ui.chats.rows import HIGH
from watchword.ui.colours import tokens

NEARLY = 30
"""Colours this near to each other are one to the eye."""


class Painted(QObject):
    """Gathers what is painted of a list."""

    def __init__(self, shown: ChatList) -> None:
        super().__init__(shown)
        self.part = QRegion()
        shown.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.part += event.region()
        return False


def test_a_message_paints_its_own_row_and_no_other(qapp: QApplication) -> None:
    async def play() -> None:
        model = ChatModel()
        chats = [
            Chat(number, Contact(f"p{number}", f"P {number}"), SessionState.OPEN, text(10 - number, "hi"), 0)
            for number in range(5)
        ]
        model.set_chats(chats)
        shown = ChatList(model)
        shown.resize(300, 600)
        await active(shown)
        painted = Painted(shown)
        shown.viewport().update()
        await until(lambda: not painted.part.isEmpty(), "the list is on the screen")
        painted.part = QRegion()
        model.put(replace(chats[1], unread=3))
        await until(lambda: not painted.part.isEmpty(), "the row is painted")
        assert painted.part.boundingRect().height() <= HIGH
        assert shown.visualRect(model.index(1, 0)).contains(painted.part.boundingRect())

    played(qapp, play())


def test_what_waits_has_a_calm_mark(qapp: QApplication) -> None:
    """Red is for what asks for something."""

    def reds(reason: Reason) -> int:
        chat = Chat(1, Contact("bo", "Bo"), SessionState.OPEN, text(1, "hi", mine=True), 0)
        model.set_chats([replace(chat, unsent=Closed(reason))])
        seen, red = shown.grab().toImage(), tokens().danger
        points = [seen.pixelColor(x, y) for x in range(220, seen.width()) for y in range(HIGH)]
        return sum(
            abs(point.red() - red.red()) + abs(point.green() - red.green()) + abs(point.blue() - red.blue())
            < NEARLY
            for point in points
        )

    async def play() -> None:
        shown.resize(300, 200)
        await active(shown)
        assert reds(Reason.ALTERED)
        assert not reds(Reason.PIN_WANTED)
        shown.close()

    model = ChatModel()
    shown = ChatList(model)
    played(qapp, play())
