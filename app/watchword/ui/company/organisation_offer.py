"""What somebody without a company sees: that one can be joined here, and that nothing is missing without.

A further desktop of a member, whose company file has not come yet, is told so.
"""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.ui.controls.button import Button
from watchword.ui.controls.label import Label, Role


class Offer(QWidget):
    """A calm sentence and one button."""

    join_asked = Signal()
    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting = False
        self.words = Label(role=Role.SOFT)
        self.words.setObjectName("offerWords")
        self.join = Button()
        self.join.setObjectName("beginJoining")
        self.join.clicked.connect(self._pressed)
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("offerProblem")
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.join, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.problem)
        self._retranslate()

    def show_waiting(self, waiting: bool) -> None:
        """Whether all that is missing is a company file."""
        if waiting != self._waiting:
            self._waiting = waiting
            self._retranslate()

    def say(self, problem: str) -> None:
        """Why a file was not taken; empty for nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _pressed(self) -> None:
        (self.file_asked if self._waiting else self.join_asked).emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        waiting = self.tr(
            "Your other computer made this one your company's, too. Only the newest company file is missing: "
            "Watchword looks for it where your company puts its files. You can also take it here."
        )
        offer = self.tr(
            "If your company gave you a file to join by, take it here: its keys then protect "
            "what you write to your colleagues. Without a company, everything stays as it is."
        )
        self.words.setText(waiting if self._waiting else offer)
        self.join.setText(self.tr("Take a company file…") if self._waiting else self.tr("Join a company…"))
        self.join.updateGeometry()
