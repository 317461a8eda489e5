"""Layouts that stand before they are painted.

Qt tells a change of size from child to parent by one posted event per level, and may paint in between; words
that wrap then stand on top of each other for a frame. A window that `keep_settled` was told of hears all of
those events before each of its frames.
"""

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget


def settle() -> None:
    """Lay out everything that is out of date, now."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


class _Settling(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            settle()
        return False


def keep_settled(window: QWidget) -> None:
    """Have a window stand before it paints, for as long as it lives."""
    window.installEventFilter(_Settling(window))
