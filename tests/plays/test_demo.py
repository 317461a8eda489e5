"""The demo's script as the first end-to-end test: three programs, their windows, a relay, a keyring."""

import time
from pathlib import Path

import pytest

from plays.script import Script
from support.screen import Screen

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
