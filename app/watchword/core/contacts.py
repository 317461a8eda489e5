"""Whom this user knows (F6): the contact list, names, blocks. Presence is added when it is shown."""

from collections.abc import Callable

from watchword.core import account_id, sessions
from watchword.core.desk import Desk
from watchword.model.chat import Contact
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ContactChanged, Event
from watchword.store import account as kept_account
from watchword.store import chats, contacts
from watchword.store.transaction import Tx


class Contacts:
    """The contact list of one open client."""

    def __init__(self, desk: Desk, changed: Callable[[], None]) -> None:
        self._desk = desk
        self._changed = changed

    async def every(self) -> list[Contact]:
        """Every contact, listed or blocked, by name."""
        found = await self._desk.db.read(contacts.every)
        return [self._desk.contact(contact) for contact in found]

    async def add(self, typed: str, name: str) -> Contact:
        """Put an account into the list."""
        account = self._other(typed)
        return await self._change(account, lambda tx: contacts.enlist(tx, account, name.strip() or None))

    async def rename(self, typed: str, name: str) -> Contact:
        """Give a contact another name; empty falls back to the id."""
        account = self._other(typed)

        def work(tx: Tx) -> Contact:
            contacts.meet(tx, account)
            return contacts.rename(tx, account, name.strip()) or contacts.meet(tx, account)

        return await self._change(account, work)

    async def remove(self, typed: str) -> None:
        """Take an account out of the list; chats and pinned identity stay."""
        account = self._other(typed)
        await self._change(account, lambda tx: contacts.unlist(tx, account) or contacts.meet(tx, account))

    async def block(self, typed: str, *, blocked: bool) -> None:
        """Block an account, or stop blocking it."""
        account = self._other(typed)
        await self._change(account, lambda tx: contacts.block(tx, account, blocked=blocked))

    async def set_contacts_only(self, value: bool) -> None:
        """Whether requests from unknown ids are met with silence."""
        await self._desk.db.write(lambda tx: kept_account.set_contacts_only(tx, value))
        self._desk.contacts_only = value

    def _other(self, typed: str) -> str:
        account = account_id.fold(typed)
        if account == self._desk.me.account:
            raise RefusedBy(Kind.ID_MINE)
        return account

    async def _change(self, account: str, work: Callable[[Tx], Contact]) -> Contact:
        def change(tx: Tx) -> tuple[Contact, list[Event]]:
            contact = work(tx)
            chat = chats.find(tx, account)
            return contact, [] if chat is None else sessions.changed(tx, chat)

        contact, events = await self._desk.db.write(change)
        self._desk.tell(ContactChanged(contact), *events)
        self._changed()
        return self._desk.contact(contact)
