"""People outside the company in the real windows: marked, explained, refused where the policy says so."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.colleague import Colleague
from support.desktop import DIALOG, PROMPT, WINDOW
from support.firm import Firm
from support.joined import has_joined
from support.play import PHRASE, Person
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from support.web import WebServer
from watchword.model.requests import Ending
from watchword.protocol.company.profile import Outsiders
from watchword.settings import Language, Settings, Theme, save

UPDATES = "/acme.company"
NEWS = "The board meets on Thursday."
ENGLISH = Settings(theme=Theme.LIGHT, language=Language.ENGLISH)
CHINESE = Settings(theme=Theme.DARK, language=Language.CHINESE)
SAID = {
    Language.ENGLISH: {
        "mark": "outside ACME",
        "details": "Details",
        "session": "a passphrase session protects this conversation",
        "refused": "allows no conversations with people outside it",
    },
    Language.CHINESE: {
        "mark": "ACME 以外",
        "details": "详情",
        "session": "此对话由口令会话保护",
        "refused": "不允许与公司以外的人对话",
    },
}


class Scene:
    """Ada of ACME at her desktop, and Eve, who is nobody's colleague."""

    def __init__(self, screen: Screen, folder: Path, held: ExitStack, chosen: Settings) -> None:
        self.said = SAID[chosen.language]
        self.pictures = folder
        self.aside = held.enter_context(Aside())
        self._web = held.enter_context(WebServer())
        relay = held.enter_context(RelayProcess(folder / "relay"))
        self.firm = Firm()
        self.firm.profile = replace(self.firm.profile, updates=self._web.link(UPDATES))
        self.firm.knows("ada", "bo")
        self.eve = Person("eve", folder / "eve", relay.address)
        self.aside.does(self.eve.registers())
        self.aside.does(self.eve.returns())
        held.callback(lambda: self.aside.does(self.eve.leaves()))
        self.ada = Colleague("ada", folder / "staff", screen.environment)
        self.ada.address = relay.address
        held.callback(self.ada.stops)
        has_joined(self.ada, self.firm, screen.environment)
        save(self.ada.profile / "settings.json", chosen)
        self.ada.opens_again()
        self.ada.sits(0, 1100)

    def decides(self, outsiders: Outsiders) -> None:
        """The key owner changes the policy, and Ada's desktop takes the newer file."""
        self.firm.policy(outsiders=outsiders)
        self.hands_out()

    def hands_out(self) -> None:
        """Ada's desktop takes the newest file."""
        self._web.gives(UPDATES, self.firm.update())
        self.ada.takes_update()

    def looks(self, name: str, target: str) -> None:
        """Take a picture; nothing is cut."""
        self.ada.window.shot(self.pictures / f"{name}.png", target)
        assert not self.ada.window.misfits()

    def asks(self) -> None:
        """Ada asks Eve, by her id: what that means is said before, and again where the phrase is chosen."""
        window = self.ada.window
        window.click(f"{WINDOW}/newConversation")
        window.wait(DIALOG, visible=True)
        window.write(f"{DIALOG}/idField", "eve")
        window.wait(f"{DIALOG}/contactList", contains=self.said["mark"])
        window.wait(f"{DIALOG}/outsideMeaning", visible=True, contains=self.said["session"])
        self.looks("1-whom", DIALOG)
        window.click(f"{DIALOG}/nextStep")
        window.wait(f"{DIALOG}/notInDirectory", visible=True, contains=self.said["mark"])
        window.wait(f"{DIALOG}/outsideMeaning", visible=True, contains=self.said["session"])
        self.looks("2-phrase", DIALOG)
        window.click(f"{DIALOG}/copyPhrase")
        phrase = window.clipboard()
        window.click(f"{DIALOG}/sendRequest")
        self.aside.does(self.eve.sees_prompt_of("ada"))
        self.aside.does(self.eve.answers("ada", phrase))
        self.aside.does(self.eve.sees_ending("ada", Ending.ACCEPTED))
        window.wait(f"{DIALOG}/requestEnding", visible=True)
        self.ada.puts_away(DIALOG)
        self.ada.chat_opens()


@pytest.fixture(params=[ENGLISH, CHINESE], ids=["english-light", "chinese-dark"])
def scene(screen: Screen, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Everything of it ends with the test, the last first."""
    with ExitStack() as held:
        yield Scene(screen, tmp_path, held, request.param)


def test_who_is_outside_is_marked_and_the_policy_changes_in_both_directions(scene: Scene) -> None:
    ada, eve, said, window = scene.ada, scene.eve, scene.said, scene.ada.window
    scene.asks()
    window.wait("contactLine", contains=said["mark"])
    ada.says(NEWS)
    scene.aside.does(eve.sees_texts("ada", [NEWS]))
    scene.looks("3-chat", WINDOW)
    window.click("chatMenu")
    window.choose("chatActions", said["details"])
    window.wait("chatDetails", visible=True)
    scene.looks("4-details", "chatDetails")
    window.click("closeDetails")
    window.wait("chatDetails", visible=False)

    scene.decides(Outsiders.REFUSE)
    ada.turns_to_window()
    window.wait("outsideBanner", visible=True, contains=said["refused"])
    window.write("composer", "not yet")
    window.key("Return", "composer")
    window.wait("composerNote", visible=True, contains=said["refused"])
    window.wait("composer", text="not yet")
    scene.looks("5-refused", WINDOW)
    scene.decides(Outsiders.SESSION)
    ada.turns_to_window()
    window.wait("outsideBanner", visible=False)
    window.wait("composerNote", visible=False)
    window.wait("composer", text="not yet")
    window.key("Return", "composer")
    scene.aside.does(eve.sees_texts("ada", [NEWS, "not yet"]))

    scene.decides(Outsiders.REFUSE)
    window.click(f"{WINDOW}/newConversation")
    window.write(f"{DIALOG}/idField", "eve")
    window.wait(f"{DIALOG}/outsideMeaning", visible=True, contains=said["refused"])
    window.wait(f"{DIALOG}/nextStep", enabled=False)
    window.key("Return", f"{DIALOG}/idField")
    window.wait(f"{DIALOG}/idProblem", visible=True, contains=said["refused"])
    scene.looks("6-nobody", DIALOG)
    window.close(DIALOG)
    window.wait(DIALOG, visible=False)

    scene.aside.does(eve.ends_session("ada"))
    window.wait("noSession", visible=True, contains=said["refused"])
    window.wait("reopenConversation", visible=False)
    scene.looks("7-ended", WINDOW)
    scene.aside.does(eve.asks("ada", PHRASE))
    window.wait(f"{PROMPT}/outsideMeaning", visible=True, contains=said["refused"])
    window.wait(f"{PROMPT}/phraseField", visible=False)
    window.wait(f"{PROMPT}/openConversation", visible=False)
    scene.looks("8-asked", PROMPT)
    scene.decides(Outsiders.SESSION)
    window.wait(f"{PROMPT}/outsideMeaning", visible=True, contains=said["session"])
    scene.looks("9-asked-again", PROMPT)
    ada.answers(PHRASE)
    scene.aside.does(eve.sees_ending("ada", Ending.ACCEPTED))
    ada.turns_to_window()
    ada.chat_opens()
    ada.closes()


def test_who_leaves_the_directory_is_outside_while_the_chat_is_open(screen: Screen, tmp_path: Path) -> None:
    with ExitStack() as held:
        scene = Scene(screen, tmp_path, held, ENGLISH)
        ada, eve, window = scene.ada, scene.eve, scene.ada.window
        scene.firm.knows("eve")
        scene.decides(Outsiders.REFUSE)
        scene.aside.does(eve.asks("ada", PHRASE))
        window.wait(f"{PROMPT}/notInDirectory", visible=False)
        ada.answers(PHRASE)
        scene.aside.does(eve.sees_ending("ada", Ending.ACCEPTED))
        ada.turns_to_chat("eve")
        window.wait("contactLine", lacks=scene.said["mark"])
        ada.says(NEWS)
        ada.sees_delivered(NEWS)

        scene.firm.directory("ada", "bo")
        scene.hands_out()
        ada.turns_to_window()
        window.wait("contactLine", contains=scene.said["mark"])
        window.wait("outsideBanner", visible=True, contains="is not in its directory")
        window.write("composer", "and now?")
        window.key("Return", "composer")
        window.wait("composerNote", visible=True, contains=scene.said["refused"])
        scene.firm.directory("ada", "bo", "eve")
        scene.hands_out()
        ada.turns_to_window()
        window.wait("outsideBanner", visible=False)
        window.key("Return", "composer")
        scene.aside.does(eve.sees_texts("ada", [NEWS, "and now?"]))
        ada.closes()
