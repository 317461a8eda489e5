"""Choices: a box to tick, one of several, one from a list."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QComboBox, QRadioButton, QSizePolicy, QWidget

from watchword.ui import icons
from watchword.ui.colours import tokens
from watchword.ui.controls.field import HIGH, paint_field
from watchword.ui.controls.focus import came_by_keys, paint_ring

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton
else:
    QAbstractButton = object  # Qt's classes take part in one line of descent only; a screen reader asks which

_MARK = 18
_GAP = 10
_ROW = 28
_BESIDE = _MARK + _GAP + 6
_LEAST = 140
_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


class Choosable(QAbstractButton):
    """What every button that stays chosen does: all of it can be clicked, and keys bring a ring."""

    _ringed = False

    def _prepare(self) -> None:
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def ringed(self) -> bool:
        """Whether the ring is shown."""
        return self._ringed and self.hasFocus()

    def hitButton(self, position: object) -> bool:  # noqa: N802 - Qt's name
        """The words count too."""
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        self._ringed = came_by_keys(event)
        super().focusInEvent(event)


class _Marked(Choosable):
    """A mark, and words beside it that go on below where there is little room."""

    _heights: dict[tuple[str, int], int]
    """By words and width: layouts ask for the same ones again and again. A choice never changes its font."""

    def _prepare(self) -> None:
        super()._prepare()
        self._heights = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Mark and words in one line."""
        return QSize(_BESIDE + QFontMetrics(self.font()).horizontalAdvance(self.text()), _ROW)

    def minimumSizeHint(self) -> QSize:
        """Never cut: the words go on below."""
        return QSize(min(_LEAST, self.sizeHint().width()), _ROW)

    def heightForWidth(self, width: int) -> int:
        """As many lines as the words need."""
        asked = (self.text(), width)
        if asked not in self._heights:
            room = QRect(0, 0, max(1, width - _BESIDE), 10_000)
            words = QFontMetrics(self.font()).boundingRect(room, int(_FLAGS), self.text()).height()
            self._heights[asked] = max(_ROW, words + 8)
        return self._heights[asked]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Mark, words, ring."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(2.5, (self.height() - _MARK) / 2 + 0.5, _MARK - 1, _MARK - 1)
            filled = table.accent if self.isEnabled() else table.line_strong
            edge = table.accent if self.underMouse() and self.isEnabled() else table.faint
            painter.setPen(Qt.PenStyle.NoPen if self.isChecked() else QPen(edge, 1))
            painter.setBrush(filled if self.isChecked() else table.field)
            self._paint_mark(painter, box)
            painter.setPen(table.text if self.isEnabled() else table.faint)
            where = QRectF(_MARK + _GAP + 2, 0, self.width() - _MARK - _GAP - 2, self.height())
            painter.drawText(where, int(_FLAGS), self.text())
            if self.ringed:
                wide = min(self.sizeHint().width(), self.width())
                paint_ring(painter, QRectF(0, 0, wide, self.height()), 6)

    def _paint_mark(self, painter: QPainter, box: QRectF) -> None:
        """Draw the mark with the pen and brush that are set, and what shows that it is chosen."""
        raise NotImplementedError


class CheckBox(_Marked, QCheckBox):
    """A box to tick."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._prepare()

    def _paint_mark(self, painter: QPainter, box: QRectF) -> None:
        painter.drawRoundedRect(box, 5, 5)
        if self.isChecked():
            tick = box.adjusted(2, 2, -1, -1).toRect().toRectF()
            icons.paint(painter, "check", tick, tokens().on_accent)


class RadioButton(_Marked, QRadioButton):
    """One of several."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._prepare()

    def _paint_mark(self, painter: QPainter, box: QRectF) -> None:
        painter.drawEllipse(box)
        if self.isChecked():
            painter.setBrush(tokens().on_accent)
            painter.drawEllipse(box.center(), 3.5, 3.5)


class Picker(QComboBox):
    """One from a list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(HIGH)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """The widest choice, the arrow, the padding."""
        metrics = QFontMetrics(self.font())
        widest = max((metrics.horizontalAdvance(self.itemText(at)) for at in range(self.count())), default=40)
        return QSize(widest + 54, HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame, the words, the arrow."""
        table = tokens()
        with QPainter(self) as painter:
            edge = table.faint if self.underMouse() and self.isEnabled() else table.line_strong
            if self.hasFocus():
                edge = table.accent
            paint_field(painter, QRectF(self.rect()), edge, strong=self.hasFocus(), off=not self.isEnabled())
            painter.setPen(table.text if self.isEnabled() else table.faint)
            where = QRectF(13, 0, self.width() - 46, self.height())
            words = QFontMetrics(self.font()).elidedText(
                self.currentText(), Qt.TextElideMode.ElideRight, int(where.width())
            )
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
            painter.setPen(QPen(table.soft, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            x, y = self.width() - 18.0, self.height() / 2
            painter.drawPolyline(QPolygonF([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)]))
