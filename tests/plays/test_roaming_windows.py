"""What a person sees on a second desktop: earlier messages as they come; and taking a message back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from support.colleague import INFO, Colleague
from support.desktop import WINDOW
from support.firm import Firm, reads, writes
from support.joined import has_joined
from support.play import Person
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.roaming import DAY
from support.screen import Screen
from support.second import removes
from support.strangers import Aside
from watchword import settings
from watchword.paths import Paths
from watchword.settings import Language, Settings, Theme

COUNT = 400


class Scene:
    """Ada and bo have written for a day; ada has a laptop that was not there."""

    def __init__(self, stack: ExitStack, folder: Path, screen: Screen) -> None:
        # Pages come slowly, so that somebody can see them come.
        relay = stack.enter_context(RelayProcess(folder / "relay", limits={"pages": (1, 0.4)}))
        self.aside = stack.enter_context(Aside())
        self.firm = firm = Firm()
        firm.policy(roaming=DAY)
        self.ada, self.bo = (Person(name, folder / name, relay.address) for name in ("ada", "bo"))
        for person in (self.ada, self.bo):
            self.aside.does(person.registers())
            self.aside.does(person.returns())
            stack.callback(self._leaves, person)
        self.aside.does(firm.takes_in(self.ada, self.bo))
        self._address = relay.address
        self._environment = screen.environment

    def _leaves(self, person: Person) -> None:
        if not person.is_away:
            self.aside.does(person.leaves())

    async def _talk(self, count: int) -> None:
        for number in range(count):
            await writes(self.bo, ("ada",), f"message {number}")
        await reads(self.ada, ("bo",), *[("bo", f"message {n}") for n in range(count)], patience=120)

    def talk(self, count: int) -> None:
        """Bo writes much, and ada's first desktop has it."""
        self.aside.does(self._talk(count), patience=150)

    @contextmanager
    def laptop(self, folder: Path, chosen: Settings) -> Iterator[Colleague]:
        """A new laptop is added, and opened for the first time."""
        laptop = Colleague("ada", folder / "laptop", self._environment)
        laptop.address = self._address
        has_joined(laptop, self.firm, self._environment, further=True)
        settings.save(Paths.of(laptop.profile).settings, chosen)
        try:
            laptop.opens_again()
            yield laptop
        finally:
            laptop.stops()
            laptop.forget_secret()


@pytest.fixture
def scene(screen: Screen, tmp_path: Path) -> Iterator[Scene]:
    """Before there is a laptop."""
    with ExitStack() as stack:
        yield Scene(stack, tmp_path, screen)


@pytest.fixture(scope="module")
def after_a_day(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Bo has written much, which every new laptop of ada's fetches."""
    with ExitStack() as stack:
        made = Scene(stack, tmp_path_factory.mktemp("day"), screen)
        made.talk(COUNT)
        yield made


LOOKS = {
    "en": (Settings(theme=Theme.LIGHT, language=Language.ENGLISH), "Earlier messages", "Take back"),
    "zh": (Settings(theme=Theme.DARK, language=Language.CHINESE), "较早", "撤回"),
}


@pytest.mark.parametrize("look", ["en", "zh"])
def test_earlier_messages_come_and_say_how_far(after_a_day: Scene, look: str, tmp_path: Path) -> None:
    chosen, earlier, _ = LOOKS[look]
    with after_a_day.laptop(tmp_path, chosen) as laptop:
        window = laptop.window
        window.wait("historyBar", visible=True, patience=2 * PATIENCE)
        window.wait("historyWords", visible=True, contains=earlier)
        laptop.turns_to_chat("Bo")
        window.shot(tmp_path / f"history-{look}.png", WINDOW)
        window.wait("historyBar", visible=False, patience=4 * PATIENCE)
        laptop.reads(f"message {COUNT - 1}")
        assert window.misfits() == []
        window.shot(tmp_path / f"history-done-{look}.png", WINDOW)
        laptop.closes()


def test_nothing_is_written_on_a_desktop_that_was_removed(scene: Scene, tmp_path: Path) -> None:
    scene.talk(1)
    with scene.laptop(tmp_path, LOOKS["en"][0]) as laptop:
        window = laptop.window
        laptop.turns_to_chat("Bo")
        scene.aside.does(removes(scene.ada, 2))
        window.wait("noSession", visible=True, text="Nothing can be sent from this computer any more.")
        window.wait("composer", visible=False)
        laptop.reads("message 0")
        laptop.closes()
        laptop.opens()
        window = laptop.window
        window.wait("linkBanner", visible=True, patience=2 * PATIENCE)
        window.choose("chatList", "Bo")
        window.wait("noSession", visible=True)
        window.wait("composer", visible=False)


@pytest.mark.parametrize("look", ["en", "zh"])
def test_a_message_is_taken_back(scene: Scene, look: str, tmp_path: Path) -> None:
    chosen, _, take_back = LOOKS[look]
    scene.talk(3)
    with scene.laptop(tmp_path, chosen) as laptop:
        window = laptop.window
        laptop.turns_to_chat("Bo")
        laptop.says("all fine")
        laptop.sees_delivered("all fine") if look == "en" else None
        scene.aside.does(scene.bo.leaves())
        laptop.says("this was not for you")
        window.choose("chatView", "this was not for you", right=True)
        window.shot(tmp_path / f"menu-{look}.png")
        window.choose("messageMenu", take_back)
        window.wait("takeBack", visible=True)
        window.shot(tmp_path / f"question-{look}.png", "takeBack")
        window.click("takeBack/confirm")
        window.wait("toast", visible=True)
        window.shot(tmp_path / f"taken-back-{look}.png", WINDOW)
        window.choose("chatView", "this was not for you", right=True)
        window.choose("messageMenu", "Message info" if look == "en" else "消息信息")
        window.wait(INFO, visible=True)
        window.wait("infoTakenBack", visible=True)
        window.wait("infoTakeBack", visible=False)
        window.shot(tmp_path / f"info-{look}.png", INFO)
        assert window.misfits() == []
