"""Everybody in a room: order, search, what may be done about each, and a thousand as easily as three."""

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from support.room_data import ADA, BO, CY, DEE, EVE, shown
from support.widgets import model_rows
from watchword.model.room import Part, RoomKind, RoomMember, Unreached
from watchword.ui.rooms.members import Members

SHORT = 0.05


def rows(members: Members) -> list[str]:
    return [str(row.data(Qt.ItemDataRole.AccessibleTextRole)) for row in model_rows(members.people)]


def offered(members: Members, account: str) -> list[str]:
    menu = members.menu(account)
    return [] if menu is None else [action.text() for action in menu.actions() if not action.isSeparator()]


def test_who_is_in_stands_before_who_is_not(qapp: QApplication) -> None:
    members = Members()
    members.show_room(shown(ADA, EVE, CY, BO))
    assert rows(members) == [
        "Ada, You · Owner · ada",
        "Bo, bo",
        "Cy, cy · invited, has not answered",
        "Eve, eve · left",
    ]
    assert members.people.marked is None
    members.search.setText("invited")
    assert rows(members) == ["Cy, cy · invited, has not answered"]
    members.search.setText("nobody at all")
    assert rows(members) == []
    assert not members.nobody.isHidden()
    members.close()


def test_who_is_outside_the_company_is_marked_and_found_by_it(qapp: QApplication) -> None:
    fay = RoomMember("fay", "Fay", owner=False, part=Part.IN, unreached=Unreached.OUTSIDE)
    members = Members(lambda person: "" if person.account == "bo" else "outside ACME")
    members.show_room(shown(ADA, BO, CY, fay, kind=RoomKind.PHRASE))
    assert rows(members) == [
        "Ada, You · Owner · ada",
        "Bo, bo",
        "Fay, fay · not reached: outside your company",
        "Cy, cy · outside ACME · invited, has not answered",
    ]
    members.search.setText("outside acme")
    assert rows(members) == ["Cy, cy · outside ACME · invited, has not answered"]
    members.close()


def test_what_may_be_done_is_offered_and_nothing_else(qapp: QApplication) -> None:
    members = Members()
    members.show_room(shown(ADA, BO, CY, DEE, EVE, kind=RoomKind.PHRASE))
    assert offered(members, "ada") == ["Give up being an owner…"]
    assert offered(members, "bo") == ["Write to Bo", "Make owner…", "Take out of the room…"]
    assert offered(members, "dee") == ["Ask for a session…"]
    assert offered(members, "eve") == ["Write to Eve", "Invite again…"]
    members.close()


def test_a_choice_comes_with_the_person(qapp: QApplication) -> None:
    members = Members()
    members.show_room(shown(ADA, BO))
    chosen: list[RoomMember] = []
    members.take_out.connect(chosen.append)
    menu = members.menu("bo")
    assert menu is not None
    menu.actions()[-1].trigger()
    assert chosen == [BO]
    members.close()


def test_a_thousand_are_shown_and_searched_without_a_stop(qapp: QApplication) -> None:
    crowd = [
        RoomMember(f"p{number}", f"Person {number:04}", owner=False, part=Part.IN) for number in range(999)
    ]
    members = Members()
    members.resize(460, 500)
    members.show()
    times = []
    for work in (
        lambda: members.show_room(shown(ADA, *crowd)),
        members.grab,
        lambda: members.search.setText("person 07"),
        lambda: members.search.setText(""),
    ):
        began = time.thread_time()
        work()
        times.append(time.thread_time() - began)
    assert members.people.model().rowCount() == 1000
    assert max(times) < SHORT, times
    members.close()
