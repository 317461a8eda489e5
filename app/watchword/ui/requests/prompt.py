"""The pop-up: the prompt in a window of its own that never takes the keyboard by itself (P2).

It appears beside what the person is doing and stays on top until it is answered, put off, or over.
"""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword import paths
from watchword.core.client import Client
from watchword.model.requests import Phase, SessionRequest
from watchword.ui.controls.room import room
from watchword.ui.controls.settled import keep_settled, settle
from watchword.ui.requests.prompt_view import PromptView

_WIDTH = 500
_MARGIN = 24
_TITLE_BAR = 28
_READ_MS = 12_000
_RETRY_MS = 150_000
"""As long as a run of the other side can still begin: T2 and what the own clock adds."""


class Prompt(QWidget):
    """One pop-up. `put_away` comes once, when it is gone."""

    put_away = Signal(str)

    def __init__(self, client: Client, place: int = 0) -> None:
        """Make it for a place: 0 is the corner of the screen, each further one stands beside it."""
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setObjectName("requestDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAutoFillBackground(True)
        self.setWindowIcon(QIcon(str(paths.resource("icons") / "watchword.svg")))
        self.place = place
        self.view = PromptView(client)
        self.view.done.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.addWidget(self.view)
        self.setFixedWidth(_WIDTH)
        keep_settled(self)
        self._leave = QTimer(self)
        self._leave.setSingleShot(True)
        self._leave.timeout.connect(self._time_to_go)

    def show_request(self, request: SessionRequest, kept: str = "") -> None:
        """Show a request, new or changed; the first time the window appears, without the focus."""
        fresh = self.view.request is None or self.view.request.key != request.key
        self.view.show_request(request, kept)
        self._retranslate()
        self._fit()
        if request.phase is Phase.ENDED:
            self._leave.start(_RETRY_MS if request.may_retry else _READ_MS)
        else:
            self._leave.stop()
        if fresh and not self.isVisible():
            self._move_into_corner()
            self.show()

    def come_forward(self) -> None:
        """The person asked for it (tray, notification, list): now it may have the keyboard."""
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        self.view.take_keyboard()

    def event(self, event: QEvent) -> bool:
        """Take the height that the words need, whenever they change theirs."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return handled

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape is *Not now*."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put off, or over: nothing is sent by closing."""
        super().closeEvent(event)
        self._leave.stop()
        self.view.stop()
        if self.view.request is not None:
            self.put_away.emit(self.view.request.key)
        self.deleteLater()

    def _retranslate(self) -> None:
        if self.view.request is not None:
            self.setWindowTitle(self.view.heading)

    def _time_to_go(self) -> None:
        """Go, unless the person is being asked something here."""
        if self.view.asks:
            self._leave.start(_READ_MS)
        else:
            self.close()

    def _fit(self) -> None:
        layout = self.layout()
        if layout is None:
            return
        settle()
        wanted = max(layout.heightForWidth(_WIDTH), layout.minimumHeightForWidth(_WIDTH))
        if wanted == self.height() and self.minimumHeight() == wanted:
            return
        self.setFixedSize(QSize(_WIDTH, wanted))
        below = self.frameGeometry().bottom() - self.screen().availableGeometry().bottom()
        if self.isVisible() and below > 0:
            self.move(self.x(), self.y() - below)

    def _move_into_corner(self) -> None:
        free = room()
        step = self.place * 44
        across, down = _MARGIN + step, _MARGIN + _TITLE_BAR + step
        self.move(free.right() - self.width() - across, free.bottom() - self.height() - down)
