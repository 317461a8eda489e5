"""Who is connected, in which realm, signed in or not.

No rule about messages, handshakes or accounts lives here: those have their rooms in each realm.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from typing import Any

from watchword_relay import clock, log
from watchword_relay.blocks import Blocks
from watchword_relay.connection import RelayConnection
from watchword_relay.door import Door
from watchword_relay.limits import Limits
from watchword_relay.login import Doorman
from watchword_relay.metrics import Metrics
from watchword_relay.nodes.neighbours import Neighbours
from watchword_relay.realm import POLICY, Realm, Realms, Seat, turn_out
from watchword_relay.store.contract import StoreTrouble, Terminal
from watchword_relay.store.queues import Blocked
from watchword_relay.threshold import Strangers
from watchword_relay.waiting import Waiting
from watchword_relay.writer import Writer
from watchword_wire import frames
from watchword_wire import limits as wire_limits
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import realm_of_path

TRY_AGAIN_LATER = 1013
GOING_AWAY = 1001
PING_SECONDS = 20.0
SHARES = 20
"""All connections are looked at in so many turns, so that none of them is long."""


class Router:
    """Every connection of the relay."""

    def __init__(
        self,
        writer: Writer,
        limits: Limits,
        metrics: Metrics,
        waiting: Waiting,
        blocks: Blocks,
        strangers: Strangers,
        *,
        times: tuple[float, float],
        roam: int,
    ) -> None:
        self._writer = writer
        self._limits = limits
        self._metrics = metrics
        self._waiting = waiting
        self._blocks = blocks
        self._strangers = strangers
        self._roam = roam
        self._share = 0
        self._times = (int(times[0] * 1_000), int(times[1] * 1_000))
        self._connections: set[RelayConnection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.realms: Realms
        self.doorman: Doorman
        self.neighbours: Neighbours | None = None
        self.stopping = False
        self._gone: asyncio.Event | None = None
        """Once somebody waits for it: that nobody is connected any more."""

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine and keep hold of it; a bug in it is logged."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.bug(error)

    # --- what connections tell ------------------------------------------------------------

    def opened(self, connection: RelayConnection) -> None:
        """Greet a new connection, or turn it away."""
        if len(self._connections) >= self._limits.connections:
            self._metrics.turned_away += 1
            connection.fail(TRY_AGAIN_LATER, "too many connections")
            return
        self._connections.add(connection)
        self._metrics.connections = len(self._connections)
        name = realm_of_path(connection.request.path) if connection.request is not None else None
        try:
            realm = self.realms.named(name or "")
        except StoreTrouble as trouble:
            _put_off(connection, trouble)
            return
        connection.seat = self.doorman.greet(connection, realm)
        if self._blocks.address(connection.address):
            _keep_out(connection)
            return

    def received(self, connection: RelayConnection, payload: bytes) -> None:
        """Take one frame.

        Raises:
            PeerError: it is malformed, or not one that may be sent.
        """
        if self.stopping:
            return  # it was told so, and says it again where it goes; else whoever goes on keeps the relay
        seat = connection.seat
        try:
            if isinstance(seat, Seat):
                if seat.box.connection is connection:  # else it was replaced, and is being closed
                    seat.realm.received(seat, payload)
            elif isinstance(seat, Door):
                self.doorman.received(seat, payload)
        except StoreTrouble as trouble:
            _put_off(connection, trouble)

    def drained(self, connection: RelayConnection) -> None:
        """Send on what had to wait."""
        seat = connection.seat
        if isinstance(seat, Seat) and seat.box.connection is connection:
            seat.realm.mail.drain(seat.box)

    def lost(self, connection: RelayConnection) -> None:
        """Forget a connection."""
        self._strangers.leave(connection)
        self._connections.discard(connection)
        self._metrics.connections = len(self._connections)
        if self._gone is not None and not self._connections:
            self._gone.set()
        seat = connection.seat
        connection.seat = None
        if isinstance(seat, Seat):
            seat.realm.leave(seat.box, connection)
        elif isinstance(seat, Door):
            self._wait_no_more(connection, seat)

    def _wait_no_more(self, connection: RelayConnection, door: Door) -> None:
        self._waiting.leave(connection)
        door.realm.terminals.over(connection)

    def cut(self, connection: RelayConnection) -> None:
        """Count a connection whose peer does not read."""
        self._metrics.cut_slow += 1

    # --- signed in --------------------------------------------------------------------------

    def admit(self, connection: RelayConnection, terminal: Terminal) -> None:
        """Give a terminal its place; where there are other nodes, once its seat is written."""
        door = connection.seat
        if not isinstance(door, Door):
            return
        if self._blocks.account(door.realm.number, terminal.account):
            self._wait_no_more(connection, door)
            _keep_out(connection)
        elif self.neighbours is None:
            self._admit(connection, terminal)
        elif not self.stopping:
            door.busy = True
            # What comes right behind the sign-in is dealt with after it, as where no seat has to be written.
            connection.hold(True)
            self.spawn(self._sit(self.neighbours, door, terminal))

    async def _sit(self, neighbours: Neighbours, door: Door, terminal: Terminal) -> None:
        connection, number = door.connection, None
        try:
            number = await neighbours.sit(door.realm.number, terminal)
            if connection.seat is door:
                self._admit(connection, terminal, number)
        except StoreTrouble as trouble:
            _put_off(connection, trouble)
        finally:
            door.busy = False
            connection.hold(False)
        if number is not None and not isinstance(connection.seat, Seat):
            neighbours.vacate(terminal.mailbox, number)

    def _admit(self, connection: RelayConnection, terminal: Terminal, number: int = 0) -> None:
        door = connection.seat
        if not isinstance(door, Door) or self.stopping:
            return
        self._wait_no_more(connection, door)
        self._strangers.leave(connection)
        seat = door.realm.enter(connection, terminal)
        self._metrics.sign_ins += 1
        connection.seat = seat
        if self.neighbours is not None:
            self.neighbours.seated(seat, number)
        connection.most = wire_limits.FRAME_BYTES
        kept = self._limits.kept, self._roam
        connection.push_frame(frames.Welcome(seat.box.name, *self._times, *kept, seat.box.gap))
        seat.realm.entered(seat.box)
        if terminal.fresh:
            self.spawn(self._settle_in(door.realm, terminal))

    async def _settle_in(self, realm: Realm, terminal: Terminal) -> None:
        """Forget what a new terminal had not fetched yet: it signs in, so it has it."""
        with contextlib.suppress(StoreTrouble):  # kept a little longer: the next sign-in tries again
            await self._writer.run(lambda: realm.store.settle_in(terminal.mailbox))

    async def close_realms(self) -> None:
        """Leave all realms that were taken away, with all who are in them.

        Raises:
            StoreTrouble: nobody can say which.
        """
        for number in await self.realms.taken_away():
            self._close_realm(number)

    def _close_realm(self, number: int) -> None:
        realm = self.realms.close(number)
        for connection in list(self._connections):
            seat = connection.seat
            if isinstance(seat, Seat) and seat.realm is realm:
                connection.seat = None
                realm.leave(seat.box, connection)
                turn_out(connection, RefusalCode.REALM_GONE)
            elif isinstance(seat, Door) and seat.realm is realm:
                connection.seat = None
                self._wait_no_more(connection, seat)
                connection.fail(POLICY, "not signed in in time")

    def turn_out(self, blocked: Sequence[Blocked]) -> None:
        """Close the connections of whom the operator keeps out by now."""
        if not self._blocks.are_now(blocked):
            return
        for connection in list(self._connections):
            seat = connection.seat
            account = isinstance(seat, Seat) and self._blocks.account(seat.realm.number, seat.box.account)
            if account or self._blocks.address(connection.address):
                _keep_out(connection)

    # --- time --------------------------------------------------------------------------------

    def close_strangers(self) -> None:
        """Close whoever has not signed in in time."""
        late = self._waiting.over(clock.monotonic())
        late += [one for one in self._strangers.over() if one not in self._waiting]
        for connection in late:
            if isinstance(connection.seat, Door):
                connection.fail(POLICY, "not signed in in time")
            elif connection.arriving is not None:
                connection.arriving.abort()

    def sweep(self) -> None:
        """Ping who was silent, cut who was silent since the ping before; each time another share of all."""
        self._share = (self._share + 1) % SHARES
        for connection in [one for one in self._connections if hash(one) % SHARES == self._share]:
            if connection.heard:
                connection.heard = False
                connection.pinged = False
            elif connection.pinged:
                connection.transport.abort()
            else:
                connection.pinged = True
                connection.ask_alive()

    def say_stopping(self) -> None:
        """Tell everybody that the relay stops; nobody comes in any more."""
        self.stopping = True
        for connection in self._connections:
            connection.push_frame(frames.Refusal(RefusalCode.STOPPING))

    async def all_gone(self) -> None:
        """Wait until nobody is connected any more."""
        self._gone = asyncio.Event()
        if self._connections:
            await self._gone.wait()

    def close_all(self) -> None:
        """Close every connection."""
        self._strangers.turn_away()
        for connection in list(self._connections):
            connection.fail(GOING_AWAY, "the relay stops")
        for task in self._tasks:
            task.cancel()


def _keep_out(connection: RelayConnection) -> None:
    """Close a connection of whoever the operator blocked, and say so."""
    connection.push_frame(frames.Refusal(RefusalCode.BLOCKED))
    connection.fail(POLICY, "blocked")


def _put_off(connection: RelayConnection, trouble: StoreTrouble) -> None:
    """Close a connection whose frame cannot be answered now; it comes again with what was not answered."""
    log.warning("store-trouble", reason=str(trouble))
    connection.fail(TRY_AGAIN_LATER, "the relay has a trouble that passes")
