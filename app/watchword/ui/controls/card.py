"""A quiet plate that groups what belongs together."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.ui.colours import tokens


class Card(QWidget):
    """Fill `column`. `bordered` is a frame on the window's colour, otherwise a tint without a frame."""

    def __init__(self, *, bordered: bool = False, margin: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bordered = bordered
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plate."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(table.line_strong, 1) if self._bordered else Qt.PenStyle.NoPen)
            painter.setBrush(table.raised if self._bordered else table.panel)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
