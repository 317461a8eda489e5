"""Settings: the proxy on the way to the relay, and whether the relay works through it."""

import asyncio

from PySide6.QtWidgets import QHBoxLayout, QWidget

from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation
from watchword.model.proxy import ProxyChoice, ProxyTyped
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands
from watchword.ui.settings.section import Section
from watchword.ui.unlock.proxy_form import ProxyForm
from watchword.ui.unlock.relay_check import CheckList

_OF_THE_ADDRESS = {Cause.PROXY_FORM, Cause.PROXY_SCHEME}


class ProxySection(Section):
    """Two of the choices hold at once; the third as soon as *Use this proxy* says so."""

    def __init__(self, client: Client, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._profile = profile
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._checking: asyncio.Task[None] | None = None
        self.form = ProxyForm(client.proxy)
        self.form.chosen.connect(self._chosen)
        self.form.changed.connect(self._changed)
        self.form.submitted.connect(self._check)
        self.check = Button()
        self.check.setObjectName("checkProxy")
        self.check.clicked.connect(self._check)
        self.use = Button(kind=Kind.PRIMARY)
        self.use.setObjectName("useProxy")
        self.use.clicked.connect(self._use)
        self.use.hide()
        self.explanation = Label(role=Role.META)
        self.list = CheckList()
        self.list.setObjectName("proxyCheck")
        self.list.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.check)
        buttons.addWidget(self.use)
        buttons.addStretch(1)
        self.add(self.form, self.explanation)
        self.card.column.addLayout(buttons)
        self.add(self.list)
        self.retranslate()

    def stop(self) -> None:
        """The window goes away, and the password that was typed."""
        self._errands.stop()
        self.form.clear()

    def retranslate(self) -> None:
        """Name everything."""
        self.heading.setText(self.tr("Proxy"))
        self.explanation.setText(
            self.tr(
                "Between this computer and the relay everything stays protected, whatever the proxy. "
                "A relay on this computer is reached directly."
            )
        )
        self.check.setText(self.tr("Check"))
        self.use.setText(self.tr("Use this proxy"))
        for button in (self.check, self.use):
            button.updateGeometry()

    def _chosen(self) -> None:
        if self.form.choice is not ProxyChoice.THIS:
            self._use()

    def _changed(self) -> None:
        self.use.setVisible(self.form.choice is ProxyChoice.THIS and not self.form.is_kept())
        self._stop_checking()
        self.list.hide()

    def _stop_checking(self) -> None:
        """What a check still finds would be about another way."""
        if self._checking is not None:
            self._checking.cancel()

    def _check(self) -> None:
        self._stop_checking()
        self.list.begin()
        self.list.show()
        self._checking = self._errands.run("check the proxy", self._run(self.form.typed()), self._refused)

    async def _run(self, typed: ProxyTyped) -> None:
        async for result in self._profile.check_relay(self._client.relay, typed):
            self.list.show_result(result)

    def _use(self) -> None:
        self.use.setEnabled(False)
        self._errands.run("use a proxy", self._used(self.form.typed()), self._refused)

    async def _used(self, typed: ProxyTyped) -> None:
        await self._client.use_proxy(typed)
        self.use.setEnabled(True)
        if typed == self.form.typed():
            self.form.show_kept(self._client.proxy)
        self.use.hide()

    def _refused(self, situation: Situation) -> None:
        self.use.setEnabled(True)
        if situation.kind in _OF_THE_ADDRESS and self.form.choice is ProxyChoice.THIS:
            self.list.hide()
            self.form.refuse(situation)
        else:
            self.list.show()
            self.list.fail(situation)
