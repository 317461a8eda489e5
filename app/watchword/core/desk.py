"""What every part of an open client works with: the store, the way to the relay, the listeners, the tasks.

The parts (`outbox`, `inbox`, `requests`, …) share this and nothing else of each other's inside.
"""

from collections.abc import Callable, Collection
from typing import Protocol

from msgspec.structs import replace

from watchword import log
from watchword.core import sessions
from watchword.core.tasks import Tasks
from watchword.model.chat import Chat, Contact
from watchword.model.errors import Kind, Situation
from watchword.model.events import ChatChanged, ContactChanged, Event, TroubleMet, TroubleOver
from watchword.store.account import Account
from watchword.store.database import Database
from watchword.store.transaction import Tx
from watchword_wire.frames import FromDesktop

Listener = Callable[[Event], None]

OF_THE_STORE = frozenset({Kind.DISK_FULL, Kind.PROFILE_READ_ONLY})
"""Troubles that last until the store has written again."""


class ToRelay(Protocol):
    """The way to the relay, as the parts need it."""

    @property
    def is_online(self) -> bool:
        """Whether this terminal is signed in."""
        ...

    def send(self, frame: FromDesktop) -> bool:
        """Queue a frame; False while not signed in."""
        ...


class Desk:
    """Shared by the parts of one open client."""

    link: ToRelay

    def __init__(self, db: Database, account: Account) -> None:
        self.db = db
        self.me = account.id
        self.identity = account.identity_seed
        self.contacts_only = account.contacts_only
        self.tasks = Tasks(self.report)
        self.present: set[str] = set()
        """Accounts that the relay says are present; it is believed as far as a dot on an avatar."""
        self.devices: dict[str, tuple[int, ...]] = {}
        """Which of their desktops are; for who is not present nothing."""
        self._listeners: list[Listener] = []
        self._standing: set[tuple[Kind, object]] = set()
        """Troubles that last, each with the account that it is about, if any."""
        db.recovered = self._store_recovered

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event; returns how to stop it."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def tell(self, *events: Event) -> None:
        """Tell every listener, in order. To be called after the commit that made the events true."""
        for event in events:
            shown = self._with_presence(event)
            for listener in [*self._listeners]:
                try:
                    listener(shown)
                except Exception as error:  # noqa: BLE001 - the border to the window: its mistake stays its own
                    log.bug("listener failed", error)

    def tell_of(self, chats: Collection[int]) -> None:
        """Tell what chats are like by now, a little later: who waits for a message does not wait for that.

        The store does works in the order in which they were given, so nothing older is told after it.
        """
        if chats:
            self.tasks.spawn("chats", self._tell_of(tuple(chats)))

    async def _tell_of(self, chats: tuple[int, ...]) -> None:
        def read(tx: Tx) -> list[Event]:
            return [event for chat in chats for event in sessions.changed(tx, chat)]

        self.tell(*await self.db.write(read))

    def report(self, situation: Situation, *, lasting: bool = False) -> None:
        """Tell of something that no command was waiting for.

        What is `lasting` is told once, however often it is met, until it is said to be `mended`.
        """
        if lasting or situation.kind in OF_THE_STORE:
            trouble = situation.kind, situation.facts.get("account")
            if trouble in self._standing:
                return
            self._standing.add(trouble)
        self.tell(TroubleMet(situation))

    def mended(self, *kinds: Kind) -> None:
        """Tell that troubles which were reported are over; costs nothing where none was."""
        over = {trouble for trouble in self._standing if trouble[0] in kinds}
        if over:
            self._standing -= over
            self.tell(TroubleOver(frozenset(kind for kind, _ in over)))

    def _store_recovered(self) -> None:
        # Whoever gave a command was told by its own way: here that is not known.
        self._standing = {trouble for trouble in self._standing if trouble[0] not in OF_THE_STORE}
        self.tell(TroubleOver(OF_THE_STORE))

    def contact(self, contact: Contact) -> Contact:
        """A contact with its presence."""
        return replace(contact, present=contact.account in self.present)

    def chat(self, chat: Chat) -> Chat:
        """A chat with its people's presence."""
        members = tuple(map(self.contact, chat.members))
        return replace(chat, contact=self.contact(chat.contact), members=members)

    def _with_presence(self, event: Event) -> Event:
        match event:
            case ChatChanged(chat):
                return ChatChanged(self.chat(chat))
            case ContactChanged(contact):
                return ContactChanged(self.contact(contact))
            case _:
                return event
