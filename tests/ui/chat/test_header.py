"""The head of a room: which kind, how many, and what may be done from its menu."""

from PySide6.QtWidgets import QApplication

from support.room_data import room_chat, summary
from watchword.model.room import Part, RoomKind
from watchword.ui.chat.header import Header


def offered(header: Header) -> list[str]:
    menu = header.menu()
    assert menu is not None
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_a_room_says_its_kind_and_how_many_are_in(qapp: QApplication) -> None:
    header = Header()
    header.show_chat(room_chat(summary(RoomKind.PHRASE, people=12)))
    assert header.name.text() == "Harvest"
    assert header.line.text() == "Room by passphrases · 12 people"
    header.show_chat(room_chat(summary(RoomKind.PHRASE, people=12)), outsiders="2 outside ACME")
    assert header.line.text() == "2 outside ACME · Room by passphrases · 12 people"
    header.show_chat(room_chat(summary(RoomKind.COMPANY, people=1)))
    assert header.line.text() == "Room at your company · 1 person"
    header.close()


def test_only_owners_are_offered_to_change_it_and_who_left_nothing(qapp: QApplication) -> None:
    header = Header()
    header.show_chat(room_chat(summary()))
    assert offered(header) == ["Details…", "Invite people…", "Rename…", "Leave the room…"]
    header.show_chat(room_chat(summary(owner=False)))
    assert offered(header) == ["Details…", "Leave the room…"]
    header.show_chat(room_chat(summary(part=Part.LEFT)))
    assert offered(header) == ["Details…"]
    header.close()
