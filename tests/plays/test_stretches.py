"""Nothing over 50 ms on the loop: every window and dialog opens, and takes long texts, in time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from support.blocking import too_long
from support.desktop import DIALOG, PROMPT, WINDOW, Desktop
from support.driver import Driver
from support.meeting import has_account, meets
from support.nursery import by_command_line
from support.play import PHRASE, Person
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from watchword_wire.limits import TEXT_BYTES

TIMES = 3
NEWS = ("你好!明天下午三点见?", "🎉👍🏽", "שלום", "https://example.org/clause")


class Watch:
    """The longest stretch of each thing that is done, each time it is done."""

    def __init__(self, window: Driver) -> None:
        self._window = window
        self.taken: dict[str, list[float]] = {}

    @contextmanager
    def over(self, what: str, shows: str, **wanted: Any) -> Iterator[None]:
        """Whatever is done within, until the target is as wanted and has been painted."""
        self._window.longest_stretch()
        yield
        self._window.wait(shows, **{"visible": True, **wanted}, every=40)
        self._window.look(shows)
        self.taken.setdefault(what, []).append(self._window.longest_stretch())

    def opens(self, what: str, click: str) -> None:
        """A click shows a window."""
        with self.over(what, what):
            self._window.click(click)

    def too_long(self) -> dict[str, list[float]]:
        """What was over the limit, in milliseconds."""
        return {
            what: [round(seconds * 1000) for seconds in taken]
            for what, taken in self.taken.items()
            if too_long(taken)
        }


@pytest.fixture
def aside() -> Iterator[Aside]:
    """A loop in a thread, for people without windows."""
    with Aside() as there:
        yield there


def test_every_window_opens_in_time(screen: Screen, tmp_path: Path, aside: Aside) -> None:
    with by_command_line(), ExitStack() as stack:
        relay = stack.enter_context(RelayProcess(tmp_path / "relay"))
        bo, cy = (Person(name, tmp_path / name, relay.address) for name in ("bo", "cy"))
        for person in (bo, cy):
            aside.does(person.registers())
            aside.does(person.returns())
            stack.callback(_leaves, aside, person)
        ada = Desktop("ada", tmp_path, relay.address, screen.environment)
        stack.callback(ada.stops)
        has_account(ada, screen.environment)
        ada.opens_again()
        window = ada.window
        meets(ada, bo, aside)
        watch = Watch(window)
        for _ in range(TIMES):
            _messages(watch, bo, aside)
            _chat(watch, window)
            _windows(watch, window)
            _asking(watch, ada, cy, aside)
            _asked(watch, ada, cy, aside)
            _looks(watch, window)
            _long_texts(watch, window)
        assert not watch.too_long()
        ada.closes()


def _leaves(aside: Aside, person: Person) -> None:
    aside.does(person.leaves())


def _messages(watch: Watch, bo: Person, aside: Aside) -> None:
    for text in NEWS:
        with watch.over(f"message {text}", "chatView", contains=text):
            aside.does(bo.sends("ada", text))


def _chat(watch: Watch, window: Driver) -> None:
    for deed, dialog, away in (
        ("Details", "chatDetails", "closeDetails"),
        ("Rename", "renameContact", "renameContact/cancel"),
        ("End", "question", "question/cancel"),
        ("Block", "question", "question/cancel"),
    ):
        watch.opens("chatActions", "chatMenu")
        with watch.over(f"{deed}: {dialog}", dialog):
            window.choose("chatActions", deed)
        window.click(away)
        window.wait(dialog, visible=False)
    with watch.over("message info", "messageInfo"):
        window.key("Ctrl+I", "chatView")
    window.close("messageInfo")
    window.wait("messageInfo", visible=False)
    with watch.over("openLink", "openLink"):
        window.choose("chatView", "example.org")
    window.click("openLink/cancel")
    window.wait("openLink", visible=False)


def _windows(watch: Watch, window: Driver) -> None:
    watch.opens("settingsWindow", f"{WINDOW}/openSettings")
    window.close("settingsWindow")
    watch.opens("requestsWindow", f"{WINDOW}/openRequests")
    window.close("requestsWindow")
    watch.opens("contactsWindow", f"{WINDOW}/openContacts")
    watch.opens("addContactDialog", "addToContacts")
    window.click("cancelAdd")
    with watch.over("one person", "personId"):
        window.choose("contactsWindow/people", "bo")
    watch.opens("renameContact", "renamePerson")
    window.click("renameContact/cancel")
    watch.opens("question", "blockPerson")
    window.click("question/cancel")
    window.close("contactsWindow")


def _asking(watch: Watch, ada: Desktop, cy: Person, aside: Aside) -> None:
    window = ada.window
    watch.opens(DIALOG, f"{WINDOW}/newConversation")
    window.write(f"{DIALOG}/idField", "cy")
    window.wait(f"{DIALOG}/nextStep", enabled=True)
    with watch.over("the phrase", f"{DIALOG}/sendRequest"):
        window.click(f"{DIALOG}/nextStep")
    with watch.over("an own phrase", f"{DIALOG}/phraseField"):
        window.click(f"{DIALOG}/Type my own")
    window.write(f"{DIALOG}/phraseField", PHRASE)
    with watch.over("a request runs", f"{DIALOG}/requestState", contains="Waiting for"):
        window.click(f"{DIALOG}/sendRequest")
    aside.does(cy.sees_prompt_of("ada"))
    with watch.over("a request ends", f"{DIALOG}/requestEnding", contains="did not want"):
        aside.does(cy.declines("ada"))
    ada.puts_away(DIALOG)


def _asked(watch: Watch, ada: Desktop, cy: Person, aside: Aside) -> None:
    with watch.over("the pop-up", f"{PROMPT}/phraseField"):
        aside.does(cy.asks("ada", PHRASE))
    ada.declines()
    ada.window.wait(PROMPT, visible=False)


def _looks(watch: Watch, window: Driver) -> None:
    """Light and dark, language and size, with other windows open."""
    for opener, opened in (("openContacts", "contactsWindow"), ("openSettings", "settingsWindow")):
        window.click(f"{WINDOW}/{opener}")
        window.wait(opened, visible=True)
    for choice in ("theme-dark", "theme-light"):
        with watch.over(choice, choice, checked=True):
            window.click(choice)
    for choice, title in (("language-zh_CN", "设置"), ("language-en", "Settings")):
        with watch.over(choice, "settingsWindow", text=title):
            window.click(choice)
    for opened in ("settingsWindow", "contactsWindow"):
        window.close(opened)
    for width in (700, 500, 1_100):
        with watch.over(f"{width} wide", WINDOW):
            window.resize(WINDOW, width, 700)


def _long_texts(watch: Watch, window: Driver) -> None:
    for what, text in (
        ("unbroken", "x" * (TEXT_BYTES - 1)),
        ("words", ("word " * TEXT_BYTES)[: TEXT_BYTES - 1]),
    ):
        with watch.over(f"pasting {what}", "composer", text=text):
            window.paste("composer", text)
        with watch.over(f"a letter more, {what}", "sendButton", enabled=True):
            window.key("x", "composer")
        window.key("Ctrl+A", "composer")
        with watch.over(f"deleting {what}", "sendButton", enabled=False):
            window.key("Delete", "composer")
