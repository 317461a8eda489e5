"""Dialogs: one column of words and fields over a row of buttons. Opened, never executed (no nested loop).

What a dialog says it says in `retranslate`, so that it follows the language while it is open.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.settled import keep_settled

_WIDTH = 440


class Dialog(QDialog):
    """A dialog with a heading, a body to fill, and buttons on the right.

    Who makes one fills it, and calls `retranslate` at the end.
    """

    def __init__(self, parent: QWidget | None = None, *, width: int = _WIDTH) -> None:
        super().__init__(parent)
        self.setMinimumWidth(width)
        keep_settled(self)
        self.heading = Label(role=Role.TITLE)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(10)
        self.buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(14)
        column.addWidget(self.heading)
        column.addLayout(self.body)
        column.addSpacing(6)
        column.addLayout(self.buttons)

    def retranslate(self) -> None:
        """Name everything in the language in use."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def set_title(self, title: str) -> None:
        """Name the dialog, in its frame and on its page."""
        self.setWindowTitle(title)
        self.heading.setText(title)

    def add_button(self, button: Button) -> Button:
        """Add a button on the right of those that are there."""
        self.buttons.addWidget(button)
        return button

    async def answer(self) -> bool:
        """Open, wait until it is closed, and say whether it was accepted."""
        closed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def close(result: int) -> None:
            if not closed.done():
                closed.set_result(result == QDialog.DialogCode.Accepted.value)

        self.finished.connect(close)
        try:
            await asyncio.sleep(0)  # made in one turn of the loop, shown in the next: each stays short
            self.open()
            return await closed
        finally:
            if isValid(self):  # its window may have gone away, and this with it
                self.finished.disconnect(close)
                self.hide()
                self.deleteLater()


class Asked(NamedTuple):
    """The words of a question: what, what comes of it, and the two buttons."""

    title: str
    words: str
    action: str
    cancel: str


class Question(Dialog):
    """Asks before something is done: await its `answer()`.

    Args:
        parent: the window that waits for the answer.
        asked: makes the words in the language in use.
        danger: whether it cannot be taken back; then *Cancel* is at hand first.
    """

    def __init__(self, parent: QWidget, asked: Callable[[], Asked], *, danger: bool) -> None:
        super().__init__(parent)
        self._asked = asked
        self.setObjectName("question")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._words = Label(role=Role.SOFT)
        self.body.addWidget(self._words)
        self._no = self.add_button(Button())
        self._no.setObjectName("cancel")
        self._no.clicked.connect(self.reject)
        self._yes = self.add_button(Button(kind=Kind.DANGER if danger else Kind.PRIMARY))
        self._yes.setObjectName("confirm")
        self._yes.clicked.connect(self.accept)
        self.retranslate()
        (self._no if danger else self._yes).setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Ask in the language in use."""
        asked = self._asked()
        self.set_title(asked.title)
        self._words.setText(asked.words)
        self._no.setText(asked.cancel)
        self._yes.setText(asked.action)
