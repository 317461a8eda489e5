"""Envelopes on their way to the relay: in order, with the same id and bytes, until OK."""

import pytest

from watchword.store import chats, contacts, messages, outbox
from watchword.store.outbox import Sealed, Waiting
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId

BO = FullId("bo", 1)
H = bytes(32)
OTHER = bytes([1]) * 32


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def put(tx: Tx, number: int, h: bytes = H, message: int | None = None) -> None:
    outbox.put_sealed(tx, key(number), h=h, target=BO, sealed=b"envelope %d" % number, message=message)


def numbers(found: list[Sealed]) -> list[int]:
    return [int.from_bytes(row.id, "big") for row in found]


@pytest.fixture
def message(tx: Tx) -> int:
    contacts.enlist(tx, "bo")
    added = messages.add_text(tx, chats.meet(tx, "bo", 1), "hi", mine=True, at=1, key=key(1))
    assert added is not None
    return added.id


def test_a_repeat_has_the_same_id_and_bytes(tx: Tx, message: int) -> None:
    put(tx, 7, message=message)
    first, second = outbox.unacknowledged(tx), outbox.unacknowledged(tx)
    assert first == second
    assert first[0] == Sealed(first[0].seq, key(7), BO, b"envelope 7", message, H)


def test_they_leave_in_the_order_in_which_they_were_sealed(tx: Tx) -> None:
    for number in (5, 3, 9, 1):
        put(tx, number)
    assert numbers(outbox.unacknowledged(tx)) == [5, 3, 9, 1]


def test_the_window_moves_on_by_seq(tx: Tx) -> None:
    for number in range(10):
        put(tx, number)
    first = outbox.unacknowledged(tx, limit=4)
    assert numbers(first) == [0, 1, 2, 3]
    assert numbers(outbox.unacknowledged(tx, after=first[-1].seq, limit=4)) == [4, 5, 6, 7]


def test_ok_takes_the_envelope_out_once(tx: Tx, message: int) -> None:
    put(tx, 1, message=message)
    put(tx, 2)
    assert outbox.acknowledged(tx, key(1)) == message
    assert outbox.acknowledged(tx, key(1)) is None
    assert outbox.acknowledged(tx, key(2)) is None
    assert outbox.unacknowledged(tx) == []


def test_seq_is_never_used_again(tx: Tx) -> None:
    """Else a window that has moved on would pass over a new envelope."""
    put(tx, 1)
    [before] = outbox.unacknowledged(tx)
    outbox.acknowledged(tx, key(1))
    put(tx, 2)
    [after] = outbox.unacknowledged(tx)
    assert after.seq > before.seq


def test_a_session_s_end_takes_its_envelopes_and_no_others(tx: Tx) -> None:
    put(tx, 1)
    put(tx, 2, OTHER)
    put(tx, 3)
    assert outbox.drop_session(tx, H) == 2
    assert numbers(outbox.unacknowledged(tx)) == [2]


def test_one_can_be_given_up(tx: Tx) -> None:
    put(tx, 1)
    put(tx, 2)
    outbox.drop(tx, key(1))
    assert numbers(outbox.unacknowledged(tx)) == [2]


def test_content_waits_in_order_until_it_is_sealed(tx: Tx) -> None:
    outbox.put(tx, key(1), "bo", b"first", h=H)
    outbox.put(tx, key(2), "cy", b"elsewhere")
    outbox.put(tx, key(3), "bo", b"second", h=H)
    assert outbox.accounts_waiting(tx) == ["bo", "cy"]
    assert outbox.waiting(tx, "bo", 9) == [
        Waiting(key(1), "bo", b"first", H),
        Waiting(key(3), "bo", b"second", H),
    ]
    assert [row.content for row in outbox.waiting(tx, "bo", 1)] == [b"first"]
    assert outbox.unacknowledged(tx) == []


def test_what_waits_is_neither_sent_nor_acknowledged(tx: Tx) -> None:
    outbox.put(tx, key(1), "bo", b"receipt", h=H)
    put(tx, 2)
    assert numbers(outbox.unacknowledged(tx)) == [2]
    outbox.acknowledged(tx, key(1))
    assert len(outbox.waiting(tx, "bo", 9)) == 1
    outbox.drop(tx, key(1))
    assert outbox.accounts_waiting(tx) == []


def test_a_session_s_end_takes_what_waits_for_it(tx: Tx) -> None:
    outbox.put(tx, key(1), "bo", b"receipt", h=H)
    outbox.put(tx, key(2), "bo", b"receipt", h=OTHER)
    put(tx, 3)
    assert outbox.drop_session(tx, H) == 2
    assert [row.id for row in outbox.waiting(tx, "bo", 9)] == [key(2)]


def test_every_envelope_of_a_text_can_be_taken_back(tx: Tx, message: int) -> None:
    put(tx, 1, message=message)
    put(tx, 2)
    put(tx, 3, message=message)
    assert outbox.drop_message(tx, message)
    assert numbers(outbox.unacknowledged(tx)) == [2]
    assert not outbox.drop_message(tx, message)


def test_the_envelopes_of_a_session_are_counted_until_ok(tx: Tx) -> None:
    for number in range(3):
        put(tx, number)
    put(tx, 3, h=OTHER)
    outbox.put(tx, key(4), "bo", b"receipt", h=H)
    assert (outbox.count(tx, H), outbox.count(tx, OTHER)) == (3, 1)
    outbox.acknowledged(tx, key(0))
    assert outbox.count(tx, H) == 2
