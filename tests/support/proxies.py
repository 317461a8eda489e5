"""Proxies for tests: real ones as processes of their own on loopback, and one that says what it is told.

    with Tinyproxy(tmp_path, sign_in=("ada", "secret")) as proxy:
        proxy.url            # http://127.0.0.1:PORT, without the sign-in
        proxy.kill(), proxy.start()

The desktop goes to this computer directly, whatever proxy is chosen; `outside` is an address of the same
relay that it takes for another computer's.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Self

from support.ports import free_port
from support.processes import Program, wait_until

SBIN = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])


def outside(address: str) -> str:
    """The address of a relay that listens everywhere, as a number that is not the loopback's."""
    _scheme, _, rest = address.partition("://")
    where, _, key = rest.partition("#")
    return f"wss://0.0.0.0:{where.rpartition(':')[2]}#{key}"


class _RealProxy:
    """One proxy on a port of its own, the same after a restart."""

    scheme = ""

    def __init__(self, folder: Path, sign_in: tuple[str, str] | None = None) -> None:
        self.folder = folder / f"{type(self).__name__.lower()}-{free_port()}"
        self.folder.mkdir(parents=True)
        self.sign_in = sign_in
        self.port = free_port()
        self._program: Program | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it said."""
        return "".join(file.read_text() for file in self.folder.glob("*.log"))

    def command(self) -> list[str]:
        """How it is started."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it, or start it again, and wait until it takes connections."""
        self._program = Program(self.command(), {"PATH": SBIN}, self.folder)
        self._program.wait_until(self._listens, "the proxy listens")

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def kill(self) -> None:
        """End it and every connection through it."""
        assert self._program is not None
        self._program.kill()
        wait_until(lambda: not self._listens(), "the proxy is gone")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._program is not None:
            self._program.kill()


class Tinyproxy(_RealProxy):
    """HTTP CONNECT."""

    scheme = "http"

    def __init__(
        self, folder: Path, sign_in: tuple[str, str] | None = None, *, only_port: int | None = None
    ) -> None:
        super().__init__(folder, sign_in)
        self._only_port = only_port

    def command(self) -> list[str]:
        """In the foreground, with a file of its own."""
        lines = [f"Port {self.port}", "Listen 127.0.0.1", "Timeout 600", "LogLevel Connect"]
        if self.sign_in is not None:
            lines.append("BasicAuth {} {}".format(*self.sign_in))
        if self._only_port is not None:
            lines.append(f"ConnectPort {self._only_port}")
        file = self.folder / "tinyproxy.conf"
        file.write_text("\n".join(lines) + "\n")
        return ["tinyproxy", "-d", "-c", str(file)]


class Microsocks(_RealProxy):
    """SOCKS5."""

    scheme = "socks5h"

    def command(self) -> list[str]:
        """With user and password on its command line, as it wants them."""
        words = ["microsocks", "-i", "127.0.0.1", "-p", str(self.port)]
        if self.sign_in is not None:
            words += ["-u", self.sign_in[0], "-P", self.sign_in[1]]
        return words


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def odd_proxy(script: Script) -> AsyncIterator[int]:
    """A proxy that does to each connection what `script` does; its port."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await script(reader, writer)
        finally:
            serving.discard(task)
            await _gone(writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in [*serving]:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Connect somebody with a loopback port until one side ends it."""
    there, back = await asyncio.open_connection("127.0.0.1", port)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
        sink.transport.abort()

    try:
        await asyncio.gather(pump(reader, back), pump(there, writer))
    finally:
        await _gone(back)


async def _gone(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
