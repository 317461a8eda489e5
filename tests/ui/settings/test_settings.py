"""The settings: each choice holds at once, and says so in the language just chosen."""

import socket
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QLineEdit

from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.session_bus import SessionBus
from support.waiting import until
from support.windows import active, find, played, speak
from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.errors import Kind, Situation
from watchword.model.events import Event
from watchword.model.setup import CheckStep
from watchword.paths import Paths
from watchword.settings import Language, Notifications, Settings, Theme
from watchword.ui.settings.window import SettingsWindow

Play = Callable[[SettingsWindow, Client, list[Settings]], Coroutine[object, object, None]]


def settings(qapp: QApplication, folder: Path, address: str, play: Play, *, tray: bool = True) -> None:
    """Play with the window over a real profile."""

    async def whole() -> None:
        paths = Paths.of(folder / "profile")
        profile = Profile(paths)
        client = await profile.create(
            name="Ada Byron",
            address=address,
            account="ada",
            invite=None,
            master="amber violin tide lantern",
        )
        await client.start()
        window = SettingsWindow(client, profile, LocalRelayRunner(paths.relay), Settings(), tray=tray)
        chosen: list[Settings] = []
        window.changed.connect(chosen.append)
        await active(window)
        await play(window, client, chosen)
        window.close()
        await client.close()

    played(qapp, whole())


def press(window: SettingsWindow, name: str) -> None:
    find(window, name, QAbstractButton).click()


def text(window: SettingsWindow, name: str) -> str:
    return find(window, name, QLabel).text()


@pytest.mark.usefixtures("session_bus")
def test_every_choice_is_told_at_once(qapp: QApplication, tmp_path: Path, relay: RelayProcess) -> None:
    async def play(window: SettingsWindow, client: Client, chosen: list[Settings]) -> None:
        press(window, "theme-dark")
        assert chosen[-1].theme is Theme.DARK
        press(window, "language-zh_CN")
        assert chosen[-1].language is Language.CHINESE
        press(window, "notifications-nothing")
        assert chosen[-1].notifications is Notifications.NOTHING
        press(window, "closeToTray")
        assert chosen[-1].close_to_tray is False
        assert chosen[-1].theme is Theme.DARK, "earlier choices stay"
        press(window, "contactsOnly")
        await until(lambda: client.contacts_only, "contacts only holds")
        speak(Language.CHINESE)
        assert window.title.text() == "设置"
        assert find(window, "theme-dark", QAbstractButton).text() == "深色"

    settings(qapp, tmp_path, relay.address, play)


def test_account_relay_and_where_the_key_is(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, session_bus: SessionBus
) -> None:
    async def play(window: SettingsWindow, client: Client, _chosen: list[Settings]) -> None:
        assert find(window, "ownId", QLineEdit).text() == "ada"
        press(window, "copyId")
        assert QApplication.clipboard().text() == "ada"
        assert text(window, "keyKept") == "The key of this profile is sealed under your master passphrase."
        assert find(window, "relayField", QLineEdit).text() == client.relay
        await until(lambda: text(window, "relayState") == "Connected", "the state is told")
        press(window, "checkRelay")
        await until(lambda: text(window, "checkVerdict") == "The relay works.", "the relay is checked")
        assert not find(window, "useRelay", QAbstractButton).isVisible()
        find(window, "relayField", QLineEdit).setText("nonsense")
        assert find(window, "useRelay", QAbstractButton).isVisible()
        press(window, "useRelay")
        form = "This is not the address of a relay. It looks like wss://relay.example:8765#key."
        await until(lambda: window.relay.field.note.text() == form, "another address is judged")
        assert text(window, "version").startswith("Watchword ")

    settings(qapp, tmp_path, relay.address, play)


@pytest.mark.usefixtures("session_bus")
def test_what_does_not_hold_is_said_beside_the_choice(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(window: SettingsWindow, client: Client, _chosen: list[Settings]) -> None:
        problem = find(window, "settingsProblem", QLabel)
        window._refused(Situation(Kind.DISK_FULL, {"folder": "/home/ada"}))
        full = "The disk that holds /home/ada is full. Make room; nothing that was saved is lost."
        assert problem.text() == full
        assert window.privacy.isAncestorOf(problem), "the choice may be far down the page"
        assert not find(window, "contactsOnly", QCheckBox).isChecked(), "and shows what holds"
        speak(Language.CHINESE)
        assert problem.text().startswith("/home/ada")
        assert problem.text() != full
        press(window, "contactsOnly")
        await until(lambda: client.contacts_only, "contacts only holds")
        assert not problem.isVisible()

    settings(qapp, tmp_path, relay.address, play)


@pytest.mark.usefixtures("session_bus")
def test_another_address_can_be_checked_at_once(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play(window: SettingsWindow, _client: Client, _chosen: list[Settings]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            field = find(window, "relayField", QLineEdit)
            field.setText(f"ws://127.0.0.1:{mute.getsockname()[1]}")
            press(window, "checkRelay")
            answers = CheckStep.TCP
            await until(lambda: answers in window.relay.list._results, "one that says nothing is waited for")
            field.setText(relay.address)
            assert not window.relay.list.isVisible(), "what was found is about another address"
            press(window, "checkRelay")
            await until(lambda: text(window, "checkVerdict") == "The relay works.", "the other is checked")
            field.setText("nonsense")
            press(window, "useRelay")
            await until(lambda: window.relay.field.note.text() != "", "it is refused")
            speak(Language.CHINESE)
            assert window.relay.field.note.text().startswith("这不是")

    settings(qapp, tmp_path, relay.address, play)


@pytest.mark.usefixtures("session_bus")
def test_without_a_tray_the_setting_says_why(qapp: QApplication, tmp_path: Path, relay: RelayProcess) -> None:
    async def play(window: SettingsWindow, _client: Client, chosen: list[Settings]) -> None:
        box = find(window, "closeToTray", QCheckBox)
        assert box.text() == "Stay in the taskbar when the window is closed"
        assert box.isChecked()
        why = (
            "This desktop has no tray, so the closed window waits in the taskbar; "
            "messages and requests keep arriving. Quit with Ctrl+Q."
        )
        assert text(window, "trayNote") == why
        box.click()
        assert chosen[-1].close_to_tray is False
        left: list[str] = []
        window.quit_asked.connect(lambda: left.append("quit"))
        press(window, "quitProgram")
        assert left == ["quit"]
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert not window.isVisible()

    settings(qapp, tmp_path, relay.address, play, tray=False)


def test_a_window_that_is_closed_before_it_stands_hears_nothing_more(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(_window: SettingsWindow, client: Client, _chosen: list[Settings]) -> None:
        listened, listening = client.listen, list[Callable[[Event], None]]()

        def listen(listener: Callable[[Event], None]) -> Callable[[], None]:
            stop = listened(listener)
            listening.append(listener)

            def stopped() -> None:
                listening.remove(listener)
                stop()

            return stopped

        monkeypatch.setattr(client, "listen", listen)
        paths = Paths.of(tmp_path / "profile")
        hasty = SettingsWindow(client, Profile(paths), LocalRelayRunner(paths.relay), Settings(), tray=True)
        assert hasty.organisation.heading.text() == "Organisation", "it is made in a turn of its own"
        assert listening
        hasty.close()
        assert not listening

    settings(qapp, tmp_path, relay.address, play)
