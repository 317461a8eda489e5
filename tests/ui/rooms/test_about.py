"""What a room is: how it is protected, how long it is kept and who chooses that, what waits in it."""

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QLabel

from support.room_data import ADA, BO, room_chat, shown, summary
from watchword.model.company import (
    Closed,
    CompanyPolicy,
    KeyState,
    MethodState,
    Organisation,
    Reason,
    Withheld,
)
from watchword.model.room import RoomKind
from watchword.ui.rooms.about import About

DAY = 86_400
POLICY = CompanyPolicy(False, 0, 0, True, False, ("Audit office",))
RING = b"by-ring-"
ACME = Organisation(
    "ACME", "0" * 20, 1, 1, 1, "ws://relay", "",
    (KeyState("hr-2026", 7, "active", RING, 0, 0, seals=True),),
    (MethodState(RING, "ring", "wrap"),),
    POLICY,
)  # fmt: skip


def words_of(about: About) -> list[str]:
    return [label.text() for label in about.findChildren(QLabel) if label.isVisibleTo(about)]


def test_a_company_s_room_names_auditors_keys_and_what_waits(qapp: QApplication) -> None:
    about = About()
    waits = Withheld(Closed(Reason.RING_TOO_OLD, "hr-2026", 8, (7,)), 2)
    chat = replace(room_chat(summary()), withheld=(waits,))
    about.show_room(shown(ADA, BO), chat, ACME)
    said = words_of(about)
    assert "Room at ACME" in said
    assert "Audit office, as auditor, can read it too." in said
    assert "hr-2026, version 7" in said
    assert any(text.startswith("2 messages. Encrypted with ACME's key hr-2026, version 8.") for text in said)
    assert any("They still hold ACME's keys" in text for text in said)
    assert "Owners invite people, take them out and rename the room: Ada." in said
    about.show_room(shown(ADA, BO), room_chat(summary()), ACME)
    assert "What waits" not in words_of(about)
    about.close()


def test_a_room_by_passphrases_says_nothing_of_the_company(qapp: QApplication) -> None:
    about = About()
    room = shown(ADA, BO, kind=RoomKind.PHRASE)
    about.show_room(replace(room, keep_most_s=0), room_chat(summary(RoomKind.PHRASE)), ACME)
    said = " ".join(words_of(about))
    assert "Room by passphrases" in said
    assert "ACME" not in said
    assert not about.keep.isVisibleTo(about), "there is nothing to choose"
    assert "Set by the relay" in said
    about.close()


def test_an_owner_chooses_how_long_up_to_what_the_policy_allows(qapp: QApplication) -> None:
    about = About()
    chosen: list[int] = []
    about.keep_chosen.connect(chosen.append)
    room = replace(shown(ADA, BO), keep_s=3 * DAY, keep_most_s=30 * DAY)
    about.show_room(room, room_chat(summary()), ACME)
    offered = [about.keep.itemText(at) for at in range(about.keep.count())]
    assert offered == ["Set by the company or the relay", "1 day", "3 days", "7 days", "30 days"]
    assert about.keep.currentText() == "3 days"
    about.keep.activated.emit(2)
    assert chosen == [], "it is so already"
    about.keep.activated.emit(4)
    assert chosen == [30 * DAY]
    about.show_room(replace(room, owner=False), room_chat(summary(owner=False)), ACME)
    assert not about.keep.isVisibleTo(about)
    assert "3 days" in words_of(about)
    about.close()
