"""One program for each profile: a second start raises the first one's window and ends."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500
_RAISE = b"raise\n"


def raise_other(name: str) -> bool:
    """Ask the program that listens on `name` to show its window; whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(_RAISE)
    socket.waitForBytesWritten(_WAIT_MS)
    socket.disconnectFromServer()
    return True


class Instance(QObject):
    """Listens for a second start of this profile."""

    def __init__(self, name: str, raised: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._raised = raised
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
            socket.disconnected.connect(socket.deleteLater)
            self._raised()
