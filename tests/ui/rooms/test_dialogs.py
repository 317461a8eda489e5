"""The questions of rooms: what has to be chosen before something grave is done."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from support.room_data import BO, DEE
from support.windows import find
from watchword.model.room import RoomMember
from watchword.ui.rooms.dialogs import Heir


@pytest.mark.parametrize(("people", "chosen"), [((BO, DEE), ""), ((BO,), "bo")])
def test_a_room_is_handed_over_to_nobody_who_was_not_chosen(
    qapp: QApplication, people: tuple[RoomMember, ...], chosen: str
) -> None:
    host = QWidget()
    asked = Heir("Harvest", people, host)
    asked.show()
    assert asked.account == chosen, "where there is one, they are it"
    assert find(asked, "confirm", QAbstractButton).isEnabled() is bool(chosen)
    QTest.keyClicks(asked.search, "dee" if len(people) > 1 else "bo")
    assert asked.account == people[-1].account
    QTest.keyClick(asked.search, Qt.Key.Key_Return)
    assert asked.result() == Heir.DialogCode.Accepted.value
    host.close()
