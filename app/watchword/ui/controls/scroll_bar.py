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
        self._on_window = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedWidth(_WIDE)

    def stand_on_window(self) -> None:
        """Paint the window's ground too: otherwise all that lies below is painted with each change of it.

        To be said to a bar that has its scroll area, which takes this from it.
        """
        self._on_window = True
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        """Narrow."""
        return QSize(_WIDE, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The handle alone, and the ground where that is its own."""
        table = tokens()
        with QPainter(self) as painter:
            if self._on_window:
                painter.fillRect(event.rect(), table.window)
            if self.maximum() > self.minimum():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                held = self.underMouse() or self.isSliderDown()
                painter.setBrush(table.faint if held else table.line_strong)
                painter.drawRoundedRect(self._handle(), _THIN / 2, _THIN / 2)

    def _handle(self) -> QRectF:
        whole = self.maximum() - self.minimum() + self.pageStep()
        room = self.height() - 4.0
        high = max(_LEAST, room * self.pageStep() / whole)
        share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        return QRectF((self.width() - _THIN) / 2, 2 + share * (room - high), _THIN, high)
