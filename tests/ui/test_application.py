"""The program as a whole: its first window, why it may not start, the second start, the ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from support.driver import Driver
from support.processes import wait_until
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.screen import Screen
from support.unlocked import unlocked
from support.waiting import until
from support.windows import find, played, window_named
from watchword import settings
from watchword.assemble import bring
from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.core.terminals.applying import Applying
from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.model.events import LinkState
from watchword.paths import Paths
from watchword.settings import Settings
from watchword.ui.application import Application, Core, Desktop
from watchword.ui.choices import Choices


def program(
    qapp: QApplication, folder: Path, *faults: Situation, profile: Callable[[Paths], Profile] = Profile
) -> Application:
    """The program in this process; its first starts meet the faults."""
    assert isinstance(qapp, Desktop)
    paths, left = Paths.of(folder), list(faults)
    paths.make()

    def brought() -> Core:
        if left:
            fault = left.pop(0)
            raise TroubleWith(fault.kind, **fault.facts)
        return replace(bring(paths), profile=profile(paths))

    choices = Choices(qapp, lambda kept: settings.save(paths.settings, kept), Settings())
    return Application(qapp, paths, choices, brought, "")


class LoggedWarnings(Protocol):
    """The fixture of that name."""

    def take(self, part: str) -> None: ...


async def shown(name: str) -> QWidget:
    """A page of the main window."""

    def there() -> bool:
        window = window_named("mainWindow")
        return window is not None and any(page.isVisible() for page in window.findChildren(QWidget, name))

    await until(there, f"{name} is shown")
    window = window_named("mainWindow")
    assert window is not None
    return find(window, name, QWidget)


def test_a_new_profile_begins_with_first_start_and_leaves_its_place(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        made = program(qapp, tmp_path / "p")
        life = asyncio.get_running_loop().create_task(made.live())
        await shown("workspace")
        page = await shown("firstStart")
        await until(find(page, "nameField", QWidget).hasFocus, "one can type at once")
        made.window.resize(900, 700)
        made.window.close()
        await life
        kept = json.loads((tmp_path / "p" / "settings.json").read_text())
        assert (kept["window"]["width"], kept["window"]["height"]) == (900, 700)

    played(qapp, play())


def test_broken_cryptography_is_refused_with_a_clear_window(
    qapp: QApplication, tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async def play() -> None:
        made = program(qapp, tmp_path / "p", Situation(Kind.CRYPTO_SELF_TEST))
        life = asyncio.get_running_loop().create_task(made.live())
        page = await shown("refusal")
        assert "do not compute as they must" in find(page, "refusalWords", QLabel).text()
        assert not find(page, "tryAgain", QAbstractButton).isVisible(), "it would not help"
        find(page, "quit", QAbstractButton).click()
        await life
        logged_warnings.take("not started")

    played(qapp, play())


def test_a_folder_that_cannot_be_used_is_told_and_tried_again(
    qapp: QApplication, tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async def play() -> None:
        situation = Situation(Kind.PROFILE_READ_ONLY, {"folder": "/read/only"})
        made = program(qapp, tmp_path / "p", situation, situation)
        life = asyncio.get_running_loop().create_task(made.live())
        for _ in range(2):
            page = await shown("refusal")
            assert "/read/only cannot be written" in find(page, "refusalWords", QLabel).text()
            logged_warnings.take("not started")
            assert find(page, "tryAgain", QAbstractButton).hasFocus()
            find(page, "tryAgain", QAbstractButton).click()
            assert not page.isVisible()
        await shown("firstStart")
        QApplication.sendEvent(qapp, QEvent(QEvent.Type.Quit))
        await life

    played(qapp, play())


class Stubborn(Profile):
    """Opens although it is told, too late, to give up."""

    unlocking = False

    def __init__(self, paths: Paths) -> None:
        super().__init__(paths)
        self.goes_on = asyncio.Event()

    async def unlock(self, master: str | None = None) -> Client | Applying:
        self.unlocking = True
        with suppress(asyncio.CancelledError):
            await self.goes_on.wait()
        return await super().unlock(master)


@pytest.mark.usefixtures("secret_service")
def test_a_profile_that_opens_while_the_program_ends_is_closed_again(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess
) -> None:
    async def play() -> None:
        profiles: list[Stubborn] = []

        def profile(paths: Paths) -> Profile:
            profiles.append(Stubborn(paths))
            return profiles[-1]

        paths = Paths.of(tmp_path / "watchword-demo-tests")
        await (await make(paths, relay)).close()
        made = program(qapp, paths.folder, profile=profile)
        life = asyncio.get_running_loop().create_task(made.live())
        await until(lambda: profiles and profiles[0].unlocking, "the keyring is asked")
        made.quit()
        profiles[0].goes_on.set()
        await life
        await (await unlocked(Profile(paths))).close()  # nobody holds the profile any more

    played(qapp, play())


@pytest.mark.usefixtures("secret_service")
def test_a_relay_here_that_does_not_start_keeps_nobody_from_another_one(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, logged_warnings: LoggedWarnings
) -> None:
    async def play() -> None:
        paths = Paths.of(tmp_path / "watchword-demo-tests")
        await (await make(paths, relay)).close()
        paths.relay.write_text("a file where the relay's folder would be")
        made = program(qapp, paths.folder)
        made._choices.change(Settings(relay_here=True, relay_port=0))
        life = asyncio.get_running_loop().create_task(made.live())
        banner = await shown("troubleBanner")
        assert "did not start" in banner.accessibleName()
        await until(lambda: made._client and made._client.link.state is LinkState.ONLINE, "connected")
        logged_warnings.take("local relay not started")
        made.quit()
        await life

    played(qapp, play())


async def make(paths: Paths, relay: RelayProcess) -> Client:
    """A profile whose key lies in the keyring."""
    return await Profile(paths).create(
        name="Ada", address=relay.address, account="ada", invite=None, master=None
    )


@pytest.fixture
def driver(screen: Screen, tmp_path: Path) -> Driver:
    return Driver(["--profile", str(tmp_path / "p")], screen.environment, tmp_path / "out")


def test_a_second_start_raises_the_first_window_and_ends(
    driver: Driver, screen: Screen, tmp_path: Path
) -> None:
    with driver as first:
        first.wait("firstStart", visible=True)
        first.write("nameField", "Ada")
        again = subprocess.run(
            [sys.executable, "-m", "watchword", "--profile", str(tmp_path / "p")],
            env=dict(screen.environment),
            timeout=60,
            capture_output=True,
            check=False,
        )
        assert again.returncode == 0
        assert again.stderr == b""
        first.wait("mainWindow", active=True)
        assert first.look("nameField")["text"] == "Ada", "it is the same program"


def test_a_signal_ends_the_program_cleanly(driver: Driver) -> None:
    with driver as first:
        first.wait("firstStart", visible=True)
        os.kill(first.program.pid, signal.SIGTERM)
        wait_until(lambda: first.program.exit_code is not None, "the program ends")
        assert first.program.exit_code == 0
