"""One session alive per peer device; what ends keeps no key."""

from msgspec.structs import replace

from watchword.crypto.secret import Secret
from watchword.model.chat import SessionState
from watchword.store import sessions
from watchword.store.sessions import Session
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId

BO = FullId("bo", 1)


def session(number: int, peer: FullId = BO, state: SessionState = SessionState.OPEN) -> Session:
    return Session(bytes([number]) * 32, peer, state, bytes([9]) * 32, 100 + number, Secret(b"secret state"))


def test_a_session_is_found_by_h_prefix_device_and_account(tx: Tx) -> None:
    begun = session(1)
    assert sessions.begin(tx, begun) is None
    assert sessions.by_h(tx, begun.h) == begun
    assert sessions.by_prefix(tx, begun.h[:8]) == [begun]
    assert sessions.of_device(tx, BO) == begun
    assert sessions.of_account(tx, "bo") == [begun]
    assert sessions.of_device(tx, FullId("bo", 2)) is None
    assert sessions.by_prefix(tx, bytes([2]) * 8) == []


def test_prefixes_at_the_ends_of_the_range(tx: Tx) -> None:
    low, high = replace(session(0), h=bytes(32)), replace(session(1), h=b"\xff" * 32, peer=FullId("cy", 1))
    for one in (low, high):
        sessions.begin(tx, one)
    assert sessions.by_prefix(tx, bytes(8)) == [low]
    assert sessions.by_prefix(tx, b"\xff" * 8) == [high]


def test_two_with_one_prefix_are_both_found(tx: Tx) -> None:
    one = replace(session(1), h=bytes(8) + b"a" * 24)
    other = replace(session(2, FullId("cy", 1)), h=bytes(8) + b"b" * 24)
    for begun in (one, other):
        sessions.begin(tx, begun)
    assert sessions.by_prefix(tx, bytes(8)) == [one, other]


def test_a_new_session_with_the_same_device_ends_the_older(tx: Tx) -> None:
    sessions.begin(tx, session(1))
    sessions.begin(tx, session(2, FullId("bo", 2)))
    assert sessions.begin(tx, session(3)) == session(1).h
    assert sessions.by_h(tx, session(1).h) is None
    assert sessions.of_account(tx, "bo") == [session(3), session(2, FullId("bo", 2))]


def test_the_end_erases_every_key(tx: Tx) -> None:
    begun = session(1)
    sessions.begin(tx, begun)
    assert sessions.end(tx, begun.h, 500)
    assert not sessions.end(tx, begun.h, 501)
    assert sessions.by_h(tx, begun.h) is None
    row = tx.execute("select state, packed, ended_at from sessions").fetchall()
    assert row == [("ended", None, 500)]


def test_a_step_of_the_ratchet_is_kept_while_it_lives(tx: Tx) -> None:
    begun = session(1)
    sessions.begin(tx, begun)
    assert sessions.save(tx, begun.h, Secret(b"next"))
    found = sessions.by_h(tx, begun.h)
    assert found is not None
    assert found.packed == Secret(b"next")
    sessions.end(tx, begun.h, 1)
    assert not sessions.save(tx, begun.h, Secret(b"after the end"))


def test_a_held_session_opens_once_the_user_says_yes(tx: Tx) -> None:
    held = session(1, state=SessionState.HELD)
    sessions.begin(tx, held)
    assert sessions.release(tx, held.h)
    assert not sessions.release(tx, held.h)
    found = sessions.by_h(tx, held.h)
    assert found is not None
    assert found.state is SessionState.OPEN


def test_a_session_shows_no_key(tx: Tx) -> None:
    assert "secret state" not in repr(session(1))
