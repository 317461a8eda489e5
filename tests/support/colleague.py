"""One member of a company at their desktop: words of a play over `support.desktop`."""

from collections.abc import Mapping
from pathlib import Path

from support.desktop import DIALOG, WINDOW, Desktop
from support.driver import Driver
from support.processes import PATIENCE

SETTINGS = "settingsWindow"
INFO = "messageInfo"


class Colleague(Desktop):
    """A person whose company file says who they are and which relay they use."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str]) -> None:
        super().__init__(name, folder, "", environment)

    # --- joining ------------------------------------------------------------------------

    def opens_with(self, source: str) -> None:
        """`watchword --join`, for the first time; the file shows what it is from the outside."""
        words = ["--profile", str(self.profile), "--join", source]
        self.drives(Driver(words, self._environment, self._output))
        self.window.wait("companyAccount", visible=True, contains=self.name)

    def joins(self, phrase: str) -> None:
        """Type the join phrase, keep the key in the keyring: the main window opens."""
        self.window.write("joinPhrase", phrase)
        self.window.click("joinCompany")
        self.window.wait("keyringName", visible=True, patience=2 * PATIENCE)
        self.window.wait("nextStep", enabled=True)
        self.window.click("nextStep")
        self.window.wait(WINDOW, visible=True)
        self.is_online()

    # --- the company in the settings ------------------------------------------------------

    def takes_update(self) -> None:
        """Settings → Organisation → *Look for a newer file now*: there is one."""
        self.window.click(f"{WINDOW}/openSettings")
        self.window.wait("companyPage", visible=True)
        before = self.window.text("company-file")
        self.window.click("lookForUpdate")
        self.window.wait("company-file", visible=True, lacks=before)
        self.window.close(SETTINGS)
        self.window.wait(SETTINGS, visible=False)

    # --- talking --------------------------------------------------------------------------

    def picks(self, *names: str) -> None:
        """*New conversation* with colleagues: no phrase is asked for, the chat opens."""
        self.window.click(f"{WINDOW}/newConversation")
        self.window.wait(DIALOG, visible=True)
        for name in names:
            self.window.write(f"{DIALOG}/idField", name)
            self.window.choose(f"{DIALOG}/contactList", name)
            self.window.wait(f"{DIALOG}/picked-{name.lower()}", visible=True)
        self.window.wait(f"{DIALOG}/nextStep", enabled=True)
        self.window.click(f"{DIALOG}/nextStep")
        self.window.wait(DIALOG, visible=False)
        self.chat_opens()

    def turns_to_chat(self, name: str) -> None:
        """Open a chat of the list."""
        self.window.activate(WINDOW)
        self.window.wait("chatList", contains=name)
        self.window.choose("chatList", name)
        self.chat_opens()

    def is_held_up(self, bar: str, words: str, *, patience: float = PATIENCE) -> None:
        """A bar over the chat says what waits, and why."""
        self.window.wait(bar, visible=True, contains=words, patience=patience)

    def is_held_up_no_more(self, bar: str) -> None:
        """The bar is gone."""
        self.window.wait(bar, visible=False, patience=2 * PATIENCE)

    def asks_about(self, text: str) -> None:
        """*Message info…* of a message in the open chat."""
        self.window.choose("chatView", text, right=True)
        self.window.choose("messageMenu", "Message info")
        self.window.wait(INFO, visible=True)
