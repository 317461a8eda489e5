"""The bars over a room in the real windows: a change under way, lists that differ until an owner speaks."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.colleague import Colleague
from support.desktop import WINDOW
from support.driver import Driver
from support.firm import Firm
from support.hasty_rooms import ENTRY
from support.joined import has_joined
from support.play import Person
from support.relay import RelayProcess
from support.rooming import has_part, hears, joins, reads_line, room, says, sees_in
from support.screen import Screen
from support.strangers import Aside
from watchword.core.rooms import texts
from watchword.model.room import Part, RoomDeed, RoomKind
from watchword.protocol import content
from watchword.protocol.rooms import doubting, passing
from watchword.protocol.rooms.roster import Entry
from watchword.protocol.rooms.states import Room
from watchword.settings import Language, Settings, Theme, save

NAME, LATER = "Harvest", "Autumn"
CHANGE, DIFFERS = "roomSettlingBanner", "roomDiffersBanner"
LOOKS = {
    "en": (
        Settings(theme=Theme.LIGHT, language=Language.ENGLISH),
        "Somebody here knows a change of this room",
        "Your list of who is in this room differs from Bo's.",
    ),
    "zh": (
        Settings(theme=Theme.DARK, language=Language.CHINESE),
        "这里有人知道一项这台电脑还没有收到的群聊变更",
        "你的群聊成员名单与 Bo 的不一致",
    ),
}


class Scene:
    """Ada at her desktop, an owner of a room of bo's; bo and cy have no windows."""

    def __init__(self, held: ExitStack, folder: Path, screen: Screen, chosen: Settings) -> None:
        relay = held.enter_context(RelayProcess(folder / "relay"))
        self.aside = held.enter_context(Aside())
        firm = Firm()
        firm.knows("ada")
        self.bo, self.cy = (Person(name, folder / name, relay.address) for name in ("bo", "cy"))
        for person in (self.bo, self.cy):
            self.aside.does(person.registers())
            self.aside.does(person.returns())
            held.callback(self._leaves, person)
        self.aside.does(firm.takes_in(self.bo, self.cy))
        self.ada = Colleague("ada", folder / "staff", screen.environment)
        self.ada.address = relay.address
        held.callback(self.ada.stops)
        has_joined(self.ada, firm, screen.environment)
        save(self.ada.profile / "settings.json", chosen)
        words = ["--profile", str(self.ada.profile)]
        self.ada.drives(Driver(words, screen.environment, folder / "ada.out", entry=ENTRY))
        self.ada.window.wait(WINDOW, visible=True)
        self.ada.is_online()
        self.ada.sits(0, 900)

    def _leaves(self, person: Person) -> None:
        self.aside.does(person.leaves())

    async def _begins(self) -> None:
        await self.bo.client.rooms.found(NAME, ["ada", "cy"], RoomKind.COMPANY)
        await joins(self.cy, NAME)

    def talks(self) -> None:
        """A room of three, with two owners."""
        self.aside.does(self._begins())
        window = self.ada.window
        window.wait("chatList", contains=NAME)
        window.choose("chatList", NAME)
        window.click("joinRoom")
        self.ada.chat_opens()
        self.aside.does(sees_in(self.bo, NAME, "ada", "bo", "cy"))
        self.aside.does(sees_in(self.cy, NAME, "ada", "bo", "cy"))
        here = self.aside.does(room(self.bo, NAME)).id
        self.aside.does(self.bo.client.rooms.make_owner(here, "ada"))
        self.aside.does(reads_line(self.cy, NAME, RoomDeed.MADE_OWNER, "bo", "ada"))

    def renames(self) -> None:
        """Bo gives the room another name."""
        here = self.aside.does(room(self.bo, NAME)).id
        self.aside.does(self.bo.client.rooms.rename(here, LATER))
        self.aside.does(has_part(self.cy, LATER, Part.IN))


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> str:
    """How the windows look."""
    return str(request.param)


@pytest.fixture
def scene(screen: Screen, tmp_path: Path, look: str) -> Iterator[Scene]:
    """Everything of it ends with the test, the last first."""
    with ExitStack() as held:
        made = Scene(held, tmp_path, screen, LOOKS[look][0])
        yield made
        made.ada.forget_secret()


def test_a_change_under_way_and_lists_that_differ(
    scene: Scene, look: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubting, "AGAIN_S", 0.2)  # bo answers whoever asks, however often
    _, change, differs = LOOKS[look]
    ada, bo, cy, window = scene.ada, scene.bo, scene.cy, scene.ada.window
    scene.talks()

    # What bo changes does not reach ada; what he writes then does.
    reached = passing.accounts

    def all_but_ada(held: Room, entries: Iterable[Entry]) -> tuple[str, ...]:
        return tuple(one for one in reached(held, entries) if one != "ada")

    with monkeypatch.context() as withheld:
        withheld.setattr(passing, "accounts", all_but_ada)
        scene.renames()
    scene.aside.does(says(bo, LATER, "What do you say?"))
    ada.reads("What do you say?")
    window.wait(CHANGE, visible=True, contains=change)
    ada.says("To this?")
    window.shot(tmp_path / f"change-{look}.png", WINDOW)
    assert not window.misfits()
    window.wait(CHANGE, visible=False)
    window.wait("contactName", text=LATER)
    scene.aside.does(hears(cy, LATER, ("bo", "What do you say?"), ("ada", "To this?")))

    # From now on bo names a list that nobody else has.
    wrapped = texts.wrapped

    def of_another_list(held: Room, said: bytes) -> bytes:
        other = content.decode(wrapped(held, said))
        assert isinstance(other, content.RoomMessage)
        return content.encode(replace(other, head=b"?" * 32)) if held.me == "bo" else wrapped(held, said)

    monkeypatch.setattr(texts, "wrapped", of_another_list)
    scene.aside.does(says(bo, LATER, "Another list"))
    ada.reads("Another list")
    window.wait(DIFFERS, visible=True, contains=differs)
    window.wait(CHANGE, visible=False)
    ada.says("Kept back")
    window.shot(tmp_path / f"differs-{look}.png", WINDOW)
    assert not window.misfits()
    said = [("bo", "What do you say?"), ("ada", "To this?"), ("bo", "Another list")]
    scene.aside.does(hears(cy, LATER, *said))
    window.click("roomSayAgain")
    window.wait(DIFFERS, visible=False)
    scene.aside.does(hears(cy, LATER, *said, ("ada", "Kept back")))
    ada.closes()
