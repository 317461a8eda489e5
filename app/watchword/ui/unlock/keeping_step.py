"""First start: where the key is kept. The system's keyring, or a master passphrase, chosen openly."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from watchword.core.profile import Profile
from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation
from watchword.model.setup import KeyringState
from watchword.ui import words
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.card import Card
from watchword.ui.controls.label import Label, Role
from watchword.ui.unlock.master import NewMaster
from watchword.ui.unlock.step import Step


class KeepingStep(Step):
    """Says what the keyring is and whether it works; without one a master passphrase is offered."""

    def __init__(self, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._state: KeyringState | None = None
        self._by_master = False
        self._busy = False
        self.card = Card(bordered=True)
        self.card.setObjectName("keyringCard")
        self.name = Label(role=Role.STRONG)
        self.name.setObjectName("keyringName")
        self.said = Label(role=Role.SOFT)
        self.said.setObjectName("keyringState")
        self.card.column.addWidget(self.name)
        self.card.column.addWidget(self.said)
        self.again = Button(icon="refresh-cw")
        self.again.setObjectName("tryAgain")
        self.again.clicked.connect(self._look)
        self.card.column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.master = NewMaster()
        self.master.submitted.connect(self.go_on)
        self.other = Button(kind=Kind.QUIET)
        self.other.setObjectName("otherKeeping")
        self.other.clicked.connect(self._switch)
        self.column.addWidget(self.card)
        self.column.addWidget(self.master)
        self.column.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    @property
    def by_master(self) -> bool:
        """Whether a master passphrase was chosen."""
        return self._by_master

    def questions(self) -> list[str]:
        """What is kept, and where."""
        return [
            self.tr(
                "Everything Watchword keeps on this computer is encrypted with one key. "
                "Where shall this key be kept?"
            )
        ]

    def begin(self) -> None:
        """Look at the keyring."""
        self.set_busy(False)
        self._look()

    def go_on(self) -> None:
        """Take the choice."""
        if self._busy:
            return
        if not self._by_master:
            if self._state is not None and self._state.problem is None:
                self.answered.emit()
            return
        typed = self.master.take()
        if typed is None:
            return
        if not typed.strip():
            self.refuse(Situation(Cause.MASTER_SHORT))
            return
        self.answered.emit()

    def refuse(self, situation: Situation) -> None:
        """Making the profile failed for a reason that belongs here."""
        self.set_busy(False)
        if situation.kind is Cause.MASTER_SHORT:
            self.tell(situation, self.master.first)
            self.focus(self.master.first.edit)
        else:
            self.tell(situation)

    def set_busy(self, busy: bool) -> None:
        """While the profile is made nothing can be pressed twice."""
        self._busy = busy
        for widget in (self.back, self.other, self.again, self.master):
            widget.setEnabled(not busy)
        self._show()

    def retranslate(self) -> None:
        """Name everything."""
        super().retranslate()
        self.again.setText(self.tr("Try again"))
        self._show()

    def _look(self) -> None:
        self._state = None
        self.forget_problem()
        self._show()
        self.errands.run("look at the keyring", self._ask(), self._not_looked)

    async def _ask(self) -> None:
        self._found(await self._profile.keyring())

    def _not_looked(self, situation: Situation) -> None:
        self._found(KeyringState("", situation))

    def _found(self, state: KeyringState) -> None:
        self._state = state
        self._show()
        if not self._by_master:  # who chose otherwise meanwhile may be typing
            self._focus_answer()

    def _switch(self) -> None:
        self._by_master = not self._by_master
        self.forget_problem()
        self._show()
        self._focus_answer()

    def _focus_answer(self) -> None:
        """The keyboard goes to what comes next; where the keyring does not work, to trying again."""
        works = self.next.isEnabled()
        self.focus(self.master.first.edit if self._by_master else self.next if works else self.again)

    def _show(self) -> None:
        state = self._state
        works = state is not None and state.problem is None
        self.card.setVisible(not self._by_master)
        self.master.setVisible(self._by_master)
        self.again.setVisible(state is not None and not works)
        if state is None:
            self.name.setText(self.tr("Looking at the keyring of this computer…"))
            self.said.setText("")
        elif state.problem is None:
            self.name.setText(state.name)
            self.said.setText(
                self.tr("The keyring of this computer. It opens when you log in; you type nothing more.")
            )
        else:
            self.name.setText(self.tr("The keyring cannot keep the key"))
            self.said.setText(words.sentence(state.problem))
        self.said.setVisible(bool(self.said.text()))
        keyring = self.tr("Use the keyring instead")
        self.other.setText(keyring if self._by_master else self.tr("Use a master passphrase instead"))
        self.other.updateGeometry()
        self.next.setEnabled(works or self._by_master)
        self.next.setText(self.tr("Creating…") if self._busy else self.tr("Finish"))
        self.next.updateGeometry()
