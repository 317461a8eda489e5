"""The chats in the sidebar: order, search, what a row says."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from support.room_data import room_chat, summary
from support.shelf import notice, text
from watchword.model.chat import Chat, Contact, Delivery, Message, Notice, Protection, SessionState
from watchword.model.company import Closed, Reason, Withheld
from watchword.model.room import Part, RoomDeed, RoomLine
from watchword.ui.chats.model import ChatModel, Field, Mark, mark_of


def chat(number: int, name: str, last: Message | None = None, *, unread: int = 0, draft: str = "") -> Chat:
    return Chat(number, Contact(name.lower(), name), SessionState.OPEN, last, unread, draft)


def company_chat(number: int, *people: str, last: Message | None = None) -> Chat:
    """With these colleagues: `bo` is Bo."""
    members = tuple(Contact(name, name.title()) for name in people)
    of_all = Contact("", ", ".join(one.name for one in members))
    return Chat(number, of_all, SessionState.OPEN, last, 0, protection=Protection.COMPANY, members=members)


@pytest.fixture
def model(qapp: QApplication) -> ChatModel:
    made = ChatModel()
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning, made)
    return made


def names(model: ChatModel) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_the_latest_is_first_and_a_message_moves_its_chat_up(model: ChatModel) -> None:
    ada, bo, cy = chat(1, "Ada", text(1, "a")), chat(2, "Bo", text(5, "b")), chat(3, "Cy")
    model.set_chats([ada, bo, cy])
    assert names(model) == ["Bo", "Ada", "Cy"]
    model.put(replace(ada, last=text(9, "new"), unread=1))
    assert names(model) == ["Ada", "Bo", "Cy"]
    model.put(replace(cy, last=text(7, "old")))
    assert names(model) == ["Ada", "Cy", "Bo"]
    model.put(chat(4, "Di", text(20, "first")))
    assert names(model) == ["Di", "Ada", "Cy", "Bo"]
    assert model.unread == 1


def test_search_looks_at_name_id_and_last_line(model: ChatModel) -> None:
    model.set_chats([chat(1, "Ada Byron", text(1, "engine")), chat(2, "林小雨", text(2, "收到"))])
    for wanted, found in (("ADA", ["Ada Byron"]), ("小雨", ["林小雨"]), ("Engin", ["Ada Byron"]), ("zz", [])):
        model.search(wanted)
        assert names(model) == found, wanted
    assert model.total == 2
    model.put(chat(3, "zz", text(3, "x")))
    assert names(model) == ["zz"]
    model.search("")
    assert len(names(model)) == 3


def test_a_row_says_draft_then_last_line(model: ChatModel) -> None:
    said = {
        "": chat(1, "A"),
        "hello there": chat(1, "A", text(1, "hello\n  there")),
        "You: hi": chat(1, "A", text(1, "hi", mine=True)),
        "A ended the session.": chat(1, "A", notice(1, Notice.ENDED_BY_PEER)),
        "Draft: begun": chat(1, "A", text(1, "x"), draft="begun"),
        "You took a message back": chat(1, "A", text(1, "x", mine=True, delivery=Delivery.TAKEN_BACK)),
        "You took a message back from some": chat(
            1, "A", text(1, "x", mine=True, delivery=Delivery.PARTLY_TAKEN_BACK)
        ),
    }
    for line, shown in said.items():
        model.set_chats([shown])
        assert model.index(0, 0).data(Field.LINE) == line


def test_a_screen_reader_hears_name_unread_and_line(model: ChatModel) -> None:
    model.set_chats([chat(1, "Ada", text(1, "hello"), unread=3)])
    said = str(model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith("Ada, 3 unread, hello, ")
    model.set_chats([chat(1, "Ada", text(1, "hello", mine=True, delivery=Delivery.UNDELIVERED))])
    said = str(model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith("Ada, You: hello, not delivered, "), "the sign in the row is said too"


def test_chats_are_found_by_id_and_person(model: ChatModel) -> None:
    model.set_chats([chat(7, "Ada")])
    found = model.chat_with("ada")
    assert found is not None
    assert found.id == 7
    assert model.chat_with("nobody") is None
    assert model.row_of(7) == 0
    assert model.row_of(8) == -1


def test_a_company_chat_is_called_by_its_people(model: ChatModel) -> None:
    for people, title in {
        ("bo",): "Bo",
        ("cy", "bo"): "Bo, Cy",
        ("bo", "cy", "dee"): "Bo, Cy, Dee",
        ("bo", "cy", "dee", "eve"): "Bo, Cy and 2 more",
    }.items():
        model.set_chats([company_chat(1, *people)])
        assert names(model) == [title]


def test_among_several_the_last_line_names_its_writer(model: ChatModel) -> None:
    theirs = replace(text(1, "hello"), sender="cy")
    for shown, line in (
        (company_chat(1, "bo", "cy", last=theirs), "Cy: hello"),
        (company_chat(1, "cy", last=theirs), "hello"),
        (company_chat(1, "bo", "cy", last=text(1, "hello", mine=True)), "You: hello"),
        (company_chat(1, "bo", "cy", last=replace(theirs, sender="gone")), "gone: hello"),
    ):
        model.set_chats([shown])
        assert model.index(0, 0).data(Field.LINE) == line


def test_search_finds_a_company_chat_by_any_of_its_people(model: ChatModel) -> None:
    model.set_chats([company_chat(1, "bo", "cy", "dee", "eve", "finn"), company_chat(2, "gus")])
    for wanted, found in (("FINN", 1), ("eve", 1), ("gus", 2)):
        model.search(wanted)
        assert [model.at(row) for row in range(model.rowCount())] == [model.chat(found)]


def test_of_two_chats_with_one_person_the_company_s_is_marked(model: ChatModel) -> None:
    model.set_chats([chat(1, "Bo", text(2, "x")), company_chat(2, "bo"), company_chat(3, "cy")])
    assert sorted(names(model)) == ["Bo", "Bo", "Cy"]
    model.set_company("ACME")
    assert sorted(names(model)) == ["Bo", "Bo · ACME", "Cy"]


def test_what_waits_in_a_company_chat_is_told(model: ChatModel) -> None:
    closed = Closed(Reason.TOKEN_MISSING)
    held = replace(company_chat(1, "bo", "cy"), withheld=(Withheld(closed, 2), Withheld(closed, 1)))
    model.set_chats([held])
    assert model.index(0, 0).data(Field.LINE) == "3 waiting to be opened"
    unsent = replace(company_chat(1, "bo", last=text(1, "hi", mine=True)), unsent=closed)
    model.set_chats([unsent])
    said = str(model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert "waiting to be sent" in said


def test_only_what_was_altered_or_does_not_get_there_alarms(model: ChatModel) -> None:
    def unsent(reason: Reason) -> Chat:
        return replace(company_chat(1, "bo", last=text(1, "hi", mine=True)), unsent=Closed(reason))

    def spoken(shown: Chat) -> str:
        model.set_chats([shown])
        return str(model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))

    for reason in (Reason.PIN_WANTED, Reason.MEMBER_GONE, Reason.PROVIDER_DOWN, Reason.SESSION_WANTED):
        assert mark_of(unsent(reason)) is Mark.WAITING, reason
        assert "waiting to be sent" in spoken(unsent(reason))
    for reason in (Reason.ALTERED, Reason.TOO_LONG, Reason.OTHER_ORGANISATION, Reason.FORMER_KEY):
        assert mark_of(unsent(reason)) is Mark.ALARM, reason
        assert "cannot be sent" in spoken(unsent(reason))
    assert mark_of(company_chat(1, "bo", last=text(1, "hi", mine=True))) is None
    altered = notice(1, Notice.ALTERED)
    assert mark_of(company_chat(1, "bo", last=altered)) is Mark.ALARM
    undelivered = replace(text(1, "hi", mine=True), delivery=Delivery.UNDELIVERED)
    assert mark_of(replace(unsent(Reason.PIN_WANTED), last=undelivered)) is Mark.ALARM
    assert "not delivered" in spoken(chat(1, "Bo", undelivered))


def test_a_chat_without_a_message_stands_where_it_was_opened(model: ChatModel) -> None:
    model.set_chats([chat(1, "Bo", text(1, "x", at=100)), replace(company_chat(2, "cy"), moved=200)])
    assert names(model) == ["Cy", "Bo"]
    model.put(chat(1, "Bo", text(2, "y", at=300)))
    assert names(model) == ["Bo", "Cy"]


def test_a_room_names_who_wrote_and_what_changed(model: ChatModel) -> None:
    model.set_chats([replace(room_chat(summary()), last=text(1, "hello", sender="bo"))])
    assert model.index(0, 0).data(Field.LINE) == "bo: hello"
    model.set_names({"bo": "Bo Larsen"})
    assert model.index(0, 0).data(Field.LINE) == "Bo Larsen: hello"
    changed = replace(notice(2, Notice.ROOM), line=RoomLine(RoomDeed.INVITED, "bo", ("",)))
    model.put(replace(room_chat(summary()), last=changed))
    assert model.index(0, 0).data(Field.LINE) == "Bo Larsen invited you."


def test_an_invitation_is_marked_and_counted_until_it_is_answered(model: ChatModel) -> None:
    invited = room_chat(summary(part=Part.INVITED, invited_by="Bo"))
    model.set_chats([invited])
    assert mark_of(invited) is Mark.INVITED
    assert model.index(0, 0).data(Field.LINE) == "Bo invites you to this room"
    assert "Bo invites you to this room" in str(model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert model.unread == 1
    model.put(room_chat(summary(part=Part.DECLINED)))
    assert model.unread == 0
