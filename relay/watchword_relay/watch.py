"""What is told to the programs that look after a relay: whether it lives, whether it serves, its numbers.

An address of its own, plain HTTP, GET alone: `/healthz`, `/readyz`, `/metrics`, `/suspects`. Nothing that a
relay keeps of anybody is here; of networks those that tried too much in the last 24 hours.
"""

import os
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from watchword_relay.commands.told import as_table
from watchword_relay.config import Address
from watchword_relay.metrics import Family, Metrics
from watchword_relay.suspects import Suspects

_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_OPEN_SECONDS = 5.0
_SUSPECT_HEADS = ("network", "failed", "refused")
_PAGES = Path("/proc/self/statm")

START = Family("start_time_seconds", "gauge", "When the process began, in seconds since 1970.")
READY = Family("ready", "gauge", "1 if new messages are taken, else 0.")
UNWRITTEN = Family("unwritten_bytes", "gauge", "What waits in memory for the disk.")
DISK_FREE = Family("disk_free_bytes", "gauge", "Room on the disk of the data folder, looked at every 5 s.")
CERTIFICATE_ENDS = Family(
    "certificate_end_seconds",
    "gauge",
    "When the TLS certificate ends, in seconds since 1970; none without TLS.",
)
STRANGERS_REFUSED = Family(
    "strangers_refused_total",
    "counter",
    "Connections cut because too many of their network had not signed in.",
)
CPU = Family("cpu_seconds_total", "counter", "Processor time of the process.")
MEMORY = Family("memory_bytes", "gauge", "Memory that the process has; on Linux alone.")


class Watch:
    """The four pages.

    Args:
        metrics: what was counted.
        gauges: what is looked up when somebody asks.
        unready: why the relay takes nothing now; None if it does.
        suspects: whom an operator may want to block.
    """

    def __init__(
        self,
        metrics: Metrics,
        gauges: Callable[[], Mapping[Family, float]],
        unready: Callable[[], str | None],
        suspects: Suspects,
    ) -> None:
        self._metrics = metrics
        self._gauges = gauges
        self._unready = unready
        self._suspects = suspects
        self._began = time.time()
        self._server: Server | None = None

    async def start(self, listen: Address) -> int:
        """Listen. Returns the port.

        Raises:
            OSError: the address cannot be listened on.
        """
        self._server = await serve(
            _nobody,
            listen.bind_host,
            listen.port,
            process_request=self._answer,
            compression=None,
            server_header=None,
            open_timeout=_OPEN_SECONDS,
        )
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _answer(self, connection: ServerConnection, request: Request) -> Response:
        path = request.path.partition("?")[0]
        if path == "/healthz":
            return connection.respond(HTTPStatus.OK, "ok\n")
        if path == "/readyz":
            why = self._unready()
            if why is None:
                return connection.respond(HTTPStatus.OK, "ok\n")
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, why + "\n")
        if path == "/metrics":
            answer = connection.respond(HTTPStatus.OK, self._page())
            del answer.headers["Content-Type"]
            answer.headers["Content-Type"] = _TEXT
            return answer
        if path == "/suspects":
            rows = [[one.source, str(one.failed), str(one.refused)] for one in self._suspects.told()]
            return connection.respond(HTTPStatus.OK, as_table(_SUSPECT_HEADS, rows) + "\n")
        return connection.respond(HTTPStatus.NOT_FOUND, "/healthz, /readyz, /metrics or /suspects\n")

    def _page(self) -> str:
        own = {START: self._began, CPU: time.process_time()}
        if _PAGES.exists():
            own[MEMORY] = int(_PAGES.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return self._metrics.page({**self._gauges(), **own})


async def _nobody(_connection: ServerConnection) -> None:
    """No request becomes a WebSocket here."""
