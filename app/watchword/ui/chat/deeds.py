"""What can be done with a chat beside writing: each asks first where it matters, then tells the core."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.chat import Chat, Contact, Message, Protection
from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.chat.dialogs import Details, OpenLink, Rename, ask_to_block, ask_to_end
from watchword.ui.chat.links import find
from watchword.ui.company import outside
from watchword.ui.company.details import ConversationDetails
from watchword.ui.company.message_info import MessageInfoWindow
from watchword.ui.company.standing import Standing
from watchword.ui.controls.window import Window
from watchword.ui.errands import Errands
from watchword.ui.rooms.details import RoomDetails
from watchword.ui.rooms.inviting import InvitePeople


class Deeds(QObject):
    """The commands behind the menu and the bars of a chat."""

    said = Signal(str)
    """What could not be done, as a sentence."""
    chat_asked = Signal(int)
    """Another chat is wanted, by its number."""
    person_asked = Signal(str)
    """The chat by a passphrase session with this account is wanted."""
    session_asked = Signal(str)
    """A passphrase session with somebody of a room is wanted, by the account."""

    def __init__(self, client: Client, errands: Errands, standing: Standing, page: QWidget) -> None:
        super().__init__(page)
        self._client = client
        self._errands = errands
        self._standing = standing
        self._page = page
        self._windows: dict[str, Window] = {}
        """What stands beside the main window, by its chat or message."""

    def stop(self) -> None:
        """Close what stands beside the main window."""
        for window in [*self._windows.values()]:
            window.close()

    def details(self, chat: Chat) -> None:
        """Show who it is and how the conversation is protected."""
        if chat.room is not None:
            self._beside(f"room {chat.id}", lambda: self._room_details(chat))
            return
        if chat.protection is Protection.SESSION:
            self._errands.run("details", self._show_details(chat))
            return
        self._beside(f"details {chat.id}", lambda: self._details(chat))

    def info(self, chat: Chat, message: Message) -> None:
        """Show how a message was sealed, who can read it, how far it came."""
        self._beside(
            f"message {message.id}",
            lambda: MessageInfoWindow(self._client, chat, message, self._page.window()),
        )

    def _beside(self, name: str, make: Callable[[], Window]) -> None:
        """Open a window, or bring the one that is open to the front."""
        window = self._windows.get(name)
        if window is not None:
            window.come_forward()
            return
        window = self._windows[name] = make()
        window.put_away.connect(lambda: self._windows.pop(name, None))
        window.appear()

    def _details(self, chat: Chat) -> Window:
        made = ConversationDetails(self._client, self._standing, chat, self._page.window())
        made.chosen.connect(
            lambda account: self._errands.run("open chat", self._talk(account, made), self._refused)
        )
        return made

    def invite(self, chat: Chat) -> None:
        """Pick people to invite to a room."""
        if (room := chat.room) is not None:
            window = self._page.window()
            name = f"invite {chat.id}"
            self._beside(name, lambda: InvitePeople(self._client, chat, room.kind, window))

    def _room_details(self, chat: Chat) -> Window:
        made = RoomDetails(self._client, self._standing, chat, self._page.window())
        made.invite_asked.connect(lambda: self.invite(chat))
        made.session_asked.connect(self.session_asked)
        if chat.protection is Protection.SESSION:
            made.write_to.connect(self.person_asked)
            made.write_to.connect(lambda _account: made.close())
        else:
            made.write_to.connect(
                lambda account: self._errands.run("open chat", self._talk(account, made), self._refused)
            )
        return made

    async def _talk(self, account: str, details: Window) -> None:
        """Turn to the conversation with somebody; the window they were chosen in has led there."""
        chat = await self._client.company.open_chat([account])
        details.close()
        self.chat_asked.emit(chat.id)

    def rename(self, chat: Chat) -> None:
        """Ask for another name."""
        self._errands.run("rename", self._rename(chat), self._refused)

    def end(self, chat: Chat) -> None:
        """End the session, after asking."""
        self._errands.run("end session", self._end(chat), self._refused)

    def block(self, chat: Chat) -> None:
        """Block the person, after asking."""
        self._errands.run("block", self._block(chat), self._refused)

    def unblock(self, chat: Chat) -> None:
        """Block the people no longer."""
        for person in chat.members or (chat.contact,):
            work = self._client.block(person.account, blocked=False)
            self._errands.run("unblock", work, self._refused)

    def accept_key(self, chat: Chat) -> None:
        """Take the other key for this person."""
        self._errands.run("accept key", self._client.answer_held(chat.id, accept=True), self._refused)

    def refuse_key(self, chat: Chat) -> None:
        """Keep the pinned key; the session closes."""
        self._errands.run("refuse key", self._client.answer_held(chat.id, accept=False), self._refused)

    def send_again(self, chat: Chat) -> None:
        """Queue what was not delivered."""
        self._errands.run("send again", self._send_again(chat), self._refused)

    def open_link(self, address: str) -> None:
        """Open a link, after showing where it leads."""
        self._errands.run("open link", self._open_link(address))

    async def _show_details(self, chat: Chat) -> None:
        since = await self._client.session_since(chat.id)
        away = outside.of_chat(self._client.company.staff, chat)
        await Details(chat, since, away, self._page.window()).answer()

    async def _rename(self, chat: Chat) -> None:
        person = _person(chat)
        dialog = Rename(person, self._page.window())
        if await dialog.answer():
            await self._client.rename_contact(person.account, dialog.field.text().strip())

    async def _end(self, chat: Chat) -> None:
        if await ask_to_end(chat.contact, self._page.window()).answer():
            await self._client.end_session(chat.id)

    async def _block(self, chat: Chat) -> None:
        person = _person(chat)
        if await ask_to_block(person, self._page.window()).answer():
            await self._client.block(person.account, blocked=True)

    async def _send_again(self, chat: Chat) -> None:
        await self._client.send_again(chat.id)

    async def _open_link(self, address: str) -> None:
        found = find(address)
        if found and await OpenLink(found[0], self._page.window()).answer():
            QDesktopServices.openUrl(QUrl(found[0].address, QUrl.ParsingMode.TolerantMode))

    def _refused(self, situation: Situation) -> None:
        self.said.emit(words.sentence(situation))


def _person(chat: Chat) -> Contact:
    """The one other person of a chat."""
    return chat.members[0] if chat.members else chat.contact
