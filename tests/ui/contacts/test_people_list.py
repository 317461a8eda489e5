"""The list of people: rows and headings, the mark, the ways to choose somebody."""

from collections.abc import Callable, Coroutine

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from support.windows import active, compose, played
from watchword.model.chat import Contact
from watchword.ui.contacts.people_list import PeopleList
from watchword.ui.controls.field import SearchEdit

ADA, BO, CY = (Contact(name, name.title()) for name in ("ada", "bo", "cy"))
Play = Callable[[PeopleList, SearchEdit], Coroutine[object, object, None]]


def shown(qapp: QApplication, play: Play) -> None:
    """Play with a field and the list below it: Ada, Bo, a heading, Cy."""

    async def whole() -> None:
        window = QWidget()
        field, people = SearchEdit(), PeopleList()
        QAbstractItemModelTester(
            people.model(), QAbstractItemModelTester.FailureReportingMode.Warning, people
        )
        column = QVBoxLayout(window)
        column.addWidget(field)
        column.addWidget(people)
        people.follow(field)
        people.show_people([ADA, BO, "Blocked", CY])
        await active(window)
        field.setFocus()
        await play(people, field)
        window.close()

    played(qapp, whole())


def said(people: PeopleList, row: int) -> object:
    return people.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def press(people: PeopleList, row: int) -> None:
    at = people.visualRect(people.model().index(row, 0)).center()
    QTest.mouseClick(people.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_arrows_in_the_field_move_the_mark_over_headings(qapp: QApplication) -> None:
    async def play(people: PeopleList, field: SearchEdit) -> None:
        moved: list[int] = []
        people.mark_moved.connect(lambda: moved.append(1))
        for key, marked in ((Qt.Key.Key_Down, BO), (Qt.Key.Key_Down, CY), (Qt.Key.Key_Down, CY)):
            QTest.keyClick(field, key)
            assert people.marked == marked
        QTest.keyClick(field, Qt.Key.Key_Up)
        assert people.marked == BO
        assert len(moved) == 3
        compose(field, "ni")
        QTest.keyClick(field, Qt.Key.Key_Down)
        assert people.marked == BO, "the arrows are the input method's"

    shown(qapp, play)


def test_the_mark_stays_with_who_was_marked(qapp: QApplication) -> None:
    async def play(people: PeopleList, _field: SearchEdit) -> None:
        people.mark_next(1)
        people.show_people([CY, BO, ADA], keep=True)
        assert people.marked == BO
        people.show_people([CY, ADA], keep=True)
        assert people.marked == CY, "who is gone cannot be marked"
        people.show_people(["Nobody"])
        assert people.marked is None

    shown(qapp, play)


def test_a_click_enter_and_space_choose_but_no_heading(qapp: QApplication) -> None:
    async def play(people: PeopleList, _field: SearchEdit) -> None:
        chosen: list[Contact] = []
        people.person_chosen.connect(chosen.append)
        for row in (1, 2):
            press(people, row)
        assert chosen == [BO]
        people.setFocus()
        QTest.keyClick(people, Qt.Key.Key_Return)
        QTest.keyClick(people, Qt.Key.Key_Space)
        assert chosen == [BO, BO, BO]

    shown(qapp, play)


def test_a_double_click_is_one_choice_and_one_opening_of_the_same_person(qapp: QApplication) -> None:
    async def play(people: PeopleList, _field: SearchEdit) -> None:
        chosen: list[Contact] = []
        opened: list[Contact] = []

        def choose(person: Contact) -> None:
            chosen.append(person)
            people.show_people([CY, ADA, BO])  # the rows move under the pointer

        people.person_chosen.connect(choose)
        people.person_opened.connect(opened.append)
        at = people.visualRect(people.model().index(1, 0)).center()
        none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
        QTest.mouseClick(people.viewport(), left, none, at)
        QTest.mouseDClick(people.viewport(), left, none, at)
        assert (chosen, opened) == ([BO], [BO])

    shown(qapp, play)


def test_what_is_said_of_somebody_is_asked_for_when_it_is_needed(qapp: QApplication) -> None:
    async def play(people: PeopleList, _field: SearchEdit) -> None:
        picked: set[str] = set()
        people.say(
            lambda person: "away" if person == ADA else "",
            lambda person: None if person == CY else person.account in picked,
        )
        assert [said(people, row) for row in (0, 1, 3)] == ["Ada, away", "Bo, bo", "Cy, cy"]
        changed: list[int] = []
        people.model().dataChanged.connect(lambda first, _last: changed.append(first.row()))
        picked.add("bo")
        people.say_anew(BO)
        assert (said(people, 1), changed) == ("Bo, bo, picked", [1])

    shown(qapp, play)
