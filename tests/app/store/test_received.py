"""Message data that wait are bounded, counted by their reasons, and taken once."""

import pytest

from watchword.model.company import Closed, Reason, Withheld
from watchword.store import received
from watchword.store.transaction import Tx

PLACE = b"c" * 16
OLD = Closed(Reason.RING_TOO_OLD, "Staff", 2, (1,))


def put(tx: Tx, number: int, sender: str = "ada/1", *, vouched: bool = True, data: bytes = b"data") -> bytes:
    digest = number.to_bytes(32)
    received.put(tx, digest, sender, PLACE, number.to_bytes(16), data, vouched=vouched, at=1)
    return digest


def test_what_was_taken_is_known_for_good(tx: Tx) -> None:
    digest = put(tx, 1)
    assert received.known(tx, digest)
    assert received.take(tx, digest)
    assert received.known(tx, digest)
    assert not received.take(tx, digest)
    assert received.waiting(tx, 0, 9, tried=True) == []


def test_what_was_tried_is_passed_over_until_all_is_due(tx: Tx) -> None:
    put(tx, 1, data=b"one")
    put(tx, 2, data=b"two")
    first, _ = received.waiting(tx, 0, 9, tried=False)
    assert received.close(tx, first, OLD, vouched=True)
    assert [row.data for row in received.waiting(tx, 0, 9, tried=False)] == [b"two"]
    both = received.waiting(tx, 0, 9, tried=True)
    assert [(row.data, row.closed) for row in both] == [(b"one", OLD), (b"two", None)]
    assert not received.close(tx, both[0], OLD, vouched=True)


def test_a_conversation_counts_what_its_members_sent(tx: Tx) -> None:
    for number in range(3):
        put(tx, number)
    for row in received.waiting(tx, 0, 9, tried=False)[:2]:
        received.close(tx, row, OLD, vouched=True)
    put(tx, 9, "eve/1", vouched=False)
    [*_, strange] = received.waiting(tx, 0, 9, tried=False)
    received.close(tx, strange, Closed(Reason.UNKNOWN_SENDER), vouched=False)
    assert received.withheld(tx, PLACE) == (Withheld(OLD, 2),)
    assert received.withheld(tx) == (Withheld(OLD, 2), Withheld(Closed(Reason.UNKNOWN_SENDER), 1))


def test_one_sender_cannot_take_the_room_of_all(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received, "SENDER_ROWS", 2)
    put(tx, 1)
    assert received.has_room(tx, "ada/1", 5, vouched=True)
    put(tx, 2)
    assert not received.has_room(tx, "ada/1", 5, vouched=True)
    assert received.has_room(tx, "bo/1", 5, vouched=True)


def test_strangers_have_little_room_together_and_none_of_the_members(
    tx: Tx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(received, "STRANGE_BYTES", 8)
    put(tx, 1, "eve/1", vouched=False)
    assert not received.has_room(tx, "mallory/1", 5, vouched=False)
    assert received.has_room(tx, "mallory/1", 4, vouched=False)
    assert received.has_room(tx, "ada/1", 5, vouched=True)


def test_what_stays_closed_of_a_text_that_was_opened_is_taken_out(tx: Tx) -> None:
    first, second, other, strange, untried = (
        put(tx, 1),
        b"\1" * 32,
        put(tx, 2),
        put(tx, 3, vouched=False),
        b"\2" * 32,
    )
    received.put(tx, second, "ada/1", PLACE, (1).to_bytes(16), b"sealed anew", vouched=True, at=2)
    received.put(tx, untried, "ada/1", PLACE, (1).to_bytes(16), b"not looked at", vouched=True, at=3)
    for row in received.waiting(tx, 0, 9, tried=False):
        if row.digest != untried:
            received.close(tx, row, OLD, vouched=row.digest != strange)
    assert not received.supersede(tx, "bo/1", (1).to_bytes(16))
    assert not received.supersede(tx, "ada/1", (3).to_bytes(16))
    assert received.supersede(tx, "ada/1", (1).to_bytes(16))
    left = [row.digest for row in received.waiting(tx, 0, 9, tried=True)]
    assert left == [other, strange, untried]
    assert received.known(tx, first)
    assert received.known(tx, second)


def test_what_came_by_itself_has_its_place_once_it_is_found_in_the_history(tx: Tx) -> None:
    digest = put(tx, 1)
    received.put(tx, bytes(32), "ada/1", PLACE, None, b"fetched", vouched=True, at=1, past=True, place=7)
    assert [row.place for row in received.waiting(tx, 0, 9, tried=True)] == [0, 7]
    for place in (8, 9):
        received.stands_at(tx, digest, place)
        received.stands_at(tx, bytes(32), place)
    assert [row.place for row in received.waiting(tx, 0, 9, tried=True)] == [8, 7]
