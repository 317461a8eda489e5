"""The pop-up: the prompt in a window of its own that never takes the keyboard by itself (P2).

It appears beside what the person is doing and stays on top until it is answered, put off, or over.
"""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout

from watchword.core.client import Client
from watchword.model.requests import Phase, SessionRequest
from watchword.ui.controls.corner import CornerWindow
from watchword.ui.requests.prompt_view import PromptView

_WIDTH = 500
_STEP = 44
_READ_MS = 12_000
_RETRY_MS = 150_000
"""As long as a run of the other side can still begin: T2 and what the own clock adds."""


class Prompt(CornerWindow):
    """One pop-up. `put_away` comes once, when it is gone."""

    put_away = Signal(str)

    def __init__(self, client: Client, place: int = 0) -> None:
        """Make it for a place: 0 is the corner of the screen, each further one stands beside it."""
        super().__init__("requestDialog", _WIDTH)
        self.place = place
        self.view = PromptView(client)
        self.view.done.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.addWidget(self.view)
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.timeout.connect(self._time_to_go)

    def show_request(self, request: SessionRequest, kept: str = "") -> None:
        """Show a request, new or changed; the first time the window appears, without the focus."""
        fresh = self.view.request is None or self.view.request.key != request.key
        self.view.show_request(request, kept)
        self.retranslate()
        self.fit()
        if request.phase is Phase.ENDED:
            self._over.start(_RETRY_MS if request.may_retry else _READ_MS)
        else:
            self._over.stop()
        if fresh and not self.isVisible():
            self.appear(self.place * _STEP)

    def renew(self) -> None:
        """A newer company file says otherwise of who is outside, and what that means."""
        request = self.view.request
        if request is not None and request.phase is not Phase.ENDED:
            self.show_request(request)

    def take_keyboard(self) -> None:
        """To the field of the phrase, or to what can be pressed."""
        self.view.take_keyboard()

    def leave(self) -> None:
        """Forget the phrase, and say that it is gone."""
        self._over.stop()
        self.view.stop()
        if self.view.request is not None:
            self.put_away.emit(self.view.request.key)

    def retranslate(self) -> None:
        """Make the title."""
        if self.view.request is not None:
            self.setWindowTitle(self.view.heading)

    def _time_to_go(self) -> None:
        """Go, unless the person is being asked something here."""
        if self.view.asks:
            self._over.start(_READ_MS)
        else:
            self.close()
