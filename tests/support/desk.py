"""A desk with a real store and a relay that only listens, and two desks that share a session.

For tests of one part of the core at a time; the exchange and the network have tests of their own.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from watchword.core import clock, sessions
from watchword.core.desk import Desk
from watchword.crypto import primitives
from watchword.crypto.secret import Secret
from watchword.model.chat import SessionState
from watchword.model.events import Event
from watchword.model.requests import Role
from watchword.protocol import ratchet
from watchword.protocol.handshake.effects import OpenSession
from watchword.store import account, chats
from watchword.store import sessions as kept_sessions
from watchword.store.database import Database
from watchword.store.transaction import Tx
from watchword_wire.frames import FromDesktop
from watchword_wire.ids import FullId


class SilentRelay:
    """Takes frames and says nothing."""

    def __init__(self) -> None:
        self.is_online = True
        self.sent: list[FromDesktop] = []

    def send(self, frame: FromDesktop) -> bool:
        if self.is_online:
            self.sent.append(frame)
        return self.is_online

    def of(self, kind: type) -> list[FromDesktop]:
        """What was sent of one kind."""
        return [frame for frame in self.sent if isinstance(frame, kind)]


class Place(Desk):
    """A desk, its silent relay, and all it told."""

    def __init__(self, db: Database, mine: account.Account) -> None:
        super().__init__(db, mine)
        self.relay = SilentRelay()
        self.link = self.relay
        self.events: list[Event] = []
        self.listen(self.events.append)

    async def chat_with(self, whom: str) -> int:
        """The chat with somebody."""
        found = await self.db.read(lambda tx: chats.find(tx, whom))
        assert found is not None
        return found


@asynccontextmanager
async def place(folder: Path, name: str) -> AsyncIterator[Place]:
    """The desk of one account, in a store of its own in an existing folder."""
    db = await Database.create(folder / f"{name}.db", secrets.token_bytes(32))
    seed = Secret(secrets.token_bytes(32))

    def make(tx: Tx) -> None:
        account.make(tx, who=FullId(name, 1), identity_seed=seed, relay="ws://127.0.0.1:9", name=name)

    await db.write(make)
    mine = await db.read(account.get)
    assert mine is not None
    desk = Place(db, mine)
    try:
        yield desk
    finally:
        await desk.tasks.close()
        await db.close()


@asynccontextmanager
async def couple(folder: Path) -> AsyncIterator[tuple[Place, Place]]:
    """Ada and bo with an open session, as the exchange leaves it."""
    async with AsyncExitStack() as stack:
        ada = await stack.enter_async_context(place(folder, "ada"))
        bo = await stack.enter_async_context(place(folder, "bo"))
        await meet(ada, bo)
        yield ada, bo


async def meet(ada: Place, bo: Place) -> bytes:
    """Give two desks a session; returns its h."""
    rk = Secret(secrets.token_bytes(32))
    h = secrets.token_bytes(32)
    root = ratchet.Root(
        h, secrets.token_bytes(32), Secret(secrets.token_bytes(32)), Secret(secrets.token_bytes(32))
    )
    one, m0 = ratchet.seal_first(root, primitives.x25519_public(rk.expose()), b"identity")
    other, _ = ratchet.open_first(root, rk, m0)
    for desk, peer, role, session in ((ada, bo, Role.ASKING, one), (bo, ada, Role.ASKED, other)):
        key = primitives.ed25519_public(peer.identity.expose())
        opened = OpenSession(h, role, desk.me, peer.me, key, ratchet.pack(session), "0" * 20)
        await desk.db.write(_begin(opened))
    return h


def _begin(opened: OpenSession) -> Callable[[Tx], list[Event]]:
    return lambda tx: sessions.begin(tx, opened, clock.wall_ms())


async def seal(desk: Place, whom: str, *contents: bytes) -> list[bytes]:
    """Seal contents in the session with somebody; the envelopes, without the outbox."""

    def work(tx: Tx) -> list[bytes]:
        envelopes: list[bytes] = []
        [session] = [s for s in kept_sessions.of_account(tx, whom) if s.state is SessionState.OPEN]
        held = ratchet.unpack(session.packed)
        for content in contents:
            held, envelope = ratchet.seal(held, content)
            envelopes.append(envelope)
        kept_sessions.save(tx, session.h, ratchet.pack(held))
        return envelopes

    return await desk.db.write(work)
