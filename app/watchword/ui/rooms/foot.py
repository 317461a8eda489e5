"""What stands under a room's messages while this user is not in: an invitation, or why it is closed."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.chat import Chat
from watchword.model.room import Part, RoomKind, RoomSummary
from watchword.ui import words as program_words
from watchword.ui.company.words import joined
from watchword.ui.controls.avatar import Avatar
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.card import Card
from watchword.ui.controls.label import Label, Role
from watchword.ui.rooms import words


class RoomFoot(QWidget):
    """Who invites into what, *Join* and *Decline*; or one sentence."""

    joined = Signal()
    declined = Signal()
    invite = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chat: Chat | None = None
        self._company = ""
        self._answered = self._typed = self._past = False
        self.avatar = Avatar(44)
        self.heading = Label(role=Role.STRONG)
        self.heading.setObjectName("invitationFrom")
        self.told = Label(role=Role.SOFT)
        self.told.setObjectName("invitationTold")
        self.decline = Button()
        self.decline.setObjectName("declineRoom")
        self.join = Button(kind=Kind.PRIMARY)
        self.join.setObjectName("joinRoom")
        self.why = Label(role=Role.SOFT)
        self.why.setObjectName("roomClosed")
        self.why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.more = Button(icon="user-plus")
        self.more.setObjectName("inviteFromFoot")
        self.more.clicked.connect(self.invite)
        self._lay_out()
        self.join.clicked.connect(self._wait)
        self.join.clicked.connect(self.joined)
        self.decline.clicked.connect(self._wait)
        self.decline.clicked.connect(self.declined)
        self._retranslate()

    def _lay_out(self) -> None:
        titles = QVBoxLayout()
        titles.setSpacing(4)
        titles.addWidget(self.heading)
        titles.addWidget(self.told)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(titles, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.decline)
        buttons.addWidget(self.join)
        self.card = Card(bordered=True, margin=18)
        self.card.setObjectName("invitation")
        self.card.column.setSpacing(14)
        self.card.column.addLayout(head)
        self.card.column.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        column.addWidget(self.why)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)

    def answered(self, chat: int) -> bool:
        """Whether the invitation of this chat was answered here, and nothing has come of it yet."""
        return self._answered and self._chat is not None and self._chat.id == chat

    def show_chat(self, chat: Chat, company: str, *, past: bool = False, typed: bool = False) -> None:
        """Show how this user stands in a room; nothing of another chat.

        `past` says that the company gives who joins what was written before; `typed` that a text was begun.
        """
        same = self._chat is not None and self._chat.id == chat.id and self._chat.room == chat.room
        self._chat, self._company, self._past, self._typed = chat, company, past, typed
        self._answered = self._answered and same
        self._retranslate()

    def fail(self) -> None:
        """Nothing came of the answer: it can be given again."""
        self._answered = False
        self._retranslate()

    def _wait(self) -> None:
        """One answer is enough."""
        self._answered = True
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.join.setText(self.tr("Join"))
        self.decline.setText(self.tr("Decline"))
        self.more.setText(self.tr("Invite people…"))
        chat = self._chat
        room = None if chat is None else chat.room
        if chat is None or room is None:
            return
        invited = room.part is Part.INVITED
        self.card.setVisible(invited)
        self.why.setVisible(not invited)
        self.why.setText(words.closed(room, typed=self._typed))
        self.more.setVisible(room.part is Part.IN and room.owner and room.people == 1)
        self.avatar.show_room(chat.contact.name, chat.id)
        self.heading.setText(self._heading(room, program_words.called(chat.contact.name)))
        self.told.setText(self._told(room))
        for button in (self.join, self.decline):
            button.setEnabled(not self._answered)

    def _heading(self, room: RoomSummary, name: str) -> str:
        if not room.invited_by:
            return self.tr("You are invited to “{name}”").format(name=name)
        said = self.tr("{contact} invites you to “{name}”")
        return said.format(contact=program_words.called(room.invited_by), name=name)

    def _told(self, room: RoomSummary) -> str:
        said = self.tr("{kind}, with {people} in it so far.").format(
            kind=words.kind(room.kind, self._company), people=words.count(room.people)
        )
        sees = self.tr("Whoever is in sees whether you join, and you read what is written from then on.")
        if self._past and room.kind is RoomKind.COMPANY:
            sees = self.tr(
                "Whoever is in sees whether you join. You read what is written from then on, and what the "
                "relay still keeps of what was written before."
            )
        return joined([said, sees])
