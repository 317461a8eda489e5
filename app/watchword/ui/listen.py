"""The core's events as Qt signals: what comes up reaches every window by one way."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from watchword.core.client import Client
from watchword.model.events import (
    ChatChanged,
    ContactChanged,
    Event,
    LinkChanged,
    MessageAdded,
    MessageChanged,
    OrganisationChanged,
    RequestChanged,
    TerminalsChanged,
    TroubleMet,
    TroubleOver,
)


class Listener(QObject):
    """Hears one client; each signal carries the event itself."""

    link_changed = Signal(object)
    chat_changed = Signal(object)
    message_added = Signal(object)
    message_changed = Signal(object)
    request_changed = Signal(object)
    contact_changed = Signal(object)
    organisation_changed = Signal(object)
    terminals_changed = Signal(object)
    trouble_met = Signal(object)
    trouble_over = Signal(object)

    def __init__(self, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop: Callable[[], None] = client.listen(self._hear)

    def stop(self) -> None:
        """Hear no more."""
        self._stop()

    def _hear(self, event: Event) -> None:
        match event:
            case LinkChanged():
                self.link_changed.emit(event)
            case ChatChanged():
                self.chat_changed.emit(event)
            case MessageAdded():
                self.message_added.emit(event)
            case MessageChanged():
                self.message_changed.emit(event)
            case RequestChanged():
                self.request_changed.emit(event)
            case ContactChanged():
                self.contact_changed.emit(event)
            case OrganisationChanged():
                self.organisation_changed.emit(event)
            case TerminalsChanged():
                self.terminals_changed.emit(event)
            case TroubleMet():
                self.trouble_met.emit(event)
            case TroubleOver():
                self.trouble_over.emit(event)
