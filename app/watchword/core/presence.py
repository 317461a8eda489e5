"""Who is present: told by the relay for accounts that watch each other, shown as a dot and nothing more.

Watched are the contact list and everybody with a chat that has a session, never a blocked account. See
`docs/protocol/wire.md`, section Presence.
"""

import asyncio

from msgspec.structs import replace

from watchword.core import clock
from watchword.core.desk import Desk
from watchword.core.outbox import LEAST_PAUSE
from watchword.core.runs import Runs
from watchword.model.chat import SessionState
from watchword.model.events import ChatChanged, ContactChanged, Event, RequestChanged
from watchword.model.requests import Role
from watchword.store import chats, contacts
from watchword.store.transaction import Tx
from watchword_wire.frames import Presence as PresenceFrame
from watchword_wire.frames import Watch
from watchword_wire.limits import WATCHED


class Presence:
    """What this client asks and hears of presence."""

    def __init__(self, desk: Desk, runs: Runs) -> None:
        self._desk = desk
        self._runs = runs
        self._awaited: set[str] = set()
        """Accounts of *Ask again when {contact} is online*."""
        self._chats: set[int] = set()
        """The company's conversations whose people are watched."""
        self._due = False
        self._not_before = 0.0
        """When the relay takes a list again."""
        self._waiting = False
        desk.listen(self._heard)

    def watch(self) -> None:
        """Tell the relay whom to watch, now and after each change."""
        self._desk.tasks.spawn("watch", self._watch())

    def put_off(self, seconds: float) -> None:
        """The relay did not take whom to watch: say it again when it does; later changes wait as well."""
        self._not_before = max(self._not_before, clock.now() + max(seconds, LEAST_PAUSE))
        self.watch()

    def _heard(self, event: Event) -> None:
        """Watch the people of a company's conversation that is new."""
        if isinstance(event, ChatChanged) and event.chat.members and event.chat.id not in self._chats:
            self._chats.add(event.chat.id)
            if not self._due:  # one look at the store for all that come together
                self._due = True
                self.watch()

    async def notify(self, account: str) -> None:
        """Tell once when an account is present: its last ended own request may be asked again."""
        self._awaited.add(account)
        if account in self._desk.present:
            self._tell_awaited(account)
        else:
            await self._watch()

    async def arrived(self, frame: PresenceFrame) -> None:
        """Take the relay's word."""
        before = frame.account in self._desk.present
        self._desk.devices.pop(frame.account, None)
        if frame.present:
            self._desk.devices[frame.account] = tuple(frame.devices)
        if frame.present == before:
            return
        (self._desk.present.add if frame.present else self._desk.present.discard)(frame.account)
        await self._tell([frame.account])
        if frame.present:
            self._tell_awaited(frame.account)

    async def disconnected(self) -> None:
        """Nobody is known to be present."""
        gone = sorted(self._desk.present)
        self._desk.present.clear()
        self._desk.devices.clear()
        await self._tell(gone)

    async def _watch(self) -> None:
        def work(tx: Tx) -> list[str]:
            listed = {contact.account for contact in contacts.every(tx) if contact.listed}
            open_with = {
                person.account
                for chat in chats.every(tx)
                if chat.session is not SessionState.NONE and chat.room is None
                for person in chat.members or (chat.contact,)
            }
            blocked = {contact.account for contact in contacts.every(tx) if contact.blocked}
            return sorted((listed | open_with | self._awaited) - blocked)

        self._due = False
        if self._waiting:
            return  # whoever waits says what is true then
        if (wait := self._not_before - clock.now()) > 0:
            self._waiting = True
            try:
                await asyncio.sleep(wait)
            finally:
                self._waiting = False
            await self._watch()
            return
        watched = await self._desk.db.read(work)
        self._desk.link.send(Watch(watched[:WATCHED]))

    async def _tell(self, accounts: list[str]) -> None:
        def work(tx: Tx) -> list[Event]:
            events: list[Event] = []
            for account in accounts:
                contact, chat = contacts.get(tx, account), chats.find(tx, account)
                found = None if chat is None else chats.get(tx, chat)
                events += [] if contact is None else [ContactChanged(contact)]
                events += [] if found is None else [ChatChanged(found)]
            return events

        if accounts:
            # In the order of what is written: nothing older is told of a chat later (see `Desk.tell_of`).
            self._desk.tell(*await self._desk.db.write(work))

    def _tell_awaited(self, account: str) -> None:
        if account not in self._awaited:
            return
        self._awaited.discard(account)
        asked = [
            run
            for run in self._runs
            if run.peer.account == account and run.request.role is Role.ASKING and not run.is_live
        ]
        if asked:
            run = max(asked, key=lambda one: one.request.at)
            run.request = replace(run.request, may_retry=True)
            self._desk.tell(RequestChanged(run.request))
