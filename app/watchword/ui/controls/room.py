"""Where something that comes by itself may stand: on the screen where the person is."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QCursor, QGuiApplication


def room() -> QRect:
    """The free part of the screen with the pointer; where no screen has it, of the first one."""
    screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
    return screen.availableGeometry()
