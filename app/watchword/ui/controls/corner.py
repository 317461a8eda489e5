"""A window that comes by itself, into the corner of the screen: on top, without the keyboard, hiding none.

What is asked there waits beside what the person is doing; it never covers another question of its kind.
"""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from watchword import paths
from watchword.ui.controls.room import room
from watchword.ui.controls.settled import keep_settled, settle

_MARGIN = 24
_TITLE_BAR = 28


class CornerWindow(QWidget):
    """Fill it with a layout; it keeps its width and takes the height that its words need."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAutoFillBackground(True)
        self.setWindowIcon(QIcon(str(paths.resource("icons") / "watchword.svg")))
        self._wide = width
        self.setFixedWidth(width)
        keep_settled(self)

    def appear(self, step: int = 0) -> None:
        """Come to the screen without the keyboard, so many pixels away from the corner."""
        self.fit()
        self._move_into_corner(step)
        self.show()

    def come_forward(self) -> None:
        """The person asked for it (tray, notification, list): now it may have the keyboard."""
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        self.take_keyboard()

    def take_keyboard(self) -> None:
        """Give the keyboard to what comes next."""

    def retranslate(self) -> None:
        """Make the words."""

    def leave(self) -> None:
        """It is gone from the screen, and will not come back."""

    def fit(self) -> None:
        """Take the height that the words need, and stay on the screen."""
        layout = self.layout()
        if layout is None:
            return
        settle()
        wanted = max(layout.heightForWidth(self._wide), layout.minimumHeightForWidth(self._wide))
        if wanted == self.height() and self.minimumHeight() == wanted:
            return
        self.setFixedSize(QSize(self._wide, wanted))
        below = self.frameGeometry().bottom() + _MARGIN - self.screen().availableGeometry().bottom()
        if self.isVisible() and below > 0:
            self.move(self.x(), self.y() - below)

    def event(self, event: QEvent) -> bool:
        """Follow the words, whenever they change their height."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return handled

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put off, or over: closing sends nothing."""
        super().closeEvent(event)
        self.leave()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape is *Not now*."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _move_into_corner(self, step: int) -> None:
        """Those of one kind stand in steps; one of another kind stands beside what is there already."""
        free = room()
        place = QRect(0, 0, self.width(), self.height() + _TITLE_BAR)
        place.moveBottomRight(free.bottomRight())
        place.translate(-_MARGIN - step, -_MARGIN - step)
        for other in QApplication.topLevelWidgets():
            if not isinstance(other, CornerWindow) or isinstance(other, type(self)):
                continue
            if other.isVisible() and other.geometry().intersects(place):
                place.moveRight(other.geometry().left() - _MARGIN)
        self.move(max(free.left(), place.left()), place.top())
