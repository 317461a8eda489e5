"""The relay as a whole: joins its rooms, listens, looks at the clock, stops cleanly."""

import asyncio
import asyncio.sslproto
import contextlib
import errno
import socket
import ssl
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from watchword_relay import clock, log
from watchword_relay.config import Config, Unfit
from watchword_relay.connection import HIGH_WATER, LOW_WATER, Cork, RelayConnection
from watchword_relay.histories import AT_ONCE
from watchword_relay.identity import RelayIdentity
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.login import Doorman
from watchword_relay.metrics import Metrics
from watchword_relay.realm import House, Realms
from watchword_relay.router import PING_SECONDS, Router
from watchword_relay.store.contract import Batch, Store, StoreTrouble
from watchword_relay.waiting import Waiting
from watchword_relay.writer import Outcome, Work, Writer
from watchword_wire import limits as wire_limits
from watchword_wire import timing
from watchword_wire.exchange import VerdictStatus
from watchword_wire.exits import Exit
from watchword_wire.ids import realm_of_path
from watchword_wire.version import SUBPROTOCOL

BACKLOG = 4_096
TLS_BUFFER = 16_384
STRANGERS_SECONDS = 0.25
DISK_SECONDS = 5.0
REALMS_SECONDS = 5.0
HOUSEKEEPING_SECONDS = 600.0
COUNTS_SECONDS = 300.0
EXPIRE_AT_ONCE = 1_000
STOP_SECONDS = 3.0


class Relay:
    """One running relay.

    Args:
        store: prepared and exclusively this relay's; the relay does not close it.
        tls: None on plain loopback.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        identity: RelayIdentity,
        tls: ssl.SSLContext | None,
        limits: Limits,
    ) -> None:
        self._config = config
        self._store = store
        self._tls = tls
        self.metrics = Metrics()
        self._served = clock.Served(store.served())
        self._disk = DiskWatch(config.data, limits)
        self._disk.look()
        self._writer = Writer(store, self._collect)
        waiting = Waiting(limits)
        times, roam = (config.t1, config.t2), config.history.seconds
        self._router = Router(self._writer, limits, self.metrics, waiting, times=times, roam=roam)
        house = House(
            store,
            self._writer,
            self._disk,
            limits,
            self.metrics,
            self._served,
            identity.public,
            self._router.spawn,
            times,
            roam,
        )
        self._realms = self._router.realms = Realms(house, config.registration)
        self._router.doorman = Doorman(
            store,
            self._writer,
            identity,
            limits,
            waiting,
            t1=config.t1,
            t2=config.t2,
            admit=self._router.admit,
            spawn=self._router.spawn,
        )
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._server: WebSocketServer | None = None

    async def start(self) -> int:
        """End what an earlier process left open, then listen. Returns the port.

        Raises:
            Unfit: the address cannot be listened on.
        """
        ended = await self._writer.run(
            lambda: self._store.end_running(VerdictStatus.NOT_FINISHED, self._served())
        )
        if ended:
            log.event("handshakes-ended-by-restart", count=ended)
        if self._tls is not None:
            # WORKAROUND https://github.com/python/cpython/issues/106684: asyncio sets 256 KiB aside for
            # every TLS connection.
            asyncio.sslproto.SSLProtocol.max_size = TLS_BUFFER
        cork = Cork()
        try:
            self._server = await serve(
                _stay,
                # One name for two addresses would have two ports where the port is to be a free one.
                "127.0.0.1" if self._config.listen.host == "localhost" else self._config.listen.host,
                self._config.listen.port,
                ssl=self._tls,
                process_request=_only_realms,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                server_header=None,
                open_timeout=timing.SIGN_IN_DEADLINE,
                close_timeout=STOP_SECONDS,
                ping_interval=None,
                max_size=wire_limits.FRAME_BYTES,
                write_limit=(HIGH_WATER, LOW_WATER),
                backlog=BACKLOG,
                create_connection=cast(
                    # A factory is all that is asked for, whatever the annotation says.
                    "type[ServerConnection]",
                    partial(RelayConnection, receiver=self._router, cork=cork),
                ),
            )
        except OSError as error:
            raise _unfit(error, str(self._config.listen)) from error
        self._every(STRANGERS_SECONDS, self._router.close_strangers)
        self._every(PING_SECONDS, self._router.sweep)
        self._router.spawn(self._watch_disk())
        self._router.spawn(self._watch_realms())
        self._every(HOUSEKEEPING_SECONDS, lambda: self._router.spawn(self._keep_house()))
        self._every(COUNTS_SECONDS, lambda: log.counts(self.metrics.as_dict()))
        self._router.spawn(self._keep_house())
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def stop(self) -> None:
        """Stop cleanly: no new connections, everybody told, everything durable, everybody closed."""
        assert self._server is not None  # noqa: S101 - started
        log.event("stopping")
        self._server.close(close_connections=False)
        for timer in self._timers.values():
            timer.cancel()
        for realm in self._realms:
            realm.runs.stop()
        self._router.say_stopping()
        for realm in self._realms:
            realm.mail.hurry()
        await self._writer.drain()
        self._router.close_all()
        try:
            async with asyncio.timeout(STOP_SECONDS + 1):
                await self._server.wait_closed()
        except TimeoutError:
            pass  # a peer that does not even close is aborted with the process
        await self._writer.drain()
        with contextlib.suppress(StoreTrouble):
            await self._writer.run(lambda: self._store.keep_served(self._served()))
        self._writer.close()
        log.counts(self.metrics.as_dict())
        log.event("stopped")

    # --- becoming durable -------------------------------------------------------------------

    def _collect(self) -> Work | None:
        batch = Batch()
        settling = [collect(batch) for realm in self._realms for collect in realm.writes]
        if not batch:
            return None

        def settle(outcome: Outcome) -> None:
            if isinstance(outcome, StoreTrouble):
                log.warning("store-trouble", reason=str(outcome))
            else:
                self.metrics.commits += 1
            for settle_one in settling:
                settle_one(outcome)

        return batch, settle

    # --- time -------------------------------------------------------------------------------

    def _every(self, seconds: float, job: Callable[[], Any]) -> None:
        loop = asyncio.get_running_loop()
        name = f"{seconds} {len(self._timers)}"

        def again() -> None:
            self._timers[name] = loop.call_later(seconds, again)
            job()

        self._timers[name] = loop.call_later(seconds, again)

    async def _watch_disk(self) -> None:
        while True:
            await asyncio.sleep(DISK_SECONDS)
            before = self._disk.low
            try:
                free = await asyncio.to_thread(self._disk.look)
            except OSError as error:
                log.warning("store-trouble", reason=f"the disk cannot be looked at: {error.strerror}")
                continue
            if self._disk.low != before:
                name = "disk-low" if self._disk.low else "disk-ok"
                log.warning(name, free_mb=free // 1_048_576)

    async def _watch_realms(self) -> None:
        """Leave and erase what an operator took away."""
        while True:
            try:
                for number in self._store.taken_away():
                    self._router.close_realm(number)
                    while await self._writer.run(partial(self._store.erase, number, EXPIRE_AT_ONCE)):
                        pass
                    log.event("realm-erased")
            except StoreTrouble as trouble:
                log.warning("store-trouble", reason=str(trouble))
            await asyncio.sleep(REALMS_SECONDS)

    async def _keep_house(self) -> None:
        now = self._served()
        try:
            await self._writer.run(lambda: self._store.keep_served(now))
            expired = 0
            while levels := await self._writer.run(
                lambda: self._store.expire(now - timing.MESSAGE_KEPT, now, EXPIRE_AT_ONCE)
            ):
                for realm in self._realms:
                    realm.boxes.update(levels)
                expired += 1
            while past := await self._writer.run(lambda: self._store.expire_history(now, AT_ONCE)):
                expired += past
            await self._writer.run(lambda: self._store.forget_recalls(now - int(timing.RECALL_KEPT)))
            await self._writer.run(lambda: self._store.forget_removed(now - timing.REMOVED_KEPT))
            forgotten = await self._writer.run(
                lambda: self._store.forget_verdicts(now - int(timing.VERDICT_KEPT))
            )
        except StoreTrouble as trouble:
            log.warning("store-trouble", reason=str(trouble))
            return
        if expired:
            log.event("expired", count=expired)
        if forgotten:
            log.event("verdicts-forgotten", count=forgotten)


def _only_realms(connection: ServerConnection, request: Request) -> Response | None:
    """Answer 404 to a path that no realm can have; the others are all alike."""
    if realm_of_path(request.path) is None:
        return connection.respond(HTTPStatus.NOT_FOUND, "")
    return None


async def _stay(connection: ServerConnection) -> None:
    """Keep a connection until it is gone; everything happens in its callbacks."""
    if isinstance(connection, RelayConnection):
        connection.start()
    await connection.wait_closed()


def _unfit(error: OSError, listen: str) -> Unfit:
    if isinstance(error, socket.gaierror):
        return Unfit(f"--listen {listen}: there is no address of that name")
    # The event loop wraps the reason in a longer text, and its number is the reason's.
    match error.errno:
        case errno.EADDRINUSE:
            said, status = (
                "another program uses this port; choose another or stop that program",
                Exit.PORT_TAKEN,
            )
        case errno.EADDRNOTAVAIL:
            said, status = "this is not an address of this computer", Exit.UNFIT
        case errno.EACCES | errno.EPERM:
            said, status = "this user may not listen there; choose a port above 1023", Exit.PORT_FORBIDDEN
        case _:
            said, status = f"cannot listen there: {error.strerror}", Exit.UNFIT
    return Unfit(f"--listen {listen}: {said}", status)
