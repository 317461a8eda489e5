"""The windows beside the main one, each at most once: settings, the list of requests, contacts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.settings import Settings
from watchword.ui.choices import Choices
from watchword.ui.main_window import MainWindow
from watchword.ui.requests.controller import Requests
from watchword.ui.requests.panel import RequestsWindow

if TYPE_CHECKING:
    from watchword.ui.contacts.window import ContactsWindow
    from watchword.ui.settings.window import SettingsWindow


class OpenProfile(NamedTuple):
    """What every window of an open profile is made from."""

    client: Client
    profile: Profile
    runner: LocalRelayRunner
    window: MainWindow
    choices: Choices


class SideWindows(QObject):
    """Opens them, or brings them to the front."""

    quit_asked = Signal()
    converse = Signal(object)
    """A Contact."""
    chat_opened = Signal(int)

    def __init__(self, of: OpenProfile, requests: Requests, *, tray: Callable[[], bool]) -> None:
        """Open none yet. `tray`: whether the desktop has one, which may change."""
        super().__init__(of.window)
        self._client, self._profile, self._runner, self._window, self._choices = of
        self._requests = requests
        self._tray = tray
        self._settings: SettingsWindow | None = None
        self._list: RequestsWindow | None = None
        self._contacts: ContactsWindow | None = None

    def stop(self) -> None:
        """Close them all."""
        for window in (self._settings, self._list, self._contacts):
            if window is not None:
                window.close()

    # --- settings -----------------------------------------------------------------------

    def show_settings(self) -> None:
        """The settings, where they begin or where they were left."""
        self._show_settings()

    def show_organisation(self) -> None:
        """The settings at the section of the company."""
        self._show_settings().turn_to_organisation()

    def show_desktops(self) -> None:
        """The settings at the section of the account's computers."""
        self._show_settings().turn_to_desktops()

    def _show_settings(self) -> "SettingsWindow":
        if self._settings is not None:
            self._settings.come_forward()
            return self._settings
        from watchword.ui.settings.window import SettingsWindow  # noqa: PLC0415 - a megabyte, rarely needed

        made = SettingsWindow(
            self._client,
            self._profile,
            self._runner,
            self._choices.settings,
            tray=self._tray(),
            parent=self._window,
        )
        made.quit_asked.connect(self.quit_asked)
        made.changed.connect(self._choose)
        made.put_away.connect(self._settings_gone)
        self._settings = made
        made.appear()
        return made

    def _choose(self, chosen: Settings) -> None:
        """Take what was chosen; where the window stands is not the settings' to say."""
        self._choices.change(replace(chosen, window=self._choices.settings.window))

    def _settings_gone(self) -> None:
        self._settings = None

    # --- requests, contacts -------------------------------------------------------------

    def show_requests(self) -> None:
        """The list of requests."""
        if self._list is not None:
            self._list.come_forward()
            return
        made = RequestsWindow(self._client, self._window)
        made.panel.show_request.connect(self._requests.show_request)
        made.panel.ask.connect(self._requests.ask)
        made.put_away.connect(self._list_gone)
        self._list = made
        made.appear()

    def _list_gone(self) -> None:
        self._list = None

    def show_contacts(self) -> None:
        """The contact list."""
        if self._contacts is not None:
            self._contacts.come_forward()
            return
        from watchword.ui.contacts.window import ContactsWindow  # noqa: PLC0415 - not before it is wanted

        made = ContactsWindow(self._client, self._window)
        made.converse.connect(self.converse)
        made.chat_opened.connect(self.chat_opened)
        made.put_away.connect(self._contacts_gone)
        self._contacts = made
        made.appear()

    def close_contacts(self) -> None:
        """The contact list has led to where the person wanted to go."""
        if self._contacts is not None:
            self._contacts.close()

    def _contacts_gone(self) -> None:
        self._contacts = None
