"""Who is connected, and which part of the relay each frame goes to.

No rule about messages, handshakes or accounts lives here: those have their own rooms.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any

from watchword_relay import clock, log
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import Buckets, Limits
from watchword_relay.login import Door, Doorman
from watchword_relay.mailbox import Mailbox, Mailboxes
from watchword_relay.mailroom import MailRoom
from watchword_relay.metrics import Metrics
from watchword_relay.presence import Presence
from watchword_relay.runs import Runs
from watchword_relay.store.contract import Terminal
from watchword_wire import codec, frames, timing
from watchword_wire import limits as wire_limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import account_problem

TRY_AGAIN_LATER = 1013
GOING_AWAY = 1001
POLICY = 1008
PING_SECONDS = 20.0


class Router:
    """Every connection of the relay."""

    def __init__(
        self,
        boxes: Mailboxes,
        mail: MailRoom,
        runs: Runs,
        presence: Presence,
        limits: Limits,
        metrics: Metrics,
        *,
        times: tuple[float, float],
    ) -> None:
        self._boxes = boxes
        self._mail = mail
        self._runs = runs
        self._presence = presence
        self._limits = limits
        self._metrics = metrics
        self._times = (int(times[0] * 1_000), int(times[1] * 1_000))
        self._watches = Buckets(limits.watches)
        self._connections: set[RelayConnection] = set()
        self._unknown: deque[tuple[float, RelayConnection]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
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
        connection.seat = self.doorman.greet(connection, address[0] if address else "")
        self._unknown.append((clock.monotonic() + timing.SIGN_IN_DEADLINE, connection))

    def received(self, connection: RelayConnection, payload: bytes) -> None:
        """Take one frame.

        Raises:
            PeerError: it is malformed, or not one that may be sent.
        """
        seat = connection.seat
        if not isinstance(seat, Mailbox):
            if isinstance(seat, Door):
                self.doorman.received(connection, seat, payload)
            return
        if seat.connection is not connection:
            return  # replaced: it is being closed
        frame = codec.decode_from_desktop(payload)
        match frame:
            case frames.Send():
                self._mail.send(seat, frame)
            case frames.Post():
                self._mail.post(seat, frame)
            case frames.Heard():
                seat.turns.heard(frame.refusals)
            case frames.Ack():
                if len(frame.ids) > wire_limits.ACKS:
                    raise PeerError("too many ids")
                self._mail.ack(seat, frame)
                self._runs.acked(seat.name, frame.ids)
            case frames.Step():
                self._runs.came(seat.name, frame)
            case frames.Watch():
                self._watch(seat, frame)
            case _:
                raise PeerError("signed in already")

    def drained(self, connection: RelayConnection) -> None:
        """Send on what had to wait."""
        if isinstance(connection.seat, Mailbox) and connection.seat.connection is connection:
            self._mail.drain(connection.seat)

    def lost(self, connection: RelayConnection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        self._metrics.connections = len(self._connections)
        box = connection.seat
        connection.seat = None
        if isinstance(box, Mailbox) and self._boxes.leave(box, connection):
            self._metrics.present -= 1
            self._runs.left(box.name)
            self._announce(self._presence.leave(box.account, box.name))

    def cut(self, connection: RelayConnection) -> None:
        """Count a connection whose peer does not read."""
        self._metrics.cut_slow += 1

    # --- signed in --------------------------------------------------------------------------

    def admit(self, connection: RelayConnection, terminal: Terminal) -> None:
        """Give a terminal its place; the newest connection of a terminal wins."""
        if connection not in self._connections or self.stopping:
            return
        box, before = self._boxes.enter(terminal, connection)
        if before is not None:
            before.push_frame(frames.Refusal(RefusalCode.REPLACED))
            before.fail(POLICY, "signed in elsewhere")
        else:
            self._metrics.present += 1
            self._presence.enter(box.account, box.name)
        self._metrics.sign_ins += 1
        connection.seat = box
        connection.most = wire_limits.FRAME_BYTES
        connection.push_frame(frames.Welcome(box.name, *self._times, timing.MESSAGE_KEPT))
        self._runs.entered(box.name)
        self._mail.drain(box)

    def _watch(self, box: Mailbox, frame: frames.Watch) -> None:
        if len(frame.accounts) > wire_limits.WATCHED:
            raise PeerError("too many accounts")
        if any(account_problem(account) is not None for account in frame.accounts):
            raise PeerError("not an account id")
        now = clock.monotonic()
        wait = self._watches.of(box.account, now).take(1, now)
        if wait:
            assert box.connection is not None  # noqa: S101 - it just sent this
            box.connection.push_frame(frames.Refusal(RefusalCode.RETRY_LATER, b"", int(wait * 1_000)))
            return
        self._announce(self._presence.watch(box.account, box.name, frame.accounts))

    def _announce(self, news: list[tuple[str, str, bool]]) -> None:
        for told, account, present in news:
            for name in self._presence.terminals(told):
                connection = self._boxes.connection_of(name)
                if connection is not None:
                    connection.push_frame(frames.Presence(account, present))

    # --- time --------------------------------------------------------------------------------

    def close_strangers(self) -> None:
        """Close whoever has not signed in in time."""
        now = clock.monotonic()
        while self._unknown and self._unknown[0][0] <= now:
            _, connection = self._unknown.popleft()
            if not isinstance(connection.seat, Mailbox) and connection in self._connections:
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
