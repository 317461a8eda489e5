"""One program for each profile: a second start raises the first one's window and ends.

What it was started for, a company file to join by, it hands over as one line of JSON. Only this user's
programs reach the socket.
"""

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500
_LINE_BYTES = 16_384


class Wish(msgspec.Struct, frozen=True):
    """What a second start asks of the program that runs: its window, and perhaps to join a company."""

    join: str = ""
    """A company file's whole name, or the link to it."""


_decoder: msgspec.json.Decoder[Wish] = msgspec.json.Decoder(Wish)


def raise_other(name: str, join: str = "") -> bool:
    """Ask the program that listens on `name` to show its window, and to `join`; whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT_MS):
        return False
    said = join.encode(errors="replace").decode()  # a file's name may be no text
    socket.write(msgspec.json.encode(Wish(said)) + b"\n")
    socket.waitForBytesWritten(_WAIT_MS)
    socket.disconnectFromServer()
    return True


class Instance(QObject):
    """Listens for a second start of this profile."""

    def __init__(
        self,
        name: str,
        raised: Callable[[], None],
        join_asked: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._raised = raised
        self._join_asked = join_asked
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(name)  # left behind by a crash; a living one was asked before
        self._server.listen(name)
        self._server.newConnection.connect(self._connected)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(partial(self._read, socket))
            socket.disconnected.connect(socket.deleteLater)
            self._raised()
            self._read(socket)  # what came before anybody listened

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() >= _LINE_BYTES:
                socket.abort()
            return
        try:
            wish = _decoder.decode(bytes(socket.readLine(_LINE_BYTES).data()))
        except msgspec.DecodeError:
            return  # another version's: its window is raised already
        if wish.join:
            self._join_asked(wish.join)
