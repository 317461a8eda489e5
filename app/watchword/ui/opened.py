"""The windows of an open profile: what the core tells goes to them, what they ask goes to the core.

Imported after the first paint, because it brings the whole core with it.
"""

from PySide6.QtCore import QObject, Signal

from watchword.core.client import Client
from watchword.model.chat import Chat
from watchword.model.errors import Situation
from watchword.model.events import (
    ChatChanged,
    ContactChanged,
    LinkChanged,
    MessageAdded,
    MessageChanged,
    TroubleMet,
)
from watchword.ui.chat import spoken
from watchword.ui.chat.page import ChatPage
from watchword.ui.errands import Errands
from watchword.ui.listen import Listener
from watchword.ui.workspace import Workspace


class Opened(QObject):
    """Joins one client with the workspace."""

    begin = Signal(str)
    """A new conversation is wanted, with this account or (empty) with somebody to be chosen."""
    unread_changed = Signal(int)

    def __init__(self, client: Client, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._client = client
        self._workspace = workspace
        self._errands = Errands(self)
        self.listener = Listener(client, self)
        spoken.install()
        self.page = ChatPage(client, self._errands)
        workspace.add_chat_page(self.page)
        self.page.set_narrow(workspace.narrow)
        self._connect()

    def _connect(self) -> None:
        hear, show = self.listener, self._workspace
        hear.link_changed.connect(self._link_changed)
        hear.chat_changed.connect(self._chat_changed)
        hear.contact_changed.connect(self._contact_changed)
        hear.message_added.connect(self._message_added)
        hear.message_changed.connect(self._message_changed)
        hear.trouble_met.connect(self._trouble_met)
        self._errands.unheard.connect(self._unheard)
        show.narrowed.connect(self.page.set_narrow)
        show.chat_asked.connect(self.open_chat)
        show.chat_left.connect(self.page.leave)
        show.new_conversation.connect(lambda: self.begin.emit(""))
        show.reconnect_asked.connect(self._client.reconnect)
        self.page.back.connect(show.show_list)
        self.page.begin.connect(self.begin)
        self.page.said.connect(show.toast.say)

    async def start(self) -> None:
        """Load the chats and show the state of the connection."""
        self._workspace.model.set_chats(await self._client.chats())
        self._workspace.set_ready()
        self._workspace.show_link(self._client.link)
        self.unread_changed.emit(self._workspace.model.unread)

    def stop(self) -> None:
        """Keep the draft; hear no more."""
        self.page.save_draft()
        self.listener.stop()

    # --- what is asked ----------------------------------------------------------------
    def open_chat(self, number: int) -> None:
        """Show a chat."""
        chat = self._workspace.model.chat(number)
        if chat is not None:
            self._workspace.show_chat(number)
            self.page.open(chat)
            self.page.focus_composer()

    def open_chat_with(self, account: str) -> None:
        """Show the chat with a person, as soon as there is one."""
        chat = self._workspace.model.chat_with(account)
        if chat is not None:
            self.open_chat(chat.id)
        else:
            self._errands.run("open chat", self._find_and_open(account))

    async def _find_and_open(self, account: str) -> None:
        self._workspace.model.set_chats(await self._client.chats())
        chat = self._workspace.model.chat_with(account)
        if chat is not None:
            self.open_chat(chat.id)

    # --- what is heard ----------------------------------------------------------------
    def _link_changed(self, event: LinkChanged) -> None:
        self._workspace.show_link(event)

    def _chat_changed(self, event: ChatChanged) -> None:
        self._take(event.chat)

    def _take(self, chat: Chat) -> None:
        self._workspace.model.put(chat)
        if self.page.chat is not None and self.page.chat.id == chat.id:
            self.page.show_chat(chat)
        self.unread_changed.emit(self._workspace.model.unread)

    def _contact_changed(self, event: ContactChanged) -> None:
        """A person is different: so is the chat with them, if the core has not said so itself."""
        chat = self._workspace.model.chat_with(event.contact.account)
        if chat is not None and chat.contact != event.contact:
            self._take(
                Chat(
                    chat.id,
                    event.contact,
                    chat.session,
                    chat.last,
                    chat.unread,
                    chat.draft,
                    chat.undelivered,
                )
            )

    def _message_added(self, event: MessageAdded) -> None:
        self.page.added(event)

    def _message_changed(self, event: MessageChanged) -> None:
        self.page.changed(event)

    def _trouble_met(self, event: TroubleMet) -> None:
        self._unheard(event.situation)

    def _unheard(self, situation: Situation) -> None:
        self._workspace.show_trouble(situation)
