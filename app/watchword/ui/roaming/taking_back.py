"""*Take back* of a message: asks first, then tells the core; what comes of it is heard by the main window."""

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.chat import Message
from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.controls.dialog import Asked, Question
from watchword.ui.errands import Errands


class TakingBack(QObject):
    """For one client, over one window."""

    said = Signal(str)
    """Why it could not be done."""

    def __init__(self, client: Client, errands: Errands, window: QWidget) -> None:
        super().__init__(window)
        self._client = client
        self._errands = errands
        self._window = window

    def ask(self, message: Message) -> None:
        """Take a message back, after asking."""
        self._errands.run("take back", self._take_back(message), self._refused)

    async def _take_back(self, message: Message) -> None:
        question = Question(self._window.window(), _asked, danger=True)
        question.setObjectName("takeBack")
        if await question.answer():
            await self._client.recall(message.id)

    def _refused(self, situation: Situation) -> None:
        self.said.emit(words.sentence(situation))


def _asked() -> Asked:
    """The question before it is done."""
    translate = QCoreApplication.translate
    return Asked(
        translate("Recall", "Take this message back?"),
        translate(
            "Recall",
            "Whoever does not have it yet will never get it, and is not told. Who has it keeps it; "
            "the message then says so.",
        ),
        translate("Recall", "Take back"),
        translate("Recall", "Cancel"),
    )
