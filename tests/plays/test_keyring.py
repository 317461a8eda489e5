"""The keyring at unlocking, as a person meets it: each cause is said; once it is gone, *Try again* opens.

Real Secret Service, real windows. Whatever it was, nothing is lost: what was written stands there, and what
came meanwhile arrives.
"""

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from support.desktop import WINDOW, Desktop
from support.driver import PRODUCT, Driver
from support.impatient import ENTRY as IMPATIENT
from support.meeting import has_account, meets
from support.play import Person
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside

OPENING = "Opening…"
LOCKED = "The keyring is locked"
EMPTIED = "The key of this profile is gone"
SLOW = "The keyring does not answer"
OTHER = "The key does not fit"
SAID = {
    LOCKED: "The keyring of this computer is locked. Unlock it and try again.",
    EMPTIED: "The keyring no longer holds the key of this profile. Without it nobody can read the profile: "
    "put the keyring back from a backup, or start with another profile: watchword --profile FOLDER",
    SLOW: "The keyring does not answer. Perhaps it waits behind another window for a password.",
    OTHER: "The key that was found does not open this profile. Nothing was overwritten.",
}
FIRST = "written before"


class Couple:
    """Ada with windows and bo without; they have met, and ada's program is closed."""

    def __init__(self, stack: ExitStack, folder: Path, screen: Screen, aside: Aside) -> None:
        self._screen = screen
        self._folder = folder
        self._aside = aside
        relay = stack.enter_context(RelayProcess(folder / "relay"))
        self.bo = Person("bo", folder / "bo", relay.address)
        aside.does(self.bo.registers())
        aside.does(self.bo.returns())
        stack.callback(lambda: aside.does(self.bo.leaves()))
        self.ada = Desktop("ada", folder, relay.address, screen.environment)
        has_account(self.ada, screen.environment)
        stack.callback(self.ada.stops)
        self.ada.opens_again()
        meets(self.ada, self.bo, aside)
        self.ada.says(FIRST)
        self.ada.sees_delivered(FIRST)
        self.ada.closes()

    @contextmanager
    def start(self, entry: str = PRODUCT) -> Iterator[Driver]:
        """Ada's program, whatever it shows first; it has to end well."""
        words = ["--profile", str(self.ada.profile)]
        window = Driver(words, self._screen.environment, self._folder / "out", entry=entry)
        try:
            yield window
            report = window.report() if window.program.exit_code is None else {"complaints": []}
            assert not [said for said in report["complaints"] if "keyring" not in said], report
            assert window.program.exit_code == 0 or window.quit() == 0
        finally:
            window.stop()

    def bo_sends(self, text: str) -> None:
        self._aside.does(self.bo.sends("ada", text))


@pytest.fixture(scope="module")
def met(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Couple]:
    """One couple for all of these."""
    with ExitStack() as stack:
        aside = stack.enter_context(Aside())
        made = Couple(stack, tmp_path_factory.mktemp("couple"), screen, aside)
        stack.callback(made.ada.forget_secret)
        yield made


@pytest.fixture
def couple(met: Couple, screen: Screen) -> Iterator[Couple]:
    """With the keyring as it was, in the end."""
    yield met
    screen.keyring.restore()


def shut(window: Driver, heading: str) -> None:
    """The screen of this cause, readable, with the keyboard on *Try again*."""
    window.wait("unlockProblem", visible=True, text=SAID[heading], patience=2 * PATIENCE)
    window.wait("unlockHeading", visible=True, text=heading)
    window.wait("tryAgain", visible=True, enabled=True, focused=True)
    assert window.misfits() == []


def opens(window: Driver, *texts: str) -> None:
    """The profile is open, signed in, and the chat holds these texts."""
    window.wait(f"{WINDOW}/newConversation", visible=True, enabled=True, patience=2 * PATIENCE)
    window.wait("linkStatus", visible=False, patience=2 * PATIENCE)
    window.choose("chatList", "bo")
    for text in (FIRST, *texts):
        window.wait("chatView", contains=text)


def test_locked_until_the_person_unlocks_it_elsewhere(couple: Couple, screen: Screen, tmp_path: Path) -> None:
    screen.keyring.lock()
    couple.bo_sends("sent while it was locked")
    with couple.start() as window:
        shut(window, LOCKED)
        window.shot(tmp_path / "locked.png", "unlockProblem")
        window.key("Return", "tryAgain")
        shut(window, LOCKED)
        screen.keyring.unlock()
        window.key("Return", "tryAgain")
        opens(window, "sent while it was locked")
        # Locked again while the program runs: it has its key, and goes on.
        screen.keyring.lock()
        window.write("composer", "written behind a locked keyring")
        window.key("Return", "composer")
        window.wait("chatView", row=["written behind a locked keyring", "delivered"])
    screen.keyring.unlock()
    with couple.start() as window:
        opens(window, "written behind a locked keyring")


def test_an_entry_that_is_gone_or_another_until_it_is_put_back(
    couple: Couple, screen: Screen, tmp_path: Path
) -> None:
    entries = screen.keyring.empty()
    couple.bo_sends("sent while it was gone")
    with couple.start() as window:
        shut(window, EMPTIED)
        window.shot(tmp_path / "emptied.png", "unlockProblem")
        for wrong in (base64.b64encode(bytes(32)), b"no key at all", b""):
            screen.keyring.put_back([entry._replace(secret=wrong) for entry in entries])
            window.click("tryAgain")
            shut(window, OTHER)
        window.shot(tmp_path / "other.png", "unlockProblem")
        screen.keyring.empty()
        window.click("tryAgain")
        shut(window, EMPTIED)
        screen.keyring.put_back(entries)
        window.click("tryAgain")
        opens(window, "sent while it was gone")


def test_one_that_does_not_answer_until_it_does(couple: Couple, screen: Screen, tmp_path: Path) -> None:
    screen.keyring.hang()
    try:
        with couple.start(IMPATIENT) as window:
            window.wait("unlockHeading", visible=True, text=OPENING)
            shut(window, SLOW)
            window.shot(tmp_path / "slow.png", "unlockProblem")
            window.click("tryAgain")
            window.wait("unlockHeading", visible=True, text=OPENING)
            couple.bo_sends("sent while it hung")
            screen.keyring.go_on()
            opens(window, "sent while it hung")
        # Nobody has to wait for it: the program can be left at once, and leaves nothing behind.
        screen.keyring.hang()
        with couple.start() as window:
            window.wait("unlockHeading", visible=True, text=OPENING)
            window.click("unlock/quit")
            assert window.program.ended(PATIENCE / 3) == 0
    finally:
        screen.keyring.go_on()
    with couple.start() as window:
        opens(window, "sent while it hung")
