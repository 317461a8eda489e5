"""A short remark on a tinted plate, such as "not in your contacts"."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from watchword.ui import theme
from watchword.ui.colours import tokens


class Pill(QWidget):
    """One remark. Calm amber: it is worth a look, not an alarm."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setFont(theme.font(theme.META_PX, QFont.Weight.Medium))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """What it says."""
        return self._text

    def sizeHint(self) -> QSize:
        """The words and their plate."""
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._text) + 18, 22)

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew with another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plate and the words."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.warning_soft)
            painter.drawRoundedRect(QRectF(self.rect()), 11, 11)
            painter.setPen(table.warning)
            painter.setFont(self.font())
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._text)
