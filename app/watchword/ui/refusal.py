"""The page of a program that cannot start: why, and what to do. There is nothing else on it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.colours import tokens
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role

_WIDE = 400


class Refusal(QWidget):
    """A sentence and *Quit*."""

    left = Signal()

    def __init__(self, situation: Situation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._situation = situation
        self.setObjectName("refusal")
        self.heading = Label(role=Role.TITLE)
        self.words = Label(role=Role.SOFT)
        self.words.setObjectName("refusalWords")
        self.quit = Button(kind=Kind.PRIMARY)
        self.quit.setObjectName("quit")
        self.quit.clicked.connect(self.left)
        said = QWidget()
        said.setFixedWidth(_WIDE)
        lines = QVBoxLayout(said)
        lines.setSpacing(10)
        for label in (self.heading, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            lines.addWidget(label)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(said, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(18)
        column.addWidget(self.quit, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.heading.setText(self.tr("Watchword does not start"))
        self.words.setText(words.sentence(self._situation))
        for label in (self.heading, self.words):
            label.setMinimumHeight(label.heightForWidth(_WIDE - 20))
        self.quit.setText(self.tr("Quit"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens().window)
