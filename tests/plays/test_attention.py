"""What reaches a person who looks elsewhere: notifications by choice, the tray, the ways back to the window.

The real program on a desktop with a real notification server; what the server shows is read by its own tool.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.desktop import PROMPT, WINDOW, Desktop
from support.meeting import has_account, meets
from support.play import Person
from support.processes import Program, wait_until
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside

Shown = list[tuple[str, str]]


class Notices:
    """The notifications on a screen."""

    def __init__(self, screen: Screen) -> None:
        self._environment = screen.environment

    def _do(self, *words: str) -> str:
        done = subprocess.run(
            ["dunstctl", *words], env=self._environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def shown(self, number: int) -> None:
        """So many are on the screen."""
        wait_until(lambda: int(self._do("count", "displayed")) == number, f"{number} notifications")

    def click(self) -> None:
        """Click the latest."""
        self._do("action")

    def put_away(self) -> Shown:
        """Close what is shown; title and body of each, the latest first."""
        number = int(self._do("count", "displayed"))
        self._do("close-all")
        self.shown(0)
        [entries] = json.loads(self._do("history"))["data"]
        return [(entry["summary"]["data"], entry["body"]["data"]) for entry in entries[:number]]


class Couple:
    """Ada with windows, bo and cy without; ada and bo have met."""

    def __init__(self, stack: ExitStack, folder: Path, screen: Screen) -> None:
        relay = stack.enter_context(RelayProcess(folder / "relay"))
        self.aside = aside = stack.enter_context(Aside())
        self.bo, self.cy = (Person(name, folder / name, relay.address) for name in ("bo", "cy"))
        for person in (self.bo, self.cy):
            aside.does(person.registers())
            aside.does(person.returns())
            stack.callback(self._leaves, person)
        self.ada = Desktop("ada", folder, relay.address, screen.environment)
        has_account(self.ada, screen.environment)
        stack.callback(self.ada.forget_secret)
        stack.callback(self.ada.stops)
        self.ada.opens_again()
        meets(self.ada, self.bo, aside)

    def _leaves(self, person: Person) -> None:
        self.aside.does(person.leaves())

    def tray_says(self, tip: str) -> None:
        """The tip of ada's icon becomes this."""
        wait_until(lambda: self.ada.window.tray()[0]["tip"] == tip, f"the tray says {tip}")


@pytest.fixture
def couple(screen: Screen, tmp_path: Path) -> Iterator[Couple]:
    """With ada's window open, and bo's chat in it."""
    with ExitStack() as stack:
        yield Couple(stack, tmp_path, screen)


def test_a_notification_shows_what_was_chosen_and_leads_to_its_window(
    couple: Couple, screen: Screen, tmp_path: Path
) -> None:
    ada, window, aside = couple.ada, couple.ada.window, couple.aside
    notices = Notices(screen)
    notices.put_away()
    window.activate(WINDOW)
    aside.does(couple.bo.sends("ada", "seen at once"))
    ada.reads("seen at once")
    couple.tray_says("Watchword")
    notices.shown(0)

    window.click(f"{WINDOW}/openSettings")
    for choice, title, body in (
        ("text", "bo", "words for text"),
        ("name", "bo", "New message"),
        ("nothing", "Watchword", "New message"),
    ):
        window.wait(f"notifications-{choice}", visible=True)
        window.click(f"notifications-{choice}")
        aside.does(couple.bo.sends("ada", f"words for {choice}"))
        notices.shown(1)
        assert notices.put_away() == [(title, body)]
    window.close("settingsWindow")
    window.activate(WINDOW)
    couple.tray_says("Watchword")

    window.close(WINDOW)
    window.wait(WINDOW, visible=False)
    aside.does(couple.bo.sends("ada", "sent to the tray"))
    notices.shown(1)
    couple.tray_says("Watchword: 1 unread")
    ada.shot(tmp_path / "notified.png")
    notices.click()
    window.wait(WINDOW, visible=True, active=True)
    window.wait("composer", visible=True)
    ada.reads("sent to the tray")
    couple.tray_says("Watchword")
    notices.shown(0)

    window.close(WINDOW)
    window.wait(WINDOW, visible=False)
    aside.does(couple.cy.asks("ada"))
    ada.is_prompted()
    notices.shown(1)
    # Whoever asks is not named where nothing was to be shown; the dialog names them.
    assert notices.put_away() == [("Somebody asks for a conversation", "Type the phrase you agreed on.")]
    window.wait(f"{PROMPT}/phraseField", focused=False)
    window.wait(WINDOW, visible=False)
    ada.closes()


def test_from_the_tray_a_second_program_brings_the_window_back_as_it_was(
    couple: Couple, screen: Screen, tmp_path: Path
) -> None:
    ada, window, aside = couple.ada, couple.ada.window, couple.aside
    window.write("composer", "half a sentence")
    window.close(WINDOW)
    window.wait(WINDOW, visible=False)
    for number in range(3):
        aside.does(couple.bo.sends("ada", f"unread {number}"))
    couple.tray_says("Watchword: 3 unread")
    again = [sys.executable, "-m", "watchword", "--profile", str(ada.profile)]
    with Program(again, screen.environment, tmp_path) as second:
        assert second.ended() == 0, second.last_words()
    window.wait(WINDOW, visible=True, active=True)
    window.wait("composer", visible=True, text="half a sentence")
    for number in range(3):
        ada.reads(f"unread {number}")
    couple.tray_says("Watchword")
    window.close(WINDOW)
    window.wait(WINDOW, visible=False)
    window.tray_choose("Quit")
    assert window.program.ended() == 0
