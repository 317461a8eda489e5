"""The question for a token's PIN, in a window of its own that never takes the keyboard by itself.

It stays on top until it is answered or put off. The PIN goes to the core and is forgotten here at once. See
`docs/protocol/company.md`, Keys on a token.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from watchword.model.company import Reason
from watchword.ui import words
from watchword.ui.company import method_words
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.corner import CornerWindow
from watchword.ui.controls.field import PhraseField
from watchword.ui.controls.label import Label, Role
from watchword.ui.requests.outcome import Sign

_WIDTH = 440


class PinField(PhraseField):
    """A field for a PIN."""

    def _name_reveal(self) -> None:
        self.reveal.set_label(self.tr("Hide the PIN") if self.shown else self.tr("Show the PIN"))


class PinDialog(CornerWindow):
    """One question for one token's PIN. `put_away` comes once, when it is gone."""

    answered = Signal(str)
    """The PIN."""
    put_away = Signal()

    def __init__(self, token: str, before: Reason | None) -> None:
        super().__init__("pinDialog", _WIDTH)
        self.token = token
        self._before = before
        self._over: Reason | None = None
        self._busy = False
        self._empty = False
        self.sign = Sign(44)
        self.sign.show_icon("key-round")
        self.heading = Label(role=Role.HEADING)
        self.heading.setObjectName("pinHeading")
        self.explanation = Label(role=Role.SOFT)
        self.warning = Label(role=Role.WARNING)
        self.warning.setObjectName("pinWarning")
        self.field = PinField()
        self.field.edit.setObjectName("pinField")
        self.field.reveal.setObjectName("revealPin")
        self.field.submitted.connect(self._unlock)
        self.field.changed.connect(self._retyped)
        self.state = Label(role=Role.SOFT)
        self.state.setObjectName("pinState")
        self.not_now = Button(kind=Kind.QUIET)
        self.not_now.setObjectName("pinNotNow")
        self.not_now.clicked.connect(self.close)
        self.unlock = Button(kind=Kind.PRIMARY)
        self.unlock.setObjectName("unlockToken")
        self.unlock.clicked.connect(self._unlock)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        said = QVBoxLayout()
        said.setSpacing(4)
        said.addWidget(self.heading)
        said.addWidget(self.explanation)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(said, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.state, 1, Qt.AlignmentFlag.AlignVCenter)
        buttons.addWidget(self.not_now)
        buttons.addWidget(self.unlock)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(self.warning)
        column.addWidget(self.field)
        column.addLayout(buttons)

    # --- what is shown --------------------------------------------------------------------

    def ask_again(self, before: Reason | None) -> None:
        """The token did not take the PIN."""
        self._before, self._over, self._busy = before, None, False
        self.retranslate()
        if self.isActiveWindow():
            self.take_keyboard()

    def end(self, why: Reason) -> None:
        """Nothing came of it, and no PIN would help now: say so, until the person has read it."""
        self._over, self._busy = why, False
        self.retranslate()
        if self.isActiveWindow():
            self.take_keyboard()

    def leave(self) -> None:
        """Forget the PIN, and say that it is gone."""
        self.field.clear()
        self.put_away.emit()

    def retranslate(self) -> None:
        """Make the words."""
        over, token = self._over is not None, words.called(self.token)
        heading = self.tr("PIN of the token {token}").format(token=token)
        self.setWindowTitle(heading)
        self.heading.setText(heading)
        self.explanation.setText(
            self.tr("Your company's key is on this token. The PIN goes to the token and to nobody else.")
        )
        self._say_warning()
        self.field.set_words(self.tr("PIN; not your computer's password"))
        self.field.set_problem(self.tr("Type the PIN.") if self._empty else "")
        self.field.edit.setReadOnly(self._busy)
        self.field.setVisible(not over)
        self.state.setText(self.tr("Checking…") if self._busy else "")
        self.not_now.setText(self.tr("Close") if over else self.tr("Not now"))
        self.unlock.setText(self.tr("Unlock"))
        self.unlock.setEnabled(not self._busy)
        self.unlock.setVisible(not over)
        for button in (self.not_now, self.unlock):
            button.updateGeometry()

    def _say_warning(self) -> None:
        said = ""
        if self._over is not None:
            said = method_words.after_pin(self._over)
        elif self._before is not None and not self._busy:
            said = method_words.before_pin(self._before)
        self.warning.setText(said)
        self.warning.setVisible(bool(said))
        grave = {Reason.PIN_WRONG_LAST_TRY, Reason.PIN_LOCKED} & {self._over, self._before}
        self.warning.set_role(Role.DANGER if grave else Role.WARNING)

    # --- what is done ---------------------------------------------------------------------

    def _unlock(self) -> None:
        if self._busy or self._over is not None:
            return
        pin = self.field.text()
        self._empty = not pin
        if pin:
            self.field.clear()
            self.field.set_shown(False)
            self._busy = True
            self.answered.emit(pin)
        self.retranslate()

    def _retyped(self, text: str) -> None:
        if text and self._empty:
            self._empty = False
            self.retranslate()

    def take_keyboard(self) -> None:
        """To the field of the PIN, or to the way out."""
        first = self.field if self._over is None else self.not_now
        first.setFocus(Qt.FocusReason.OtherFocusReason)
