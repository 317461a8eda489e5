"""What the windows of an open profile do together: closing without a tray, the way to the contacts."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.desktop import DIALOG, PROMPT, WINDOW, Desktop
from support.processes import wait_until
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.screen import Screen


@pytest.fixture
def bare_screen() -> Iterator[Screen]:
    """A desktop without a tray."""
    screen = Screen(tray=False)
    yield screen
    screen.stop()


def test_without_a_tray_the_closed_window_waits_in_the_taskbar(
    bare_screen: Screen, tmp_path: Path, relay: RelayProcess
) -> None:
    ada = Desktop("ada", tmp_path, relay.address, bare_screen.environment)
    try:
        ada.opens()
        ada.sets_up()
        ada.finishes_set_up()
        ada.window.click(f"{WINDOW}/openSettings")
        ada.window.wait("trayNote", contains="no tray")
        ada.window.wait("closeToTray", enabled=True, checked=True)
        ada.window.close("settingsWindow")
        ada.window.close(WINDOW)
        ada.window.wait(WINDOW, visible=True, active=False, minimised=True)
        assert ada.window.program.exit_code is None, "the program goes on"
        subprocess.run(
            [sys.executable, "-m", "watchword", "--profile", str(ada.profile)],
            env=dict(bare_screen.environment),
            timeout=60,
            check=True,
        )
        ada.window.wait(WINDOW, visible=True, active=True, minimised=False)
        ada.window.key("Ctrl+Q", WINDOW)
        wait_until(lambda: ada.window.program.exit_code is not None, "Ctrl+Q quits")
        assert ada.window.program.exit_code == 0
    finally:
        ada.stops()
        ada.forget_secret()


def test_who_was_blocked_from_the_pop_up_is_found_in_the_contacts(
    screen: Screen, tmp_path: Path, relay: RelayProcess
) -> None:
    people = [Desktop(name, tmp_path, relay.address, screen.environment) for name in ("ada", "bo")]
    ada, bo = people
    try:
        for person in people:
            person.opens()
            person.sets_up()
            person.finishes_set_up()
        ada.asks("bo")
        bo.window.wait(f"{PROMPT}/blockContact", visible=True, enabled=True)
        bo.window.click(f"{PROMPT}/blockContact")
        bo.window.wait("question/confirm", visible=True)
        bo.window.click("question/confirm")
        bo.window.wait(PROMPT, visible=False)
        bo.window.activate(WINDOW)
        bo.window.key("Ctrl+Shift+C")
        bo.window.wait("contactsWindow/people", rows=["Blocked", "ada, ada"])
        bo.window.choose("contactsWindow/people", "ada, ada")
        bo.window.wait("personState", contains="met with silence")
        bo.window.click("unblockPerson")
        bo.window.wait("personState", text="not in your contacts")
        bo.window.click("addPerson")
        bo.window.wait("personState", lacks="not in your contacts")
        bo.window.click("conversePerson")
        bo.window.wait("contactsWindow", visible=False)
        bo.window.wait(f"{DIALOG}/requestFrom", visible=True, text="A phrase for ada")
    finally:
        for person in people:
            person.stops()
            person.forget_secret()
