"""Two or three choices side by side, of which one holds."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QWidget

from watchword.ui import theme
from watchword.ui.colours import tokens
from watchword.ui.controls.choice import Choosable
from watchword.ui.controls.focus import paint_ring

_HEIGHT = 34


class _Segment(Choosable, QRadioButton):
    """One choice; a radio button for keyboard and screen reader."""

    def __init__(self) -> None:
        super().__init__()
        self._prepare()
        self.setFont(theme.font(weight=QFont.Weight.Medium))

    def sizeHint(self) -> QSize:
        """The words and room beside them."""
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 32, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised plate where chosen, words."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
            if self.isChecked():
                painter.setPen(table.line_strong)
                painter.setBrush(table.pressed if table.dark else table.raised)
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
            painter.setFont(self.font())
            painter.setPen(table.text if self.isChecked() or self.underMouse() else table.soft)
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
            if self.ringed:
                paint_ring(painter, box, 7)


class Segments(QWidget):
    """The choices; `chosen` comes with the number of the one that holds now."""

    chosen = Signal(int)

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._segments = [_Segment() for _ in range(count)]
        for number, segment in enumerate(self._segments):
            segment.clicked.connect(lambda _on=False, at=number: self.chosen.emit(at))
            row.addWidget(segment, 1)
        self._segments[0].setChecked(True)

    def set_words(self, *texts: str) -> None:
        """Name the choices."""
        for segment, text in zip(self._segments, texts, strict=True):
            segment.setText(text)
            segment.setAccessibleName(text)
            segment.updateGeometry()

    def name(self, *names: str) -> None:
        """Give the choices object names."""
        for segment, name in zip(self._segments, names, strict=True):
            segment.setObjectName(name)

    @property
    def current(self) -> int:
        """The number of the choice that holds."""
        return next(at for at, segment in enumerate(self._segments) if segment.isChecked())

    def choose(self, number: int) -> None:
        """Make another one hold, without `chosen`."""
        self._segments[number].setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The trough."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens().hover)
            painter.drawRoundedRect(QRectF(self.rect()), 9, 9)
