"""The one window: first start and unlocking, then the chats. It remembers where it stood."""

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QIcon, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QStackedLayout, QWidget

from watchword import paths
from watchword.settings import Geometry
from watchword.ui.colours import tokens
from watchword.ui.controls.settled import keep_settled

WIDE, HIGH = 1120, 740
LEAST_WIDE, LEAST_HIGH = 380, 480


class MainWindow(QWidget):
    """A frame around one page at a time."""

    painted = Signal()
    """Once, after the first paint."""
    close_asked = Signal()
    quit_asked = Signal()
    activated = Signal()

    def __init__(self, geometry: Geometry | None = None) -> None:
        super().__init__()
        self._painted = False
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self.setObjectName("mainWindow")
        self.setWindowTitle("Watchword")
        self.setWindowIcon(QIcon(str(paths.resource("icons/watchword.svg"))))
        self.setMinimumSize(LEAST_WIDE, LEAST_HIGH)
        self.resize(WIDE, HIGH)
        if geometry is not None:
            self._stand(geometry)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self).activated.connect(self.close)
        leave = QShortcut(QKeySequence("Ctrl+Q"), self)
        leave.setContext(Qt.ShortcutContext.ApplicationShortcut)
        leave.activated.connect(self.quit_asked)
        keep_settled(self)

    def show_page(self, page: QWidget) -> None:
        """Show one page; those shown before stay until they are removed."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def remove_page(self, page: QWidget) -> None:
        """Forget a page that is done."""
        self._pages.removeWidget(page)
        page.deleteLater()

    def come_forward(self) -> None:
        """Show the window and give it the keyboard, as far as the desktop allows."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)  # maximised stays so
        self.show()
        self.raise_()
        self.activateWindow()

    def place(self) -> Geometry:
        """Where the window stands, to be kept."""
        frame = self.normalGeometry() if self.isMaximized() else self.geometry()
        return Geometry(frame.x(), frame.y(), frame.width(), frame.height(), maximized=self.isMaximized())

    def show_at_first(self, geometry: Geometry | None) -> None:
        """Show it as it was left."""
        if geometry is not None and geometry.maximized:
            self.showMaximized()
        else:
            self.show()

    def _stand(self, geometry: Geometry) -> None:
        """Take the kept place if a screen is still there."""
        wanted = QRect(geometry.x, geometry.y, geometry.width, geometry.height)
        for screen in QGuiApplication.screens():
            seen = screen.availableGeometry().intersected(wanted)
            if seen.width() >= LEAST_WIDE // 2 and seen.height() >= LEAST_HIGH // 2:
                self.setGeometry(wanted)
                return
        self.resize(wanted.size())

    # --- Qt ---------------------------------------------------------------------------
    def closeEvent(self, event: QCloseEvent) -> None:
        """Whether this ends the program is not the window's to say."""
        event.ignore()
        self.close_asked.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Tell when the keyboard comes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens().window)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)
