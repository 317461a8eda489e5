"""The window of the settings. What is chosen holds at once: `changed` carries all of them as they are."""

from functools import cached_property

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.errors import Situation
from watchword.settings import Settings
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.scroll_area import ScrollArea
from watchword.ui.controls.settled import settle
from watchword.ui.controls.window import NEXT_TURN_MS, Window
from watchword.ui.errands import Errands
from watchword.ui.settings.account import About, Account
from watchword.ui.settings.desktops import DesktopsSection
from watchword.ui.settings.looks import Appearance, Notices, Privacy, Tongue
from watchword.ui.settings.organisation import OrganisationSection
from watchword.ui.settings.proxy import ProxySection
from watchword.ui.settings.relay import RelaySection

_SIZE = QSize(600, 720)
_LEAST = QSize(420, 400)
_COLUMN = 560
_ABOVE = 16
_LATER = ("desktops", "relay", "proxy", "organisation", "about")
"""Sections that are made in a turn of their own."""
_HEARING = ("desktops", "relay", "proxy", "organisation")
"""Those of them that have to be stopped."""


class SettingsWindow(Window):
    """One column of sections."""

    changed = Signal(object)
    """Settings, to be applied and saved by the owner."""
    quit_asked = Signal()

    def __init__(
        self,
        client: Client,
        profile: Profile,
        runner: LocalRelayRunner,
        settings: Settings,
        *,
        tray: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settingsWindow")
        self._client = client
        self._profile = profile
        self._runner = runner
        self._settings = settings
        self._whole = False
        self._turn: str = ""
        """Which section is to be shown first; empty for the beginning."""
        self._errands = Errands(self)
        self.title = Label(role=Role.TITLE)
        self.account = Account(client, profile)
        self.appearance = Appearance(settings)
        self.tongue = Tongue(settings)
        self.notices = Notices(settings, tray=tray)
        self.privacy = Privacy(contacts_only=client.contacts_only)
        self._retranslate()

    @cached_property
    def desktops(self) -> DesktopsSection:
        """The computers of the account."""
        return DesktopsSection(self._client)

    @cached_property
    def relay(self) -> RelaySection:
        """The relays."""
        return RelaySection(self._client, self._profile, self._runner, self._settings.relay_port)

    @cached_property
    def proxy(self) -> ProxySection:
        """The way to the relay."""
        return ProxySection(self._client, self._profile)

    @cached_property
    def organisation(self) -> OrganisationSection:
        """The company."""
        return OrganisationSection(self._client)

    @cached_property
    def about(self) -> About:
        """About the program."""
        return About()

    def turn_to_organisation(self) -> None:
        """Show the section of the company, now or as soon as the window stands."""
        self._turn_to("organisation")

    def turn_to_desktops(self) -> None:
        """Show the section of the computers, now or as soon as the window stands."""
        self._turn_to("desktops")

    def _turn_to(self, section: str) -> None:
        self._turn = section
        if self.isVisible():
            self._turn_now()

    def appear(self) -> None:
        """Be made part by part, a turn of the loop for each, then come forward."""
        self._make(0)

    def _make(self, part: int) -> None:
        if part < len(_LATER):
            getattr(self, _LATER[part])
            QTimer.singleShot(NEXT_TURN_MS, self, lambda: self._make(part + 1))
        else:
            self._be_whole()
            super().appear()

    def setVisible(self, visible: bool) -> None:  # noqa: N802 - Qt's name
        """Nothing is missing when it is seen."""
        if visible:
            self._be_whole()
        super().setVisible(visible)
        if visible and self._turn:
            QTimer.singleShot(NEXT_TURN_MS, self, self._turn_now)

    def _turn_now(self) -> None:
        """The section at the top of what is seen: it may be longer than that."""
        section: QWidget = getattr(self, self._turn)
        self._turn = ""
        settle()
        bar, top = self.area.verticalScrollBar(), section.mapTo(self.area.viewport(), QPoint())
        bar.setValue(bar.value() + top.y() - _ABOVE)

    def _be_whole(self) -> None:
        if not self._whole:
            self._whole = True
            self._lay_out()
            self._connect()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(_COLUMN)
        sections = QVBoxLayout(inside)
        sections.setContentsMargins(28, 26, 28, 32)
        sections.setSpacing(26)
        sections.addWidget(self.title)
        for section in (
            self.account,
            self.desktops,
            self.appearance,
            self.tongue,
            self.notices,
            self.privacy,
            self.relay,
            self.proxy,
            self.organisation,
            self.about,
        ):
            sections.addWidget(section)
        sections.addStretch(1)
        across = QWidget()
        row = QHBoxLayout(across)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(inside, 1000)
        row.addStretch(1)
        self.area = ScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(across)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self.resize(_SIZE)
        self.setMinimumSize(_LEAST)

    def _connect(self) -> None:
        self.appearance.chosen.connect(lambda theme: self._choose(theme=theme))
        self.tongue.chosen.connect(lambda language: self._choose(language=language))
        self.notices.chosen.connect(lambda notifications: self._choose(notifications=notifications))
        self.notices.tray_chosen.connect(lambda on: self._choose(close_to_tray=on))
        self.notices.quit_asked.connect(self.quit_asked)
        self.relay.here_changed.connect(
            lambda here, keep, port: self._choose(relay_here=here, relay_keep=keep, relay_port=port)
        )
        self.privacy.contacts_only_chosen.connect(self._contacts_only)

    def stop(self) -> None:
        """Nothing is kept for *OK*: every choice holds already."""
        for name in _HEARING:
            if name in self.__dict__:  # made by now
                getattr(self, name).stop()
        self.account.stop()
        self._errands.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Settings"))
        self.title.setText(self.tr("Settings"))

    def _choose(self, **choice: object) -> None:
        self._settings = replace(self._settings, **choice)
        self.changed.emit(self._settings)

    def _contacts_only(self, value: bool) -> None:
        only = self._client.set_contacts_only(value)
        self._errands.run("contacts only", only, self._refused, finish=True)

    def _refused(self, situation: Situation) -> None:
        self.privacy.refuse(situation, contacts_only=self._client.contacts_only)
