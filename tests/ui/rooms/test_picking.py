"""Picking people for a room: by keys and by pointer, one, some, everybody; taken back again."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from support.windows import find
from watchword.model.chat import Contact
from watchword.ui.requests.picked import PersonChip
from watchword.ui.rooms.picking import Picking

PEOPLE = [Contact("bo", "Bo Larsen"), Contact("cy", "Cy Young"), Contact("林小雨", "林小雨")]
SHORT = 0.05


@pytest.fixture
def picking(qapp: QApplication) -> Picking:
    made = Picking()
    made.resize(460, 500)
    made.offer(PEOPLE)
    made.show()
    return made


def keys(picking: Picking, *pressed: Qt.Key) -> None:
    for key in pressed:
        QTest.keyClick(picking.search, key)


def test_keys_pick_and_take_back(picking: Picking) -> None:
    entered: list[None] = []
    picking.entered.connect(lambda: entered.append(None))
    keys(picking, Qt.Key.Key_Return)
    assert picking.accounts == [], "Enter in the empty field picks nobody"
    assert not entered
    picking.search.setText("young")
    keys(picking, Qt.Key.Key_Return)
    assert picking.accounts == ["cy"]
    assert picking.search.text() == ""
    assert picking.counted.text() == "1 person picked"
    keys(picking, Qt.Key.Key_Return)
    assert len(entered) == 1, "with somebody picked it goes on"
    keys(picking, Qt.Key.Key_Backspace)
    assert picking.accounts == []
    picking.close()


def test_all_whom_the_search_finds_are_picked_at_once(picking: Picking) -> None:
    picking.search.setText("o")
    picking.every.click()
    assert picking.accounts == ["bo", "cy"]
    assert picking.every.text() == "Pick none"
    picking.every.click()
    assert picking.accounts == []
    picking.close()


def test_who_is_offered_no_more_is_picked_no_more(picking: Picking) -> None:
    picking.pick(["bo", "cy", "nobody"])
    assert picking.accounts == ["bo", "cy"]
    picking.offer(PEOPLE[1:])
    assert picking.accounts == ["cy"]
    picking.close()


def test_who_is_outside_is_marked_where_they_are_picked(picking: Picking) -> None:
    picking.speak_of(lambda _person: "", lambda person: "outside ACME" if person.account == "cy" else "")
    picking.pick(["bo", "cy"])
    bo, cy = (find(picking, f"picked-{account}", PersonChip) for account in ("bo", "cy"))
    assert cy.accessibleName() == "Take Cy Young back, outside ACME"
    assert "outside ACME" in cy.toolTip()
    assert bo.accessibleName() == "Take Bo Larsen back"
    assert cy.width() > bo.width() + 60, "the mark is painted"
    picking.close()


def test_why_nobody_is_there_is_said(picking: Picking) -> None:
    picking.say_nobody("Nobody yet.")
    picking.offer([])
    assert picking.nobody.isVisible()
    assert picking.nobody.text() == "Nobody yet."
    picking.search.setText("x")
    assert picking.nobody.text() == "Nobody matches."
    picking.close()


def test_a_thousand_are_picked_without_a_stop(picking: Picking) -> None:
    crowd = [Contact(f"p{number}", f"Person {number:04}") for number in range(1000)]
    times = []
    for work in (lambda: picking.offer(crowd), picking.grab, picking.every.click, picking.grab):
        began = time.thread_time()
        work()
        times.append(time.thread_time() - began)
    assert len(picking.accounts) == 1000
    assert picking.counted.text() == "1,000 people picked"
    assert max(times) < SHORT, times
    picking.close()
