"""The virtual screen has what a desktop has, several stand side by side, and nothing of them stays behind."""

import os
import subprocess
import sys
from pathlib import Path

from support.screen import NOTIFICATIONS, TRAY_SELECTION, Screen, selection_owned

ROOT = Path(__file__).resolve().parents[2]


def test_two_screens_do_not_share_anything(screen: Screen) -> None:
    other = Screen(tray=False)
    try:
        assert selection_owned(screen.environment["DISPLAY"], TRAY_SELECTION)
        assert not selection_owned(other.environment["DISPLAY"], TRAY_SELECTION)
        assert other.bus.has(NOTIFICATIONS)
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "HOME", "XDG_RUNTIME_DIR"):
            assert screen.environment[name] != other.environment[name]
    finally:
        other.stop()
    assert not other.folder.exists()
    assert not selection_owned(other.environment["DISPLAY"], TRAY_SELECTION)


def test_a_command_runs_on_the_screen_and_its_exit_code_comes_back() -> None:
    show = 'test -n "$DISPLAY" && test ! -e "$HOME/.profile" && exit 7'
    done = subprocess.run(
        [sys.executable, "-m", "support.screen", "sh", "-c", show],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        check=False,
    )
    assert done.returncode == 7
