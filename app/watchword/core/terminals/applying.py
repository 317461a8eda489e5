"""A profile that waits to become another desktop of an account: it shows eight words until one approves them.

It asks for as long as it is open, whatever the connection does; an approval counts only by who knows the
words, and what comes with it is kept in one transaction before anything is signed in. See
`docs/protocol/wire.md`, More terminals.
"""

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable

from watchword import log
from watchword.core import clock
from watchword.core.terminals import parcel, words
from watchword.crypto import primitives
from watchword.model.errors import Kind, RefusedBy, Situation, TroubleWith
from watchword.model.events import LinkChanged, LinkState
from watchword.net import backoff, visit
from watchword.net.address import Address, parse_address
from watchword.net.connection import Way
from watchword.protocol import relaylink, second_desktop
from watchword.protocol.second_desktop import Candidate
from watchword.store import application as kept_application
from watchword.store.application import Application
from watchword.store.database import Database
from watchword_wire.errors import PeerError
from watchword_wire.frames import Admitted, Hello
from watchword_wire.ids import parse_full_id

Listener = Callable[[LinkChanged], None]
Towards = Callable[[Address, bytes | None], Awaitable[Way]]
"""The way to a relay whose key may be pinned."""


class Applying:
    """Made by `core.profile` alone, which also ends it: `wait` says only that it is over."""

    def __init__(self, db: Database, application: Application, towards: Towards) -> None:
        """Ask nothing yet."""
        self._db = db
        self._application = application
        self._relay_key = application.relay_key
        self._towards = towards
        key = primitives.ed25519_public(application.identity_seed.expose())
        self._candidate = Candidate(application.account, parse_address(application.relay).realm, key)
        self._digits = second_desktop.key_digits(application.account, key, application.opening)
        self._hear: Listener | None = None
        self._wake = asyncio.Event()
        self._lost_at = clock.now()
        self._failed: Situation | None = None
        self.link = LinkChanged(LinkState.CONNECTING)
        """ONLINE while the relay has the application."""

    @property
    def account(self) -> str:
        """Whose desktop it is to be."""
        return self._application.account

    @property
    def relay(self) -> str:
        """The relay's address as given."""
        return self._application.relay

    @property
    def database(self) -> Database:
        """The profile's store."""
        return self._db

    def words(self, language: str) -> tuple[str, ...]:
        """The eight words to be typed on another desktop of the account."""
        return words.shown(self._digits, language)

    def listen(self, listener: Listener) -> None:
        """Tell this one of the connection, in the place of who was told before."""
        self._hear = listener

    def reconnect(self) -> None:
        """Try now instead of waiting for the next turn, but in a pause that the relay asked for."""
        if self.link.problem is not None and self.link.problem.kind is Kind.RELAY_BUSY:
            return
        self._lost_at = clock.now()
        self._wake.set()

    async def wait(self) -> None:
        """Ask until another desktop approved and all that came with it is on the disk.

        Raises:
            TroubleWith: PARCEL_UNKNOWN, PARCEL_DAMAGED; DISK_FULL and the like, to be tried again.
        """
        while True:
            self._failed = None
            self._wake.clear()
            stood, problem = await self._ask()
            if await self._db.read(kept_application.get) is None:
                return
            if self._failed is not None:
                raise TroubleWith(self._failed.kind, **self._failed.facts)
            wait = self._next_wait(problem)
            if problem is not None and problem.kind is Kind.RELAY_BUSY:
                problem = Situation(problem.kind, {"seconds": math.ceil(wait)})
                self._wake.clear()  # what somebody asked for before that
            # An application has an end at the relay; who waits on begins another, with the same words.
            self._tell(LinkChanged(LinkState.CONNECTING if stood else LinkState.OFFLINE, problem))
            await self._pause(wait)

    async def _ask(self) -> tuple[bool, Situation | None]:
        """One connection; whether the application stood, and why it ended."""
        application, stood = self._application, False

        async def stands(hello: Hello) -> None:
            nonlocal stood
            stood = True
            if self._relay_key is None:
                await self._db.write(lambda tx: kept_application.pin(tx, hello.relay_key))
                self._relay_key = hello.relay_key
            self._tell(LinkChanged(LinkState.ONLINE))

        try:
            way = await self._towards(parse_address(application.relay), self._relay_key)
            proof = second_desktop.proof(self._candidate, self._digits, application.opening)
            purpose = relaylink.ToApply(application.account, self._candidate.key, proof)
            problem = await visit.apply(
                way, purpose, self._sign, clock.now, stands=stands, approved=self._approved
            )
        except (RefusedBy, TroubleWith) as known:
            problem = known.situation
        if stood:
            self._lost_at = clock.now()
        return stood, problem

    async def _approved(self, frame: Admitted) -> bool:
        self._failed = None
        try:
            await self._take(frame)
        except second_desktop.Unknown as error:
            log.trouble("answer of nobody who knows the words", error)
            self._failed = Situation(Kind.PARCEL_UNKNOWN)
        except PeerError as error:
            log.trouble("parcel not taken", error)
            self._failed = Situation(Kind.PARCEL_DAMAGED)
        except TroubleWith as trouble:
            self._failed = trouble.situation
        return self._failed is None

    async def _take(self, frame: Admitted) -> None:
        application, who = self._application, parse_full_id(frame.id)
        seed, relay_key = application.identity_seed, self._relay_key
        if relay_key is None:
            raise PeerError("approved before the relay was met")
        answering = second_desktop.answer_key(self._candidate, self._digits, relay_key)
        opened = second_desktop.opened(seed, frame.id, frame.by_key, answering, frame.parcel)
        arrived = await parcel.understood(opened, who.account)
        await self._db.write(lambda tx: parcel.take(tx, arrived, who, seed, application.relay, relay_key))

    def _sign(self, data: bytes) -> bytes:
        return primitives.ed25519_sign(self._application.identity_seed.expose(), data)

    def _tell(self, changed: LinkChanged) -> None:
        if changed != self.link:
            self.link = changed
            if self._hear is not None:
                self._hear(changed)

    def _next_wait(self, problem: Situation | None) -> float:
        """Seconds until the next try."""
        roll = secrets.randbelow(1 << 20) / (1 << 20)
        asked = problem is not None and "seconds" in problem.facts
        least = float(problem.facts["seconds"]) if problem is not None and asked else 0.0
        return backoff.delay(clock.now() - self._lost_at, roll, least)

    async def _pause(self, wait: float) -> None:
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            return
