"""What can be done with a chat beside writing: each asks first where it matters, then tells the core."""

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.chat import Chat
from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.chat.dialogs import Details, OpenLink, Rename, ask_to_block, ask_to_end
from watchword.ui.chat.links import find
from watchword.ui.errands import Errands


class Deeds(QObject):
    """The commands behind the menu and the bars of a chat."""

    said = Signal(str)
    """What could not be done, as a sentence."""

    def __init__(self, client: Client, errands: Errands, page: QWidget) -> None:
        super().__init__(page)
        self._client = client
        self._errands = errands
        self._page = page

    def details(self, chat: Chat) -> None:
        """Show who it is and how the session is protected."""
        self._errands.run("details", self._show_details(chat))

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
        """Block the person no longer."""
        work = self._client.block(chat.contact.account, blocked=False)
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
        await Details(chat, self._page.window()).answer()

    async def _rename(self, chat: Chat) -> None:
        dialog = Rename(chat.contact, self._page.window())
        if await dialog.answer():
            await self._client.rename_contact(chat.contact.account, dialog.field.text().strip())

    async def _end(self, chat: Chat) -> None:
        if await ask_to_end(chat.contact, self._page.window()).answer():
            await self._client.end_session(chat.id)

    async def _block(self, chat: Chat) -> None:
        if await ask_to_block(chat.contact, self._page.window()).answer():
            await self._client.block(chat.contact.account, blocked=True)

    async def _send_again(self, chat: Chat) -> None:
        await self._client.send_again(chat.id)

    async def _open_link(self, address: str) -> None:
        found = find(address)
        if found and await OpenLink(found[0], self._page.window()).answer():
            QDesktopServices.openUrl(QUrl(found[0].address, QUrl.ParsingMode.TolerantMode))

    def _refused(self, situation: Situation) -> None:
        self.said.emit(words.sentence(situation))
