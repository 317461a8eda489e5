"""The head of a chat: who it is, whether they are there, and what can be done with the conversation."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from watchword.model.chat import Chat, Contact, Protection, SessionState
from watchword.model.company import Organisation
from watchword.model.room import Part, RoomSummary
from watchword.ui import icons, words
from watchword.ui.chat.foot import is_blocked
from watchword.ui.chats.title import in_order, title
from watchword.ui.colours import tokens
from watchword.ui.company import outside
from watchword.ui.company.outside import INSIDE, Outside
from watchword.ui.controls.avatar import Avatar
from watchword.ui.controls.button import IconButton
from watchword.ui.controls.label import Role
from watchword.ui.controls.line import Line
from watchword.ui.controls.menu import Menu
from watchword.ui.rooms import words as room_words


class Header(QWidget):
    """Sixty pixels over the messages."""

    back = Signal()
    details = Signal()
    rename = Signal()
    end = Signal()
    block = Signal(bool)
    begin = Signal()
    invite = Signal()
    rename_room = Signal()
    leave_room = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chat: Chat | None = None
        self._organisation: Organisation | None = None
        self._away = INSIDE
        self._outsiders = ""
        self.setFixedHeight(60)
        self.setObjectName("chatHeader")
        self.back_button = IconButton("arrow-left")
        self.back_button.setObjectName("backToChats")
        self.back_button.hide()
        self.avatar = Avatar(38)
        self.name = Line(role=Role.STRONG)
        self.name.setObjectName("contactName")
        self.line = Line(role=Role.META)
        self.line.setObjectName("contactLine")
        for label in (self.name, self.line):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.more = IconButton("ellipsis-vertical")
        self.more.setObjectName("chatMenu")
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addStretch(1)
        titles.addWidget(self.name)
        titles.addWidget(self.line)
        titles.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(self.back_button)
        row.addWidget(self.avatar)
        row.addLayout(titles, 1)
        row.addWidget(self.more)
        self.back_button.clicked.connect(self.back)
        self.more.clicked.connect(self._open_menu)
        self.retranslate()

    def show_chat(
        self,
        chat: Chat,
        organisation: Organisation | None = None,
        away: Outside = INSIDE,
        outsiders: str = "",
    ) -> None:
        """Show who it is; who else can read a company's conversation is always said, and who is outside.

        `away` is how the one person stands to the company, `outsiders` how many of a room are outside it.
        """
        self._chat, self._organisation, self._away, self._outsiders = chat, organisation, away, outsiders
        person = chat.members[0] if len(chat.members) == 1 else chat.contact
        self.avatar.show_person(person.name, person.account, present=person.present)
        if len(chat.members) > 1:
            self.avatar.show_people(in_order(chat.members))
        self.name.setText(title(chat))
        said = [self._several(chat.members)] if len(chat.members) > 1 else self._one(person)
        if chat.room is not None:
            self.avatar.show_room(chat.contact.name, chat.id)
            company = "" if organisation is None else organisation.name
            said = [room_words.kind(chat.room.kind, company), room_words.count(chat.room.people)]
            said[:0] = [outsiders] if outsiders else []  # what is out of the ordinary is cut last
        if away:
            said.append(outside.mark(away))
        auditors = () if organisation is None else organisation.policy.auditors
        if chat.protection is not Protection.SESSION and auditors and organisation is not None:
            reads = (
                self.tr("{company}'s auditor can read")
                if len(auditors) == 1
                else self.tr("{company}'s auditors can read")
            )
            said.insert(0, reads.format(company=words.called(organisation.name)))
        self.line.setText(" · ".join(said))

    def _one(self, person: Contact) -> list[str]:
        presence = self.tr("online") if person.present else self.tr("offline")
        return [presence] if person.name == person.account else [presence, person.account]

    def _several(self, people: tuple[Contact, ...]) -> str:
        said = self.tr("{count} people, {present} online")
        return said.format(count=len(people), present=sum(person.present for person in people))

    def set_narrow(self, narrow: bool) -> None:
        """Offer the way back where the sidebar is hidden."""
        self.back_button.setVisible(narrow)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(8 if narrow else 20, 0, 12, 0)

    def menu(self) -> QMenu | None:
        """What can be done now."""
        chat = self._chat
        if chat is None:
            return None
        made = Menu(self)
        made.setObjectName("chatActions")
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        soft, danger = tokens().soft, tokens().danger
        made.addAction(icons.icon("shield", soft), self.tr("Details…"), self.details.emit)
        if chat.room is not None:
            self._offer_room(made, chat.room)
        if chat.room is not None or len(chat.members) > 1:
            return made
        by_session = chat.protection is Protection.SESSION
        made.addAction(icons.icon("pencil", soft), self.tr("Rename…"), self.rename.emit)
        if by_session and chat.session is SessionState.NONE:
            made.addAction(icons.icon("square-pen", soft), self.tr("New conversation…"), self.begin.emit)
        made.addSeparator()
        if by_session and chat.session is not SessionState.NONE:
            made.addAction(icons.icon("log-out", danger), self.tr("End session…"), self.end.emit)
        if is_blocked(chat):
            made.addAction(icons.icon("ban", soft), self.tr("Unblock"), lambda: self.block.emit(False))
        else:
            made.addAction(icons.icon("ban", danger), self.tr("Block…"), lambda: self.block.emit(True))
        return made

    def _offer_room(self, made: QMenu, room: RoomSummary) -> None:
        soft, danger = tokens().soft, tokens().danger
        if room.part is not Part.IN:
            return
        if room.owner:
            made.addAction(icons.icon("user-plus", soft), self.tr("Invite people…"), self.invite.emit)
            made.addAction(icons.icon("pencil", soft), self.tr("Rename…"), self.rename_room.emit)
        made.addSeparator()
        made.addAction(icons.icon("log-out", danger), self.tr("Leave the room…"), self.leave_room.emit)

    def _open_menu(self) -> None:
        menu = self.menu()
        if menu is not None:
            at = self.more.below()
            at.setX(at.x() - menu.sizeHint().width())
            menu.popup(at)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Make the words."""
        self.back_button.set_label(self.tr("Back to all chats"))
        self.more.set_label(self.tr("More"))
        if self._chat is not None:
            self.show_chat(self._chat, self._organisation, self._away, self._outsiders)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line below."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens().window)
            painter.fillRect(0, self.height() - 1, self.width(), 1, tokens().line)
