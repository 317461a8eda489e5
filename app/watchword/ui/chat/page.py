"""One open chat: head, bars, messages, composer; what is done here becomes commands to the core."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.core.company.staff import Staff
from watchword.model.chat import Chat, Protection, SessionState
from watchword.model.errors import Situation
from watchword.model.events import MessageAdded, MessageChanged
from watchword.model.room import Part, RoomKind
from watchword.ui import words
from watchword.ui.chat import spoken
from watchword.ui.chat.bars import Bars
from watchword.ui.chat.composer import Composer
from watchword.ui.chat.deeds import Deeds
from watchword.ui.chat.drafts import Drafts
from watchword.ui.chat.foot import Closed, JumpButton, is_blocked, is_closed
from watchword.ui.chat.header import Header
from watchword.ui.chat.history import History
from watchword.ui.chat.pointing import Messages
from watchword.ui.chat.view import COLUMN, MARGIN
from watchword.ui.chats.title import title
from watchword.ui.colours import tokens
from watchword.ui.company import outside
from watchword.ui.company.outside import INSIDE
from watchword.ui.company.standing import Standing
from watchword.ui.desktop_words import is_cut_off
from watchword.ui.errands import Errands
from watchword.ui.midnight import Midnight
from watchword.ui.roaming import recall_words
from watchword.ui.rooms.deeds import RoomDeeds
from watchword.ui.rooms.standing import RoomStanding

_NARROW_MARGIN = 12


class ChatPage(QWidget):
    """The right side of the window while a chat is open."""

    back = Signal()
    begin = Signal(str)
    """A new conversation with this account is wanted."""
    member_asked = Signal(str)
    """A passphrase session with this member of the company is wanted."""
    talk = Signal(str)
    """The chat with this account is wanted."""
    chat_asked = Signal(int)
    organisation_asked = Signal()
    """The settings of the organisation are wanted."""
    said = Signal(str)
    """Something for a toast."""

    def __init__(self, client: Client, errands: Errands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = errands
        self.chat: Chat | None = None
        self._missed = 0
        self._away = INSIDE
        self.typing_in = 0
        """The chat whose composer went while it had the keyboard."""
        self.setObjectName("chatPage")
        self.history = History(client, errands, self)
        self.standing = Standing(client, errands, self)
        self.room = RoomStanding(client, errands, self)
        self.header = Header()
        self.bars = Bars(self.standing, self.room)
        self.view = Messages(self.history)
        self.composer = Composer()
        self.closed = Closed()
        self.jump = JumpButton(self.view.viewport())
        self.drafts = Drafts(client, errands, self.composer, self)
        self._deeds = Deeds(client, errands, self.standing, self)
        self.midnight = Midnight(self)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, 0, 16)
        foot.addWidget(self.composer)
        foot.addWidget(self.closed)
        self.foot = QWidget()
        self.foot.setMaximumWidth(COLUMN)
        self.foot.setLayout(foot)
        self._centre = QHBoxLayout()
        self._centre.setContentsMargins(MARGIN, 4, MARGIN, 0)
        self._centre.addStretch(1)
        self._centre.addWidget(self.foot, 1000)
        self._centre.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.bars)
        column.addWidget(self.view, 1)
        column.addLayout(self._centre)
        QWidget.setTabOrder(self.header.more, self.view)
        QWidget.setTabOrder(self.view, self.composer.writing)
        QWidget.setTabOrder(self.composer.writing, self.composer.button)

    def _connect(self) -> None:
        self.header.back.connect(self.back)
        deeds = self._deeds
        self.header.details.connect(lambda: self._do(deeds.details))
        self.header.rename.connect(lambda: self._do(deeds.rename))
        self.header.end.connect(lambda: self._do(deeds.end))
        self.header.block.connect(lambda blocked: self._do(deeds.block if blocked else deeds.unblock))
        self.header.begin.connect(lambda: self._do(lambda chat: self.begin.emit(chat.contact.account)))
        self.bars.held.chosen.connect(lambda: self._do(deeds.accept_key))
        self.bars.held.other_chosen.connect(lambda: self._do(deeds.refuse_key))
        self.bars.undelivered.chosen.connect(lambda: self._do(deeds.send_again))
        _follow(self, deeds, self._client)
        _follow_room(self, deeds, RoomDeeds(self._client, self._errands, self))
        self.view.info_asked.connect(lambda message: self._do(lambda chat: deeds.info(chat, message)))
        self.closed.chosen.connect(lambda: self._do(lambda chat: _reopen(self, deeds, chat)))
        self.composer.sent.connect(self._send)
        self.view.copied.connect(self._say_copied)
        self.view.typed.connect(self._type_on)
        self.view.settled.connect(self._settled)
        self.jump.clicked.connect(self.view.to_end)

    # --- what is shown ----------------------------------------------------------------
    def open(self, chat: Chat) -> None:
        """Show a chat, its draft in the composer."""
        if self.chat is not None and self.chat.id == chat.id:
            self.show_chat(chat)
            return
        self.drafts.open(chat)
        self._missed = 0
        self.history.open(chat)  # first: nothing of this chat has been seen yet
        self.show_chat(chat)

    def show_chat(self, chat: Chat) -> None:
        """The open chat is different; with each message only what is not shown here."""
        before, self.chat = self.chat, chat
        self.drafts.take(chat)
        if before is None or _shown(before) != _shown(chat):
            self.standing.look(chat)
            self.room.look(chat)
            self._show(chat)
        self.look()  # the core tells of a message before it tells that it is unread

    def _show(self, chat: Chat) -> None:
        staff = self._client.company.staff
        before, self._away = self._away, outside.of_chat(staff, chat)
        self.header.show_chat(chat, self.standing.organisation, self._away, _outsiders(staff, self.room))
        self.view.recalls = recall_words.possible_in(chat)
        self.view.show_contact(title(chat))
        self.view.show_people(_names(chat, self.room), several=chat.room is not None)
        self.view.setAccessibleName(self.tr("Messages with {contact}").format(contact=title(chat)))
        self.composer.show_contact(words.called(title(chat)))
        self.bars.show_chat(chat, self._away)
        if before.refused and not self._away.refused:
            self.composer.refuse("")
        cut_off, typed = is_cut_off(self._client.link), bool(self.composer.text().strip())
        writable = chat.session is SessionState.OPEN and not is_closed(chat) and not cut_off
        _turn_foot(self, chat, writable=writable)
        self.closed.show_chat(chat, staff, self._away, cut_off=cut_off, typed=typed)

    def leave(self) -> None:
        """Show no chat any more."""
        self.drafts.leave()
        self.chat = None
        self.history.close()

    def added(self, event: MessageAdded) -> None:
        """A message stands at the end of some chat."""
        if self.chat is None or event.message.chat != self.chat.id:
            return
        was_at_end = self.view.at_end
        if event.message.mine:
            self.history.unread_from = None
        with self.view.at_once():
            self.history.add(event.message)
            if event.message.mine:
                if not self.view.at_end:
                    self.view.to_end()
            elif not was_at_end:
                self._missed += 1
                self._settled()

    def changed(self, event: MessageChanged) -> None:
        """A message's delivery changed."""
        if self.chat is not None and event.message.chat == self.chat.id:
            self.history.replace(event.message)

    def focus_composer(self) -> None:
        """Put the keyboard where it belongs."""
        if self.composer.isVisibleTo(self):
            self.composer.writing.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        elif self.closed.button.isVisibleTo(self):
            self.closed.button.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def set_narrow(self, narrow: bool) -> None:
        """Less room: offer the way back."""
        self.header.set_narrow(narrow)
        margin = _NARROW_MARGIN if narrow else MARGIN
        self._centre.setContentsMargins(margin, 4, margin, 0)
        self.view.set_margin(margin)

    # --- reading ----------------------------------------------------------------------
    def look(self) -> None:
        """The person may be looking: what is on the screen counts as read."""
        chat = self.chat
        if (
            chat is not None
            and chat.unread
            and self.view.at_end
            and self.isVisible()
            and self.isActiveWindow()
        ):
            self._errands.run("mark read", self._client.mark_read(chat.id))

    def _settled(self) -> None:
        if self.view.at_end:
            self._missed = 0
            self.look()
        self.jump.show_state(self.view.far_from_end, self._missed)
        spoken.announce(self.view)

    # --- doing ------------------------------------------------------------------------
    def _send(self, text: str) -> None:
        chat = self.chat
        if chat is None:
            return
        self.drafts.sent()
        self._errands.run(
            "send", self._send_text(chat.id, text), lambda situation: self._not_sent(chat.id, text, situation)
        )

    async def _send_text(self, chat: int, text: str) -> None:
        await self._client.send_text(chat, text)
        if self.chat is None or self.chat.id != chat or self.chat.draft:
            await self._client.save_draft(chat, "")

    def _not_sent(self, chat: int, text: str, situation: Situation) -> None:
        """Give the text back to whoever wrote it, with the reason."""
        self.drafts.give_back(chat, text)
        if self.chat is not None and self.chat.id == chat:
            self.composer.refuse(words.sentence(situation))
        else:
            self.said.emit(words.sentence(situation))

    async def stop(self) -> None:
        """Keep the draft; show no chat any more. Raises what the store raises."""
        self.chat = None
        self.standing.stop()
        self.room.stop()
        self._deeds.stop()
        await self.drafts.stop()

    def _type_on(self, text: str) -> None:
        if self.composer.isVisible():
            self.composer.add(text)

    def _do(self, deed: Callable[[Chat], None]) -> None:
        """Something that is done with the open chat."""
        if self.chat is not None:
            deed(self.chat)

    def _say_copied(self, count: int) -> None:
        self.said.emit(
            self.tr("Copied") if count == 1 else self.tr("Copied {count} messages").format(count=count)
        )

    # --- Qt ---------------------------------------------------------------------------
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language; notice when the window gets the keyboard."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.ActivationChange:
            self.look()

    def retranslate(self) -> None:
        """Make the words."""
        if self.chat is not None:
            self._show(self.chat)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens().window)


def _reopen(page: ChatPage, deeds: Deeds, chat: Chat) -> None:
    """What stands in the composer's place was pressed."""
    if is_blocked(chat):
        deeds.unblock(chat)
    elif chat.protection is not Protection.SESSION:
        page.organisation_asked.emit()
    else:
        page.begin.emit(chat.contact.account)


def _follow(page: ChatPage, deeds: Deeds, client: Client) -> None:
    """What is asked for in the messages and in the bars of a company's conversation, and heard of it."""
    bars = page.bars.company
    bars.try_now.connect(client.company.wake)
    bars.details_asked.connect(lambda: None if page.chat is None else deeds.details(page.chat))
    bars.settings_asked.connect(page.organisation_asked)
    bars.session_asked.connect(page.member_asked)
    bars.chat_asked.connect(page.talk)
    bars.copied.connect(page.said)
    deeds.chat_asked.connect(page.chat_asked)
    deeds.said.connect(page.said)
    page.view.link_chosen.connect(deeds.open_link)
    page.midnight.passed.connect(page.view.lay_out_anew)
    page.view.me = client.name
    page.standing.changed.connect(page.retranslate)


def _follow_room(page: ChatPage, deeds: Deeds, rooms: RoomDeeds) -> None:
    """What is asked for in the head, the bars and the foot of a room, and heard of it."""

    def with_chat(deed: Callable[[Chat], None]) -> Callable[[], None]:
        return lambda: None if page.chat is None else deed(page.chat)

    header, bars, foot = page.header, page.bars.room, page.closed.room
    header.invite.connect(with_chat(deeds.invite))
    header.rename_room.connect(with_chat(lambda chat: rooms.rename(chat, page.window())))
    header.leave_room.connect(with_chat(lambda chat: rooms.leave(chat, page.window())))
    bars.say_again.connect(with_chat(rooms.say_again))
    bars.details_asked.connect(with_chat(deeds.details))
    bars.session_asked.connect(page.member_asked)
    foot.invite.connect(with_chat(deeds.invite))
    foot.joined.connect(with_chat(rooms.join))
    foot.declined.connect(with_chat(rooms.decline))
    rooms.said.connect(page.said)
    rooms.said.connect(foot.fail)
    deeds.session_asked.connect(page.member_asked)
    deeds.person_asked.connect(page.talk)
    page.room.changed.connect(page.retranslate)


def _turn_foot(page: ChatPage, chat: Chat, *, writable: bool) -> None:
    """The composer, or what stands in its place.

    What is typed on while the composer goes lands nowhere else. When it is back, and when it takes the place
    of an invitation that was accepted, it has the keyboard, unless something else is typed meanwhile.
    """
    composer, closed = page.composer, page.closed
    came, typing = writable and composer.isHidden(), composer.writing.hasFocus()
    wanted = page.typing_in == chat.id or closed.room.answered(chat.id)
    composer.setVisible(writable)
    closed.setVisible(not writable)
    if typing and not writable:
        page.typing_in = chat.id
        page.view.setFocus(Qt.FocusReason.ActiveWindowFocusReason)  # no ring: nobody went there
    elif came and wanted and not isinstance(page.window().focusWidget(), QLineEdit):
        composer.writing.setFocus(Qt.FocusReason.OtherFocusReason)
    if writable:
        page.typing_in = 0


def _outsiders(staff: Staff, room: RoomStanding) -> str:
    """How many who are in a room by passphrases are outside the company; empty for nobody."""
    shown = room.shown
    if shown is None or shown.kind is not RoomKind.PHRASE:
        return ""
    others = [one.account for one in shown.members if one.part is Part.IN and not one.mine]
    return outside.among(staff, others)


def _names(chat: Chat, room: RoomStanding) -> dict[str, str]:
    """Who writes here where several do, by account."""
    if chat.room is not None:
        return room.names
    return {person.account: person.name for person in chat.members} if len(chat.members) > 1 else {}


def _shown(chat: Chat) -> tuple[object, ...]:
    """What head, bars and foot show of a chat."""
    waits = (chat.unsent, chat.withheld)
    how = (chat.session, chat.undelivered, chat.protection)
    return (chat.id, chat.contact, how, chat.members, waits, chat.room)
