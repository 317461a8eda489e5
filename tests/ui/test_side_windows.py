"""The windows beside the main one: each once, the settings also at the section of the company."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from support.waiting import until
from support.windows import offline_client, played, window_named
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.paths import Paths
from watchword.settings import Geometry, Language, Settings
from watchword.ui.choices import Choices
from watchword.ui.main_window import MainWindow
from watchword.ui.requests.controller import Requests
from watchword.ui.settings.window import SettingsWindow
from watchword.ui.side_windows import OpenProfile, SideWindows

PLACE = Geometry(1, 2, 640, 480)


def test_each_window_is_there_once(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        window = MainWindow()
        requests = Requests(client, window)
        profile, runner = Profile(Paths.of(tmp_path / "nothing")), LocalRelayRunner(tmp_path / "relay")
        choices = Choices(qapp, lambda _settings: None, Settings(language=Language.ENGLISH))
        beside = SideWindows(
            OpenProfile(client, profile, runner, window, choices), requests, tray=lambda: False
        )
        for show, name in (
            (beside.show_settings, "settingsWindow"),
            (beside.show_requests, "requestsWindow"),
            (beside.show_contacts, "contactsWindow"),
        ):
            show()
            await until(partial(window_named, name), f"{name} is there")
            show()
            named = [one for one in qapp.topLevelWidgets() if one.objectName() == name and one.isVisible()]
            assert len(named) == 1
        settings = window_named("settingsWindow")
        assert isinstance(settings, SettingsWindow)
        choices.change(Settings(language=Language.ENGLISH, window=PLACE))
        settings.notices.close_to_tray.click()
        assert not choices.settings.close_to_tray
        assert choices.settings.window == PLACE, "where the window stands is not the settings' to say"
        beside.close_contacts()
        assert window_named("contactsWindow") is None
        beside.stop()
        assert window_named("settingsWindow") is None
        assert window_named("requestsWindow") is None
        requests.stop()
        window.close()
        await client.close()

    played(qapp, play())


def test_the_settings_open_at_the_company(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        window = MainWindow()
        requests = Requests(client, window)
        profile, runner = Profile(Paths.of(tmp_path / "nothing")), LocalRelayRunner(tmp_path / "relay")
        choices = Choices(qapp, lambda _settings: None, Settings(language=Language.ENGLISH))
        beside = SideWindows(
            OpenProfile(client, profile, runner, window, choices), requests, tray=lambda: False
        )
        for _ in range(2):  # a window that is made for it, and one that stands already
            beside.show_organisation()
            await until(lambda: window_named("settingsWindow"), "the settings are there")
            settings = window_named("settingsWindow")
            assert isinstance(settings, SettingsWindow)
            await until(partial(_is_seen, settings), "the company's section is seen")
            settings.area.verticalScrollBar().setValue(0)
        beside.stop()
        requests.stop()
        window.close()
        await client.close()

    played(qapp, play())


def _is_seen(settings: SettingsWindow) -> bool:
    heading = settings.organisation.heading
    return settings.area.viewport().rect().contains(heading.mapTo(settings.area.viewport(), QPoint(0, 0)))
