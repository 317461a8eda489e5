"""A relay within the test's own process, with limits of its own and its store in the hands of the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_relay.config import make_config
from watchword_relay.identity import RelayIdentity
from watchword_relay.limits import Limits
from watchword_relay.server import Relay
from watchword_relay.store.sqlite import SqliteStore


@asynccontextmanager
async def running(folder: Path, limits: Limits) -> AsyncIterator[str]:
    """A relay with limits of its own; gives its URL."""
    store = SqliteStore(folder / "relay.sqlite3")
    async with serving(folder, store, limits) as url:
        yield url
    store.close()


@asynccontextmanager
async def serving(
    folder: Path, store: SqliteStore, limits: Limits, *, registration: str | None = None
) -> AsyncIterator[str]:
    """A relay over an open store; gives its URL."""
    config = make_config(
        data=folder,
        listen="127.0.0.1:0",
        cert=None,
        key=None,
        t1=120,
        t2=135,
        registration=registration,
        stop_at_eof=False,
    )
    relay = Relay(config, store, RelayIdentity(Ed25519PrivateKey.generate()), None, limits)
    port = await relay.start()
    yield f"ws://127.0.0.1:{port}"
    await relay.stop()
