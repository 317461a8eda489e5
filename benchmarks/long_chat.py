"""Starts a program as it is, opens the first chat of its list, goes up in it, and tells its memory then.

    python long_chat.py PIPE MODULE:FUNCTION ARGUMENTS...

Writes `seconds on the monotonic clock, resident KiB` into the pipe. This brings no more of its own than
`first_paint`, by which the bare window is started; what drives the windows in tests takes some MB itself.
"""

import sys
from collections.abc import Iterator

from benchmarks.first_paint import Watcher, start, tell
from PySide6.QtCore import QAbstractItemModel, QTimer
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QWidget

LOOK_MS, FRAME_MS, SETTLED_MS = 20, 20, 1000
"""Until somebody looks again for what has to come; between two steps; until what was opened is at rest."""
STEPS, LINES = 300, 3
WIDTHS = [900 + 10 * (number % 20) for number in range(40)]


def shown(name: str) -> QWidget | None:
    """The visible widget of this name, if there is one by now."""
    return next(
        (one for one in QApplication.allWidgets() if one.objectName() == name and one.isVisible()), None
    )


def work() -> Iterator[int]:
    """Open and read; each step says after how many milliseconds the next may come."""
    while not isinstance(chats := shown("chatList"), QAbstractItemView) or not chats.model().rowCount():
        yield LOOK_MS
    model: QAbstractItemModel = chats.model()
    chats.clicked.emit(model.index(0, 0))
    while (
        not isinstance(chat := shown("chatView"), QAbstractScrollArea)
        or not chat.verticalScrollBar().maximum()
    ):
        yield LOOK_MS
    yield SETTLED_MS
    bar = chat.verticalScrollBar()
    for _ in range(STEPS):
        bar.setValue(bar.value() - LINES * bar.singleStep())
        yield FRAME_MS
    window = chat.window()
    for width in WIDTHS:
        window.resize(width, window.height())
        yield FRAME_MS
    yield SETTLED_MS


class Reader(Watcher):
    """Reads once something is painted."""

    def _tell(self) -> None:
        self._steps = work()
        self._next()

    def _next(self) -> None:
        pause = next(self._steps, None)
        if pause is None:
            tell(self._pipe)
        else:
            QTimer.singleShot(pause, self, self._next)


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:], Reader))
