"""The ring with the seconds that are left, and the meter of a phrase."""

import math
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from watchword.ui import theme
from watchword.ui.colours import tokens

_URGENT_S = 15.0
_PLACES = 4


class Ring(QWidget):
    """Runs down from a whole to nothing on the clock that is handed in, or spins without a number."""

    def __init__(self, now: Callable[[], float], size: int = 60, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._ends = 0.0
        self._whole = 0.0
        self._spin = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)
        self.setFixedSize(size, size)

    def run(self, ends: float, whole: float) -> None:
        """Count down to `ends` of `whole` seconds."""
        self._ends, self._whole = ends, whole
        self._timer.start(100)
        self._turn()

    def spin(self) -> None:
        """Turn without an end ("Checking…")."""
        self._whole = 0.0
        self._timer.start(30)
        self._turn()

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()

    @property
    def seconds_left(self) -> int:
        """Whole seconds as the ring shows them."""
        return max(0, math.ceil(self._ends - self._now()))

    def sizeHint(self) -> QSize:
        """A square."""
        return self.size()

    def _turn(self) -> None:
        self._spin = (self._spin + 8) % 360
        if self._whole:
            self.setAccessibleName(self.tr("{seconds} seconds left").format(seconds=self.seconds_left))
            if self._now() >= self._ends:
                self._timer.stop()
        else:
            self.setAccessibleName(self.tr("Working"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The track, the arc, the seconds."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = max(3.0, self.width() / 13)
            half = width / 2
            box = QRectF(self.rect()).adjusted(half, half, -half, -half)
            painter.setPen(QPen(table.line, width))
            painter.drawEllipse(box)
            left = max(0.0, self._ends - self._now())
            colour = table.warning if self._whole and left < _URGENT_S else table.accent
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            if not self._whole:
                painter.drawArc(box, -self._spin * 16, 90 * 16)
                return
            share = min(1.0, left / self._whole)
            if share > 0:
                painter.drawArc(box, 90 * 16, round(share * 360 * 16))
            painter.setPen(table.text)
            painter.setFont(theme.font(round(self.width() * 0.29), QFont.Weight.DemiBold))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, str(self.seconds_left))


class Meter(QWidget):
    """Four places, filled as far as a phrase is good; the words beside it are its owner's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = 0
        self.setFixedHeight(5)

    def set_level(self, level: int, words: str = "") -> None:
        """Fill 0 to 4 places; `words` tell a screen reader."""
        self._level = max(0, min(_PLACES, level))
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(160, 5)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The places."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            gap = 4.0
            each = (self.width() - gap * (_PLACES - 1)) / _PLACES
            full = (table.danger, table.warning, table.accent, table.good)[max(0, self._level - 1)]
            for place in range(_PLACES):
                painter.setBrush(full if place < self._level else table.line_strong)
                painter.drawRoundedRect(QRectF(place * (each + gap), 0, each, 5), 2.5, 2.5)
