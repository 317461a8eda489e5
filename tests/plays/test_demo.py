"""The demo's script as the first end-to-end test: three programs, their windows, a relay, a keyring."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from plays.script import Script
from support.desktop import WINDOW
from support.driver import Driver
from support.home import beside_tests
from support.relay import RelayProcess
from support.screen import Screen

ACCOUNT = """
import asyncio, pathlib, sys
from plays.demo import make_account
asyncio.run(make_account("ada", pathlib.Path(sys.argv[1]), sys.argv[2]))
"""

FIRST_WINDOW = 5.0
"""Seconds from the start of the demo to its first window, once everything is installed."""


@pytest.mark.timeout(600)
def test_the_script_of_the_demo_plays_through_the_windows(tmp_path: Path) -> None:
    began = time.monotonic()
    screen = Screen()
    try:
        lines: list[str] = []
        script = Script(tmp_path, screen.environment, lines.append)
        try:
            script.ada.opens()
            first_window = time.monotonic() - began
            script.play()
        finally:
            script.stop()
    finally:
        screen.stop()
    assert len(lines) == len([*script.steps()])
    pictures = sorted(tmp_path.glob("[0-9][0-9]-*.png"))
    assert len(pictures) == len(lines) - 1, "one picture a step, none of the last: nobody is there any more"
    assert first_window < 2 * FIRST_WINDOW


def test_a_window_for_a_person_to_play_with_ends_when_it_is_closed(screen: Screen, tmp_path: Path) -> None:
    assert screen.environment["DISPLAY"], "a desktop with a tray, into which closed windows go otherwise"
    with RelayProcess(tmp_path / "relay") as relay:
        profile = tmp_path / "ada"
        command = [sys.executable, "-c", ACCOUNT, str(profile), relay.address]
        subprocess.run(command, env=beside_tests(screen.environment), check=True, timeout=60)
        with Driver(["--profile", str(profile)], screen.environment, tmp_path / "output") as ada:
            ada.wait(f"{WINDOW}/newConversation", visible=True, enabled=True)
            ada.close(WINDOW)
            assert ada.program.ended() == 0
