"""A window beside the main one: it stands before it paints, and Escape closes it for good."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from watchword.ui.controls.settled import keep_settled

NEXT_TURN_MS = 1
"""Qt posts what shall come at once as an event, before whatever else waits for this turn's end."""


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
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

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
