"""A network that was gone for long and is back: whoever turns to the window does not wait for the next try.

After days without a relay the program asks once a minute (`net.backoff`); least 18 seconds pass between two
tries. Bringing the window forward, in whatever way, is a reason to try at once.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.desktop import WINDOW, Desktop
from support.driver import Driver
from support.long_outage import ENTRY
from support.meeting import has_account, meets
from support.play import Person
from support.processes import PATIENCE, Program
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from support.wire_cut import WireCut

SOON = 10.0
"""Seconds until the connection is back, on a busy machine too; the least wait is nearly twice as long."""


class Line:
    """Ada with windows behind a cable, bo without; they have met."""

    def __init__(self, stack: ExitStack, folder: Path, screen: Screen) -> None:
        self.relay = stack.enter_context(RelayProcess(folder / "relay"))
        self.aside = aside = stack.enter_context(Aside())
        self.cable = stack.enter_context(WireCut(self.relay.port))
        self.bo = Person("bo", folder / "bo", self.relay.address)
        aside.does(self.bo.registers())
        aside.does(self.bo.returns())
        stack.callback(lambda: aside.does(self.bo.leaves()))
        key = self.relay.address.partition("#")[2]
        self.ada = Desktop("ada", folder, f"ws://127.0.0.1:{self.cable.port}#{key}", screen.environment)
        has_account(self.ada, screen.environment)
        stack.callback(self.ada.forget_secret)
        self.words = ["--profile", str(self.ada.profile)]
        self.window = Driver(self.words, screen.environment, folder / "out", entry=ENTRY)
        stack.callback(self.ada.stops)
        self.ada.drives(self.window)
        self.ada.is_online()
        meets(self.ada, self.bo, aside)

    def goes_away_and_comes_back(self) -> None:
        """Cut until the window knows, then mended: the next try is far away."""
        self.cable.cut()
        self.window.wait("linkStatus", text="Offline", patience=2 * PATIENCE)
        self.cable.mend()

    def is_back_soon(self) -> None:
        self.window.wait("linkStatus", visible=False, text="", patience=SOON)


@pytest.fixture
def line(screen: Screen, tmp_path: Path) -> Iterator[Line]:
    """Online, with a chat."""
    with ExitStack() as stack:
        yield Line(stack, tmp_path, screen)


def test_turning_to_the_window_reaches_the_relay_at_once(line: Line, screen: Screen, tmp_path: Path) -> None:
    ada, window = line.ada, line.window

    def raised_by_a_second_program() -> None:
        command = [sys.executable, "-m", "watchword", *line.words]
        with Program(command, screen.environment, tmp_path) as second:
            assert second.ended() == 0, second.last_words()

    def activated() -> None:
        window.activate("settingsWindow")
        window.activate(WINDOW)

    ways: list[tuple[Callable[[], None], bool]] = [
        (window.tray_click, True),
        (raised_by_a_second_program, True),
        (activated, False),
    ]
    window.click(f"{WINDOW}/openSettings")
    window.wait("settingsWindow", visible=True)
    for number, (comes_forward, hidden) in enumerate(ways):
        if hidden:
            window.close(WINDOW)
            window.wait(WINDOW, visible=False)
        line.goes_away_and_comes_back()
        line.aside.does(line.bo.sends("ada", f"sent meanwhile {number}"))
        comes_forward()
        window.wait(WINDOW, visible=True, active=True)
        line.is_back_soon()
        ada.reads(f"sent meanwhile {number}")
    ada.closes()
