"""A second computer of one account through the real windows: added by its words, removed; nothing is lost."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from support import legible
from support.desktop import WINDOW, Desktop
from support.driver import Driver
from support.meeting import has_account, meets
from support.play import Person
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from watchword.protocol.second_desktop import WORDS
from watchword.settings import Language, Theme
from watchword.ui.main_window import LEAST_HIGH, LEAST_WIDE
from watchword.ui.settings.account import PARTS

LICENCES = "\n".join(f"{name} · {licence}" for name, licence in PARTS)
KEPT = ("Ada", "ada", "Secret Service", "English", LICENCES)
"""What is no sentence of the program's."""
ENGLISH = {"language": Language.ENGLISH.value, "theme": Theme.LIGHT.value}
CHINESE = {"language": Language.CHINESE.value, "theme": Theme.DARK.value}


class Scene(NamedTuple):
    """Two computers of ada's."""

    desk: Desktop
    laptop: Desktop
    pictures: Path

    def looks(self, window: Driver, name: str, target: str) -> None:
        """Nothing is cut off."""
        window.shot(self.pictures / f"{name}.png", target)
        assert window.misfits() == [], name


def chosen(desktop: Desktop, settings: dict[str, str]) -> None:
    desktop.profile.mkdir(parents=True, exist_ok=True)
    (desktop.profile / "settings.json").write_text(json.dumps(settings))


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    """Theirs."""
    with RelayProcess(tmp_path / "relay") as made:
        yield made


@pytest.fixture
def scene(screen: Screen, tmp_path: Path, relay: RelayProcess) -> Iterator[Scene]:
    """Ada has an account on one, and nothing on the other."""
    with ExitStack() as stack:
        desk, laptop = (
            Desktop(name, tmp_path / folder, relay.address, screen.environment)
            for name, folder in (("ada", "desk"), ("ada", "laptop"))
        )
        pictures = tmp_path / "pictures"
        pictures.mkdir()
        has_account(desk, screen.environment)
        for person in (desk, laptop):
            stack.callback(person.forget_secret)
            stack.callback(person.stops)
        yield Scene(desk, laptop, pictures)


def begins(scene: Scene) -> None:
    """First start on the laptop, until it shows its words."""
    window = scene.laptop.window
    window.click("furtherButton")
    window.wait("relayField", visible=True)
    scene.looks(window, "relay", WINDOW)
    window.click("nextStep")
    window.wait("ownIdField", visible=True, patience=2 * PATIENCE)
    scene.looks(window, "id", WINDOW)
    window.write("ownIdField", "ada")
    window.click("nextStep")
    window.wait("keyringName", visible=True)
    window.wait("nextStep", enabled=True)
    window.click("nextStep")
    window.wait("desktopWords", visible=True)


def settings(window: Driver) -> None:
    window.click(f"{WINDOW}/openSettings")
    window.wait("settingsWindow", visible=True)
    window.wait("desktopState-1", visible=True)


@pytest.mark.parametrize("tongue", [ENGLISH, CHINESE], ids=["english-light", "chinese-dark"])
def test_added_by_its_words_and_removed(scene: Scene, tongue: dict[str, str]) -> None:
    desk, laptop = scene.desk, scene.laptop
    for person in (desk, laptop):
        chosen(person, tongue)
    laptop.opens()
    laptop.window.wait("furtherButton", visible=True)
    scene.looks(laptop.window, "name", WINDOW)
    laptop.window.resize(WINDOW, LEAST_WIDE, LEAST_HIGH)
    scene.looks(laptop.window, "name-least", WINDOW)
    begins(scene)
    words = str(laptop.window.look("desktopWords")["spoken"]).split()
    assert len(words) == WORDS
    laptop.closes()
    laptop.opens()
    laptop.window.wait("desktopWords", visible=True)
    assert str(laptop.window.look("desktopWords")["spoken"]).split() == words
    waits = "正在等待你的另一台电脑…" if tongue is CHINESE else "Waiting for your other computer…"
    laptop.window.wait("waitingState", text=waits)
    scene.looks(laptop.window, "waiting", WINDOW)
    laptop.window.resize(WINDOW, LEAST_WIDE, LEAST_HIGH)
    scene.looks(laptop.window, "waiting-least", WINDOW)

    desk.opens_again()
    settings(desk.window)
    desk.window.wait("newcomers", visible=True)
    scene.looks(desk.window, "newcomer", "settingsWindow")
    desk.window.click("addDesktop")
    desk.window.wait("desktopWordsField", focused=True)
    desk.window.paste("desktopWordsField", " ".join([*words[1:], words[0]]))
    desk.window.key("Return", "desktopWordsField")
    desk.window.wait("desktopWordsField", wrong=True)
    scene.looks(desk.window, "wrong-words", "settingsWindow")
    assert laptop.window.look("desktopWords")["visible"]
    desk.window.key("Ctrl+A", "desktopWordsField")
    desk.window.paste("desktopWordsField", " ".join(words))
    scene.looks(desk.window, "right-words", "settingsWindow")
    desk.window.click("approveDesktop")
    desk.window.wait("removeDesktop-2", visible=True, patience=2 * PATIENCE)
    laptop.window.wait(f"{WINDOW}/newConversation", visible=True, enabled=True, patience=2 * PATIENCE)
    away = "未登录" if tongue is CHINESE else "not signed in"
    desk.window.wait("desktopState-2", lacks=away)
    scene.looks(desk.window, "added", "settingsWindow")
    if tongue is CHINESE:
        assert legible.english(desk.window.words("settingsWindow"), [*KEPT, *words]) == []

    desk.window.click("removeDesktop-2")
    desk.window.wait("question/confirm", visible=True)
    scene.looks(desk.window, "remove", "question")
    desk.window.click("question/confirm")
    desk.window.wait("desktop-1", visible=True)
    laptop.window.wait("linkBanner", visible=True, patience=2 * PATIENCE)
    scene.looks(laptop.window, "removed", WINDOW)
    laptop.closes()
    laptop.opens()
    laptop.window.wait("linkBanner", visible=True, patience=2 * PATIENCE)
    scene.looks(laptop.window, "removed-again", WINDOW)
    laptop.closes()
    desk.closes()


@pytest.fixture
def aside() -> Iterator[Aside]:
    """For people without windows."""
    with Aside() as there:
        yield there


def test_a_conversation_stays_on_the_computer_where_it_was_opened(
    scene: Scene, aside: Aside, tmp_path: Path
) -> None:
    desk, laptop = scene.desk, scene.laptop
    bo = Person("bo", tmp_path / "bo", desk.address)
    aside.does(bo.registers())
    aside.does(bo.returns())
    desk.opens_again()
    meets(desk, bo, aside)
    desk.says("hello from the desk")
    laptop.opens()
    begins(scene)
    words = str(laptop.window.look("desktopWords")["spoken"])
    settings(desk.window)
    desk.window.click("addDesktop")
    desk.window.wait("desktopWordsField", focused=True)
    desk.window.paste("desktopWordsField", words)
    desk.window.key("Return", "desktopWordsField")
    laptop.window.wait(f"{WINDOW}/newConversation", visible=True, enabled=True, patience=2 * PATIENCE)
    laptop.is_online()
    aside.does(bo.sends("ada", "to the desk alone"))
    desk.reads("to the desk alone")
    laptop.window.click(f"{WINDOW}/openContacts")
    laptop.window.wait("contactsWindow", visible=True)
    scene.looks(laptop.window, "contacts", "contactsWindow")
    laptop.closes()
    desk.closes()
    aside.does(bo.leaves())
