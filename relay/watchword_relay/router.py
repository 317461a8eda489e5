"""Who is connected, in which realm, signed in or not.

No rule about messages, handshakes or accounts lives here: those have their rooms in each realm.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine
from typing import Any

from watchword_relay import clock, log
from watchword_relay.connection import RelayConnection
from watchword_relay.door import Door
from watchword_relay.limits import Limits
from watchword_relay.login import Doorman
from watchword_relay.metrics import Metrics
from watchword_relay.realm import POLICY, Realm, Realms, Seat, turn_out
from watchword_relay.store.contract import StoreTrouble, Terminal
from watchword_relay.waiting import Waiting
from watchword_relay.writer import Writer
from watchword_wire import frames, timing
from watchword_wire import limits as wire_limits
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import realm_of_path

TRY_AGAIN_LATER = 1013
GOING_AWAY = 1001
PING_SECONDS = 20.0


class Router:
    """Every connection of the relay."""

    def __init__(
        self,
        writer: Writer,
        limits: Limits,
        metrics: Metrics,
        waiting: Waiting,
        *,
        times: tuple[float, float],
        roam: int,
    ) -> None:
        self._writer = writer
        self._limits = limits
        self._metrics = metrics
        self._waiting = waiting
        self._roam = roam
        self._times = (int(times[0] * 1_000), int(times[1] * 1_000))
        self._connections: set[RelayConnection] = set()
        self._unknown: deque[tuple[float, RelayConnection]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self.realms: Realms
        self.doorman: Doorman
        self.stopping = False

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine and keep hold of it; a bug in it is logged."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._metrics.bugs += 1
            log.bug(error)

    # --- what connections tell ------------------------------------------------------------

    def opened(self, connection: RelayConnection) -> None:
        """Greet a new connection, or turn it away."""
        if len(self._connections) >= self._limits.connections:
            connection.fail(TRY_AGAIN_LATER, "too many connections")
            return
        self._connections.add(connection)
        self._metrics.connections = len(self._connections)
        address = connection.remote_address
        name = realm_of_path(connection.request.path) if connection.request is not None else None
        try:
            realm = self.realms.named(name or "")
        except StoreTrouble as trouble:
            _put_off(connection, trouble)
            return
        connection.seat = self.doorman.greet(connection, realm, address[0] if address else "")
        self._unknown.append((clock.monotonic() + timing.SIGN_IN_DEADLINE, connection))

    def received(self, connection: RelayConnection, payload: bytes) -> None:
        """Take one frame.

        Raises:
            PeerError: it is malformed, or not one that may be sent.
        """
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
        self._connections.discard(connection)
        self._metrics.connections = len(self._connections)
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
        """Give a terminal its place."""
        door = connection.seat
        if not isinstance(door, Door) or self.stopping:
            return
        self._wait_no_more(connection, door)
        seat = door.realm.enter(connection, terminal)
        self._metrics.sign_ins += 1
        connection.seat = seat
        connection.most = wire_limits.FRAME_BYTES
        kept = timing.MESSAGE_KEPT, self._roam
        connection.push_frame(frames.Welcome(seat.box.name, *self._times, *kept, seat.box.gap))
        seat.realm.entered(seat.box)
        if terminal.fresh:
            self.spawn(self._settle_in(door.realm, terminal))

    async def _settle_in(self, realm: Realm, terminal: Terminal) -> None:
        """Forget what a new terminal had not fetched yet: it signs in, so it has it."""
        with contextlib.suppress(StoreTrouble):  # kept a little longer: the next sign-in tries again
            await self._writer.run(lambda: realm.store.settle_in(terminal.mailbox))

    def close_realm(self, number: int) -> None:
        """Leave a realm that was taken away, with all who are in it."""
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

    # --- time --------------------------------------------------------------------------------

    def close_strangers(self) -> None:
        """Close whoever has not signed in in time."""
        now = clock.monotonic()
        late = self._waiting.over(now)
        while self._unknown and self._unknown[0][0] <= now:
            _, connection = self._unknown.popleft()
            if connection not in self._waiting:
                late.append(connection)
        for connection in late:
            if isinstance(connection.seat, Door):
                connection.fail(POLICY, "not signed in in time")

    def sweep(self) -> None:
        """Ping whoever was silent; cut whoever was silent since the ping before."""
        for connection in list(self._connections):
            if connection.heard:
                connection.heard = False
                connection.pinged = False
            elif connection.pinged:
                connection.transport.abort()
            if not connection.pinged:
                connection.pinged = True
                connection.ask_alive()

    def say_stopping(self) -> None:
        """Tell everybody that the relay stops; nobody comes in any more."""
        self.stopping = True
        for connection in self._connections:
            connection.push_frame(frames.Refusal(RefusalCode.STOPPING))

    def close_all(self) -> None:
        """Close every connection."""
        for connection in list(self._connections):
            connection.fail(GOING_AWAY, "the relay stops")
        for task in self._tasks:
            task.cancel()


def _put_off(connection: RelayConnection, trouble: StoreTrouble) -> None:
    """Close a connection whose frame cannot be answered now; it comes again with what was not answered."""
    log.warning("store-trouble", reason=str(trouble))
    connection.fail(TRY_AGAIN_LATER, "the relay has a trouble that passes")
