"""A window beside the main one: it stands before it paints, and Escape closes it for good."""

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from watchword.ui.controls.settled import keep_settled

NEXT_TURN_MS = 1
"""Qt posts what shall come at once as an event, before whatever else waits for this turn's end."""
_STEP = 28
"""Pixels from one window to the next that would lie on it."""


class Window(QWidget):
    """Fill it with a layout; `put_away` comes once, when it is closed."""

    put_away = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAutoFillBackground(True)
        keep_settled(self)

    def appear(self) -> None:
        """Come forward for the first time, a turn of the loop after it was made: each turn stays short."""
        QTimer.singleShot(NEXT_TURN_MS, self, self.come_forward)

    def come_forward(self) -> None:
        """Bring the window to the person."""
        if self.isHidden():
            self._place()
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def _place(self) -> None:
        """Over the middle of the window that it belongs to, on its screen, and on top of no other one."""
        owner = self.parentWidget()
        if owner is None or not owner.window().isVisible():
            return
        home = owner.window()
        frame, free = home.frameGeometry(), home.screen().availableGeometry()
        mine = QRect(QPoint(), self.size() + frame.size() - home.size())
        mine.moveCenter(frame.center())
        beside = [
            one for one in QApplication.topLevelWidgets() if isinstance(one, Window) and one.isVisible()
        ]
        # Not on the pixel: what a window manager draws around a window may be known only after it was shown.
        while any((one.pos() - mine.topLeft()).manhattanLength() < _STEP for one in beside):
            mine.translate(_STEP, _STEP)
        mine.moveRight(min(mine.right(), free.right()))
        mine.moveBottom(min(mine.bottom(), free.bottom()))
        mine.moveLeft(max(mine.left(), free.left()))
        mine.moveTop(max(mine.top(), free.top()))
        self.move(mine.topLeft())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what runs for it, and go."""
        super().closeEvent(event)
        self.stop()
        self.put_away.emit()
        self.deleteLater()

    def stop(self) -> None:
        """The window goes away: hear no more."""
