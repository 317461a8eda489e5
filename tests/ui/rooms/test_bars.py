"""The bars of a room: each only while it has something to say, and what can be done about it."""

from PySide6.QtWidgets import QAbstractButton, QApplication

from support.room_data import DEE, room_chat, summary
from support.windows import find
from watchword.model.room import Part, RoomKind, RoomMember, Unreached
from watchword.ui.rooms.bars import RoomBars


def bars() -> RoomBars:
    made = RoomBars()
    made.resize(700, 300)
    made.show()
    return made


def seen(made: RoomBars) -> list[str]:
    return [bar.objectName() for bar in (made.differs, made.settling, made.unreached) if bar.isVisible()]


def test_a_room_in_order_says_nothing(qapp: QApplication) -> None:
    made = bars()
    made.show_chat(room_chat(summary()))
    assert seen(made) == []
    made.close()


def test_lists_that_differ_offer_an_owner_to_send_the_list_again(qapp: QApplication) -> None:
    made = bars()
    asked: list[None] = []
    made.say_again.connect(lambda: asked.append(None))
    made.show_chat(room_chat(summary(differing=("Bo",), settling=True)))
    assert seen(made) == ["roomDiffersBanner"], "what settles is part of it"
    assert made.differs.words.text().startswith("Your list of who is in this room differs from Bo's.")
    find(made, "roomSayAgain", QAbstractButton).click()
    assert asked == [None]
    made.show_chat(room_chat(summary(differing=("Bo",), owner=False)))
    assert not [
        one
        for one in made.differs.findChildren(QAbstractButton)
        if one.objectName() == "roomSayAgain" and one.isVisible()
    ]
    made.close()


def test_who_gets_nothing_is_named_and_can_be_asked(qapp: QApplication) -> None:
    made = bars()
    asked: list[str] = []
    made.session_asked.connect(asked.append)
    made.show_chat(room_chat(summary(kind=RoomKind.PHRASE, unreached=2)))
    assert made.unreached.words.text() == "2 people are in this room and get nothing from you."
    other = RoomMember("fay", "Fay", owner=False, part=Part.IN, unreached=Unreached.OTHER_KEY)
    made.show_chat(room_chat(summary(kind=RoomKind.PHRASE, unreached=2)), (DEE, other))
    assert made.unreached.words.text() == "Dee and Fay are in this room and get nothing from you."
    find(made, "session-dee", QAbstractButton).click()
    assert asked == ["dee"]
    assert not made.unreached.findChildren(QAbstractButton, "session-fay")
    made.show_chat(room_chat(summary(kind=RoomKind.PHRASE)), (DEE,))
    assert made.unreached.words.text() == "Dee is in this room and gets nothing from you."
    made.close()


def test_where_a_company_wants_sessions_too_all_wait_for_who_has_none(qapp: QApplication) -> None:
    made = bars()
    lapsed = RoomMember("fay", "Fay", owner=False, part=Part.IN, unreached=Unreached.LAPSED)
    made.show_chat(room_chat(summary(kind=RoomKind.COMPANY, unreached=2)), (DEE, lapsed))
    assert made.unreached.words.text() == "Dee has no session with you yet. What you write waits for it."
    find(made, "session-dee", QAbstractButton)
    made.show_chat(room_chat(summary(kind=RoomKind.COMPANY, unreached=1)), (lapsed,))
    assert made.unreached.words.text() == "Fay is in this room and gets nothing from you."
    made.close()


def test_what_settles_is_calm_and_of_no_concern_to_who_left(qapp: QApplication) -> None:
    made = bars()
    made.show_chat(room_chat(summary(settling=True)))
    assert seen(made) == ["roomSettlingBanner"]
    made.show_chat(room_chat(summary(part=Part.LEFT, settling=True, differing=("Bo",), unreached=1)))
    assert seen(made) == [], "nothing waits for who is not in"
    made.close()
