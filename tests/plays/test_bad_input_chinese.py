"""The screens of bad input in Chinese, by day and by night: all of it can be read, and none of it is English.

What is said in English has plays of its own (`test_bad_input_*`); here the same screens are judged by their
geometry (`support.legible`) and by the catalogue of translations, in the least window and in a usual one.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support import legible
from support.desktop import DIALOG, PROMPT, WINDOW, Desktop
from support.driver import Driver
from support.meeting import has_account
from support.play import PHRASE, Person
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from watchword.ui.main_window import LEAST_HIGH, LEAST_WIDE
from watchword_wire.ids import ACCOUNT_BYTES
from watchword_wire.limits import TEXT_BYTES

NAMES = ("Eve", "eve", "bo", "Secret Service")
BAD_ADDRESSES = (
    "",
    "relay.example",
    "http://relay.example",
    "ws://relay.example:8765",
    "wss://127.0.0.1:1#key",
)
BAD_IDS = (
    "",
    "eve/2",
    "eve eve",
    "e\u200bve",
    "x" * (ACCOUNT_BYTES + 1),
    "x" * 10_000,
    "bo",
    "bо",
)  # a Cyrillic o
BAD_PHRASES = ("", "   ", "x" * 10_000, "\u0378 unassigned")
HINT = "bo 的提示" * 10


class Judge:
    """Looks at one window after each thing that went wrong in it."""

    def __init__(self, window: Driver, pictures: Path) -> None:
        self._window = window
        self._pictures = pictures
        self._number = 0
        self.chinese = legible.translations()

    def looks(self, target: str, *typed: str) -> None:
        """Nothing is cut off, and nothing is English but names and what was typed."""
        self._number += 1
        self._window.shot(self._pictures / f"{self._number:02}.png", target)
        assert self._window.misfits() == [], f"picture {self._number}"
        kept = [*NAMES, *filter(None, typed)]
        assert legible.english(self._window.words(target), kept) == [], f"picture {self._number}"


@pytest.fixture
def aside() -> Iterator[Aside]:
    """A loop in a thread, for people without windows."""
    with Aside() as there:
        yield there


def retype(window: Driver, field: str, text: str) -> None:
    """Take out what stands in a field, and put something else there."""
    window.key("Ctrl+A", field)
    window.key("Delete", field)
    if text:
        window.paste(field, text)


@pytest.mark.parametrize(("theme", "narrow"), [("light", True), ("dark", False)])
def test_first_start(screen: Screen, tmp_path: Path, aside: Aside, theme: str, narrow: bool) -> None:
    with ExitStack() as stack:
        relay = stack.enter_context(RelayProcess(tmp_path / "relay"))
        aside.does(Person("bo", tmp_path / "bo", relay.address).registers())
        eve = _chinese("eve", relay.address, screen, tmp_path, theme)
        stack.callback(screen.keyring.restore)
        stack.callback(eve.stops)
        eve.opens()
        window = eve.window
        if narrow:
            window.resize(WINDOW, LEAST_WIDE, LEAST_HIGH)
        judge = Judge(window, tmp_path / "pictures")
        window.wait("nameField", visible=True)
        judge.looks("firstStart")
        window.click("nextStep")
        window.wait("nameField", described=judge.chinese["Type a name."])
        judge.looks("firstStart")
        window.write("nameField", "Eve")
        window.click("nextStep")
        window.wait("relayField", visible=True)
        for address in BAD_ADDRESSES:
            retype(window, "relayField", address)
            window.click("checkRelay")
            window.wait("checkVerdict", visible=True, patience=2 * PATIENCE)
            window.wait("relayField", focused=True, whole=True)
            judge.looks("firstStart", address, "relay.example", "http")
        retype(window, "relayField", relay.address)
        window.click("checkRelay")
        window.wait("checkVerdict", visible=True, text=judge.chinese["The relay works."])
        judge.looks("firstStart")
        window.click("nextStep")
        window.wait("idState", visible=True)
        for typed in BAD_IDS:
            retype(window, "idField", typed)
            window.click("nextStep")
            _described(window, "idField")
            window.wait("idField", focused=True, whole=True)
            judge.looks("firstStart", typed)
        retype(window, "idField", "eve")
        window.wait("nextStep", enabled=True)
        window.click("nextStep")
        window.wait("keyringState", visible=True)
        judge.looks("firstStart")
        screen.keyring.remove()
        window.click("stepBack")
        window.wait("idField", visible=True)
        window.click("nextStep")
        window.wait("tryAgain", visible=True)
        judge.looks("firstStart")
        window.click("otherKeeping")
        window.wait("masterField", visible=True)
        window.click("nextStep")
        _described(window, "masterField")
        judge.looks("firstStart")
        retype(window, "masterField", "amber violin tide lantern")
        retype(window, "masterRepeat", "amber violin tide lanterns")
        window.click("nextStep")
        _described(window, "masterRepeat")
        judge.looks("firstStart")
        assert window.quit() == 0


@pytest.mark.parametrize(("theme", "narrow"), [("light", False), ("dark", True)])
def test_conversations(screen: Screen, tmp_path: Path, aside: Aside, theme: str, narrow: bool) -> None:
    with ExitStack() as stack:
        relay = stack.enter_context(RelayProcess(tmp_path / "relay"))
        bo = Person("bo", tmp_path / "bo", relay.address)
        aside.does(bo.registers())
        aside.does(bo.returns())
        stack.callback(lambda: aside.does(bo.leaves()))
        eve = _chinese("eve", relay.address, screen, tmp_path, theme)
        has_account(eve, screen.environment)
        stack.callback(eve.forget_secret)
        stack.callback(eve.stops)
        eve.opens_again()
        window = eve.window
        if narrow:
            window.resize(WINDOW, LEAST_WIDE, LEAST_HIGH)
        judge = Judge(window, tmp_path / "pictures")
        judge.looks(WINDOW)
        window.key("Ctrl+N", WINDOW)
        window.wait(DIALOG, visible=True)
        if narrow:
            window.resize(DIALOG, 1, 1)
        window.key("Return", f"{DIALOG}/idField")
        for typed in ("eve/2", "eve eve", "e\u202eve", "x" * (ACCOUNT_BYTES + 1), "eve"):
            retype(window, f"{DIALOG}/idField", typed)
            window.wait("idProblem", visible=True)
            judge.looks(DIALOG, typed)
        retype(window, f"{DIALOG}/idField", "bo")
        window.wait(f"{DIALOG}/nextStep", enabled=True)
        window.click(f"{DIALOG}/nextStep")
        window.wait(f"{DIALOG}/sendRequest", visible=True)
        judge.looks(DIALOG)
        window.click(f"{DIALOG}/{judge.chinese['Type my own']}")
        for typed in BAD_PHRASES:
            retype(window, f"{DIALOG}/phraseField", typed)
            window.click(f"{DIALOG}/sendRequest")
            _described(window, f"{DIALOG}/phraseField")
            judge.looks(DIALOG, typed)
        retype(window, f"{DIALOG}/phraseField", PHRASE)
        window.click(f"{DIALOG}/addHint")
        window.paste(f"{DIALOG}/hintField", PHRASE)
        window.click(f"{DIALOG}/sendRequest")
        _described(window, f"{DIALOG}/hintField")
        judge.looks(DIALOG, PHRASE)
        window.close(DIALOG)

        aside.does(bo.asks("eve", PHRASE, hint=HINT[:80]))
        eve.is_prompted()
        if narrow:
            window.resize(PROMPT, 1, 1)
        judge.looks(PROMPT, HINT[:80])
        for typed in BAD_PHRASES:
            retype(window, f"{PROMPT}/phraseField", typed)
            window.click(f"{PROMPT}/openConversation")
            _described(window, f"{PROMPT}/phraseField")
            judge.looks(PROMPT, typed, HINT[:80])
        retype(window, f"{PROMPT}/phraseField", PHRASE)
        window.click(f"{PROMPT}/openConversation")
        window.wait(f"{PROMPT}/requestEnding", visible=True, patience=2 * PATIENCE)
        judge.looks(PROMPT)
        eve.puts_away(PROMPT)
        window.wait("composer", visible=True)
        window.paste("composer", "文" * (TEXT_BYTES // 3 + 1))
        window.wait("composerNote", visible=True)
        judge.looks(WINDOW)
        retype(window, "composer", "")
        relay.kill()
        window.wait("linkBanner", visible=True, patience=2 * PATIENCE)
        judge.looks(WINDOW)
        relay.start()
        window.wait("linkBanner", visible=False, patience=2 * PATIENCE)
        assert window.quit() == 0


def _chinese(name: str, address: str, screen: Screen, folder: Path, theme: str) -> Desktop:
    """Somebody whose program speaks Chinese, in light or dark."""
    person = Desktop(name, folder, address, screen.environment)
    person.profile.mkdir()
    chosen = {"language": "zh_CN", "theme": theme}
    (person.profile / "settings.json").write_text(json.dumps(chosen))
    return person


def _described(window: Driver, field: str) -> None:
    """The field says what is wrong with what stands in it."""
    assert window.wait(field, visible=True, wrong=True)["described"]
