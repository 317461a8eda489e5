"""One open chat: head, bars, messages, composer; what is done here becomes commands to the core."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.chat import Chat, SessionState
from watchword.model.errors import Situation
from watchword.model.events import MessageAdded, MessageChanged
from watchword.ui import words
from watchword.ui.chat import spoken
from watchword.ui.chat.composer import Composer
from watchword.ui.chat.dialogs import Details, OpenLink, Rename, ask_to_block, ask_to_end
from watchword.ui.chat.header import Header
from watchword.ui.chat.history import History
from watchword.ui.chat.links import find
from watchword.ui.chat.pointing import Messages
from watchword.ui.chat.view import COLUMN, MARGIN
from watchword.ui.colours import tokens
from watchword.ui.controls.banner import Banner, Tone
from watchword.ui.controls.button import Button, IconButton, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands

_DRAFT_MS = 1200
_NARROW_MARGIN = 12


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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 8)
        column.setSpacing(10)
        column.addWidget(self.words)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)

    def say(self, sentence: str, action: str) -> None:
        """Show why, and what to do."""
        self.words.setText(sentence)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.button.updateGeometry()


class JumpButton(IconButton):
    """Over the messages: back to the latest, with how many came meanwhile."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("arrow-down", size=40, parent=parent)
        self.setObjectName("jumpToEnd")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised disc under the icon."""
        table = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(table.line_strong)
        painter.setBrush(table.hover if self.underMouse() else table.raised)
        painter.drawEllipse(self.rect().adjusted(1, 1, -2, -2))
        painter.end()
        super().paintEvent(event)


class ChatPage(QWidget):
    """The right side of the window while a chat is open."""

    back = Signal()
    begin = Signal(str)
    """A new conversation with this account is wanted."""
    said = Signal(str)
    """Something for a toast."""

    def __init__(self, client: Client, errands: Errands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = errands
        self.chat: Chat | None = None
        self._missed = 0
        self.setObjectName("chatPage")
        self.history = History(client, errands, self)
        self.header = Header()
        self.held = Banner()
        self.held.action.setObjectName("acceptKey")
        self.held.other.setObjectName("refuseKey")
        self.undelivered = Banner()
        self.undelivered.action.setObjectName("sendAgain")
        self.view = Messages(self.history)
        self.composer = Composer()
        self.closed = Closed()
        self.jump = JumpButton(self.view)
        self._draft = QTimer(self)
        self._draft.setSingleShot(True)
        self._draft.setInterval(_DRAFT_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, 0, 16)
        foot.addWidget(self.composer)
        foot.addWidget(self.closed)
        self._foot = QWidget()
        self._foot.setMaximumWidth(COLUMN)
        self._foot.setLayout(foot)
        self._centre = QHBoxLayout()
        self._centre.setContentsMargins(MARGIN, 4, MARGIN, 0)
        self._centre.addStretch(1)
        self._centre.addWidget(self._foot, 1000)
        self._centre.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.held)
        column.addWidget(self.undelivered)
        column.addWidget(self.view, 1)
        column.addLayout(self._centre)
        QWidget.setTabOrder(self.header.more, self.view)
        QWidget.setTabOrder(self.view, self.composer.writing)
        QWidget.setTabOrder(self.composer.writing, self.composer.button)

    def _connect(self) -> None:
        self.header.back.connect(self.back)
        self.header.details.connect(self._details)
        self.header.rename.connect(self._rename)
        self.header.end.connect(self._end)
        self.header.block.connect(self._block)
        self.header.begin.connect(self._begin)
        self.held.chosen.connect(lambda: self._answer_held(True))
        self.held.other_chosen.connect(lambda: self._answer_held(False))
        self.undelivered.chosen.connect(self._send_again)
        self.closed.chosen.connect(self._reopen)
        self.composer.sent.connect(self._send)
        self.composer.edited.connect(self._draft.start)
        self.composer.left.connect(self.save_draft)
        self._draft.timeout.connect(self.save_draft)
        self.view.link_chosen.connect(self._open_link)
        self.view.copied.connect(self._say_copied)
        self.view.typed.connect(self._type_on)
        self.view.settled.connect(self._settled)
        self.jump.clicked.connect(self._jump)
        self.view.installEventFilter(self)

    # --- what is shown ----------------------------------------------------------------
    def open(self, chat: Chat) -> None:
        """Show a chat, its draft in the composer."""
        if self.chat is not None and self.chat.id == chat.id:
            self.show_chat(chat)
            return
        self.save_draft()
        self.chat = None  # what is written into the composer now is no draft of anybody's
        self.composer.set_text(chat.draft)
        self.composer.writing.document().clearUndoRedoStacks()
        self._missed = 0
        self.show_chat(chat)
        self.history.open(chat)

    def show_chat(self, chat: Chat) -> None:
        """The open chat is different: its session, its person."""
        self.chat = chat
        self.header.show_chat(chat)
        self.view.show_contact(chat.contact.name)
        self.view.setAccessibleName(self.tr("Messages with {contact}").format(contact=chat.contact.name))
        self.composer.show_contact(chat.contact.name)
        self._show_bars(chat)
        self._show_foot(chat)

    def leave(self) -> None:
        """Show no chat any more."""
        self.save_draft()
        self.chat = None
        self.history.close()

    def added(self, event: MessageAdded) -> None:
        """A message stands at the end of some chat."""
        if self.chat is None or event.message.chat != self.chat.id:
            return
        was_at_end = self.view.at_end
        if event.message.mine:
            self.history.unread_from = None
        self.history.add(event.message)
        if event.message.mine:
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

    def _show_bars(self, chat: Chat) -> None:
        name = chat.contact.name
        if chat.session is SessionState.HELD:
            said = self.tr(
                "{contact} opened this session with another key than before. A new computer does that, and "
                "so does somebody else who knows the phrase. Ask {contact} by another way before you accept."
            )
            accept, refuse = self.tr("Accept the key"), self.tr("Refuse")
            self.held.say(
                said.format(contact=name), Tone.WARNING, action=accept, other=refuse, icon="key-round"
            )
        else:
            self.held.be_quiet()
        if chat.undelivered and chat.session is SessionState.OPEN:
            one = self.tr("One message was not delivered before the last session ended.")
            many = self.tr("{count} messages were not delivered before the last session ended.")
            said = one if chat.undelivered == 1 else many.format(count=chat.undelivered)
            self.undelivered.say(said, Tone.INFO, action=self.tr("Send again"), icon="circle-alert")
        else:
            self.undelivered.be_quiet()

    def _show_foot(self, chat: Chat) -> None:
        name = chat.contact.name
        writable = chat.session is SessionState.OPEN and not chat.contact.blocked
        self.composer.setVisible(writable)
        self.closed.setVisible(not writable)
        if chat.session is SessionState.HELD and not chat.contact.blocked:
            self.closed.say(self.tr("Nothing can be sent until you decide about the key."), "")
        elif chat.contact.blocked:
            self.closed.say(self.tr("You blocked {contact}.").format(contact=name), self.tr("Unblock"))
        else:
            self.closed.say(
                self.tr("No session is open, so nothing can be sent."),
                self.tr("Start a new conversation with {contact}").format(contact=name),
            )

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
        self.jump.setVisible(
            self.history.newer or self.view.distance_from_end() > self.view.viewport().height() / 2
        )
        self.jump.set_dot(self._missed > 0)
        jump = self.tr("To the latest message")
        missed = self.tr("To the latest message, {count} new").format(count=self._missed)
        self.jump.set_label(missed if self._missed else jump)
        spoken.announce(self.view)

    def _jump(self) -> None:
        self.view.to_end()

    # --- doing ------------------------------------------------------------------------
    def _send(self, text: str) -> None:
        chat = self.chat
        if chat is None:
            return
        self.composer.set_text("")
        self._draft.stop()
        self._errands.run(
            "send", self._send_text(chat.id, text), lambda situation: self._not_sent(chat.id, text, situation)
        )

    async def _send_text(self, chat: int, text: str) -> None:
        await self._client.send_text(chat, text)
        await self._client.save_draft(chat, "")

    def _not_sent(self, chat: int, text: str, situation: Situation) -> None:
        """Give the text back to whoever wrote it, with the reason."""
        if self.chat is not None and self.chat.id == chat:
            if not self.composer.text():
                self.composer.set_text(text)
            self.composer.refuse(words.sentence(situation))
        else:
            self.said.emit(words.sentence(situation))

    def save_draft(self) -> None:
        """Keep what stands unsent."""
        self._errands.run("save draft", self.keep_draft())

    async def keep_draft(self) -> None:
        """Keep what stands unsent, if it is not kept already."""
        self._draft.stop()
        chat, text = self.chat, self.composer.text()
        if chat is not None and chat.draft != text and not (not text.strip() and not chat.draft):
            await self._client.save_draft(chat.id, text)

    def _type_on(self, text: str) -> None:
        if self.composer.isVisible():
            self.composer.add(text)

    def _send_again(self) -> None:
        if self.chat is not None:
            self._errands.run("send again", self._again(self.chat.id), self._trouble)

    async def _again(self, chat: int) -> None:
        await self._client.send_again(chat)

    def _answer_held(self, accept: bool) -> None:
        if self.chat is not None:
            work = self._client.answer_held(self.chat.id, accept=accept)
            self._errands.run("answer held", work, self._trouble)

    def _reopen(self) -> None:
        if self.chat is not None and self.chat.contact.blocked:
            self._errands.run("unblock", self._set_blocked(self.chat.contact.account, False), self._trouble)
        else:
            self._begin()

    def _begin(self) -> None:
        if self.chat is not None:
            self.begin.emit(self.chat.contact.account)

    def _details(self) -> None:
        if self.chat is not None:
            Details(self.chat, self.window()).open()

    def _rename(self) -> None:
        if self.chat is not None:
            self._errands.run("rename", self._ask_name(self.chat), self._trouble)

    async def _ask_name(self, chat: Chat) -> None:
        dialog = Rename(chat.contact, self.window())
        if await dialog.answer():
            await self._client.rename_contact(chat.contact.account, dialog.field.text().strip())

    def _end(self) -> None:
        if self.chat is not None:
            self._errands.run("end session", self._ask_end(self.chat), self._trouble)

    async def _ask_end(self, chat: Chat) -> None:
        if await ask_to_end(chat.contact, self.window()).answer():
            await self._client.end_session(chat.id)

    def _block(self, blocked: bool) -> None:
        if self.chat is not None:
            work = (
                self._ask_block(self.chat) if blocked else self._set_blocked(self.chat.contact.account, False)
            )
            self._errands.run("block", work, self._trouble)

    async def _ask_block(self, chat: Chat) -> None:
        if await ask_to_block(chat.contact, self.window()).answer():
            await self._client.block(chat.contact.account, blocked=True)

    async def _set_blocked(self, account: str, blocked: bool) -> None:
        await self._client.block(account, blocked=blocked)

    def _open_link(self, address: str) -> None:
        self._errands.run("open link", self._ask_link(address))

    async def _ask_link(self, address: str) -> None:
        found = find(address)
        if found and await OpenLink(found[0], self.window()).answer():
            QDesktopServices.openUrl(QUrl(found[0].address, QUrl.ParsingMode.TolerantMode))

    def _say_copied(self, count: int) -> None:
        self.said.emit(
            self.tr("Copied") if count == 1 else self.tr("Copied {count} messages").format(count=count)
        )

    def _trouble(self, situation: Situation) -> None:
        self.said.emit(words.sentence(situation))

    # --- Qt ---------------------------------------------------------------------------
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the jump button in its corner."""
        if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
            self._place_jump(event.size())
        return False

    def _place_jump(self, size: QSize) -> None:
        beside = max(0, (size.width() - COLUMN) // 2)
        self.jump.move(size.width() - 40 - max(18, beside - 10), size.height() - 40 - 14)

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
            self.show_chat(self.chat)
        self.jump.set_label(self.tr("To the latest message"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), tokens().window)
