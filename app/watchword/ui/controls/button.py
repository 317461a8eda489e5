"""Buttons: with words in four kinds, and with an icon alone."""

import enum

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from watchword.ui import icons
from watchword.ui.colours import Tokens, tokens
from watchword.ui.controls.focus import came_by_keys, paint_ring
from watchword.ui.theme import font

_HEIGHT = 36
_PADDING = 16
_ICON = 18
_GAP = 8
_RADIUS = 8.0
_TRANSPARENT = QColor(0, 0, 0, 0)


class Kind(enum.StrEnum):
    """How much a button asks for attention."""

    PRIMARY = "primary"
    """The one thing to do here."""
    SECONDARY = "secondary"
    QUIET = "quiet"
    """Words without a frame."""
    DANGER = "danger"


class Look:
    """Colours of one button at one moment."""

    def __init__(self, fill: QColor, text: QColor, border: QColor = _TRANSPARENT) -> None:
        self.fill, self.text, self.border = fill, text, border


def _look(kind: Kind, table: Tokens, *, enabled: bool, over: bool, down: bool) -> Look:
    if not enabled:
        if kind is Kind.QUIET:
            return Look(_TRANSPARENT, table.faint)
        return Look(table.hover, table.faint)
    if kind is Kind.PRIMARY:
        return Look(table.accent_hover if over or down else table.accent, table.on_accent)
    if kind is Kind.DANGER:
        fill = table.danger_hover if over or down else table.danger
        return Look(fill, table.window if table.dark else table.on_accent)
    rest = _TRANSPARENT if kind is Kind.QUIET else table.raised
    fill = table.pressed if down else table.hover if over else rest
    if kind is Kind.QUIET:
        return Look(fill, table.accent_text)
    return Look(fill, table.text, table.line_strong)


class Button(QPushButton):
    """A button with words, and an icon before them if one is named."""

    def __init__(
        self, text: str = "", kind: Kind = Kind.SECONDARY, *, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.kind = kind
        self._icon = icon
        self._ringed = False
        self.setFont(font(weight=QFont.Weight.Medium))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAutoDefault(False)

    def sizeHint(self) -> QSize:
        """Words, icon and padding."""
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        extra = _ICON + _GAP if self._icon else 0
        padding = 10 if self.kind is Kind.QUIET else _PADDING
        return QSize(words + extra + 2 * padding, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        self._ringed = came_by_keys(event)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, like Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame, icon, words, ring."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            look = _look(
                self.kind, tokens(), enabled=self.isEnabled(), over=self.underMouse(), down=self.isDown()
            )
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(look.border, 1) if look.border.alpha() else Qt.PenStyle.NoPen)
            painter.setBrush(look.fill)
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
            words = QFontMetrics(self.font()).horizontalAdvance(self.text())
            whole = words + (_ICON + _GAP if self._icon else 0)
            left = (self.width() - whole) / 2
            if self._icon:
                top = (self.height() - _ICON) / 2
                icons.paint(painter, self._icon, QRectF(left, top, _ICON, _ICON), look.text)
                left += _ICON + _GAP
            painter.setPen(look.text)
            painter.setFont(self.font())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
            painter.drawText(QRectF(left, 0, words + 2, self.height()), flags, self.text())
            if self.hasFocus() and self._ringed:
                filled = self.kind in (Kind.PRIMARY, Kind.DANGER)
                inner = QRectF(self.rect()).adjusted(2, 2, -2, -2) if filled else QRectF(self.rect())
                if filled:
                    painter.setPen(QPen(tokens().on_accent, 2))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), _RADIUS - 2, _RADIUS - 2)
                else:
                    paint_ring(painter, inner, _RADIUS - 1)


class IconButton(QToolButton):
    """A square button with an icon; its words are the tool tip and the accessible name."""

    def __init__(
        self,
        icon: str,
        label: str = "",
        *,
        size: int = 36,
        glyph: int = 20,
        accent: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._glyph, self._accent = icon, glyph, accent
        self._ringed = False
        self._dot = False
        self.setFixedSize(size, size)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_label(label)

    def set_label(self, label: str) -> None:
        """Say what it does, to eyes and to screen readers."""
        self.setToolTip(label)
        self.setAccessibleName(label)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def set_dot(self, shown: bool) -> None:
        """Mark that something waits behind it."""
        self._dot = shown
        self.update()

    def below(self) -> QPoint:
        """Where a menu of this button opens: under its right edge."""
        return self.mapToGlobal(QPoint(self.width(), self.height() + 4))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        self._ringed = came_by_keys(event)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, like Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Show another state at once."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if self.isEnabled() else Qt.CursorShape.ArrowCursor
            )
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A soft square when under the pointer, the icon, a dot, the ring."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect())
            colour = table.soft
            if self._accent:
                on = self.isEnabled()
                fill = table.accent_hover if self.underMouse() or self.isDown() else table.accent
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill if on else table.hover)
                painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
                colour = table.on_accent if on else table.faint
            elif self.isEnabled() and (self.underMouse() or self.isDown() or self.isChecked()):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(table.pressed if self.isDown() else table.hover)
                painter.drawRoundedRect(box, _RADIUS, _RADIUS)
                colour = table.text
            side = float(self._glyph)
            where = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            icons.paint(painter, self._icon, where, colour if self.isEnabled() else table.faint)
            if self._dot:
                painter.setPen(QPen(table.panel, 2))
                painter.setBrush(table.accent)
                painter.drawEllipse(QRectF(where.right() - 5, where.top() - 4, 10, 10))
            if self.hasFocus() and self._ringed:
                paint_ring(painter, box, box.height() / 2 if self._accent else _RADIUS)
