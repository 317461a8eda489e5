"""Starts a program as it is, and tells when its first window is painted and how much memory it has then.

    python first_paint.py PIPE MODULE:FUNCTION ARGUMENTS...

Writes `seconds on the monotonic clock, resident KiB` into the pipe. The bare window and the desktop are both
started through here, so what this costs counts for both.
"""

import importlib
import os
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication


class Watcher(QObject):
    """Waits for the first paint event of the application."""

    knocked = Signal()

    def __init__(self, pipe: int) -> None:
        super().__init__()
        self._pipe = pipe
        self._seen = False
        self.knocked.connect(self._begin, Qt.ConnectionType.QueuedConnection)

    def _begin(self) -> None:
        application = QCoreApplication.instance()
        assert isinstance(application, QApplication)
        application.installEventFilter(self)
        for window in application.topLevelWidgets():
            window.update()  # on a busy machine it was painted before anybody watched

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Tell once the painting that begins now is over."""
        if event.type() == QEvent.Type.Paint and not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self._seen_all)
        return False

    def _seen_all(self) -> None:
        self._tell()
        application = QCoreApplication.instance()
        assert application is not None
        application.removeEventFilter(self)

    def _tell(self) -> None:
        tell(self._pipe)


def tell(pipe: int) -> None:
    """Write what it is asked for: when, and how much memory."""
    at = time.monotonic()
    lines = Path("/proc/self/status").read_text().splitlines()
    resident = next(line for line in lines if line.startswith("VmRSS")).split()[1]
    os.write(pipe, f"{at} {resident}\n".encode())


kept: list[Watcher] = []


def wait_for_application(pipe: int, kind: type[Watcher]) -> None:
    """Hand a watcher to the thread of the windows as soon as there is one."""
    while (application := QCoreApplication.instance()) is None:
        time.sleep(0.001)
    # Not before: Qt takes the thread of the first object for the main one.
    watcher = kind(pipe)
    kept.append(watcher)
    watcher.moveToThread(application.thread())
    watcher.knocked.emit()


def start(arguments: list[str], kind: type[Watcher] = Watcher) -> int:
    """Become the program, with such a watcher in it."""
    pipe, entry, *rest = arguments
    threading.Thread(target=wait_for_application, args=[int(pipe), kind], daemon=True).start()
    module, function = entry.split(":")
    sys.argv = [module, *rest]
    result: int | None = getattr(importlib.import_module(module), function)()
    return result or 0


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
