"""The demo's acts as end-to-end tests: several programs, their windows, a relay, a keyring, a company."""

import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from plays.act import Act
from plays.company_act import CompanyAct
from plays.room_act import RoomAct
from plays.script import Script
from support.desktop import WINDOW
from support.driver import Driver
from support.home import beside_tests
from support.nursery import by_command_line
from support.relay import RelayProcess
from support.screen import Screen

ACCOUNT = """
import asyncio, pathlib, sys
from plays.demo import make_account
asyncio.run(make_account("ada", pathlib.Path(sys.argv[1]), sys.argv[2]))
"""


def plays(act: Act, folder: Path, lines: list[str]) -> None:
    """Play an act, and look at what it left."""
    act.play()
    assert len(lines) == len([*act.steps()])
    pictures = sorted(folder.glob("[0-9][0-9]-*.png"))
    assert len(pictures) >= len(lines) - 2, "one picture a step but where nobody has a window"


@pytest.mark.timeout(600)
def test_the_first_act_plays_through_the_windows(tmp_path: Path) -> None:
    """How soon its first window is there says `make demo`, where nothing else runs."""
    lines: list[str] = []
    with by_command_line(), ExitStack() as stack:
        screen = Screen()
        stack.callback(screen.stop)
        script = stack.enter_context(closing(Script(tmp_path, screen.environment, lines.append)))
        script.ada.opens()
        plays(script, tmp_path, lines)


@pytest.mark.timeout(600)
def test_the_second_act_plays_through_the_windows(screen: Screen, tmp_path: Path) -> None:
    lines: list[str] = []
    with closing(CompanyAct(tmp_path, screen.environment, lines.append, first=1)) as act:
        plays(act, tmp_path, lines)


@pytest.mark.timeout(600)
def test_the_third_act_plays_through_the_windows(screen: Screen, tmp_path: Path) -> None:
    lines: list[str] = []
    with closing(RoomAct(tmp_path, screen.environment, lines.append, first=1)) as act:
        plays(act, tmp_path, lines)


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
