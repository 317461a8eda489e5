"""Choices: a box to tick, one of several, one from a list."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QRadioButton, QSizePolicy, QWidget

from watchword.ui import icons
from watchword.ui.colours import tokens
from watchword.ui.controls.field import HIGH, paint_field
from watchword.ui.controls.focus import came_by_keys, paint_ring

_MARK = 18
_GAP = 10
_ROW = 28


_BESIDE = _MARK + _GAP + 6
_LEAST = 140
_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


def _size(button: QAbstractButton) -> QSize:
    words = QFontMetrics(button.font()).horizontalAdvance(button.text())
    return QSize(_BESIDE + words, _ROW)


def _least(button: QAbstractButton) -> QSize:
    return QSize(min(_LEAST, _size(button).width()), _ROW)


def _height(button: QAbstractButton, width: int) -> int:
    room = QRect(0, 0, max(1, width - _BESIDE), 10_000)
    words = QFontMetrics(button.font()).boundingRect(room, int(_FLAGS), button.text()).height()
    return max(_ROW, words + 8)


def _may_wrap(button: QAbstractButton) -> None:
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)


def _paint_words(painter: QPainter, button: QAbstractButton, ringed: bool) -> None:
    table = tokens()
    painter.setPen(table.text if button.isEnabled() else table.faint)
    where = QRectF(_MARK + _GAP + 2, 0, button.width() - _MARK - _GAP - 2, button.height())
    painter.drawText(where, int(_FLAGS), button.text())
    if ringed and button.hasFocus():
        paint_ring(painter, QRectF(0, 0, min(_size(button).width(), button.width()), button.height()), 6)


class CheckBox(QCheckBox):
    """A box to tick."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._ringed = False
        _may_wrap(self)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Box and words."""
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        """Never cut: the words go on below."""
        return _least(self)

    def heightForWidth(self, width: int) -> int:
        """As many lines as the words need."""
        return _height(self, width)

    def hitButton(self, position: object) -> bool:  # noqa: N802 - Qt's name
        """The words count too."""
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        self._ringed = came_by_keys(event)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, tick, words."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(2.5, (self.height() - _MARK) / 2 + 0.5, _MARK - 1, _MARK - 1)
            on = self.isChecked()
            filled = table.accent if self.isEnabled() else table.line_strong
            edge = table.accent if self.underMouse() and self.isEnabled() else table.faint
            painter.setPen(Qt.PenStyle.NoPen if on else QPen(edge, 1))
            painter.setBrush(filled if on else table.field)
            painter.drawRoundedRect(box, 5, 5)
            if on:
                icons.paint(painter, "check", box.adjusted(2, 2, -1, -1).toRect().toRectF(), table.on_accent)
            _paint_words(painter, self, self._ringed)


class RadioButton(QRadioButton):
    """One of several."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._ringed = False
        _may_wrap(self)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Mark and words."""
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        """Never cut: the words go on below."""
        return _least(self)

    def heightForWidth(self, width: int) -> int:
        """As many lines as the words need."""
        return _height(self, width)

    def hitButton(self, position: object) -> bool:  # noqa: N802 - Qt's name
        """The words count too."""
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        self._ringed = came_by_keys(event)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Mark and words."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(2.5, (self.height() - _MARK) / 2 + 0.5, _MARK - 1, _MARK - 1)
            on = self.isChecked()
            filled = table.accent if self.isEnabled() else table.line_strong
            edge = table.accent if self.underMouse() and self.isEnabled() else table.faint
            painter.setPen(Qt.PenStyle.NoPen if on else QPen(edge, 1))
            painter.setBrush(filled if on else table.field)
            painter.drawEllipse(box)
            if on:
                painter.setBrush(table.on_accent)
                painter.drawEllipse(box.center(), 3.5, 3.5)
            _paint_words(painter, self, self._ringed)


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
