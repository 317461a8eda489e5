"""One person at one desktop: the product's own windows, a process of its own, a profile of its own.

Words of a play over `support.driver`: `ada.asks("bo")`, `bo.answers(phrase)`. Every word waits until the
window shows what a person would wait for.
"""

from collections.abc import Mapping
from pathlib import Path

from support.driver import Driver, hung
from support.environs import done_amid
from support.forget import forgotten
from support.processes import PATIENCE

WINDOW = "mainWindow"
DIALOG = "newConversationWindow"
PROMPT = "requestDialog"
RUN = f"{DIALOG}/requestEnding"
_TYPED = 200
"""A longer text is pasted, as a person would."""


class Desktop:
    """A person, their profile folder, and the program while it runs.

    Args:
        name: the person; also the account id.
        folder: where the profile lies; its name becomes part of the keyring's entry.
        address: the relay's, as it was given to this person.
        environment: of the virtual screen.
    """

    def __init__(self, name: str, folder: Path, address: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self.profile = folder / f"watchword-demo-{name}"
        self.address = address
        self._environment = environment
        self._output = folder / f"{name}.out"
        self._driver: Driver | None = None

    @property
    def window(self) -> Driver:
        """The running program."""
        assert self._driver is not None, f"{self.name}'s program does not run"
        return self._driver

    @property
    def runs(self) -> bool:
        """Whether the program runs."""
        return self._driver is not None

    # --- the program --------------------------------------------------------------------

    def drives(self, driver: Driver) -> None:
        """Use a program that a test started and ends itself."""
        self._driver = driver

    def opens(self) -> None:
        """Start the program; returns with its first window."""
        words = ["--profile", str(self.profile), "--relay", self.address]
        self._driver = Driver(words, self._environment, self._output)
        first = WINDOW if (self.profile / "profile.json").exists() else "firstStart"
        self.window.wait(first, visible=True)

    def opens_again(self) -> None:
        """Start the program on a profile that exists, until it is signed in."""
        self.opens()
        self.is_online()

    def sets_up(self) -> None:
        """Go through first start: name, relay with Check, id, keyring."""
        self.window.wait("nameField", visible=True)
        self.window.write("nameField", self.name.capitalize())
        self.window.click("nextStep")
        self.window.wait("relayField", visible=True, text=self.address)
        self.window.click("checkRelay")
        self.window.wait("checkVerdict", visible=True)

    def finishes_set_up(self) -> None:
        """Take the relay that was checked, the suggested id and the keyring."""
        self.window.click("nextStep")
        self.window.wait("idField", visible=True, text=self.name)
        self.window.wait("nextStep", enabled=True)
        self.window.click("nextStep")
        self.window.wait("keyringName", visible=True)
        self.window.wait("nextStep", enabled=True)
        self.window.click("nextStep")
        self.window.wait(WINDOW, visible=True)
        self.is_online()

    def is_online(self) -> None:
        """Open and signed in: the lines about the connection are gone."""
        self.window.wait(f"{WINDOW}/newConversation", visible=True, enabled=True)
        self.window.wait("linkStatus", visible=False, patience=2 * PATIENCE)
        self.window.wait("linkBanner", visible=False)

    def is_offline(self) -> None:
        """The window says that the relay cannot be reached."""
        self.window.wait("linkBanner", visible=True, patience=2 * PATIENCE)

    def closes(self, *, watched: bool = True) -> None:
        """Quit; what the program complained of fails the play, and if it is `watched`, what hung its loop."""
        report = self.window.report()
        driver, self._driver = self.window, None
        code = driver.quit()
        driver.stop()
        assert code == 0, f"{self.name}'s program ended with {code}\n{driver.program.last_words()}"
        assert not report["complaints"], report["complaints"]
        assert not (watched and hung(report)), "\n".join(hung(report))

    def stops(self) -> None:
        """End the program whatever state it is in."""
        if self._driver is not None:
            self._driver.stop()
            self._driver = None

    def shot(self, path: Path) -> None:
        """Write a PNG of the screen."""
        self.window.shot(path)

    def forget_secret(self) -> None:
        """Remove the profile's entry from the keyring of this screen."""
        assert done_amid(self._environment, forgotten(self.profile)), f"{self.name} had no secret there"

    # --- asking -------------------------------------------------------------------------

    def asks(self, whom: str, phrase: str | None = None) -> str:
        """*New conversation* with an id; the phrase is generated unless one is given. Returns the phrase."""
        self.window.click(f"{WINDOW}/newConversation")
        self.window.wait(DIALOG, visible=True)
        self.window.write(f"{DIALOG}/idField", whom)
        self.window.wait(f"{DIALOG}/nextStep", enabled=True)
        self.window.click(f"{DIALOG}/nextStep")
        self.window.wait(f"{DIALOG}/sendRequest", visible=True)
        if phrase is None:
            self.window.click(f"{DIALOG}/copyPhrase")
            phrase = self.window.clipboard()
        else:
            self.window.click(f"{DIALOG}/Type my own")
            self.window.write(f"{DIALOG}/phraseField", phrase)
        self.window.click(f"{DIALOG}/sendRequest")
        return phrase

    def waits(self) -> None:
        """The ring of the own request runs."""
        self.window.wait(f"{DIALOG}/requestState", visible=True, contains="Waiting for")

    def tries_again(self) -> None:
        """*Try again* with the phrase as it was."""
        self.window.click(f"{DIALOG}/tryAgain")
        self.window.wait(f"{DIALOG}/sendRequest", visible=True)
        self.window.click(f"{DIALOG}/sendRequest")

    def asked_sees(self, words: str, *, patience: float = PATIENCE) -> str:
        """The pop-up says how the request ended."""
        said = self.window.wait(f"{PROMPT}/requestEnding", visible=True, contains=words, patience=patience)
        return str(said["text"])

    def asking_sees(self, words: str, *, patience: float = PATIENCE) -> str:
        """The own request's window says how it ended."""
        said = self.window.wait(RUN, visible=True, contains=words, patience=patience)
        return str(said["text"])

    def puts_away(self, window: str) -> None:
        """Close the window of a request that has ended."""
        self.window.click(f"{window}/closeRequest")
        self.window.wait(window, visible=False)

    # --- being asked --------------------------------------------------------------------

    def is_prompted(self) -> None:
        """The pop-up is there and its ring runs."""
        self.window.wait(f"{PROMPT}/phraseField", visible=True)
        self.window.wait(f"{PROMPT}/requestRing", visible=True)

    def answers(self, phrase: str) -> None:
        """Type a phrase into the pop-up."""
        self.is_prompted()
        self.window.write(f"{PROMPT}/phraseField", phrase)
        self.window.click(f"{PROMPT}/openConversation")

    def declines(self) -> None:
        """Say no."""
        self.is_prompted()
        self.window.click(f"{PROMPT}/declineRequest")

    # --- talking ------------------------------------------------------------------------

    def turns_to_window(self) -> None:
        """Look at the main window: what stands there counts as read."""
        self.window.activate(WINDOW)

    def sits(self, x: int, width: int) -> None:
        """Put the main window where it stays."""
        self.window.place(WINDOW, x, 30, width, 860)

    def chat_opens(self) -> None:
        """A chat is open and can be written in."""
        self.window.wait("composer", visible=True, enabled=True)

    def says(self, text: str) -> None:
        """Write into the composer and press Enter; the bubble is there."""
        if len(text) > _TYPED:
            self.window.paste("composer", text)
        elif text.isascii():
            self.window.write("composer", text)
        else:
            self.window.compose("composer", text)
        self.window.key("Return", "composer")
        self.window.wait("chatView", contains=text[:60])

    def reads(self, text: str, *, patience: float = PATIENCE) -> None:
        """A text stands in the open chat."""
        self.window.wait("chatView", contains=text[:60], patience=patience)

    def times_seen(self, text: str) -> int:
        """How many rows of the open chat hold the text."""
        return sum(text[:60] in row for row in self.window.rows("chatView"))

    def is_told(self, words: str) -> None:
        """The program says something in the chat."""
        self.window.wait("chatView", contains=words)

    def sees_delivered(self, text: str) -> None:
        """The own text has two ticks."""
        self.window.wait("chatView", contains=text[:60])
        self._row_says(text, "delivered")

    def sees_waiting(self, text: str) -> None:
        """The own text has one tick: the relay has it."""
        self._row_says(text, "relay")

    def _row_says(self, text: str, words: str) -> None:
        self.window.wait("chatView", row=[text[:60], words])

    def ends_session(self) -> None:
        """End the session through the chat's menu, and confirm."""
        self.window.click("chatMenu")
        self.window.choose("chatActions", "End")
        self.window.wait("chatActions", visible=False)
        self.window.wait("question/confirm", visible=True)
        self.window.click("question/confirm")
