"""The window of the contacts: the list, one person of it, and the commands that either gives to the core.

Where this desktop belongs to a company, its directory stands beside the contacts, and colleagues are
written to without a phrase (F6).
"""

import asyncio
from collections.abc import Coroutine

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.chat import Contact, SessionState
from watchword.model.errors import Situation
from watchword.model.events import ChatChanged, ContactChanged, Event, OrganisationChanged
from watchword.ui import words
from watchword.ui.chat.dialogs import Rename, ask_to_block
from watchword.ui.contacts.add import AddContact
from watchword.ui.contacts.address_book import AddressBook
from watchword.ui.contacts.list_page import ListPage
from watchword.ui.contacts.person_page import PersonPage, Place
from watchword.ui.controls.dialog import Asked, Question
from watchword.ui.controls.window import Window
from watchword.ui.errands import Errands

_SIZE = QSize(480, 620)
_LEAST = QSize(400, 420)


class ContactsWindow(Window):
    """Everybody this user knows by name, and everybody who is blocked."""

    converse = Signal(object)
    """A Contact to talk with: the open chat, or a new conversation."""
    chat_opened = Signal(int)
    """The chat with a colleague, by its id."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contactsWindow")
        self._client = client
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._book = AddressBook()
        self._talking: set[str] = set()
        self.list = ListPage()
        self.person = PersonPage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.person)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.addWidget(self.pages)
        self.resize(_SIZE)
        self.setMinimumSize(_LEAST)
        self._connect()
        self._unlisten = client.listen(self._heard)
        self._errands.run("load contacts", self._load())
        self._retranslate()

    def _connect(self) -> None:
        self.list.chosen.connect(self.show_person)
        self.list.add.connect(lambda: self._run("add a contact", self._add_typed()))
        page = self.person
        page.back.connect(self.show_list)
        page.converse.connect(self._talk)
        page.rename.connect(lambda: self._run("rename", self._rename()))
        page.remove.connect(lambda: self._run("remove a contact", self._remove()))
        page.add.connect(lambda: self._run("add a contact", self._add()))
        page.block.connect(lambda: self._run("block", self._block()))
        page.unblock.connect(lambda: self._run("unblock", self._unblock()))

    # --- what is shown ----------------------------------------------------------------

    def show_person(self, person: Contact) -> None:
        """Show one person."""
        self._show(person)
        self.pages.setCurrentWidget(self.person)
        self.person.take_keyboard()

    def show_list(self) -> None:
        """Go back to everybody."""
        self.pages.setCurrentWidget(self.list)
        self.list.take_keyboard()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, from the list it closes."""
        if event.key() == Qt.Key.Key_Escape and self.pages.currentWidget() is self.person:
            self.show_list()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self._errands.stop()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Contacts"))

    # --- what is heard ----------------------------------------------------------------

    async def _load(self) -> None:
        chats = await self._client.chats()
        self._talking = {chat.contact.account for chat in chats if chat.session is not SessionState.NONE}
        changed = tuple(self._book.everybody.values())
        self._book.take_contacts((*await self._client.contacts(), *changed))
        self._book.take_directory(self._client.company.staff)
        self._fill()
        if self._book.company and not any(person.listed for person in self._book.everybody.values()):
            self.list.show_directory()
        if self.pages.currentWidget() is self.list:
            self.list.take_keyboard()

    def _heard(self, event: Event) -> None:
        if isinstance(event, ContactChanged):
            self._book.change(event.contact)
            self._fill(event.contact)
        elif isinstance(event, ChatChanged):
            account = event.chat.contact.account
            talks = event.chat.session is not SessionState.NONE
            (self._talking.add if talks else self._talking.discard)(account)
            self._fill()
        elif isinstance(event, OrganisationChanged) and self._book.take_directory(self._client.company.staff):
            self._fill()

    def _fill(self, changed: Contact | None = None) -> None:
        self.list.show_people(self._book)
        shown = self.person.person
        if shown is not None and changed is not None and changed.account == shown.account:
            self._show(changed)
        elif shown is not None:
            self._show(self._book.everybody.get(shown.account, shown))

    def _show(self, person: Contact) -> None:
        official = self._book.official(person.account)
        place = Place(self._book.company, official) if self._book.company else None
        self.person.show_person(person, talking=person.account in self._talking, place=place)

    # --- what is done -----------------------------------------------------------------

    def _run(self, name: str, command: Coroutine[object, object, None]) -> None:
        self.person.say(None)
        self._errands.run(name, command, self._refused)

    def _refused(self, situation: Situation) -> None:
        self.person.say(situation)

    def _shown(self) -> Contact:
        person = self.person.person
        assert person is not None  # noqa: S101 - its buttons are on a page that shows somebody
        return person

    def _talk(self) -> None:
        person = self._shown()
        if self._book.is_colleague(person.account):
            self._run("open a chat", self._write())
        else:
            self.converse.emit(person)

    async def _write(self) -> None:
        chat = await asyncio.shield(self._client.company.open_chat([self._shown().account]))
        self.chat_opened.emit(chat.id)

    async def _add_typed(self) -> None:
        listed = {person.account for person in self._book.everybody.values() if person.listed}
        dialog = AddContact(self._client, listed, self)
        if await dialog.answer() and dialog.added is not None:
            self.show_person(dialog.added)

    async def _add(self) -> None:
        await asyncio.shield(self._client.add_contact(self._shown().account))

    async def _rename(self) -> None:
        person = self._shown()
        dialog = Rename(person, self)
        if await dialog.answer():
            await asyncio.shield(self._client.rename_contact(person.account, dialog.field.text().strip()))

    async def _remove(self) -> None:
        person = self._shown()
        name = words.called(person.name)

        def asked() -> Asked:
            told = self.tr("A chat with {contact} stays, with all its messages. Nobody is told.")
            return Asked(
                self.tr("Remove {contact} from your contacts?").format(contact=name),
                told.format(contact=name),
                self.tr("Remove"),
                self.tr("Cancel"),
            )

        if await Question(self, asked, danger=True).answer():
            await asyncio.shield(self._client.remove_contact(person.account))

    async def _block(self) -> None:
        person = self._shown()
        if await ask_to_block(person, self).answer():
            await asyncio.shield(self._client.block(person.account, blocked=True))

    async def _unblock(self) -> None:
        await asyncio.shield(self._client.block(self._shown().account, blocked=False))
