"""The relay as a whole: joins its rooms, listens, looks at the clock, stops cleanly."""

import asyncio
import asyncio.sslproto
import contextlib
import errno
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from watchword_relay import clock, log
from watchword_relay.addresses import Networks
from watchword_relay.blocks import Blocks
from watchword_relay.config import Config, Unfit
from watchword_relay.connection import RelayConnection
from watchword_relay.door import Budgets
from watchword_relay.handshakes import Live
from watchword_relay.identity import RelayIdentity
from watchword_relay.limits import DiskWatch
from watchword_relay.login import Doorman
from watchword_relay.metrics import RELAY_LOST, Family, Metrics
from watchword_relay.nodes.neighbours import Neighbours
from watchword_relay.nodes.tries import Tries
from watchword_relay.outgoing import Cork
from watchword_relay.realm import House, Realms
from watchword_relay.rota import Rota
from watchword_relay.router import PING_SECONDS, SHARES, Router
from watchword_relay.runs import Runs
from watchword_relay.store.contract import Batch, Store, StoreTrouble
from watchword_relay.suspects import Suspects
from watchword_relay.threshold import STRANGERS_SECONDS, Arrival, Strangers, Threshold
from watchword_relay.tls import Tls
from watchword_relay.upkeep import Upkeep
from watchword_relay.waiting import Waiting
from watchword_relay.watch import (
    CERTIFICATE_ENDS,
    DISK_FREE,
    READY,
    STRANGERS_REFUSED,
    UNWRITTEN,
    Watch,
)
from watchword_relay.writer import Outcome, Work, Writer
from watchword_wire.exchange import VerdictStatus
from watchword_wire.exits import Exit

BACKLOG = 4_096
TLS_BUFFER = 16_384
COUNTS_SECONDS = 300.0
FORGET_SECONDS = 600.0
"""How often networks are forgotten that tried something, once nothing counts against them."""
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
        tls: Tls | None,
    ) -> None:
        self._config = config
        limits = config.limits
        self._store = store
        self.metrics = Metrics()
        self._served = clock.Served(store.served())
        self._disk = DiskWatch(config.data, limits)
        self._disk.look(store.space())
        self._writer = Writer(store, self._collect)
        waiting = Waiting(limits)
        times, roam = (config.handshake.t1, config.handshake.t2), config.history.seconds
        blocks, strangers = Blocks(store.blocked()), Strangers(limits.strangers)
        suspects = Suspects(clock.monotonic)
        self._threshold = Threshold(tls, Networks(config.proxy.trusted), strangers, suspects)
        self._router = Router(
            self._writer, limits, self.metrics, waiting, blocks, strangers, times=times, roam=roam
        )
        self._neighbours = self._router.neighbours = (
            None
            if store.nodes is None
            else Neighbours(store.nodes, self._writer, self._router.spawn, self._served)
        )
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
            self._neighbours,
        )
        self._realms = self._router.realms = Realms(house, config.admits)
        tries = None if store.nodes is None else Tries(store.nodes, identity)
        self._budgets = budgets = Budgets(limits, self.metrics, suspects, tries)
        if self._neighbours is not None:
            self._neighbours.realms = self._realms
            self._neighbours.close_realms = self._router.close_realms
            self._neighbours.tried = budgets.tried
        self._router.doorman = Doorman(
            store,
            self._writer,
            identity,
            budgets,
            waiting,
            t1=config.handshake.t1,
            t2=config.handshake.t2,
            admit=self._router.admit,
            spawn=self._router.spawn,
        )
        self._upkeep = Upkeep(
            store, self._writer, self._router, self._realms, self._disk, limits, self._served
        )
        self._watch = Watch(self.metrics, self._gauges, self._unready, suspects)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._server: asyncio.Server | None = None
        self._troubled = False
        """Whether what was to be written last could not be."""

    async def start(self, left: Sequence[tuple[int, Live]] = ()) -> int:
        """End what an earlier process left open, then listen. Returns the port.

        Args:
            left: handshakes without a verdict, each with its realm, with which nodes go on: this process had
                them in memory before its relay moved.

        Raises:
            Unfit: the address cannot be listened on.
        """
        if left and self._neighbours is not None:
            nodes, now = self._neighbours.nodes, clock.monotonic()
            await self._writer.run(lambda: nodes.take_up(left, now))
        ended = await self._writer.run(
            lambda: self._store.end_running(VerdictStatus.NOT_FINISHED, self._served())
        )
        if ended:
            log.event("handshakes-ended-by-restart", count=ended)
            self.metrics.endings[RELAY_LOST] += ended
        if self._neighbours is not None:
            await self._neighbours.start()
        if self._threshold.tls is not None:
            # WORKAROUND https://github.com/python/cpython/issues/106684: asyncio sets 256 KiB aside for
            # every TLS connection.
            asyncio.sslproto.SSLProtocol.max_size = TLS_BUFFER
        cork, rota = Cork(), Rota()
        try:
            self._server = await asyncio.get_running_loop().create_server(
                partial(self._arrival, cork, rota),
                self._config.listen.bind_host,
                self._config.listen.port,
                backlog=BACKLOG,
                # Several nodes of one machine share a port; of two relays with a file each that is a mistake.
                reuse_port=(self._neighbours is not None and hasattr(socket, "SO_REUSEPORT")) or None,
            )
        except OSError as error:
            raise _unfit(error, "listen", str(self._config.listen)) from error
        if self._config.watch.listen is not None:
            try:
                await self._watch.start(self._config.watch.listen)
            except OSError as error:
                raise _unfit(error, "watch.listen", str(self._config.watch.listen)) from error
        self._every(STRANGERS_SECONDS, self._router.close_strangers)
        self._every(PING_SECONDS / SHARES, self._router.sweep)
        self._every(COUNTS_SECONDS, lambda: log.counts(self.metrics.as_dict()))
        self._every(FORGET_SECONDS, self._budgets.forget)
        for task in self._upkeep.tasks():
            self._router.spawn(task)
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    def _arrival(self, cork: Cork, rota: Rota) -> Arrival:
        return self._threshold.before(RelayConnection(self._router, cork, rota))

    async def stop(self, *, moves: bool = False) -> list[tuple[int, Live]]:
        """Stop cleanly: no new connections, everybody told, everything durable, everybody closed.

        Args:
            moves: whether handshakes are left open for a relay that goes on in this process.

        Returns:
            Those, each with its realm.
        """
        assert self._server is not None  # noqa: S101 - started
        log.event("stopping")
        self._server.close()
        for timer in self._timers.values():
            timer.cancel()
        for realm in self._realms:
            if not moves:
                realm.runs.stop()
        self._router.say_stopping()
        for realm in self._realms:
            realm.mail.hurry()
        await self._drained()
        self._router.close_all()
        try:
            async with asyncio.timeout(STOP_SECONDS + 1):
                await self._router.all_gone()
        except TimeoutError:
            pass  # a peer that does not even close is aborted with the process
        await self._drained()
        alone = [(realm.number, realm.runs) for realm in self._realms if isinstance(realm.runs, Runs)]
        left = [(number, live) for number, runs in alone for live in runs.leave()]
        if self._neighbours is not None:
            await self._neighbours.stop()
        with contextlib.suppress(StoreTrouble):
            await self._writer.run(lambda: self._store.keep_served(self._served()))
        self._writer.close()
        await self._watch.stop()
        log.counts(self.metrics.as_dict())
        log.event("stopped")
        return left

    async def _drained(self) -> None:
        """Wait until all is durable; for a database that does not answer only so long."""
        try:
            async with asyncio.timeout(None if self._neighbours is None else STOP_SECONDS):
                await self._writer.drain()
        except TimeoutError:
            if self._neighbours is not None:
                self._neighbours.nodes.give_up()

    # --- becoming durable -------------------------------------------------------------------

    def _collect(self) -> Work | None:
        batch = Batch()
        began = clock.monotonic()
        settling = [collect(batch) for realm in self._realms for collect in realm.writes]
        if not batch:
            return None

        def settle(outcome: Outcome) -> None:
            if isinstance(outcome, StoreTrouble):
                log.warning("store-trouble", reason=str(outcome))
                self.metrics.store_troubles += 1
            else:
                self.metrics.committed(clock.monotonic() - began)
                for _, ended in batch.ended:
                    self.metrics.ended(ended)
            self._troubled = isinstance(outcome, StoreTrouble)
            for settle_one in settling:
                settle_one(outcome)

        return batch, settle

    # --- for whoever looks after it -----------------------------------------------------------

    def _gauges(self) -> dict[Family, float]:
        tls = self._threshold.tls
        found = {
            STRANGERS_REFUSED: float(self._threshold.strangers.refused),
            UNWRITTEN: float(sum(realm.mail.unwritten_bytes for realm in self._realms)),
            DISK_FREE: float(self._disk.free),
            READY: float(self._unready() is None),
        }
        return found if tls is None else {**found, CERTIFICATE_ENDS: float(tls.ends)}

    def _unready(self) -> str | None:
        if self._router.stopping:
            return "it stops"
        if self._disk.low:
            return "the disk is almost full"
        if self._neighbours is not None and self._neighbours.nodes.trouble is not None:
            return self._neighbours.nodes.trouble
        return "the disk or the database refuses" if self._troubled else None

    # --- time -------------------------------------------------------------------------------

    def _every(self, seconds: float, job: Callable[[], Any]) -> None:
        loop = asyncio.get_running_loop()
        name = f"{seconds} {len(self._timers)}"

        def again() -> None:
            self._timers[name] = loop.call_later(seconds, again)
            job()

        self._timers[name] = loop.call_later(seconds, again)


def _unfit(error: OSError, setting: str, listen: str) -> Unfit:
    if isinstance(error, socket.gaierror):
        return Unfit(f"{setting} {listen}: there is no address of that name")
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
    return Unfit(f"{setting} {listen}: {said}", status)
