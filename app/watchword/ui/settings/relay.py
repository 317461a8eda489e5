"""Settings: the relay of this profile, its state and check, and the relay of this computer."""

import asyncio

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.errors import Situation
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
        self._errands.unheard.connect(client.report)
        self._checking: asyncio.Task[None] | None = None
        self._problem: Situation | None = None
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
        self._say(self._problem)

    def _heard(self, event: Event) -> None:
        if isinstance(event, LinkChanged):
            self.state.setText(words.link(event))

    def _changed(self) -> None:
        self.use.setVisible(self.field.text().strip() not in ("", self._client.relay))
        self._problem = None
        self._stop_checking()
        self.list.hide()

    def _stop_checking(self) -> None:
        """What a check still finds would be about another address."""
        if self._checking is not None:
            self._checking.cancel()

    def _check(self) -> None:
        self._stop_checking()
        self.list.begin()
        self.list.show()
        work = self._run(self.field.text().strip())
        self._checking = self._errands.run("check the relay", work, self.list.fail)

    async def _run(self, address: str) -> None:
        async for result in self._profile.check_relay(address):
            self.list.show_result(result)

    def _use(self) -> None:
        self.use.setEnabled(False)
        self._errands.run("use another address", self._used(self.field.text().strip()), self._refused)

    async def _used(self, address: str) -> None:
        await self._client.use_relay(address)
        self.use.setEnabled(True)
        self.use.hide()

    def _refused(self, situation: Situation) -> None:
        self.use.setEnabled(True)
        self._say(situation)

    def _say(self, problem: Situation | None) -> None:
        self._problem = problem
        self.field.set_problem("" if problem is None else words.sentence(problem))
