"""Several nodes of one relay over PostgreSQL, which look like one relay to desktops: one address, one end.

What stands before them leads each connection to the node that has the fewest, so that two desktops are on one
node only where no other is free.

    with over(server):                              # from here on, and until the end of it
        relay = relay_in(tmp_path / "relay")        # nodes over a database of that server
        relay.start()
        relay.address                               # of all of them
"""

import asyncio
import itertools
import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg.conninfo import conninfo_to_dict

from support.cluster import Cluster
from support.postgres import Server
from support.processes import PATIENCE
from support.proxy import Proxy
from support.relay import RelayProcess
from support.relay_stores import fresh, served
from support.strangers import Aside

HOW_MANY = 3


class Switchboard(Proxy):
    """Leads each connection to the port with the fewest; of several, to that chosen longest ago."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", 0)
        self.ports: Sequence[int] = ()
        self._stand = Counter[int]()
        self._chosen = Counter[int]()
        self._times = itertools.count(1)

    @contextmanager
    def place(self) -> Iterator[tuple[str, int]]:
        """The node for a connection."""
        port = min(self.ports, key=lambda one: (self._stand[one], self._chosen[one]))
        self._stand[port] += 1
        self._chosen[port] = next(self._times)
        try:
            yield "127.0.0.1", port
        finally:
            self._stand[port] -= 1

    async def opens(self) -> None:
        """Take connections, on the same port each time."""
        await self.__aenter__()
        self.restore()

    async def shuts(self) -> None:
        """Take no more."""
        assert self._server is not None
        self._server.close()

    async def empties(self) -> None:
        """Pass on what those have said who are gone."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE)
        await self.__aexit__()


class Nodes(RelayProcess):
    """Nodes that start and end together. Their data, log and commands are those of the first.

    Args:
        folder: where they have their data folders.
        server: there they have a database of their own.
        t1, t2, options, limits, start: as a `RelayProcess` takes them, for each.
    """

    def __init__(
        self,
        folder: Path,
        server: Server,
        *,
        t1: float | None = None,
        t2: float | None = None,
        options: Sequence[str] = (),
        limits: Mapping[str, object] | None = None,
        start: bool = True,
    ) -> None:
        self._database = fresh(server)
        self._nodes = Cluster(
            folder, self._database, nodes=HOW_MANY, t1=t1, t2=t2, options=options, limits=limits
        ).nodes
        self._switchboard = Switchboard()
        self._held = ExitStack()
        self._held.callback(server.drop, str(conninfo_to_dict(self._database)["dbname"]))
        self._aside = self._held.enter_context(Aside())
        super().__init__(self._nodes[0].data, limits=limits, start=start)

    @property
    def runs(self) -> bool:
        """Whether they were started and not ended."""
        return any(node.runs for node in self._nodes)

    @property
    def pid(self) -> int:
        """The first one's."""
        return self._nodes[0].pid

    def start(self) -> None:
        """Start all of them, and what stands before them."""
        for node in self._nodes:
            # Not in threads of their own: with such a one its program would end, too.
            node.start()
        self._switchboard.ports = [node.port for node in self._nodes]
        self._aside.does(self._switchboard.opens())
        key = self._nodes[0].address.partition("#")[2]
        self.address = f"ws://127.0.0.1:{self._switchboard.port}#{key}"

    def suspend(self) -> None:
        """Let all of them hang."""
        for node in self._nodes:
            node.suspend()

    def resume(self) -> None:
        """Let all of them go on."""
        for node in self._nodes:
            node.resume()

    def serve_from(self, seconds: int) -> None:
        """Start again as a relay that has run so long in all."""
        self.stop()
        with psycopg.connect(self._database) as database:
            database.execute("UPDATE relay SET served = %s", (seconds,))
        self.start()

    def _end(self, number: signal.Signals) -> int:
        self._aside.does(self._switchboard.shuts())
        with ThreadPoolExecutor() as pool:
            ended: list[int] = [*pool.map(lambda node: node._end(number), self._nodes)]
        self._aside.does(self._switchboard.empties())
        return max(ended, key=abs)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._held:
            super().__exit__(kind, error, trace)


_servers: list[Server] = []


@contextmanager
def over(server: Server) -> Iterator[None]:
    """Until the end of this, relays for desktops are nodes over databases of this server."""
    _servers.append(server)
    try:
        yield
    finally:
        _servers.remove(server)


def on_nodes() -> bool:
    """Whether WATCHWORD_GROUND says that plays are to have nodes."""
    return os.environ.get("WATCHWORD_GROUND") == "shared"


@contextmanager
def as_asked() -> Iterator[None]:
    """The same as `over`, with a PostgreSQL of its own, where it is asked for."""
    with ExitStack() as held:
        if on_nodes():
            held.enter_context(over(held.enter_context(served())))
        yield


def relay_in(
    folder: Path,
    *,
    t1: float | None = None,
    t2: float | None = None,
    options: Sequence[str] = (),
    limits: Mapping[str, object] | None = None,
    start: bool = True,
) -> RelayProcess:
    """A relay for desktops: one with a file, or inside `over` nodes."""
    if not _servers:
        return RelayProcess(folder, t1=t1, t2=t2, options=options, limits=limits, start=start)
    return Nodes(folder, _servers[-1], t1=t1, t2=t2, options=options, limits=limits, start=start)
