"""One line of words that others chose, in whatever room there is: cut with an ellipsis, never mirrored.

The whole stands in the tool tip and is what a screen reader reads. Nothing here can become markup.
"""

import html
import re

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from watchword.ui.controls.label import Label, Role

_LEAST = 48
_RUN = re.compile(r"\S{24}")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def tip(text: str) -> str:
    """A tool tip that shows exactly these words, on several lines where they are long."""
    broken = _RUN.sub(lambda run: run.group() + "\u200b", text)
    return f'<p style="white-space:pre-wrap">{html.escape(broken)}</p>' if text else ""


def fitted(text: str, room: int, font: QFont) -> str:
    """The beginning of a text that fits into so many pixels, for words of a button or a menu."""
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)


def write(painter: QPainter, where: QRectF, text: str) -> None:
    """Paint one line from the left, cut to its room, with the painter's font and pen."""
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
    option = QTextOption(_LEFT)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    painter.save()
    painter.setClipRect(where.adjusted(0, -2, 0, 2))
    painter.drawText(where, shown, option)
    painter.restore()


class Line(Label):
    """A label of one line that gives way: it asks for its whole width and makes do with less."""

    def __init__(self, text: str = "", role: Role = Role.BODY, parent: QWidget | None = None) -> None:
        super().__init__("", role, wrap=False, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    @property
    def cut(self) -> bool:
        """Whether the words are longer than their room."""
        return QFontMetrics(self.font()).horizontalAdvance(self.text()) > self.contentsRect().width()

    def setText(self, text: str) -> None:
        """Say something else."""
        super().setText(text)
        self._explain()

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        whole = self.sizeHint()
        return QSize(min(_LEAST, whole.width()), whole.height())

    def sizeHint(self) -> QSize:
        """All of it, in the height of the font whatever marks the words carry."""
        metrics = QFontMetrics(self.font())
        margins = self.contentsMargins()
        wide = metrics.horizontalAdvance(self.text()) + margins.left() + margins.right() + 1
        return QSize(wide, metrics.height() + margins.top() + margins.bottom())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less may be seen of it now."""
        super().resizeEvent(event)
        self._explain()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words, or as many as there is room for."""
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            write(painter, QRectF(self.contentsRect()), self.text())

    def _explain(self) -> None:
        self.setToolTip(tip(self.text()) if self.cut else "")
