"""The page of a program that cannot start: why, and what to do. There is nothing else on it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.colours import tokens
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.centred import Centred
from watchword.ui.controls.label import Role
from watchword.ui.requests.outcome import Sign
from watchword.ui.unlock import headings

_COLUMN = 340


class Refusal(QWidget):
    """A sentence, *Quit*, and *Try again* where something can be mended meanwhile."""

    left = Signal()
    again = Signal()

    def __init__(self, situation: Situation, *, mendable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._situation = situation
        self.setObjectName("refusal")
        self.sign = Sign(72)
        self.sign.show_icon(headings.icon(situation.kind))
        self.heading = Centred(role=Role.TITLE)
        self.words = Centred(role=Role.SOFT)
        self.words.setObjectName("refusalWords")
        hopeful = mendable and situation.kind not in headings.HOPELESS
        self.quit = Button(kind=Kind.QUIET if hopeful else Kind.PRIMARY)
        self.quit.setObjectName("quit")
        self.quit.clicked.connect(self.left)
        self.try_again = Button(kind=Kind.PRIMARY)
        self.try_again.setObjectName("tryAgain")
        self.try_again.clicked.connect(self.again)
        self._lay_out()
        self.try_again.setVisible(hopeful)
        self._retranslate()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setFixedWidth(_COLUMN)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.quit)
        buttons.addWidget(self.try_again)
        buttons.addStretch(1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.heading)
        column.addWidget(self.words)
        column.addSpacing(4)
        column.addLayout(buttons)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.addWidget(inside)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard is on what to do next."""
        super().showEvent(event)
        first = self.quit if self.try_again.isHidden() else self.try_again
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.heading.setText(headings.heading(self._situation.kind))
        self.words.setText(words.sentence(self._situation))
        self.try_again.setText(self.tr("Try again"))
        self.quit.setText(self.tr("Quit"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens().window)
