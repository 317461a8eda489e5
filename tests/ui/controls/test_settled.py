"""The first frame after a change shows everything where it stays."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from support.frames import misplaced, moved_after_first_frame
from support.windows import find, offline_client, played, speak
from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.errors import Kind, Situation
from watchword.model.events import RequestChanged
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.settings import Language
from watchword.ui.contacts.window import ContactsWindow
from watchword.ui.requests.new_conversation import NewConversation
from watchword.ui.requests.panel import RequestsWindow
from watchword.ui.requests.prompt import Prompt

ASKED = SessionRequest("k1", Role.ASKED, "ada", "Ada Byron", False, Phase.WAITING, "the lake", ring_s=115.0)
ASKING = replace(ASKED, key="k2", role=Role.ASKING)

Change = Callable[[], object]


def stands(qapp: QApplication, folder: Path, make: Callable[[Client], tuple[QWidget, list[Change]]]) -> None:
    """Every change of a window stands in its first frame, with nothing over anything else."""

    async def play() -> None:
        client = await offline_client(folder / "bo")
        window, changes = make(client)
        for number, change in enumerate(changes):
            assert await moved_after_first_frame(window, change) == {}, f"change {number}"
            assert misplaced(window) == [], f"change {number}"
        for language in (Language.CHINESE, Language.ENGLISH):
            moved = await moved_after_first_frame(window, partial(speak, language))
            assert moved == {}, language
        window.close()
        await client.close()

    played(qapp, play())


def endings(show: Callable[[SessionRequest], object], request: SessionRequest) -> list[Change]:
    """From waiting to each ending."""
    changes: list[Change] = []
    for ending in Ending:
        over = replace(request, phase=Phase.ENDED, ending=ending, uncertain=3)
        changes += [partial(show, request), partial(show, over)]
    return changes


def test_the_pop_up(qapp: QApplication, tmp_path: Path) -> None:
    def make(client: Client) -> tuple[QWidget, list[Change]]:
        prompt = Prompt(client)
        request = replace(ASKED, ring_ends=client.now() + 88)
        long = "The phrase contains a character that this program does not know yet. Leave it out. "
        return prompt, [
            lambda: prompt.show_request(request),
            lambda: prompt.view.entry.set_problem(long * 2),
            lambda: prompt.show_request(replace(request, phase=Phase.CHECKING)),
            lambda: prompt.show_request(replace(request, phase=Phase.RELAY_LOST)),
            *endings(prompt.show_request, request),
        ]

    stands(qapp, tmp_path, make)


def test_new_conversation(qapp: QApplication, tmp_path: Path) -> None:
    def make(client: Client) -> tuple[QWidget, list[Change]]:
        window = NewConversation(client)

        def press(name: str) -> Change:
            return lambda: find(window, name, QAbstractButton).click()

        return window, [
            window.begin,
            lambda: window.whom.who.search.setText("a b"),
            lambda: window.whom.who.search.setText("ada"),
            press("nextStep"),
            press("typePhrase"),
            press("addHint"),
            lambda: window.phrase.entry.set_text("our own words"),
            lambda: window.phrase.say(Situation(Kind.GUESS_BLOCKED, {"account": "ada"})),
            *endings(window.watch, replace(ASKING, ring_ends=client.now() + 70)),
        ]

    stands(qapp, tmp_path, make)


def test_requests(qapp: QApplication, tmp_path: Path) -> None:
    def make(client: Client) -> tuple[QWidget, list[Change]]:
        window = RequestsWindow(client)
        ended = replace(ASKING, phase=Phase.ENDED, ending=Ending.DIFFER)
        return window, [
            window.show,
            lambda: window.panel._heard(RequestChanged(ASKED)),
            lambda: window.panel._heard(RequestChanged(ended)),
            lambda: window.resize(420, 700),
        ]

    stands(qapp, tmp_path, make)


def test_contacts(qapp: QApplication, tmp_path: Path) -> None:
    def make(client: Client) -> tuple[QWidget, list[Change]]:
        window = ContactsWindow(client)
        blocked = Contact("mallory", "mallory", listed=False, blocked=True)
        return window, [
            window.show,
            lambda: window.show_person(Contact("bo", "Bo")),
            lambda: window.show_person(blocked),
            lambda: window.person.say(Situation(Kind.DISK_FULL)),
            window.show_list,
        ]

    stands(qapp, tmp_path, make)
