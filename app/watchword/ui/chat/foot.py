"""What stands under the messages beside the composer: why nothing can be sent, the way back to the end."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.core.company.staff import Staff
from watchword.model.chat import Chat, Protection, SessionState
from watchword.ui import words
from watchword.ui.chat.view import COLUMN
from watchword.ui.colours import tokens
from watchword.ui.company import outside
from watchword.ui.company.outside import Outside
from watchword.ui.controls.button import Button, IconButton, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import fitted
from watchword.ui.rooms import words as words_of_rooms
from watchword.ui.rooms.foot import RoomFoot

_ON_BUTTON = 110
"""Pixels of a name on a button."""


class Closed(QWidget):
    """What stands in the composer's place while nothing can be sent: why, and what to do."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Label(role=Role.SOFT)
        self.words.setObjectName("noSession")
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.button = Button(kind=Kind.PRIMARY)
        self.button.setObjectName("reopenConversation")
        self.button.clicked.connect(self.chosen)
        self.room = RoomFoot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 8)
        column.setSpacing(10)
        column.addWidget(self.room)
        column.addWidget(self.words)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_chat(
        self, chat: Chat, staff: Staff, away: Outside, *, cut_off: bool = False, typed: bool = False
    ) -> None:
        """Say what keeps this chat from being written in.

        `staff` is of this desktop's company, if any; `away` is how the person stands to it; `cut_off` says
        that nothing leaves this desktop any more, `typed` that a text was begun.
        """
        name = words.called(chat.contact.name)
        in_room = chat.room is not None and not cut_off
        self.room.setVisible(in_room)
        self.words.setVisible(not in_room)
        if cut_off:
            self._say(self.tr("Nothing can be sent from this computer any more."), "")
        elif chat.room is not None:
            self.room.show_chat(chat, staff.company, past=staff.gives_the_past, typed=typed)
            self._say("", "")
        elif is_blocked(chat):
            self._say(self.tr("You blocked {contact}.").format(contact=name), self.tr("Unblock"))
        elif chat.protection is Protection.COMPANY:
            self._say(
                self.tr("This computer does not belong to the company any more, so nothing can be sent."),
                self.tr("Organisation settings…"),
            )
        elif chat.protection is Protection.BOTH:
            self._say(self.tr("Nothing can be sent until a session is open with everybody here."), "")
        elif chat.session is SessionState.HELD:
            self._say(self.tr("Nothing can be sent until you decide about the key."), "")
        elif away.refused:
            self._say(outside.nobody(away, chat.contact.name), "")
        else:
            self._say(
                self.tr("No session is open, so nothing can be sent."),
                self.tr("Start a new conversation with {contact}").format(
                    contact=fitted(name, _ON_BUTTON, self.button.font())
                ),
            )

    def _say(self, sentence: str, action: str) -> None:
        self.words.setText(sentence)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.button.updateGeometry()


def is_closed(chat: Chat) -> bool:
    """Whether nobody is there to be written to, or nobody who may be."""
    return is_blocked(chat) if chat.room is None else not words_of_rooms.is_open(chat.room)


def is_blocked(chat: Chat) -> bool:
    """Whether nobody is left in it whom this user did not block."""
    return all(person.blocked for person in chat.members or (chat.contact,))


class JumpButton(IconButton):
    """Over the messages: back to the latest, with how many came meanwhile.

    It lies in the viewport: Qt cannot move on the screen what a neighbour covers.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__("arrow-down", size=40, parent=parent)
        self.setObjectName("jumpToEnd")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._over = parent
        self._missed = 0
        parent.installEventFilter(self)
        self._retranslate()
        self.hide()

    def show_state(self, shown: bool, missed: int) -> None:
        """Be there or not, and say how many messages came meanwhile."""
        self.setVisible(shown)
        if missed != self._missed:
            self._missed = missed
            self.set_dot(missed > 0)
            self._retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            beside = max(0, (self._over.width() - COLUMN) // 2)
            side = self.width()
            self.move(self._over.width() - side - max(18, beside - 10), self._over.height() - side - 14)
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        jump = self.tr("To the latest message")
        missed = self.tr("To the latest message, {count} new").format(count=self._missed)
        self.set_label(missed if self._missed else jump)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised disc under the icon."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(table.line_strong)
            painter.setBrush(table.hover if self.underMouse() else table.raised)
            painter.drawEllipse(self.rect().adjusted(1, 1, -2, -2))
            super().paintEvent(event)
