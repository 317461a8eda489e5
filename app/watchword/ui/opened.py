"""The windows of an open profile: what the core tells goes to them, what they ask goes to the core.

Imported after the first paint, because it brings the whole core with it.
"""

import asyncio

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from watchword import log
from watchword.model.chat import Chat, Contact, Protection, SessionState
from watchword.model.errors import TroubleWith
from watchword.model.events import (
    ChatChanged,
    ContactChanged,
    LinkChanged,
    MessageAdded,
    MessageChanged,
    TroubleMet,
    TroubleOver,
)
from watchword.ui.attention import Attention
from watchword.ui.chat import spoken
from watchword.ui.chat.page import ChatPage
from watchword.ui.chats.model import is_invited
from watchword.ui.company.pins import Pins
from watchword.ui.errands import Errands
from watchword.ui.listen import Listener
from watchword.ui.requests.controller import Requests
from watchword.ui.roaming.shown import Roaming
from watchword.ui.rooms.names import Names
from watchword.ui.side_windows import OpenProfile, SideWindows
from watchword.ui.workspace import Workspace


class Opened(QObject):
    """Joins one client with its windows."""

    quit_asked = Signal()

    def __init__(self, of: OpenProfile, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._of = of
        self._client, _, self._runner, self._window, self._choices = of
        self._workspace = workspace
        self._errands = Errands(self)
        self.listener = Listener(of.client, self)
        self.requests = Requests(of.client, of.window)
        self._names = Names(of.client, self._errands, self)
        self.pins = Pins(of.client, self)
        self.page: ChatPage
        self._roaming: Roaming
        self.attention: Attention
        self.beside: SideWindows

    async def start(self) -> None:
        """Make the windows, a turn of the loop for each; load the chats; connect."""
        spoken.install()
        self.page = ChatPage(self._client, self._errands)
        await asyncio.sleep(0)
        model, asks = self._workspace.model, (self.requests, self.pins)
        self.attention = Attention(self._window, model, *asks, self._choices, self)
        self.beside = SideWindows(self._of, self.requests, tray=lambda: self.attention.tray.available)
        await asyncio.sleep(0)
        self._connect()
        self._roaming = Roaming(self._client, self._errands, self._workspace, self.page)
        self._workspace.add_chat_page(self.page)
        self.page.set_narrow(self._workspace.narrow)
        self._workspace.model.set_chats(await self._client.chats())
        self._names.load()
        self._workspace.set_ready()
        self._workspace.show_link(self._client.link)
        self.attention.tray.set_unread(self._workspace.model.unread)
        self._errands.run("connect", self._connect_to_relay())

    def _connect(self) -> None:
        hear, show = self.listener, self._workspace
        hear.link_changed.connect(self._link_changed)
        self._names.changed.connect(lambda: show.model.set_names(self._names.known))
        hear.chat_changed.connect(self._chat_changed)
        hear.contact_changed.connect(self._contact_changed)
        hear.organisation_changed.connect(lambda _event: self._name_company())
        hear.message_added.connect(self._message_added)
        hear.message_changed.connect(self._message_changed)
        hear.trouble_met.connect(self._trouble_met)
        hear.trouble_over.connect(self._trouble_over)
        self._errands.unheard.connect(show.show_trouble)
        show.narrowed.connect(self.page.set_narrow)
        show.chat_asked.connect(self.open_chat)
        show.chat_left.connect(self.page.leave)
        show.new_conversation.connect(self.requests.new_conversation)
        show.contacts_asked.connect(self.beside.show_contacts)
        show.requests_asked.connect(self.beside.show_requests)
        show.settings_asked.connect(self.beside.show_settings)
        show.reconnect_asked.connect(self._client.reconnect)
        self.requests.accepted.connect(self._accepted)
        self.requests.chat_opened.connect(self._turn_to_chat)
        self.requests.changed.connect(self._requests_changed)
        self.page.back.connect(show.show_list)
        self.page.begin.connect(self.requests.new_conversation)
        self.page.member_asked.connect(self.requests.ask_member)
        self.page.talk.connect(self.open_chat_with)
        self.page.chat_asked.connect(self._turn_to_chat)
        self.page.organisation_asked.connect(self.beside.show_organisation)
        self.page.said.connect(show.toast.say)
        show.toast.stay_between(self.page.view, self.page.foot)
        self._window.activated.connect(self.page.look)
        self._window.activated.connect(show.turned_to)
        hear.request_changed.connect(self.attention.request_changed)
        hear.terminals_changed.connect(self.attention.terminals_changed)
        self.attention.desktops_asked.connect(self.beside.show_desktops)
        self.attention.chat_asked.connect(self.open_chat)
        self.attention.quit_asked.connect(self.quit_asked)
        self.beside.quit_asked.connect(self.quit_asked)
        self.beside.converse.connect(self._converse)
        self.beside.chat_opened.connect(self._turn_to_chat)

    async def _connect_to_relay(self) -> None:
        chosen = self._choices.settings
        if chosen.relay_here and not self._runner.state.running:
            try:
                await self._runner.start(keep=chosen.relay_keep, port=chosen.relay_port)
            except TroubleWith as trouble:
                log.trouble("local relay not started", trouble)
                self._workspace.show_trouble(trouble.situation)
        await self._client.start()  # whatever became of that: this person may use another relay
        self.page.standing.load()
        self.page.room.load()
        self._names.load()  # the directory is there only now
        self._name_company()

    async def stop(self) -> None:
        """Keep the draft and close every window; nothing is heard any more."""
        self.requests.stop()
        self.pins.stop()
        self.attention.stop()
        self.beside.stop()
        try:
            await self.page.stop()
        except TroubleWith as trouble:
            log.trouble("draft not kept", trouble)
        self._names.stop()
        self._roaming.stop()
        self.listener.stop()
        self._errands.stop()

    def close_window(self) -> bool:
        """The window's cross: where the window goes if the program shall go on; False where it shall end."""
        if not self._choices.settings.close_to_tray:
            return False
        if self.attention.tray.available:
            self._window.hide()
        else:
            self._window.showMinimized()
        return True

    # --- what is asked ----------------------------------------------------------------
    def open_chat(self, number: int) -> None:
        """Show a chat."""
        chat = self._workspace.model.chat(number)
        if chat is not None:
            self._workspace.show_chat(number)
            self.page.open(chat)
            self.page.focus_composer()

    def _turn_to_chat(self, number: int) -> None:
        """Show a chat that another window was asked for."""
        self._window.come_forward()
        self.open_chat(number)
        self.beside.close_contacts()

    def open_chat_with(self, account: str) -> None:
        """Show the chat with a person, as soon as there is one."""
        chat = self._workspace.model.chat_with(account)
        if chat is not None:
            self.open_chat(chat.id)
        else:
            self._errands.run("open chat", self._find_and_open(account))

    def _accepted(self, account: str) -> None:
        """Show the chat that a request opened, but not under the hands of somebody who writes in another."""
        shown = self.page.chat
        if shown is not None and _wants_session_with(account, shown):
            return
        if account in self.page.room.names:  # for the room that is open, and no end in itself
            return
        elsewhere = shown is not None and shown.contact.account != account
        if not (elsewhere and self._window.isActiveWindow()):
            self.open_chat_with(account)

    async def _find_and_open(self, account: str) -> None:
        self._workspace.model.set_chats(await self._client.chats())
        chat = self._workspace.model.chat_with(account)
        if chat is not None:
            self.open_chat(chat.id)

    def _converse(self, person: Contact) -> None:
        """Go on in the chat where a session is open; otherwise the phrase comes first."""
        chat = self._workspace.model.chat_with(person.account)
        if chat is None or chat.session is SessionState.NONE:
            self.requests.ask(person)
            self.beside.close_contacts()
        else:
            self._turn_to_chat(chat.id)

    # --- what is heard ----------------------------------------------------------------
    def _requests_changed(self) -> None:
        self._workspace.sidebar.show_waiting_requests(self.requests.waiting > 0)

    def _chat_changed(self, event: ChatChanged) -> None:
        self._take(event.chat)

    def _take(self, chat: Chat) -> None:
        before = self._workspace.model.chat(chat.id)
        self._workspace.model.put(chat)
        if self.page.chat is not None and self.page.chat.id == chat.id:
            self.page.show_chat(chat)
        self.attention.chat_changed(chat)
        if is_invited(chat) and (before is None or not is_invited(before)):
            self.attention.invited(chat)

    def _link_changed(self, changed: LinkChanged) -> None:
        self._workspace.show_link(changed)
        self.page.retranslate()  # whether anything can be written may hang on it

    def _name_company(self) -> None:
        company = self._client.company.staff.company
        self._workspace.model.set_company(company)
        self._workspace.welcome.set_company(company)

    def _contact_changed(self, event: ContactChanged) -> None:
        """A person is different: so is the chat with them, if the core has not said so itself."""
        person = event.contact
        chat = self._workspace.model.chat_with(person.account)
        if chat is not None and chat.contact != person:
            self._take(replace(chat, contact=person))
        for chat in self._workspace.model.with_member(person.account):
            members = tuple(person if one.account == person.account else one for one in chat.members)
            title = replace(chat.contact, name=", ".join(one.name for one in members))
            self._take(replace(chat, contact=title, members=members))

    def _message_added(self, event: MessageAdded) -> None:
        self.page.added(event)
        open_chat = self.page.chat.id if self.page.chat is not None else 0
        self.attention.message_added(event, open_chat)

    def _message_changed(self, event: MessageChanged) -> None:
        self.page.changed(event)

    def _trouble_met(self, event: TroubleMet) -> None:
        self._workspace.show_trouble(event.situation)

    def _trouble_over(self, event: TroubleOver) -> None:
        self._workspace.trouble_over(event.kinds)


def _wants_session_with(account: str, chat: Chat) -> bool:
    """Whether a session with somebody is for this chat of the company's, and no end in itself."""
    return chat.protection is Protection.BOTH and any(one.account == account for one in chat.members)
