"""What else may listen where a relay was expected: a mail or shell server's greeting, a web site, silence.

Each on a free loopback port with a thread of its own, for tests that are not written in asyncio; and
`Aside`, a thread with an event loop for parts that are.
"""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from support.processes import PATIENCE

T = TypeVar("T")

Serve = Callable[[socket.socket], None]
"""What is done with one connection; it is closed afterwards."""

SSH_GREETING = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
WEB_PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"


def greets(connection: socket.socket) -> None:
    """Speak first, as SSH does, and not our language."""
    connection.sendall(SSH_GREETING)
    connection.recv(4_096)


def web_site(connection: socket.socket) -> None:
    """Answer everything with a page."""
    connection.recv(4_096)
    connection.sendall(WEB_PAGE)


def silent(connection: socket.socket) -> None:
    """Take everything and say nothing, until the other side leaves."""
    while connection.recv(4_096):
        pass


def leads_to(port: int) -> Serve:
    """Pass everything on to another port of this computer, and back: what stands before a server."""

    def serve(near: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as far:
            back = threading.Thread(target=_pour, args=(far, near), daemon=True)
            back.start()
            _pour(near, far)
            back.join(PATIENCE)

    return serve


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


class Stranger:
    """Listens, and serves one connection after the other.

    Args:
        serve: what is done with each.
        certificate: PEM files of certificate and key, for TLS.
        most: the latest version of TLS that it speaks, if not every one.
    """

    def __init__(
        self,
        serve: Serve,
        certificate: tuple[Path, Path] | None = None,
        *,
        most: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
    ) -> None:
        self._serve = serve
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*certificate)
            self._context.maximum_version = most
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.visits = 0
        self._open: set[socket.socket] = set()
        self._over = False
        self._thread = threading.Thread(target=self._run, name="stranger", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._over:
                connection.close()
                return
            self.visits += 1
            threading.Thread(target=self._host, args=(connection,), daemon=True).start()

    def _host(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.settimeout(PATIENCE * 2)
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            self._serve(connection)
        with contextlib.suppress(OSError):
            connection.close()
        self._open.discard(connection)

    def stop(self) -> None:
        """Listen no more; what is open is cut."""
        self._over = True
        with contextlib.suppress(OSError):  # wakes the thread
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._thread.join(PATIENCE)
        self._listener.close()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()


class Aside:
    """A thread with an event loop, for the asyncio parts of a test that is not."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="aside")
        self._thread.start()

    def does(self, work: Coroutine[object, object, T], patience: float = 4 * PATIENCE) -> T:
        """Run something to its end there."""
        running: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return running.result(patience)

    @contextmanager
    def inside(self, manager: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """Enter and leave an asynchronous context there."""
        stack = AsyncExitStack()
        entered = self.does(stack.enter_async_context(manager))
        try:
            yield entered
        finally:
            self.does(stack.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.does(_cancel_the_rest())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


async def _cancel_the_rest() -> None:
    """What a failed test left running."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
