"""Tells the windows of another language one after the other, each in a turn of the loop of its own.

Qt posts the news to every window at once, and each window passes it on to those that it opened: all in one
turn would keep the loop for too long, and most would be told twice.
"""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from watchword.ui.controls.window import NEXT_TURN_MS


class _Deaf(QObject):
    """Keeps from a window what its parent passes on."""

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.LanguageChange


class Rounds(QObject):
    """Goes from window to window; the one that the person looks at comes first."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._left: list[QWidget] = []
        self._deaf = _Deaf(self)
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(NEXT_TURN_MS)
        self._next.timeout.connect(self._tell_next)

    def begin(self) -> None:
        """Tell every window, in place of what Qt has posted."""
        self._left = self._application.topLevelWidgets()
        for posted in (*self._left, *QGuiApplication.topLevelWindows()):
            QCoreApplication.removePostedEvents(posted, QEvent.Type.LanguageChange.value)
        # The last in the list is the next: seen before unseen, the active one before all.
        self._left.sort(key=lambda window: (window.isActiveWindow(), window.isVisible()))
        self._tell_next()

    def _tell_next(self) -> None:
        while self._left:
            window = self._left.pop()
            if isValid(window):
                self._tell(window)
                break
        if self._left:
            self._next.start()

    def _tell(self, window: QWidget) -> None:
        opened = [other for other in self._application.topLevelWidgets() if other is not window]
        for other in opened:
            other.installEventFilter(self._deaf)
        QCoreApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
        for other in opened:
            other.removeEventFilter(self._deaf)
