"""What the sidebar shows of each conversation."""

import pytest

from watchword.crypto.secret import Secret
from watchword.model.chat import Delivery, Notice, SessionState
from watchword.store import chats, contacts, messages, sessions
from watchword.store.sessions import Session
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId


def chat_with(tx: Tx, account: str, at: int = 100) -> int:
    contacts.enlist(tx, account)
    return chats.meet(tx, account, at)


def theirs(tx: Tx, chat: int, number: int, at: int = 200) -> None:
    messages.add_text(tx, chat, f"text {number}", mine=False, at=at, key=number.to_bytes(16, "big"))


def session(account: str, device: int, state: SessionState) -> Session:
    h = f"{account}/{device}".encode().ljust(32, b"-")
    return Session(h, FullId(account, device), state, bytes(32), 1, Secret(b"packed"))


def test_there_is_one_chat_per_account(tx: Tx) -> None:
    chat = chat_with(tx, "bo")
    assert chats.meet(tx, "bo", 999) == chat
    assert chats.find(tx, "bo") == chat
    assert chats.account_of(tx, chat) == "bo"
    assert (chats.find(tx, "cy"), chats.account_of(tx, chat + 1), chats.get(tx, chat + 1)) == (
        None,
        None,
        None,
    )


def test_an_empty_chat(tx: Tx) -> None:
    found = chats.get(tx, chat_with(tx, "bo"))
    assert found is not None
    assert (found.last, found.unread, found.draft, found.undelivered) == (None, 0, "", 0)
    assert found.session is SessionState.NONE
    assert found.contact.account == "bo"
    assert found.moved == 100, "when it was made"


def test_unread_counts_their_texts_since_the_last_look(tx: Tx) -> None:
    chat = chat_with(tx, "bo")
    theirs(tx, chat, 1)
    chats.mark_read(tx, chat)
    theirs(tx, chat, 2)
    theirs(tx, chat, 3)
    messages.add_text(tx, chat, "mine", mine=True, at=300, key=bytes(16))
    messages.add_notice(tx, chat, Notice.ACCEPTED, 301)
    found = chats.get(tx, chat)
    assert found is not None
    assert found.unread == 2
    chats.mark_read(tx, chat)
    found = chats.get(tx, chat)
    assert found is not None
    assert found.unread == 0


def test_a_late_text_of_an_earlier_time_is_unread_too(tx: Tx) -> None:
    """Read is what was there, not what is dated earlier."""
    chat = chat_with(tx, "bo")
    theirs(tx, chat, 1, at=500)
    chats.mark_read(tx, chat)
    theirs(tx, chat, 2, at=400)
    found = chats.get(tx, chat)
    assert found is not None
    assert found.unread == 1
    assert found.last is not None
    assert found.last.text == "text 1"


def test_marking_an_empty_chat_read_is_fine(tx: Tx) -> None:
    chat = chat_with(tx, "bo")
    chats.mark_read(tx, chat)
    theirs(tx, chat, 1)
    found = chats.get(tx, chat)
    assert found is not None
    assert found.unread == 1


def test_the_chat_where_something_happened_last_comes_first(tx: Tx) -> None:
    ada, bo, cy = (chat_with(tx, account, at) for account, at in [("ada", 1), ("bo", 2), ("cy", 3)])
    theirs(tx, ada, 1, at=50)
    theirs(tx, bo, 1, at=40)
    theirs(tx, ada, 2, at=10)
    assert [chat.id for chat in chats.every(tx)] == [ada, bo, cy]


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ([], SessionState.NONE),
        ([SessionState.OPEN], SessionState.OPEN),
        ([SessionState.HELD], SessionState.HELD),
    ],
)
def test_the_session_is_that_of_the_account(tx: Tx, states: list[SessionState], shown: SessionState) -> None:
    chat = chat_with(tx, "bo")
    for device, state in enumerate(states, 1):
        sessions.begin(tx, session("bo", device, state))
    sessions.begin(tx, session("somebody-else", 1, SessionState.OPEN))
    found = chats.get(tx, chat)
    assert found is not None
    assert found.session is shown


def test_an_ended_session_is_none(tx: Tx) -> None:
    chat = chat_with(tx, "bo")
    begun = session("bo", 1, SessionState.OPEN)
    sessions.begin(tx, begun)
    sessions.end(tx, begun.h, 5)
    found = chats.get(tx, chat)
    assert found is not None
    assert found.session is SessionState.NONE


def test_undelivered_texts_are_counted_and_drafts_kept(tx: Tx) -> None:
    chat = chat_with(tx, "bo")
    for number in range(3):
        messages.add_text(tx, chat, "mine", mine=True, at=number, key=number.to_bytes(16, "big"))
    first = messages.latest(tx, chat, 9).messages[0]
    messages.advance(tx, first.id, Delivery.DELIVERED)
    messages.strand(tx, chat)
    chats.save_draft(tx, chat, "half a sen")
    found = chats.get(tx, chat)
    assert found is not None
    assert (found.undelivered, found.draft) == (2, "half a sen")
