"""Whom a conversation is for, through the real windows (F6): colleagues, several, with sessions besides."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from plays.test_stretches import Watch
from support.colleague import Colleague
from support.desktop import DIALOG, WINDOW
from support.driver import Driver
from support.firm import PHRASE as JOIN_PHRASE
from support.firm import Firm
from support.joined import has_joined
from support.play import Person
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside

CROWD = 1_000
NEWS = "The board meets on Thursday."
PLACES = {"ada": (0, 780), "bo": (400, 780), "cy": (800, 780)}
STRONG = "purple bicycle thunder mountain lemon harvest"
WEAK = (
    "ACME asks its members for stronger phrases than this one. "
    "Add words that do not belong together, or take a generated phrase."
)


class Acme:
    """A relay, a company, and its people with windows and without."""

    def __init__(self, screen: Screen, folder: Path, aside: Aside, held: ExitStack) -> None:
        self.firm = Firm()
        self._screen = screen
        self._folder = folder
        self._aside = aside
        self._held = held
        self._relay = held.enter_context(RelayProcess(folder / "relay"))

    def desktop(self, name: str) -> Colleague:
        """A member's desktop, at its place on the screen."""
        person = Colleague(name, self._folder / "staff", self._screen.environment)
        person.address = self._relay.address
        self._held.callback(person.stops)
        has_joined(person, self.firm, self._screen.environment)
        person.opens_again()
        person.sits(*PLACES[name])
        return person

    def person(self, name: str) -> Person:
        """A member without windows."""
        made = Person(name, self._folder / name, self._relay.address)
        self._aside.does(made.registers())
        self._aside.does(made.returns())
        self._held.callback(lambda: self._aside.does(made.leaves()))
        self._aside.does(made.client.company.join(self.firm.join_file(name), JOIN_PHRASE))
        return made


@pytest.fixture
def aside() -> Iterator[Aside]:
    """A loop in a thread, for people without windows."""
    with Aside() as there:
        yield there


@pytest.fixture
def acme(screen: Screen, tmp_path: Path, aside: Aside) -> Iterator[Acme]:
    """The company; everything of it ends with the test, the last first."""
    with ExitStack() as held:
        yield Acme(screen, tmp_path, aside, held)


def test_one_picks_two_and_all_three_talk(acme: Acme) -> None:
    acme.firm.knows("ada", "bo", "cy", "dee")
    ada, bo, cy = map(acme.desktop, PLACES)
    window = ada.window
    window.click(f"{WINDOW}/newConversation")
    window.wait(f"{DIALOG}/contactList", count=3)
    assert window.rows(f"{DIALOG}/contactList") == ["Bo, bo · ACME", "Cy, cy · ACME", "Dee, dee · ACME"]
    window.key("Escape", f"{DIALOG}/idField")
    window.wait(DIALOG, visible=False)
    ada.picks("Bo", "Cy")
    window.wait("chatList", contains="Bo, Cy")
    ada.says(NEWS)
    for colleague, title in ((bo, "Ada, Cy"), (cy, "Ada, Bo")):
        colleague.window.wait("chatList", contains=f"{title}, 1 unread, Ada: {NEWS}")
        colleague.window.choose("chatList", title)
        colleague.reads(NEWS)
    cy.says("I will be there.")
    ada.reads("I will be there.")
    bo.window.wait("chatList", contains="Cy: I will be there.")
    # The same people are the same conversation.
    ada.picks("Cy", "Bo")
    assert len(window.rows("chatList")) == 1
    for colleague in (ada, bo, cy):
        colleague.closes()


def test_both_asks_each_member_for_a_phrase_of_the_company_s_strength(acme: Acme, aside: Aside) -> None:
    acme.firm.policy(session=True, phrase=52)
    acme.firm.knows("ada", "bo", "cy")
    bo, cy, ada = acme.person("bo"), acme.person("cy"), acme.desktop("ada")
    window = ada.window
    window.click(f"{WINDOW}/newConversation")
    window.wait(f"{DIALOG}/contactList", count=2)
    for _ in range(2):
        window.key("Return", f"{DIALOG}/idField")
        window.key("Down", f"{DIALOG}/idField")
    window.click(f"{DIALOG}/nextStep")
    window.wait("sessionsBanner", visible=True, contains="Still missing: Bo, Cy")
    for other, own in ((bo, False), (cy, True)):
        window.click(f"Phrase with {other.name.title()}…")
        window.wait(f"{DIALOG}/sendRequest", visible=True)
        phrase = types_a_phrase(window) if own else takes_the_phrase(window)
        window.click(f"{DIALOG}/sendRequest")
        aside.does(other.sees_prompt_of("ada"))
        aside.does(other.answers("ada", phrase))
        ada.asking_sees("proved that you know the same phrase")
        ada.puts_away(DIALOG)
    ada.chat_opens()
    window.wait("sessionsBanner", visible=False)
    ada.says(NEWS)
    ada.sees_delivered(NEWS)
    ada.closes()


def takes_the_phrase(window: Driver) -> str:
    """The generated phrase is strong enough: 52 bits are six words."""
    window.click(f"{DIALOG}/copyPhrase")
    phrase = window.clipboard()
    assert len(phrase.split()) >= 6
    return phrase


def types_a_phrase(window: Driver) -> str:
    """A weak one is refused by the company's name, a strong one is not."""
    window.click(f"{DIALOG}/Type my own")
    window.write(f"{DIALOG}/phraseField", "purple bicycle")
    window.wait(f"{DIALOG}/phraseJudgement", contains="Not enough for ACME yet")
    window.click(f"{DIALOG}/sendRequest")
    window.wait(f"{DIALOG}/phraseField", wrong=True, described=WEAK)
    window.key("Ctrl+A", f"{DIALOG}/phraseField")
    window.write(f"{DIALOG}/phraseField", STRONG)
    window.wait(f"{DIALOG}/phraseJudgement", contains="Enough for ACME")
    return STRONG


def test_a_directory_of_a_thousand_is_quick(acme: Acme) -> None:
    acme.firm.knows("ada", *(f"person{number:04}" for number in range(CROWD)))
    ada = acme.desktop("ada")
    window, watch = ada.window, Watch(ada.window)
    people = f"{DIALOG}/contactList"
    for _ in range(3):
        with watch.over("everybody listed", people, count=CROWD):
            window.click(f"{WINDOW}/newConversation")
        for letter in "son07":
            with watch.over("a letter of the search", f"{DIALOG}/nextStep", enabled=True):
                window.key(letter, f"{DIALOG}/idField")
        window.wait(people, count=101)
        with watch.over("one picked, everybody again", people, count=CROWD):
            window.key("Return", f"{DIALOG}/idField")
        with watch.over("scrolled", people):
            window.wheel(people, -40)
        window.close(DIALOG)
        window.wait(DIALOG, visible=False)
        with watch.over("the directory", "contactsWindow/people", count=CROWD):
            window.click(f"{WINDOW}/openContacts")
        for letter in "99":
            with watch.over("a letter of the directory's search", "contactsWindow/people"):
                window.key(letter, "contactSearch")
        window.close("contactsWindow")
        window.wait("contactsWindow", visible=False)
    assert not watch.too_long()
    ada.closes()
