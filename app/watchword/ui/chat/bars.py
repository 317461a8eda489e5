"""The bars over the messages: a session that waits for an answer, what was not delivered, what waits."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.model.chat import Chat, Protection, SessionState
from watchword.ui import words
from watchword.ui.company import outside
from watchword.ui.company.bars import CompanyBars
from watchword.ui.company.outside import INSIDE, Outside
from watchword.ui.company.standing import Standing
from watchword.ui.controls.banner import Banner, Tone
from watchword.ui.rooms.bars import RoomBars
from watchword.ui.rooms.standing import RoomStanding


class Bars(QWidget):
    """Each bar is there only when it has something to say."""

    def __init__(self, standing: Standing, room: RoomStanding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._standing = standing
        self._room = room
        self._chat: Chat | None = None
        self._away = INSIDE
        self.held = Banner()
        self.held.setObjectName("heldBanner")
        self.held.action.setObjectName("acceptKey")
        self.held.other.setObjectName("refuseKey")
        self.undelivered = Banner()
        self.undelivered.setObjectName("undeliveredBanner")
        self.undelivered.action.setObjectName("sendAgain")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.outside = Banner()
        self.outside.setObjectName("outsideBanner")
        column.addWidget(self.outside)
        column.addWidget(self.held)
        column.addWidget(self.undelivered)
        self.company, self.room = CompanyBars(), RoomBars()
        column.addWidget(self.company)
        column.addWidget(self.room)

    def show_chat(self, chat: Chat, away: Outside = INSIDE) -> None:
        """Say what this chat needs; `away` is how its person stands to the company."""
        self._chat, self._away = chat, away
        self._show_outside(chat)
        self._show_held(chat)
        self._show_undelivered(chat)
        self.company.show_chat(chat, self._standing.organisation, self._standing.lack)
        self.room.show_chat(chat, self._room.unreached)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._chat is not None:
            self.show_chat(self._chat, self._away)

    def _show_outside(self, chat: Chat) -> None:
        if self._away.refused and chat.session is SessionState.OPEN:
            said = outside.unwritten(self._away, chat.contact.name)
            self.outside.say(said, Tone.INFO, icon="info")
        else:
            self.outside.be_quiet()

    def _show_held(self, chat: Chat) -> None:
        by_phrase = chat.protection is Protection.SESSION and chat.room is None
        if chat.session is not SessionState.HELD or not by_phrase:
            self.held.be_quiet()
            return
        said = self.tr(
            "{contact} opened this session with another key than before. A new computer does that, and so "
            "does somebody else who knows the phrase. Ask {contact} by another way before you accept."
        ).format(contact=words.called(chat.contact.name))
        accept, refuse = self.tr("Accept the key"), self.tr("Refuse")
        self.held.say(said, Tone.WARNING, action=accept, other=refuse, icon="key-round")

    def _show_undelivered(self, chat: Chat) -> None:
        if not chat.undelivered or self._away.refused or chat.session is not SessionState.OPEN:
            self.undelivered.be_quiet()
            return
        count = chat.unfetched or chat.undelivered
        if chat.unfetched:
            one = self.tr(
                "No word came that {contact}'s computer has one message, and the relay keeps it no longer. "
                "If {contact} uses another computer now, start a new conversation."
            )
            many = self.tr(
                "No word came that {contact}'s computer has {count} messages, and the relay keeps them no "
                "longer. If {contact} uses another computer now, start a new conversation."
            )
        else:
            one = self.tr("One message was not delivered before the last session ended.")
            many = self.tr("{count} messages were not delivered before the last session ended.")
        said = (one if count == 1 else many).format(count=count, contact=words.called(chat.contact.name))
        self.undelivered.say(said, Tone.INFO, action=self.tr("Send again"), icon="circle-alert")
