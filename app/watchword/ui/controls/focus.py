"""The ring around what has the keyboard: shown when focus came by the keyboard, not by a click."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen

from watchword.ui.colours import tokens

_BY_KEYS = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
}


def came_by_keys(event: QFocusEvent) -> bool:
    """Whether the keyboard (or the program) brought the focus here."""
    return event.reason() in _BY_KEYS


def paint_ring(painter: QPainter, around: QRectF, radius: float) -> None:
    """Draw the ring just inside `around`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tokens().accent, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(around.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()
