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
        assert application is not None
        application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Tell once the painting that begins now is over."""
        if event.type() == QEvent.Type.Paint and not self._seen:
            self._seen = True
            QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        at = time.monotonic()
        lines = Path("/proc/self/status").read_text().splitlines()
        resident = next(line for line in lines if line.startswith("VmRSS")).split()[1]
        os.write(self._pipe, f"{at} {resident}\n".encode())
        application = QCoreApplication.instance()
        assert application is not None
        application.removeEventFilter(self)


kept: list[Watcher] = []


def wait_for_application(pipe: int) -> None:
    """Hand a watcher to the thread of the windows as soon as there is one."""
    while (application := QCoreApplication.instance()) is None:
        time.sleep(0.001)
    # Not before: Qt takes the thread of the first object for the main one.
    watcher = Watcher(pipe)
    kept.append(watcher)
    watcher.moveToThread(application.thread())
    watcher.knocked.emit()


def main(arguments: list[str]) -> int:
    """Become the program."""
    pipe, entry, *rest = arguments
    threading.Thread(target=wait_for_application, args=[int(pipe)], daemon=True).start()
    module, function = entry.split(":")
    sys.argv = [module, *rest]
    result: int | None = getattr(importlib.import_module(module), function)()
    return result or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
