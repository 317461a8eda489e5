"""Centred words whose lines are about as long as each other, so that no single word stands alone."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from watchword.ui.controls.label import Label, Role

_FLAGS = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_STEP = 8


class Centred(Label):
    """A label in the middle of its width; takes no more lines than the width asks for."""

    def __init__(self, text: str = "", role: Role = Role.BODY, *, parent: QWidget | None = None) -> None:
        super().__init__(text, role, parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words, in the narrowest column that needs no further line."""
        if self.breaks:
            super().paintEvent(event)
            return
        wide = self._narrowest(self.width())
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(QRectF((self.width() - wide) / 2, 0, wide, self.height()), _FLAGS, self.text())

    def _narrowest(self, width: int) -> int:
        metrics = QFontMetrics(self.font())

        def height(room: int) -> int:
            return metrics.boundingRect(QRect(0, 0, room, 10_000), int(_FLAGS), self.text()).height()

        wanted, narrow = height(width), width // 2
        while narrow < width and height(narrow) > wanted:
            narrow += _STEP
        return min(width, narrow)
