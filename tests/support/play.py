"""Plays with a real relay, real sockets and real stores, without a window; a test reads like theatre.

    async with Stage(tmp_path, t1=12) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo", PHRASE)
        await bo.sees_prompt_of("ada")
        await bo.answers("ada", PHRASE)
        await ada.sees_ending("bo", Ending.ACCEPTED)

Everything waits on conditions with a time limit. A person can leave and come back (`leaves`, `returns`), with
the same store; nothing but the store outlasts that.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest import mock

from support.nodes import relay_in
from support.processes import PATIENCE, Late
from support.proxy import Proxy
from support.waiting import until, until_found
from watchword.core import clock
from watchword.core.client import Client
from watchword.core.desk import ToRelay
from watchword.crypto import primitives
from watchword.crypto.secret import Secret
from watchword.model.chat import Chat, Delivery, Message, MessageKind, Notice, SessionState
from watchword.model.errors import Situation
from watchword.model.events import (
    ChatChanged,
    ContactChanged,
    Event,
    LinkChanged,
    LinkState,
    MessageAdded,
    MessageChanged,
    RequestChanged,
    TroubleMet,
)
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.net import visit
from watchword.net.address import parse_address
from watchword.net.connection import Way
from watchword.protocol.handshake import timeout
from watchword.store import account
from watchword.store.database import Database
from watchword_wire import exchange, timing
from watchword_wire.frames import FromDesktop, Step
from watchword_wire.ids import FullId

PHRASE = "correct horse battery staple"


class Witness:
    """What one person's program shows: by its events, and by its store."""

    name: str
    events: list[Event]
    _client: Client | None

    @property
    def client(self) -> Client:
        """The open client."""
        assert self._client is not None, f"{self.name} is away"
        return self._client

    def requests(self, whom: str, role: Role | None = None) -> list[SessionRequest]:
        """The latest word on each request with somebody, oldest first, of this test's events."""
        latest: dict[str, SessionRequest] = {}
        for event in self.events:
            if isinstance(event, RequestChanged) and event.request.account == whom:
                latest[event.request.key] = event.request
        return [request for request in latest.values() if role in {None, request.role}]

    def request(self, whom: str, role: Role | None = None) -> SessionRequest:
        """The latest request with somebody."""
        found = self.requests(whom, role)
        assert found, f"{self.name} has no request with {whom}"
        return found[-1]

    async def sees_prompt_of(self, whom: str) -> SessionRequest:
        """The passphrase prompt pops up."""

        def prompted() -> bool:
            found = self.requests(whom, Role.ASKED)
            return bool(found) and found[-1].phase is Phase.WAITING

        await until(prompted, f"{self.name} is prompted for {whom}")
        return self.request(whom, Role.ASKED)

    async def sees_phase(self, whom: str, *phases: Phase) -> None:
        """The latest request with somebody is in one of these phases."""
        await until(
            lambda: self.requests(whom) and self.request(whom).phase in phases,
            f"{self.name} sees {phases} of {whom}",
        )

    async def sees_ending(self, whom: str, ending: Ending, patience: float = PATIENCE) -> SessionRequest:
        """The latest request with somebody ends so."""
        await until(
            lambda: self.requests(whom) and self.request(whom).ending is ending,
            f"{self.name} sees {ending} of {whom}, last: {self.requests(whom)[-1:]}",
            patience,
        )
        return self.request(whom)

    async def sees_phase_ended(self, whom: str) -> SessionRequest:
        """The latest request with somebody ends somehow."""
        await self.sees_phase(whom, Phase.ENDED)
        return self.request(whom)

    def request_events(self, since: int) -> list[RequestChanged]:
        """What was heard of requests after so many events."""
        return [event for event in self.events[since:] if isinstance(event, RequestChanged)]

    async def chat(self, whom: str) -> Chat:
        """The chat with somebody, by the store."""
        found = [chat for chat in await self.client.chats() if chat.contact.account == whom]
        assert found, f"{self.name} has no chat with {whom}"
        return found[0]

    async def has_session(self, whom: str) -> bool:
        """Whether messages can be sent."""
        found = [chat for chat in await self.client.chats() if chat.contact.account == whom]
        return bool(found) and found[0].session is SessionState.OPEN

    async def rows(self, whom: str) -> list[Message]:
        """Everything in the chat, by the store."""
        return (await self.client.page((await self.chat(whom)).id, limit=100_000)).messages

    async def texts(self, whom: str, *, mine: bool | None = None) -> list[str]:
        """The texts of the chat in the order in which they are shown."""
        rows = [row for row in await self.rows(whom) if row.kind is MessageKind.TEXT]
        return [row.text for row in rows if mine is None or row.mine is mine]

    async def notices(self, whom: str) -> list[Notice]:
        """The program's own lines in the chat."""
        return [row.notice for row in await self.rows(whom) if row.notice is not None]

    async def sees_texts(self, whom: str, texts: Sequence[str], patience: float = PATIENCE) -> None:
        """The peer's texts in the chat are these, in this order, each once."""
        wanted = [*texts]
        found: list[str] = []

        async def all_there() -> bool:
            found[:] = await self.texts(whom, mine=False) if await self.has_chat(whom) else []
            return len(found) >= len(wanted)

        with contextlib.suppress(Late):
            await until_found(all_there, f"{self.name} reads {len(wanted)} texts", patience)
        assert found == wanted, f"{self.name} has of {whom}: {[text[:40] for text in found]}"

    async def sees_ticks(self, whom: str, *deliveries: Delivery, patience: float = PATIENCE) -> None:
        """Every own text has come as far as one of these."""

        async def all_there() -> bool:
            own = [row for row in await self.rows(whom) if row.mine]
            return bool(own) and all(row.delivery in deliveries for row in own)

        await until_found(all_there, f"{self.name} sees {deliveries} for {whom}", patience)

    async def has_chat(self, whom: str) -> bool:
        """Whether there is a chat at all."""
        return any(chat.contact.account == whom for chat in await self.client.chats())

    async def sees_notice(self, whom: str, notice: Notice, patience: float = PATIENCE) -> None:
        """The program says something in the chat."""
        await until(
            lambda: any(
                isinstance(event, MessageAdded) and event.message.notice is notice for event in self.events
            ),
            f"{self.name} sees {notice}",
            patience,
        )
        assert notice in await self.notices(whom)

    async def is_online(self, patience: float = PATIENCE) -> None:
        """Signed in."""
        await until(lambda: self.client.link.state is LinkState.ONLINE, f"{self.name} is online", patience)

    async def is_offline(self, patience: float = PATIENCE) -> None:
        """Not signed in."""
        await until(
            lambda: self.client.link.state is not LinkState.ONLINE, f"{self.name} is offline", patience
        )

    def troubles(self) -> list[Situation]:
        """What was reported without a command."""
        return [event.situation for event in self.events if isinstance(event, TroubleMet)]

    def present(self, whom: str) -> bool:
        """The latest word on somebody's presence."""
        found = [
            event.contact.present
            for event in self.events
            if isinstance(event, ContactChanged) and event.contact.account == whom
        ]
        return bool(found) and found[-1]

    def links(self) -> list[LinkState]:
        """Every state of the connection so far."""
        return [event.state for event in self.events if isinstance(event, LinkChanged)]

    def changes(self) -> list[Event]:
        """Everything heard about chats and messages."""
        return [e for e in self.events if isinstance(e, ChatChanged | MessageAdded | MessageChanged)]


class Person(Witness):
    """Somebody with a program: a store in `folder`, and a client while the program runs."""

    def __init__(self, name: str, folder: Path, address: str) -> None:
        self.name = name
        self.folder = folder
        self.address = address
        self.events: list[Event] = []
        self._key = os.urandom(32)
        self._client: Client | None = None

    # --- the program ----------------------------------------------------------------------

    @property
    def database(self) -> Path:
        """The file of the store."""
        return self.folder / "watchword.db"

    @property
    def key(self) -> bytes:
        """The store's key, for a test that opens it itself."""
        return self._key

    async def registers(self) -> None:
        """Make the store and the account."""
        self.folder.mkdir(parents=True)
        db = await Database.create(self.database, self._key)
        seed = Secret(os.urandom(32))
        who = FullId(self.name, 1)
        address = parse_address(self.address)
        await db.write(
            lambda tx: account.make(tx, who=who, identity_seed=seed, relay=self.address, name=self.name)
        )
        hello = await visit.register(
            Way(address, address.key),
            str(who),
            primitives.ed25519_public(seed.expose()),
            lambda data: primitives.ed25519_sign(seed.expose(), data),
            None,
            clock.now,
        )
        await db.write(lambda tx: account.pin(tx, hello.relay_key))
        await db.close()

    async def returns(self, *, online: bool = True) -> None:
        """Start the program; by default until it is signed in."""
        assert self._client is None
        db = await Database.open(self.database, self._key)
        mine = await db.read(account.get)
        assert mine is not None
        self._client = Client(db, mine, lambda: None)
        self._client.listen(self.events.append)
        await self._client.start()
        if online:
            await self.is_online()

    async def leaves(self) -> None:
        """Close the program."""
        client, self._client = self.client, None
        await client.close()

    async def restarts(self) -> None:
        """Close and start."""
        await self.leaves()
        await self.returns()

    def twin(self, folder: Path) -> "Person":
        """The same account in a second program, from a copy of the store."""
        folder.mkdir()
        for file in self.folder.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        twin = Person(self.name, folder, self.address)
        twin._key = self._key
        return twin

    @property
    def is_away(self) -> bool:
        """Whether the program is closed."""
        return self._client is None

    # --- what happens ---------------------------------------------------------------------

    async def asks(
        self, whom: str, phrase: str = PHRASE, hint: str = "", retry: bool = False
    ) -> SessionRequest:
        """Ask for a session."""
        again = self.request(whom).key if retry else ""
        return await self.client.ask(whom, phrase, hint, retry_of=again)

    async def answers(self, whom: str, phrase: str | None = PHRASE) -> None:
        """Type a phrase into the prompt."""
        await self.client.answer(self.request(whom, Role.ASKED).key, phrase)

    async def declines(self, whom: str) -> None:
        """Say no."""
        await self.client.decline(self.request(whom, Role.ASKED).key)

    async def cancels(self, whom: str) -> None:
        """Take the own request back."""
        await self.client.cancel(self.request(whom, Role.ASKING).key)

    async def sends(self, whom: str, text: str) -> Message:
        """Write a text."""
        return await self.client.send_text((await self.chat(whom)).id, text)

    async def ends_session(self, whom: str) -> None:
        """End the session."""
        await self.client.end_session((await self.chat(whom)).id)

    def before_sending(self, kind: exchange.Kind, act: Callable[[], None]) -> None:
        """Call `act` once, just before the first handshake message of this kind leaves."""
        self.client._desk.link = _Tapped(self.client._desk.link, kind, act)


class _Tapped:
    """A link with a fail point before one kind of handshake message."""

    def __init__(self, link: ToRelay, kind: exchange.Kind, act: Callable[[], None]) -> None:
        self._link = link
        self._kind = kind
        self._act = act
        self._acted = False

    @property
    def is_online(self) -> bool:
        return self._link.is_online

    def send(self, frame: FromDesktop) -> bool:
        if isinstance(frame, Step) and not self._acted and exchange.kind_of(frame.body) is self._kind:
            self._acted = True
            self._act()
        return self._link.send(frame)


class Stage:
    """A relay and the people around it."""

    def __init__(
        self,
        folder: Path,
        *,
        t1: float | None = None,
        t2: float | None = None,
        options: Sequence[str] = (),
        limits: Mapping[str, object] | None = None,
    ) -> None:
        self.folder = folder
        self.relay = relay_in(folder / "relay", t1=t1, t2=t2, options=options, limits=limits, start=False)
        self.people: list[Person] = []
        self._patches = contextlib.ExitStack()
        if t1 is not None and t1 < timing.LEAST_LIMIT:
            # A play need not wait as long as a person may: only the least that clients take is made less.
            self._patches.enter_context(mock.patch.object(timeout, "LEAST_LIMIT", 0.5))
            self._patches.enter_context(mock.patch.object(timeout, "PROMPT_MARGIN", 0.5))

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.relay.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.all_leave()
        await asyncio.to_thread(self.relay.__exit__, kind, error, trace)

    async def all_leave(self) -> None:
        """End the programs of all who are there."""
        for person in self.people:
            if not person.is_away:
                await person.leaves()
        self._patches.close()

    async def person(self, name: str, *, address: str | None = None) -> Person:
        """Register somebody and start their program."""
        person = Person(name, self.folder / name, self.relay.address if address is None else address)
        self.people.append(person)
        await person.registers()
        await person.returns()
        return person

    def proxy(self) -> Proxy:
        """A wire to the relay that can be cut."""
        return Proxy("127.0.0.1", self.relay.port)

    def through(self, proxy: Proxy) -> str:
        """The relay's address by way of a proxy."""
        return f"ws://127.0.0.1:{proxy.port}#{self.relay.address.partition('#')[2]}"

    async def enter(self, *names: str) -> list[Person]:
        """Register people and start their programs."""
        return [await self.person(name) for name in names]

    async def couple(self, one: str = "ada", other: str = "bo") -> tuple[Person, Person]:
        """Two people with an open session."""
        ada, bo = await self.enter(one, other)
        await meet(ada, bo)
        return ada, bo


async def meet(ada: Person, bo: Person, phrase: str = PHRASE) -> None:
    """The whole exchange with the right phrase."""
    await ada.asks(bo.name, phrase)
    await bo.sees_prompt_of(ada.name)
    await bo.answers(ada.name, phrase)
    await ada.sees_ending(bo.name, Ending.ACCEPTED)
    await bo.sees_ending(ada.name, Ending.ACCEPTED)
