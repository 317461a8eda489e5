"""A TCP proxy for tests: passes bytes on until it is told to cut, stall or lose them."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Self


class Proxy:
    """Listens on a free loopback port and forwards to `target`."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._pairs: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._open = True
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.accepted = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._arrives, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Break every connection; new ones are cut at once until `restore`."""
        self._open = False
        for writer in [*self._pairs]:
            writer.transport.abort()

    def _cut_off(self) -> bool:
        return not self._open

    def stall(self) -> None:
        """Keep connections open and pass nothing on: a peer that stops reading."""
        self._flowing.clear()

    def restore(self) -> None:
        """Pass everything on again."""
        self._open = True
        self._flowing.set()

    def passed(self, to: asyncio.StreamWriter, data: bytes) -> None:
        """Something is passed on; who records overrides this."""

    async def under_way(self) -> None:
        """Wait as long as a piece is under way; who delays overrides this."""

    @contextlib.contextmanager
    def place(self) -> Iterator[tuple[str, int]]:
        """Where a connection leads, for as long as it stands; who chooses overrides this."""
        yield self._target

    def _arrives(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)

        def over(_: object) -> None:
            # Also of one that was cancelled before it began.
            self._tasks.discard(task)
            writer.transport.abort()
            self._pairs.discard(writer)

        task.add_done_callback(over)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with self.place() as place:
                await self._forward(reader, writer, place)
        except asyncio.CancelledError:
            pass

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: tuple[str, int]
    ) -> None:
        if self._cut_off():
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*place)
        except OSError:
            return
        self._pairs |= {writer, far_writer}
        if self._cut_off():  # meanwhile
            self.cut()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, far_writer))
                group.create_task(self._pump(far_reader, writer))
        finally:
            far_writer.transport.abort()
            self._pairs.discard(far_writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while True:
                await self._flowing.wait()
                data = await reader.read(65_536)
                await self._flowing.wait()
                if not data:
                    break
                await self.under_way()
                self.passed(writer, data)
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
