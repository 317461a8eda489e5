"""What asks for attention while the person looks elsewhere: the tray, the notifications, the taskbar."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from watchword.model.chat import Chat
from watchword.model.events import MessageAdded, RequestChanged, TerminalsChanged
from watchword.model.requests import Phase, Role, SessionRequest
from watchword.ui.chats.model import ChatModel, is_invited
from watchword.ui.choices import Choices
from watchword.ui.company.pins import Pins
from watchword.ui.main_window import MainWindow
from watchword.ui.newcomers import Newcomers
from watchword.ui.notify import Notifier
from watchword.ui.requests.controller import Requests
from watchword.ui.tray import Tray


class Attention(QObject):
    """Joins tray and notifications with what happens."""

    chat_asked = Signal(int)
    desktops_asked = Signal()
    quit_asked = Signal()

    def __init__(
        self,
        window: MainWindow,
        model: ChatModel,
        requests: Requests,
        pins: Pins,
        choices: Choices,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._model = model
        self._requests = requests
        self._pins = pins
        self._choices = choices
        self.tray = Tray(self)
        self._notifier = Notifier(lambda: choices.settings.notifications, self)
        self.tray.open_asked.connect(window.come_forward)
        self.tray.new_asked.connect(self._new_conversation)
        self.tray.request_asked.connect(requests.show_request)
        self.tray.quit_asked.connect(self.quit_asked)
        self._notifier.chat_asked.connect(self._open_chat)
        self._notifier.request_asked.connect(requests.show_request)
        self._notifier.desktops_asked.connect(self.desktops_asked)
        self._newcomers = Newcomers(self._notifier)
        requests.popped_up.connect(self._asked)
        requests.online.connect(self._notifier.online)
        requests.changed.connect(self._show_requests)
        self.tray.pin_asked.connect(pins.show_pin)
        pins.changed.connect(self._show_tokens)

    def stop(self) -> None:
        """The program ends."""
        self.tray.hide()
        self._notifier.stop()

    # --- what happens -----------------------------------------------------------------

    def message_added(self, event: MessageAdded, open_chat: int) -> None:
        """Tell of a message that is not on the screen just now."""
        chat = self._model.chat(event.message.chat)
        if not event.notify or chat is None:
            return
        if self._window.isActiveWindow() and self._window.isVisible() and open_chat == chat.id:
            return
        self._notifier.message(chat, event.message, self._model.names)
        self._flash()

    def chat_changed(self, chat: Chat) -> None:
        """Take back what was read meanwhile."""
        if chat.unread == 0 and not is_invited(chat):
            self._notifier.forget_chat(chat.id)
        self.tray.set_unread(self._model.unread)

    def invited(self, chat: Chat) -> None:
        """Tell of an invitation to a room."""
        self._notifier.invitation(chat)
        self._flash()

    def request_changed(self, event: RequestChanged) -> None:
        """Take back what was answered, is over, or was tried again."""
        request = event.request
        if request.role is Role.ASKED and request.phase is not Phase.WAITING:
            self._notifier.forget_request(request.key)
        if request.replaces:
            self._notifier.forget_request(request.replaces)

    def terminals_changed(self, event: TerminalsChanged) -> None:
        """Tell of a computer that asks to be added."""
        self._newcomers.are({one.id for one in event.shown.newcomers})

    def _asked(self, request: SessionRequest) -> None:
        self._notifier.request(request)
        self._flash()

    def _flash(self) -> None:
        """Mark the window in the taskbar, without taking the keyboard."""
        if not self._window.isActiveWindow():
            QApplication.alert(self._window, 0)

    def _new_conversation(self) -> None:
        self._requests.new_conversation()

    def _show_requests(self) -> None:
        self.tray.set_requests(self._requests.pending)

    def _show_tokens(self) -> None:
        self.tray.set_tokens(self._pins.waiting)

    def _open_chat(self, chat: int) -> None:
        self._window.come_forward()
        self.chat_asked.emit(chat)
