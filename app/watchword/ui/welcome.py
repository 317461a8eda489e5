"""The right side of the window while no chat is open: what to do first, or what to choose."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.ui import icons, words
from watchword.ui.colours import tokens
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role

_WIDE = 340


class _Sign(QWidget):
    """A disc with the program's sign."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(72, 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The disc."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens().accent_soft)
            painter.drawEllipse(self.rect())
            icons.paint(painter, "message-circle", QRectF(21, 21, 30, 30), tokens().accent_text)


class Welcome(QWidget):
    """One clear action."""

    new_conversation = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._any = False
        self._ready = False
        self._company = ""
        self.setObjectName("welcome")
        self.heading = Label(role=Role.TITLE)
        self.words = Label(role=Role.SOFT)
        self.button = Button(kind=Kind.PRIMARY, icon="square-pen")
        self.button.setObjectName("welcomeNewConversation")
        self.button.clicked.connect(self.new_conversation)
        for label in (self.heading, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        said = QWidget()
        said.setFixedWidth(_WIDE)
        lines = QVBoxLayout(said)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addWidget(self.heading)
        lines.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 60)
        column.setSpacing(0)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(1)
        column.addWidget(_Sign(), 0, centre)
        column.addSpacing(20)
        column.addWidget(said, 0, centre)
        column.addSpacing(22)
        column.addWidget(self.button, 0, centre)
        column.addStretch(1)
        self.retranslate()

    def show_state(self, *, ready: bool, any_chat: bool) -> None:
        """Whether the profile is open, and whether there are chats to choose from."""
        self._ready, self._any = ready, any_chat
        self.retranslate()

    def set_company(self, company: str) -> None:
        """Name the company of this desktop, whose people can be picked; empty without one."""
        if company != self._company:
            self._company = company
            self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Make the words."""
        if not self._ready:
            self.heading.setText("Watchword")
            self.words.setText(self.tr("Opening…"))
        elif self._any:
            self.heading.setText(self.tr("Choose a chat"))
            begin = self.tr("Or begin a new conversation with somebody who knows your phrase.")
            among = self.tr(
                "Or begin a new conversation with people at {company}, or anybody who knows your phrase."
            )
            self.words.setText(among.format(company=words.called(self._company)) if self._company else begin)
        elif self._company:
            self.heading.setText(self.tr("Begin with a colleague"))
            told = self.tr(
                "Pick one or several people at {company} and write. "
                "With anybody else you agree on a few words first, in person or on a call."
            )
            self.words.setText(told.format(company=words.called(self._company)))
        else:
            self.heading.setText(self.tr("Begin with a phrase"))
            self.words.setText(
                self.tr(
                    "Agree on a few words with somebody, in person or on a call. "
                    "Both of you type them, and nobody else can read what you write."
                )
            )
        for label in (self.heading, self.words):
            label.setMinimumHeight(label.heightForWidth(_WIDE))
        self.button.setText(self.tr("New conversation"))
        self.button.setVisible(self._ready)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens().window)
