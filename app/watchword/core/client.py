"""The open profile: everything the window can ask for, and the events it hears (law 1).

Made by `core.profile`. Commands raise RefusedBy or TroubleWith (`model.errors`) and nothing else;
what nobody waits for comes as an event. All methods run on the one event loop and never hold it.
"""

import functools
from collections.abc import Callable, Coroutine
from typing import Concatenate, ParamSpec, TypeVar

from watchword import log
from watchword.core import clock, upkeep
from watchword.core.arrivals import Arrivals
from watchword.core.chats import Chats
from watchword.core.company.company import Company
from watchword.core.contacts import Contacts
from watchword.core.desk import Desk, Listener
from watchword.core.inbox import Inbox
from watchword.core.outbox import Outbox
from watchword.core.presence import Presence
from watchword.core.proxies import Proxies
from watchword.core.reception import Parts, Reception
from watchword.core.requests import Requests
from watchword.core.runs import Runs
from watchword.core.terminals.terminals import Terminals
from watchword.model.chat import Chat, Contact, Message, Page
from watchword.model.errors import Situation
from watchword.model.events import LinkChanged
from watchword.model.proxy import ProxyShown, ProxyTyped
from watchword.model.requests import GuessLimit, SessionRequest
from watchword.store.account import Account
from watchword.store.database import Database

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Command = Callable[Concatenate["Client", _P], Coroutine[object, object, _T]]


def _whole(command: _Command[_P, _T]) -> _Command[_P, _T]:
    """Make a command one that is carried out whole, also when its caller is cancelled meanwhile."""

    @functools.wraps(command)
    async def carried_out(client: "Client", /, *given: _P.args, **named: _P.kwargs) -> _T:
        return await client.finish(command(client, *given, **named))

    return carried_out


class Client:
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
        self._outbox = Outbox(desk)
        self._arrivals = Arrivals(desk, runs)
        self._contacts = Contacts(desk, self._presence.watch)
        put_out, taken_back = self._outbox.stir, self._outbox.taken_back
        self.company = Company(desk, self._proxies, put_out=put_out, taken_back=taken_back, renew=self._renew)
        self._requests = Requests(desk, runs, self.company.staff.phrase_rule)
        stir = self.company.receiving.stir
        self._inbox = Inbox(
            desk, awaited=runs.awaited, put_out=self._outbox.receipt, renew=self._renew, brought=stir
        )
        self._chats = Chats(desk, put_out=self._outbox.stir)
        self.terminals = Terminals(desk, self.name, lambda: self.company.member)
        parts = Parts(
            self._arrivals, self._inbox, self._outbox, self._presence, self.company, self.terminals
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
        await self.company.close()
        self._runs.close()
        await self._desk.db.close()
        self._release()
        log.note("client closed")

    async def finish(self, command: Coroutine[object, object, _T]) -> _T:
        """Carry a command out whole."""
        return await self._desk.tasks.finish(command)

    def _settled(self) -> None:
        self._inbox.release()
        self._presence.watch()

    def _renew(self) -> None:
        """Have the relay give everything again that was not acknowledged."""
        self._reception.link.reconnect(renew=True)

    def _woke(self) -> None:
        """The machine slept: the connection is likely dead, and timers stood still."""
        self._reception.link.reconnect(renew=True)
        for run in self._runs:
            self._desk.tasks.spawn("tick", self._runs.tick(run))

    @_whole
    async def use_relay(self, address: str) -> None:
        """Move this profile to another address of its relay (same relay key), and reconnect."""
        await self._reception.use_relay(address)

    @_whole
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

    @_whole
    async def send_text(self, chat: int, text: str) -> Message:
        """Save a text and queue it; the bubble is there when this returns, whatever the network does."""
        sender = self.company.texts if self.company.holds(chat) else self._outbox
        return await sender.send_text(chat, text)

    @_whole
    async def send_again(self, chat: int) -> int:
        """Queue every UNDELIVERED message of a chat anew, in order; returns how many."""
        sender = self.company.texts if self.company.holds(chat) else self._outbox
        return await sender.send_again(chat)

    @_whole
    async def mark_read(self, chat: int) -> None:
        """The user has seen the chat's last message."""
        await self._chats.mark_read(chat)

    @_whole
    async def save_draft(self, chat: int, text: str) -> None:
        """Keep what stands unsent in the composer."""
        await self._chats.save_draft(chat, text)

    @_whole
    async def end_session(self, chat: int) -> None:
        """End the session by a sealed `end`; history and pinned identity stay (handshake, Flow 7)."""
        await self._chats.end_session(chat)

    @_whole
    async def answer_held(self, chat: int, *, accept: bool) -> None:
        """Answer the question of a held session: take the other key for this person, or not."""
        await self._chats.answer_held(chat, accept=accept)
        self._inbox.release()

    # --- contacts ---------------------------------------------------------------------
    async def contacts(self) -> list[Contact]:
        """Every contact, listed or blocked, by name."""
        return await self._contacts.every()

    @_whole
    async def add_contact(self, account: str, name: str = "") -> Contact:
        """Put an account into the contact list; `account` is folded as typed."""
        return await self._contacts.add(account, name)

    @_whole
    async def rename_contact(self, account: str, name: str) -> Contact:
        """Give a contact another name; empty falls back to the id."""
        return await self._contacts.rename(account, name)

    @_whole
    async def remove_contact(self, account: str) -> None:
        """Take an account out of the contact list; chats and pinned identity stay."""
        await self._contacts.remove(account)

    @_whole
    async def block(self, account: str, *, blocked: bool) -> None:
        """Block: nothing is sent, and the asker sees *no answer*; or stop blocking."""
        await self._contacts.block(account, blocked=blocked)
        if blocked:
            await self._requests.hush(account)

    # --- requests ---------------------------------------------------------------------
    async def requests(self) -> list[SessionRequest]:
        """Every request that runs, and those of the last 30 days that ended, latest first."""
        return await self._requests.every()

    @_whole
    async def ask(self, account: str, phrase: str, hint: str = "", *, retry_of: str = "") -> SessionRequest:
        """P1: ask an account (folded as typed) for a session; `retry_of` is an ended own request."""
        return await self._requests.ask(account, phrase, hint, retry_of)

    @_whole
    async def cancel(self, key: str) -> None:
        """Withdraw an own request (code 02), until `proof` leaves."""
        await self._requests.cancel(key)

    @_whole
    async def answer(self, key: str, phrase: str | None) -> None:
        """P2: answer a prompt with what the user typed; None uses the phrase kept when both dialled."""
        await self._requests.answer(key, phrase)

    @_whole
    async def decline(self, key: str) -> None:
        """Refuse (code 01), until the phrase is typed."""
        await self._requests.decline(key)

    @_whole
    async def mark_request_seen(self, key: str) -> None:
        """The user has looked at a missed request."""
        await self._requests.mark_seen(key)

    async def guess_limit(self, account: str) -> GuessLimit | None:
        """Why this account cannot be asked now, or None."""
        return await self._requests.limit(account)

    @_whole
    async def agreed_new_phrase(self, account: str) -> None:
        """The user says a new phrase was agreed: the count goes to 0 (from 3 on)."""
        await self._requests.agreed_new_phrase(account)

    @_whole
    async def notify_when_present(self, account: str) -> None:
        """*Ask again when {contact} is online*: watch, and tell once by RequestChanged.may_retry."""
        await self._presence.notify(account)

    @property
    def contacts_only(self) -> bool:
        """Whether requests from unknown ids are met with silence."""
        return self._desk.contacts_only

    @_whole
    async def set_contacts_only(self, value: bool) -> None:
        """Choose it."""
        await self._contacts.set_contacts_only(value)
