"""A connection from when it is accepted until it is a WebSocket's to be: whose it is, how many, and TLS.

So little is granted: five seconds for all that comes before sign-in together, what a balancer says and TLS
included, and so many of one network at a time. `docs/protocol/wire.md`, Connections.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, cast

from watchword_relay import clock
from watchword_relay.addresses import THIS_COMPUTER, Networks, source_of
from watchword_relay.connection import RelayConnection
from watchword_relay.proxy import Header
from watchword_relay.suspects import Suspects
from watchword_relay.tls import Tls
from watchword_wire import timing
from watchword_wire.errors import PeerError

STRANGERS_SECONDS = 0.25
"""So often it is looked whose time is up."""
_SHUTDOWN_SECONDS = 3.0


class Strangers:
    """Who has not signed in, by source, and for how long yet.

    Args:
        most: of one source; this computer is not counted.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._until: dict[RelayConnection, float] = {}
        self._looked = clock.monotonic()
        self._behind = 0.0
        """For how long the relay itself was late: nobody else's time runs meanwhile."""
        self._sources: dict[RelayConnection, str] = {}
        self._many: Counter[str] = Counter()
        self.refused = 0
        """How many connections were too many."""

    def begin(self, connection: RelayConnection) -> None:
        """It was accepted; its time runs."""
        self._until[connection] = clock.monotonic() - self._behind + timing.SIGN_IN_DEADLINE

    def over(self) -> list[RelayConnection]:
        """Those whose time is up, each once. Asked every so many seconds, or as soon as the relay can.

        Where very many come at once and the relay is behind with all of them, those who wait for it are not
        cut: they would only come again.
        """
        now = clock.monotonic()
        self._behind += max(0.0, now - self._looked - STRANGERS_SECONDS)
        self._looked = now
        late = [one for one, until in self._until.items() if until <= now - self._behind]
        for connection in late:
            del self._until[connection]
        return late

    def turn_away(self) -> None:
        """Let go of all that are no WebSocket's yet: the relay stops."""
        for connection in self._until:
            if connection.arriving is not None:
                connection.arriving.abort()

    def enter(self, connection: RelayConnection, address: str) -> bool:
        """Count one more; False if that is too many."""
        source = source_of(address)
        if source == THIS_COMPUTER:
            return True
        if self._many[source] >= self._most:
            self.refused += 1
            return False
        self._many[source] += 1
        self._sources[connection] = source
        return True

    def leave(self, connection: RelayConnection) -> None:
        """It signed in, or is gone."""
        self._until.pop(connection, None)
        source = self._sources.pop(connection, None)
        if source is not None:
            self._many[source] -= 1
            if not self._many[source]:
                del self._many[source]


class Threshold:
    """What every connection passes before it is a WebSocket's.

    Args:
        tls: None on plain loopback.
        balancers: from where a PROXY header comes, and has to.
        strangers: who is on the way.
        suspects: told of whoever is too many.
    """

    def __init__(
        self, tls: Tls | None, balancers: Networks, strangers: Strangers, suspects: Suspects
    ) -> None:
        self.tls = tls
        self.balancers = balancers
        self.strangers = strangers
        self.suspects = suspects
        self._tasks: set[asyncio.Task[None]] = set()

    def before(self, connection: RelayConnection) -> "Arrival":
        """What the event loop hands a new connection to, before `connection` gets it."""
        return Arrival(self, connection)

    def secure(self, arrival: "Arrival", transport: asyncio.Transport, tls: Tls) -> None:
        """Begin TLS, in this very turn: before anything can be read that is for TLS to read."""
        securing = arrival.secured(transport, tls)
        task = asyncio.get_running_loop().create_task(_goes_on(securing.send(None), securing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Arrival(asyncio.BufferedProtocol):
    """One connection on the threshold. It never reads a byte more than the header has."""

    def __init__(self, threshold: Threshold, connection: RelayConnection) -> None:
        self._threshold = threshold
        self._connection = connection
        self._transport: asyncio.Transport
        self._header = Header()
        self._buffer = bytearray(self._header.wants)
        self._filled = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It was accepted."""
        # A stream's; uvloop's are of no class of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        # A socket of the machine's own has no address.
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        connection = self._connection
        connection.address, connection.arriving = address, self._transport
        self._threshold.strangers.begin(connection)
        if address not in self._threshold.balancers:
            self._come_in()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Room for what is wanted of the header, and for nothing else."""
        return memoryview(self._buffer)[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        """Some of it came."""
        self._filled += nbytes
        if self._filled < len(self._buffer):
            return
        try:
            self._header.feed(bytes(self._buffer))
        except PeerError:
            self._transport.abort()
            return
        self._buffer = bytearray(self._header.wants)
        self._filled = 0
        if not self._header.wants:
            if self._header.source is not None:
                self._connection.address = self._header.source
            self._come_in()

    def _come_in(self) -> None:
        if not self._threshold.strangers.enter(self._connection, self._connection.address):
            self._threshold.suspects.refused(source_of(self._connection.address))
            self._transport.abort()
        elif self._threshold.tls is None:
            self._transport.set_protocol(self._connection)
            self._connection.connection_made(self._transport)
        else:
            self._threshold.secure(self, self._transport, self._threshold.tls)

    async def secured(self, transport: asyncio.Transport, tls: Tls) -> None:
        """Do TLS, and hand the connection on."""
        held, channel = _Held(), None
        try:
            channel = await asyncio.get_running_loop().start_tls(
                transport,
                held,
                tls.context,
                server_side=True,
                ssl_shutdown_timeout=_SHUTDOWN_SECONDS,
            )
        except OSError:
            return  # of the network or of TLS; the loop has closed it
        finally:
            if channel is None:
                self._threshold.strangers.leave(self._connection)
        if channel is None:
            return
        channel.set_protocol(self._connection)
        self._connection.connection_made(channel)
        for event in held.events:
            event(self._connection)

    def connection_lost(self, exc: Exception | None) -> None:
        """It went before it was anybody's."""
        self._threshold.strangers.leave(self._connection)


@coroutine
def _goes_on(waits_for: object, begun: Coroutine[Any, Any, None]) -> Generator[Any, Any, None]:
    """The rest of a coroutine whose first step was taken already."""
    yield waits_for
    yield from begun


class _Held(asyncio.Protocol):
    """Keeps what comes between the end of the TLS handshake and the turn in which it is handed on."""

    def __init__(self) -> None:
        self.events: list[Callable[[RelayConnection], object]] = []

    def data_received(self, data: bytes) -> None:
        self.events.append(lambda connection: connection.data_received(data))

    def eof_received(self) -> None:
        self.events.append(lambda connection: connection.eof_received())

    def connection_lost(self, exc: Exception | None) -> None:
        self.events.append(lambda connection: connection.connection_lost(exc))
