"""A thin scroll bar that takes its room always and shows itself only when there is something to scroll."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from watchword.ui.colours import tokens

_WIDE = 12
_THIN = 6.0
_LEAST = 36.0


class ScrollBar(QScrollBar):
    """Vertical."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedWidth(_WIDE)

    def sizeHint(self) -> QSize:
        """Narrow."""
        return QSize(_WIDE, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The handle alone."""
        if self.maximum() <= self.minimum():
            return
        table = tokens()
        whole = self.maximum() - self.minimum() + self.pageStep()
        room = self.height() - 4.0
        high = max(_LEAST, room * self.pageStep() / whole)
        share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        handle = QRectF((self.width() - _THIN) / 2, 2 + share * (room - high), _THIN, high)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.faint if self.underMouse() or self.isSliderDown() else table.line_strong)
            painter.drawRoundedRect(handle, _THIN / 2, _THIN / 2)
