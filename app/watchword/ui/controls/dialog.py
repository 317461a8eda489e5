"""Dialogs: one column of words and fields over a row of buttons. Opened, never executed (no nested loop)."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.settled import keep_settled

_WIDTH = 440


class Dialog(QDialog):
    """A dialog with a heading, a body to fill, and buttons on the right."""

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
        await asyncio.sleep(0)  # made in one turn of the loop, shown in the next: each stays short
        self.open()
        try:
            return await closed
        finally:
            self.finished.disconnect(close)
            self.hide()
            self.deleteLater()


def question(parent: QWidget, title: str, words: str, action: str, cancel: str, *, danger: bool) -> Dialog:
    """Ask before something is done: await the `answer()` of what this returns."""
    made = Dialog(parent)
    made.setObjectName("question")
    made.setWindowModality(Qt.WindowModality.WindowModal)
    made.set_title(title)
    made.body.addWidget(Label(words, Role.SOFT))
    no = made.add_button(Button(cancel))
    no.setObjectName("cancel")
    no.clicked.connect(made.reject)
    yes = made.add_button(Button(action, Kind.DANGER if danger else Kind.PRIMARY))
    yes.setObjectName("confirm")
    yes.clicked.connect(made.accept)
    (no if danger else yes).setFocus(Qt.FocusReason.OtherFocusReason)
    return made
