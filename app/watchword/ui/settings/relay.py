"""Settings: the relay of this profile, its state and check, and the relay of this computer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.errors import RefusedBy, Situation, TroubleWith
from watchword.model.events import Event, LinkChanged
from watchword.ui import words
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands
from watchword.ui.settings.section import Section
from watchword.ui.unlock.relay_check import CheckList
from watchword.ui.unlock.relay_here import RelayHere


class RelaySection(Section):
    """Address, state, *Check*, another address of the same relay; the relay of this computer."""

    here_changed = Signal(bool, bool, int)
    """Whether the relay of this computer shall run with the program, whether it stays, its port."""

    def __init__(
        self,
        client: Client,
        profile: Profile,
        runner: LocalRelayRunner,
        port: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._profile = profile
        self._errands = Errands(self)
        self._busy = False
        self.field = TextField()
        self.field.edit.setObjectName("relayField")
        self.field.set_text(client.relay)
        self.field.edit.setCursorPosition(0)
        self.field.changed.connect(lambda _text: self._changed())
        self.field.submitted.connect(self._check)
        self.state = Label(role=Role.SOFT)
        self.state.setObjectName("relayState")
        self.check = Button()
        self.check.setObjectName("checkRelay")
        self.check.clicked.connect(self._check)
        self.use = Button(kind=Kind.PRIMARY)
        self.use.setObjectName("useRelay")
        self.use.clicked.connect(self._use)
        self.use.hide()
        self.list = CheckList()
        self.list.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.check)
        buttons.addWidget(self.use)
        buttons.addStretch(1)
        self.here = RelayHere(runner, port)
        self.here.column.setContentsMargins(0, 12, 0, 0)
        self.here.changed.connect(self.here_changed)
        self.add(self.field, self.state)
        self.card.column.addLayout(buttons)
        self.add(self.list, self.here)
        self._unlisten = client.listen(self._heard)
        self.retranslate()

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self.here.stop()
        self._errands.stop()

    def retranslate(self) -> None:
        """Name everything."""
        self.heading.setText(self.tr("Relay"))
        self.field.set_words(self.tr("Address of the relay"))
        self.check.setText(self.tr("Check"))
        self.use.setText(self.tr("Use this address"))
        for button in (self.check, self.use):
            button.updateGeometry()
        self.state.setText(words.link(self._client.link))

    def _heard(self, event: Event) -> None:
        if isinstance(event, LinkChanged):
            self.state.setText(words.link(event))

    def _changed(self) -> None:
        self.use.setVisible(self.field.text().strip() not in ("", self._client.relay))
        self.list.hide()

    def _check(self) -> None:
        if self._busy:
            return
        self._busy = True
        self.list.begin()
        self.list.show()
        self._errands.run("check the relay", self._run(self.field.text().strip()))

    async def _run(self, address: str) -> None:
        try:
            async for result in self._profile.check_relay(address):
                self.list.show_result(result)
        except (RefusedBy, TroubleWith) as refused:
            self.list.fail(refused.situation)
        finally:
            self._busy = False

    def _use(self) -> None:
        self._errands.run("use another address", self._used(self.field.text().strip()), self._refused)

    async def _used(self, address: str) -> None:
        await self._client.use_relay(address)
        self.use.hide()

    def _refused(self, situation: Situation) -> None:
        self.field.set_problem(words.sentence(situation))
