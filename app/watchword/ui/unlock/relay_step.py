"""First start: which relay. *Check* shows each step; a relay can be run on this computer.

Where the relay cannot be reached a quiet link opens the choice of a proxy.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.errors import RefusedBy, Situation, TroubleWith
from watchword.model.setup import LocalRelay
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import TextField
from watchword.ui.unlock.proxy_offer import ProxyOffer
from watchword.ui.unlock.relay_check import CheckList
from watchword.ui.unlock.relay_here import RelayHere
from watchword.ui.unlock.step import Step


class RelayStep(Step):
    """Asks for a relay's address. *Next* checks it first, unless it was checked already."""

    def __init__(
        self, profile: Profile, runner: LocalRelayRunner, address: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._checked = ""
        self._busy = False
        self.field = TextField()
        self.field.edit.setObjectName("relayField")
        self.field.set_text(address)
        self.field.edit.setCursorPosition(0)
        self.field.submitted.connect(self.go_on)
        self.field.changed.connect(lambda _text: self._changed())
        self.check = Button()
        self.check.setObjectName("checkRelay")
        self.check.clicked.connect(lambda: self._check(go_on=False))
        self.field.add_to_row(self.check)
        self.list = CheckList()
        self.list.hide()
        self.proxy = ProxyOffer(profile)
        self.proxy.changed.connect(self._changed)
        self.proxy.submitted.connect(self.go_on)
        self.here_button = Button(kind=Kind.QUIET, icon="server")
        self.here_button.setObjectName("relayHereButton")
        self.here_button.clicked.connect(self._open_here)
        self.here = RelayHere(runner)
        self.here.started.connect(self._started)
        self.column.addWidget(self.field)
        self.column.addWidget(self.list)
        self.column.addWidget(self.proxy)
        self.column.addWidget(self.here_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.here)
        self.here.setVisible(runner.state.running)
        self.here_button.setVisible(not runner.state.running)
        self.retranslate()

    @property
    def address(self) -> str:
        """The address that was typed."""
        return self.field.text().strip()

    def questions(self) -> list[str]:
        """What a relay is, and which."""
        return [
            self.tr(
                "Which relay do you use? It passes sealed messages on and keeps them while somebody is away. "
                "It can read none. Whoever runs it gave you its address."
            )
        ]

    def begin(self) -> None:
        """The field has the keyboard."""
        self.focus(self.field.edit)

    def stop(self) -> None:
        """Give up a check that runs."""
        super().stop()
        self._busy = False

    def answer(self) -> str:
        """The relay's address."""
        return _short(self.address)

    def forget(self) -> None:
        """The page goes away, and the password that was typed."""
        self.proxy.forget()

    def go_on(self) -> None:
        """Take the address, once it is known to work."""
        if self._busy:
            return
        if self.address and self._checked == self.address and self.list.passed:
            self.answered.emit()
        else:
            self._check(go_on=True)

    def retranslate(self) -> None:
        """Name everything."""
        super().retranslate()
        self.field.set_words(self.tr("Address of the relay"), "", "wss://relay.example:8765#…")
        self.check.setText(self.tr("Check"))
        self.here_button.setText(self.tr("I have none: run a relay on this computer"))
        for button in (self.check, self.here_button):
            button.updateGeometry()

    def _changed(self) -> None:
        self._checked = ""
        self.errands.stop()
        self._busy = False
        self.list.hide()

    def _check(self, *, go_on: bool) -> None:
        if self._busy:
            return
        self.list.begin()
        self.list.show()
        self._busy = True
        self.errands.run("check the relay", self._run(self.address, go_on=go_on), self.refuse)

    async def _run(self, address: str, *, go_on: bool) -> None:
        try:
            self.proxy.use()
            async for result in self._profile.check_relay(address):
                self.list.show_result(result)
        except (RefusedBy, TroubleWith) as refused:
            self.refuse(refused.situation)
            return
        self._checked = address
        self._busy = False
        self.proxy.offer(self.list.problem)
        if go_on and self.list.passed:
            self.answered.emit()
        else:
            self.focus(self.next if self.list.passed else self._to_mend())

    def refuse(self, situation: Situation) -> None:
        """The check ended before its first step."""
        self._busy = False
        if self.proxy.refuse(situation):
            self.list.hide()
            return
        self.list.fail(situation)
        self.proxy.offer(situation)
        self.focus(self.field.edit)

    def _to_mend(self) -> QWidget:
        problem = self.list.problem
        found = None if problem is None else self.proxy.where_to_mend(problem)
        return found or self.field.edit

    def _open_here(self) -> None:
        self.here_button.hide()
        self.here.show()
        self.focus(self.here.button)

    def _started(self, relay: LocalRelay) -> None:
        self.field.set_text(relay.address)
        self.field.edit.setCursorPosition(0)
        self._check(go_on=False)


def _short(address: str) -> str:
    """An address with the first letters of its key only, for the conversation."""
    where, sign, key = address.partition("#")
    return f"{where}#{key[:_KEY_SHOWN]}…" if sign and len(key) > _KEY_SHOWN else address


_KEY_SHOWN = 8
