"""Brings questions for PINs to the screen, one token after the other, and takes the answers to the core."""

from PySide6.QtCore import QObject, Signal

from watchword.core.client import Client
from watchword.model.company import Reason
from watchword.model.events import Event, PinOver, PinWanted
from watchword.ui.company.pin import PinDialog

TO_BE_READ = {
    Reason.PIN_LOCKED,
    Reason.TOKEN_MISSING,
    Reason.PROVIDER_DOWN,
    Reason.PROVIDER_SLOW,
    Reason.KEY_UNFIT,
    Reason.KEY_UNKNOWN,
}
"""What may come of a right PIN or a last wrong one: said where the PIN was typed."""


class Pins(QObject):
    """The questions of one client."""

    changed = Signal()
    """`waiting` may be different."""

    def __init__(self, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._company = client.company
        self._wanted: dict[str, Reason | None] = {}
        """The tokens whose PIN is waited for, in the order of asking, and why it is asked for again."""
        self._dialog: PinDialog | None = None
        self._unlisten = client.listen(self._heard)

    @property
    def waiting(self) -> list[str]:
        """The labels of the tokens that wait for their PIN."""
        return [*self._wanted]

    def stop(self) -> None:
        """Hear no more, and close the question; who waits for the answer is let go by the core."""
        self._unlisten()
        self._wanted.clear()
        if self._dialog is not None:
            self._dialog.close()

    def show_pin(self, token: str) -> None:
        """Bring the question for a token's PIN to the front, before those of others."""
        if token not in self._wanted:
            return
        if self._dialog is None or self._dialog.token != token:
            held, self._dialog = self._dialog, None
            if held is not None:
                held.put_away.disconnect()
                held.close()
            self._open(token)
        if self._dialog is not None:
            self._dialog.come_forward()

    def _heard(self, event: Event) -> None:
        match event:
            case PinWanted():
                self._ask(event)
            case PinOver():
                self._end(event)
            case _:
                pass

    def _ask(self, event: PinWanted) -> None:
        """A token asks for its PIN, for the first time or again; or the person wants to type it now."""
        if event.token in self._wanted:
            self.show_pin(event.token)
            return
        self._wanted[event.token] = event.before
        if self._dialog is not None and self._dialog.token == event.token:
            self._dialog.ask_again(event.before)
        else:
            self._show_next()
        self.changed.emit()

    def _end(self, event: PinOver) -> None:
        """Nobody waits for it any more."""
        dialog = self._dialog
        answered = event.token not in self._wanted
        self._wanted.pop(event.token, None)
        if dialog is not None and dialog.token == event.token:
            if answered and event.fault in TO_BE_READ:
                dialog.end(event.fault)
            else:
                dialog.close()
        self.changed.emit()

    def _show_next(self) -> None:
        if self._dialog is None and self._wanted:
            self._open(next(iter(self._wanted)))

    def _open(self, token: str) -> None:
        self._dialog = made = PinDialog(token, self._wanted[token])
        made.answered.connect(lambda pin: self._answer(token, pin))
        made.put_away.connect(lambda: self._gone(token))
        made.appear()

    def _answer(self, token: str, pin: str) -> None:
        self._wanted.pop(token, None)
        self._company.answer_pin(token, pin)
        self.changed.emit()

    def _gone(self, token: str) -> None:
        """Closed: who still waits for the PIN is told that there is none now."""
        self._dialog = None
        if token in self._wanted:
            del self._wanted[token]
            self._company.answer_pin(token, None)
        self.changed.emit()
        self._show_next()
