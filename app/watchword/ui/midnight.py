"""Tells when another day begins: from then on "Today" is another day, in lists and between messages."""

from collections.abc import Callable

from PySide6.QtCore import QDate, QObject, QTimer, Signal

_LOOK_MS = 60_000
"""Looking each minute survives sleep and a clock that is set, which waiting until midnight does not."""


class Midnight(QObject):
    """Looks at the date. `today` is given by tests only."""

    passed = Signal()

    def __init__(self, parent: QObject, today: Callable[[], QDate] = QDate.currentDate) -> None:
        super().__init__(parent)
        self._today = today
        self._day = today()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Tell if the day is another one than at the last look."""
        day = self._today()
        if day != self._day:
            self._day = day
            self.passed.emit()
