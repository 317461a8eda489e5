"""A relay within the test's own process, with limits of its own and its store in the hands of the test.

While it serves, its store is its own: what is written beside it comes by another one, as by an operator's
commands (`operating`). Two threads that write by one connection meet in the middle of a transaction.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_relay.config import Address, Config
from watchword_relay.identity import RelayIdentity
from watchword_relay.limits import Limits
from watchword_relay.server import Relay
from watchword_relay.store.contract import Store
from watchword_relay.store.sqlite import SqliteStore
from watchword_relay.tls import Tls
from watchword_wire.frames import Registration


@contextmanager
def operating(folder: Path) -> Iterator[SqliteStore]:
    """The store of a relay that serves over the one in this folder, as an operator's command opens it."""
    store = SqliteStore(folder / "relay.sqlite3", upgrade=False)
    try:
        yield store
    finally:
        store.close()


@asynccontextmanager
async def running(folder: Path, limits: Limits) -> AsyncIterator[str]:
    """A relay with limits of its own; gives its URL."""
    store = SqliteStore(folder / "relay.sqlite3")
    async with serving(folder, store, limits) as url:
        yield url
    store.close()


@asynccontextmanager
async def serving(
    folder: Path, store: Store, limits: Limits, *, registration: Registration | None = None
) -> AsyncIterator[str]:
    """A relay over an open store; gives its URL."""
    config = Config(data=folder, listen=Address("127.0.0.1", 0), registration=registration, limits=limits)
    async with relaying(config, store) as port:
        yield f"ws://127.0.0.1:{port}"


@asynccontextmanager
async def relaying(config: Config, store: Store, tls: Tls | None = None) -> AsyncIterator[int]:
    """A relay with any settings; gives its port."""
    relay = Relay(config, store, RelayIdentity(Ed25519PrivateKey.generate()), tls)
    port = await relay.start()
    yield port
    await relay.stop()
