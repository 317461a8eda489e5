"""A room through the real windows: created, joined, talked in, changed, left; a restart in between."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from plays.test_company_windows_pick import Acme
from support.desktop import DIALOG, PROMPT, Desktop
from support.relay import RelayProcess
from support.room_window import (
    DETAILS,
    ROOM,
    creates,
    does_with,
    invites,
    is_invited,
    joins,
    leaves,
    opens_details,
    says_and_reads,
)
from support.screen import Screen
from support.strangers import Aside


@pytest.fixture
def acme(screen: Screen, tmp_path: Path) -> Iterator[Acme]:
    """The company; everything of it ends with the test, the last first."""
    with Aside() as aside, ExitStack() as held:
        yield Acme(screen, tmp_path, aside, held)


def test_colleagues_create_join_talk_change_and_leave(acme: Acme) -> None:
    acme.firm.knows("ada", "bo", "cy")
    ada, bo, cy = map(acme.desktop, ("ada", "bo", "cy"))
    creates(ada, ROOM, "Bo")
    ada.window.wait("contactLine", text="Room at ACME · 1 person")
    is_invited(bo, "Ada")
    bo.closes()
    bo.opens_again()  # an invitation outlasts the program
    joins(bo, "Ada")
    ada.is_told("Bo joined.")
    ada.window.wait("contactLine", text="Room at ACME · 2 people")
    says_and_reads(ada, "The apples are ripe.", bo)
    says_and_reads(bo, "I bring baskets.", ada)
    ada.sees_delivered("The apples are ripe.")
    ada.window.wait("chatView", row=["Bo: I bring baskets."])

    invites(ada, "Cy")
    joins(cy, "Ada")
    for person in (ada, bo):
        person.is_told("Cy joined.")
    bo.is_told("Ada invited Cy.")
    says_and_reads(cy, "Hello from the orchard", ada, bo)

    opens_details(ada)
    assert ada.window.rows(f"{DETAILS}/members") == ["Ada, You · Owner · ada", "Bo, bo", "Cy, cy"]
    does_with(ada, "Cy", "Take out")
    ada.window.wait(f"{DETAILS}/members", count=2)
    cy.is_told("Ada took you out of the room.")
    cy.window.wait("roomClosed", visible=True, contains="You were taken out")
    cy.window.wait("composer", visible=False)
    bo.is_told("Ada took Cy out of the room.")
    ada.window.key("Escape", DETAILS)
    says_and_reads(bo, "Only the two of us", ada)
    assert not cy.times_seen("Only the two of us")

    # The only owner leaves: somebody follows.
    leaves(ada)
    ada.window.wait("pickHeir/heirs", visible=True)
    assert ada.window.rows("pickHeir/heirs") == ["Bo, bo"]
    ada.window.click("pickHeir/confirm")
    ada.window.wait("roomClosed", visible=True, contains="You left this room")
    bo.is_told("Ada handed the room over to you and left.")
    for person in (ada, bo, cy):
        person.closes()


@pytest.fixture
def friends(screen: Screen, tmp_path: Path) -> Iterator[Callable[[str], Desktop]]:
    """People without a company, each with a desktop that is set up."""
    with RelayProcess(tmp_path / "relay") as relay, ExitStack() as held:

        def comes(name: str) -> Desktop:
            person = Desktop(name, tmp_path, relay.address, screen.environment)
            held.callback(person.forget_secret)
            held.callback(person.stops)
            person.opens()
            person.sets_up()
            person.finishes_set_up()
            return person

        yield comes


def is_sure(person: Desktop, window: str) -> None:
    """The request ended well; its window is put away."""
    person.window.wait(f"{window}/requestEnding", visible=True, contains="proved that you know the same")
    person.puts_away(window)


def meet(ada: Desktop, bo: Desktop) -> None:
    """A session by a phrase."""
    bo.answers(ada.asks(bo.name))
    for person, window in ((ada, DIALOG), (bo, PROMPT)):
        is_sure(person, window)
        person.chat_opens()


def test_friends_by_phrase_decline_and_come_after_all(friends: Callable[[str], Desktop]) -> None:
    ada, bo = friends("ada"), friends("bo")
    meet(ada, bo)
    creates(ada, ROOM, "bo")
    ada.window.wait("contactLine", text="Room by passphrases · 1 person")
    is_invited(bo, "ada")
    bo.window.click("declineRoom")
    bo.window.wait("roomClosed", visible=True, contains="You declined")
    ada.is_told("bo declined the invitation.")
    opens_details(ada)
    ada.window.wait(f"{DETAILS}/members", row=["bo", "declined"])
    does_with(ada, "bo", "Invite again")
    ada.window.key("Escape", DETAILS)
    joins(bo, "ada")
    ada.is_told("bo joined.")
    says_and_reads(ada, "Apples at six?", bo)
    says_and_reads(bo, "At seven.", ada)
    leaves(bo)
    bo.window.wait("question/confirm", visible=True)
    bo.window.click("question/confirm")
    bo.window.wait("roomClosed", visible=True, contains="You left this room")
    ada.is_told("bo left.")
    ada.window.wait("roomClosed", visible=True, contains="Nobody else")
    for person in (ada, bo):
        person.closes()


def test_two_who_share_no_session_open_one_from_the_room(friends: Callable[[str], Desktop]) -> None:
    ada, bo, cy = map(friends, ("ada", "bo", "cy"))
    for person in (bo, cy):
        meet(ada, person)
    creates(ada, ROOM, "bo", "cy")
    joins(bo, "ada")
    joins(cy, "ada")
    window = bo.window
    window.wait("roomUnreachedBanner", visible=True, contains="cy is in this room and gets nothing from you.")
    says_and_reads(bo, "Who hears me?", ada)
    window.choose("chatView", "Who hears me?", right=True)
    window.choose("messageMenu", "Message info")
    window.wait("messageInfo/messageRecipients", row=["cy", "Not reached: no session with you"])
    window.wait("messageInfo/messageRecipients", row=["ada", "Delivered"])
    window.key("Escape", "messageInfo")
    window.click("session-cy")
    window.wait(f"{DIALOG}/sendRequest", visible=True)
    window.click(f"{DIALOG}/copyPhrase")
    phrase = window.clipboard()
    window.click(f"{DIALOG}/sendRequest")
    cy.answers(phrase)
    for person, done in ((bo, DIALOG), (cy, PROMPT)):
        is_sure(person, done)
        person.window.wait("contactName", text=ROOM)
        person.window.wait("roomUnreachedBanner", visible=False)
    says_and_reads(bo, "And now?", ada, cy)
    assert not cy.times_seen("Who hears me?"), "nothing is sent later"
    for person in (ada, bo, cy):
        person.closes()
