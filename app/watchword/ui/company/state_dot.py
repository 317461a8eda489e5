"""A dot that says at a glance whether something works; the words beside it say the same."""

import enum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.ui.colours import tokens

_SIDE = 10


class Standing(enum.StrEnum):
    """What the dot says."""

    UNKNOWN = "unknown"
    GOOD = "good"
    BAD = "bad"


class StateDot(QWidget):
    """Full where it is known, a ring where it is not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._standing = Standing.UNKNOWN
        self.setFixedSize(_SIDE, _SIDE)

    @property
    def standing(self) -> Standing:
        """What it shows."""
        return self._standing

    def show_standing(self, standing: Standing) -> None:
        """Show another one."""
        self._standing = standing
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dot."""
        table = tokens()
        colour = {Standing.GOOD: table.good, Standing.BAD: table.danger}.get(self._standing, table.faint)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            known = self._standing is not Standing.UNKNOWN
            painter.setPen(Qt.PenStyle.NoPen if known else QPen(colour, 1.5))
            painter.setBrush(colour if known else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))


def in_a_row(
    row: QWidget, dot: StateDot, words: tuple[QWidget, ...], deed: QWidget, place: Qt.AlignmentFlag
) -> None:
    """Lay out a row of a list: the dot beside the first of the words, and what can be done at the end."""
    said = QVBoxLayout()
    said.setSpacing(3)
    for one in words:
        said.addWidget(one)
    beside = QVBoxLayout()
    beside.setContentsMargins(0, 4, 0, 0)
    beside.addWidget(dot)
    beside.addStretch(1)
    whole = QHBoxLayout(row)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(10)
    whole.addLayout(beside)
    whole.addLayout(said, 1)
    whole.addWidget(deed, 0, place)
