"""The open profile: everything the window can ask for, and the events it hears (law 1).

Made by `core.profile`. Commands raise RefusedBy or TroubleWith (`model.errors`) and nothing else;
what nobody waits for comes as an event. All methods run on the one event loop and never hold it.
"""

from collections.abc import Callable

from watchword import log
from watchword.core import clock, upkeep
from watchword.core.arrivals import Arrivals
from watchword.core.chats import Chats
from watchword.core.commands import PeopleCommands, whole
from watchword.core.company.company import Company
from watchword.core.company.membership import Member
from watchword.core.company.texts import Texts
from watchword.core.contacts import Contacts
from watchword.core.desk import Desk, Listener
from watchword.core.inbox import Inbox
from watchword.core.outbox import Outbox
from watchword.core.presence import Presence
from watchword.core.proxies import Proxies
from watchword.core.reception import Parts, Reception
from watchword.core.requests import Requests
from watchword.core.roaming.roaming import Roaming
from watchword.core.rooms.live import Ways
from watchword.core.rooms.rooms import Rooms
from watchword.core.runs import Runs
from watchword.core.terminals.terminals import Terminals
from watchword.model.chat import Chat, Message, Page
from watchword.model.errors import RefusedBy, Situation
from watchword.model.events import LinkChanged
from watchword.model.proxy import ProxyShown, ProxyTyped
from watchword.model.roaming import HistoryShown
from watchword.store.account import Account
from watchword.store.database import Database


class Client(PeopleCommands):
    """One account on one desktop, unlocked. Not made directly: see `core.profile.Profile`."""

    # --- who and where ----------------------------------------------------------------

    def __init__(
        self,
        db: Database,
        account: Account,
        release: Callable[[], None],
        proxies: Proxies | None = None,
    ) -> None:
        self.account = account.id.account
        self.device = account.id.device
        self.name = account.name
        """The display name given at first start; stays on this computer."""
        self._release = release
        self._proxies = proxies if proxies is not None else Proxies()
        self._desk = desk = Desk(db, account)
        self._runs = runs = Runs(desk, self._settled)
        self._presence = Presence(desk, runs)
        self._outbox = Outbox(desk, self._barred)
        self._arrivals = Arrivals(desk, runs)
        self._contacts = Contacts(desk, self._presence.watch)
        put_out, taken_back = self._outbox.stir, self._outbox.taken_back
        self.rooms = Rooms(
            Ways(
                desk,
                lambda: self.company.member,
                put_out,
                self._posted,
                self._said,
                self._wake,
                self._taken_back,
                self._shared,
            )
        )
        self.company = Company(
            desk,
            self._proxies,
            put_out=put_out,
            taken_back=taken_back,
            renew=self._renew,
            rooms=self.rooms.floor,
            for_rooms=self.rooms.intake.stir,
        )
        self._requests = Requests(desk, runs, self.company.staff.phrase_rule, self.company.staff.barred)
        stir = self.company.receiving.stir
        self._inbox = Inbox(
            desk,
            awaited=runs.awaited,
            put_out=self._outbox.receipt,
            renew=self._renew,
            brought=stir,
            for_rooms=self.rooms.intake.stir,
        )
        self._chats = Chats(desk, put_out=self._outbox.stir)
        self.terminals = Terminals(desk, self.name, self._membership)
        self.roaming = Roaming(
            desk,
            self.company,
            taken_out=self._taken_back,
            renew=self._renew,
            say_shared=self.rooms.say_shared,
        )
        parts = Parts(
            self._arrivals,
            self._inbox,
            self._outbox,
            self._presence,
            self.company,
            self.terminals,
            self.roaming,
        )
        self._reception = Reception(desk, account, parts, self._proxies)
        desk.link = self._reception.link

    @property
    def relay(self) -> str:
        """The relay's address as given, with its key."""
        return self._reception.address

    @property
    def proxy(self) -> ProxyShown:
        """How the relay is reached, without the password."""
        return self._proxies.shown

    @property
    def link(self) -> LinkChanged:
        """The latest state of the connection."""
        return self._reception.changed

    @property
    def history(self) -> HistoryShown:
        """How far the messages are here that came before this desktop was there."""
        return self.roaming.shown

    def now(self) -> float:
        """Seconds on the clock that `SessionRequest.ring_ends` uses; counts suspend."""
        return clock.now()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event, on the loop, in order; returns how to stop it."""
        return self._desk.listen(listener)

    def report(self, situation: Situation) -> None:
        """Tell every listener of something that no command was waiting for."""
        self._desk.report(situation)

    async def start(self) -> None:
        """Connect and keep connected; returns at once."""
        await self._requests.start()
        await self.company.start()
        await self.rooms.start()
        await self.roaming.start()
        spawn = self._desk.tasks.spawn
        spawn("outbox", self._outbox.run())
        spawn("inbox", self._inbox.run())
        spawn("link", self._reception.link.run())
        spawn("upkeep", upkeep.run(self._desk, self._runs))
        spawn("suspend", clock.watch_for_suspend(self._woke))

    async def close(self) -> None:
        """Stop the connection and close the store; nothing that was saved is lost."""
        await self._reception.link.close()
        await self._desk.tasks.close()
        self.roaming.close()
        self.rooms.close()
        await self.company.close()
        self._runs.close()
        await self._desk.db.close()
        self._release()
        log.note("client closed")

    def _barred(self, account: str) -> RefusedBy | None:
        return self.company.staff.barred(account)

    def _settled(self) -> None:
        self._inbox.release()
        self._presence.watch()

    def _membership(self) -> Member | None:
        return self.company.member

    def _posted(self) -> None:
        self.company.sending.stir()
        self.company.sending.posting.stir()

    def _said(self) -> None:
        self.company.said()

    def _wake(self) -> None:
        self.company.sending.wake()

    def _taken_back(self) -> None:
        """Something of a room that has not left is not to leave any more."""
        self.company.sending.posting.taken_back()
        self._outbox.taken_back()

    def _shared(self) -> None:
        self.roaming.fetching.stir()

    def _renew(self) -> None:
        """Have the relay give everything again that was not acknowledged."""
        self._reception.link.reconnect(renew=True)

    def _woke(self) -> None:
        """The machine slept: the connection is likely dead, and timers stood still."""
        self._reception.link.reconnect(renew=True)
        for run in self._runs:
            self._desk.tasks.spawn("tick", self._runs.tick(run))

    @whole
    async def use_relay(self, address: str) -> None:
        """Move this profile to another address of its relay (same relay key), and reconnect."""
        await self._reception.use_relay(address)

    @whole
    async def use_proxy(self, typed: ProxyTyped) -> None:
        """Reach the relay in another way from now on, and reconnect."""
        await self._reception.use_proxy(typed)

    def reconnect(self) -> None:
        """Try now instead of waiting for the next turn (after sleep, or a click)."""
        self._reception.link.reconnect()

    # --- chats ------------------------------------------------------------------------
    async def chats(self) -> list[Chat]:
        """Every chat, latest first."""
        return await self._chats.every()

    async def page(
        self,
        chat: int,
        *,
        before: Message | None = None,
        after: Message | None = None,
        around_unread: bool = False,
        limit: int = 60,
    ) -> Page:
        """A run of messages of one chat: the latest, or those before or after a message."""
        return await self._chats.page(chat, before, after, around_unread, limit)

    async def session_since(self, chat: int) -> int | None:
        """When the open session of a passphrase chat was opened, ms since 1970; None where none is open."""
        return await self._chats.session_since(chat)

    async def _sender(self, chat: int) -> Rooms | Texts | Outbox:
        if await self.rooms.holds(chat):
            return self.rooms
        return self.company.texts if self.company.holds(chat) else self._outbox

    @whole
    async def send_text(self, chat: int, text: str) -> Message:
        """Save a text and queue it; the bubble is there when this returns, whatever the network does."""
        return await (await self._sender(chat)).send_text(chat, text)

    @whole
    async def send_again(self, chat: int) -> int:
        """Queue every UNDELIVERED message of a chat anew, in order; returns how many."""
        return await (await self._sender(chat)).send_again(chat)

    @whole
    async def recall(self, message: int) -> None:
        """Take an own message of a company's conversation back; what comes of it is told by RecallEnded."""
        await self.roaming.recalls.recall(message)

    @whole
    async def mark_read(self, chat: int) -> None:
        """The user has seen the chat's last message."""
        await self._chats.mark_read(chat)

    @whole
    async def save_draft(self, chat: int, text: str) -> None:
        """Keep what stands unsent in the composer."""
        await self._chats.save_draft(chat, text)

    @whole
    async def end_session(self, chat: int) -> None:
        """End the session by a sealed `end`; history and pinned identity stay (handshake, Flow 7)."""
        await self._chats.end_session(chat)

    @whole
    async def answer_held(self, chat: int, *, accept: bool) -> None:
        """Answer the question of a held session: take the other key for this person, or not."""
        await self._chats.answer_held(chat, accept=accept)
        self._inbox.release()
