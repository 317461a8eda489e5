"""First start of a further desktop: which relay has the account, and its id.

Whether there is such an account nobody learns here: it is another desktop of it that answers.
"""

from PySide6.QtWidgets import QWidget

from watchword.core import account_id
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.errors import RefusedBy
from watchword.ui.controls.field import TextField
from watchword.ui.unlock.relay_step import RelayStep
from watchword.ui.unlock.step import Step


class OwnRelayStep(RelayStep):
    """Asks for the address of a relay that is in use."""

    def __init__(
        self, profile: Profile, runner: LocalRelayRunner, address: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(profile, runner, address, parent)
        self.here_button.hide()  # the account is where it is
        self.here.hide()

    def questions(self) -> list[str]:
        """Where its address stands."""
        return [
            self.tr(
                "Welcome back. Your other computer will add this one. Which relay does your account use? "
                "On the other computer its address stands in the settings, under Relay."
            )
        ]


class OwnAccountStep(Step):
    """Asks for the id that the person has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = TextField()
        self.field.edit.setObjectName("ownIdField")
        self.field.submitted.connect(self.go_on)
        self.column.addWidget(self.field)
        self.retranslate()

    @property
    def account(self) -> str:
        """The id, folded; empty while what stands there is none."""
        try:
            return account_id.fold(self.field.text())
        except RefusedBy:
            return ""

    def questions(self) -> list[str]:
        """Where the id stands."""
        return [self.tr("What is your id? On the other computer it stands in the settings, under Account.")]

    def answer(self) -> str:
        """The id."""
        return self.account

    def begin(self) -> None:
        """The field has the keyboard."""
        self.focus(self.field.edit)
        self.field.edit.selectAll()

    def go_on(self) -> None:
        """Take the id."""
        try:
            account_id.fold(self.field.text())
        except RefusedBy as refused:
            self.tell(refused.situation, self.field)
            self.focus(self.field.edit)
            return
        self.answered.emit()

    def retranslate(self) -> None:
        """Name the field."""
        super().retranslate()
        self.field.set_words(self.tr("Your id"))
