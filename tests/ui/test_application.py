"""The program as a whole: its first window, why it may not start, the second start, the ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from support.driver import Driver
from support.processes import wait_until
from support.screen import Screen
from support.waiting import until
from support.windows import find, played, window_named
from watchword import settings
from watchword.assemble import bring
from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.paths import Paths
from watchword.settings import Settings
from watchword.ui.application import Application, Core, Desktop
from watchword.ui.choices import Choices


def program(qapp: QApplication, folder: Path, fault: Kind | None = None) -> Application:
    assert isinstance(qapp, Desktop)
    paths = Paths.of(folder)
    paths.make()

    def brought() -> Core:
        if fault is not None:
            raise TroubleWith(fault)
        return bring(paths)

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
        await shown("firstStart")
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
        made = program(qapp, tmp_path / "p", Kind.CRYPTO_SELF_TEST)
        life = asyncio.get_running_loop().create_task(made.live())
        page = await shown("refusal")
        assert "do not compute as they must" in find(page, "refusalWords", QLabel).text()
        find(page, "quit", QAbstractButton).click()
        await life
        logged_warnings.take("not started")

    played(qapp, play())


def test_a_folder_that_cannot_be_used_is_told(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        made = program(qapp, tmp_path / "p")
        situation = Situation(Kind.PROFILE_READ_ONLY, {"folder": "/read/only"})
        life = asyncio.get_running_loop().create_task(made.live(situation))
        page = await shown("refusal")
        assert "/read/only cannot be written" in find(page, "refusalWords", QLabel).text()
        QApplication.sendEvent(qapp, QEvent(QEvent.Type.Quit))
        await life

    played(qapp, play())


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
