"""The network cable of one desktop, for plays that are not written in asyncio: cut it, hold it, mend it.

A thread passes bytes on between one desktop and the relay. `hold` keeps back what comes down to the desktop
and counts it, so that a play can wait until a message is there and not yet seen.
"""

import selectors
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

_PIECE = 65_536


class _Line:
    """One connection of the desktop and its other half to the relay."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.near, self.far = near, far
        self.held = b""

    def close(self) -> None:
        for end in (self.near, self.far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class WireCut:
    """Listens on a free loopback port and passes on to the relay's port."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._waker, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._lock = threading.Lock()
        self._lines: list[_Line] = []
        self._open = True
        self._holding_from = 0
        self._over = False
        self._thread = threading.Thread(target=self._run, name="wire")
        self._thread.start()

    @property
    def held(self) -> int:
        """How many bytes for the desktop are kept back."""
        with self._lock:
            return sum(len(line.held) for line in self._lines)

    def cut(self) -> None:
        """Break the connection; new ones break at once until `mend`."""
        with self._lock:
            self._open = False
            for line in self._lines:
                self._drop(line)
            self._lines.clear()

    def lead_to(self, port: int) -> None:
        """Break the connection; new ones go to another port from now on."""
        self.cut()
        with self._lock:
            self._target = ("127.0.0.1", port)
            self._open = True

    def hold_after(self, size: int) -> None:
        """Pass the first piece of at least `size` bytes to the desktop, and keep back all that follows."""
        with self._lock:
            self._holding_from = size

    def mend(self) -> None:
        """Pass everything on again, what was kept back first."""
        with self._lock:
            self._open = True
            self._holding_from = 0
            for line in self._lines:
                held, line.held = line.held, b""
                line.near.sendall(held)

    def stop(self) -> None:
        """Close everything."""
        self._over = True
        self._waker.send(b"!")
        self._thread.join()
        self.cut()
        for end in (self._listener, self._waker, self._woken):
            end.close()
        self._selector.close()

    def _drop(self, line: _Line) -> None:
        for end in (line.near, line.far):
            with suppress(KeyError, ValueError):
                self._selector.unregister(end)
        line.close()

    def _run(self) -> None:
        while not self._over:
            for key, _ in self._selector.select(0.2):
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif isinstance(key.data, tuple):
                        self._pass_on(*key.data)

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        if not self._open:
            near.close()
            return
        try:
            far = socket.create_connection(self._target, 5)
        except OSError:
            near.close()
            return
        line = _Line(near, far)
        self._lines.append(line)
        self._selector.register(near, selectors.EVENT_READ, (line, True))
        self._selector.register(far, selectors.EVENT_READ, (line, False))

    def _pass_on(self, line: _Line, upwards: bool) -> None:
        if line not in self._lines:
            return
        source, sink = (line.near, line.far) if upwards else (line.far, line.near)
        data = b""
        with suppress(OSError):
            data = source.recv(_PIECE)
        if not data:
            self._lines.remove(line)
            self._drop(line)
            return
        if not upwards and self._holding_from < 0:
            line.held += data
            return
        with suppress(OSError):
            sink.sendall(data)
        if not upwards and 0 < self._holding_from <= len(data):
            self._holding_from = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()
