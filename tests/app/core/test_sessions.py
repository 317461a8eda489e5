from pathlib import Path

import pytest

from support.desk import Place, couple, meet, seal
from watchword.core import sessions
from watchword.model.chat import Delivery, Notice, SessionState
from watchword.model.events import ChatChanged, Event, MessageAdded, MessageChanged
from watchword.store import messages, outbox, pins, runs
from watchword.store import sessions as kept_sessions
from watchword.store.transaction import Tx
from watchword_wire.errors import PeerError
from watchword_wire.ids import FullId


async def of(desk: Place, whom: str) -> kept_sessions.Session:
    session = await desk.db.read(lambda tx: sessions.open_with(tx, whom))
    assert session is not None
    return session


async def test_the_first_key_is_pinned_and_the_chat_says_accepted(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, bo):
        pinned = await ada.db.read(lambda tx: pins.get(tx, FullId("bo", 1)))
        other = await bo.db.read(lambda tx: pins.get(tx, FullId("ada", 1)))
        assert pinned is not None
        assert pinned != other
        chat = await ada.chat_with("bo")
        rows = await ada.db.read(lambda tx: messages.latest(tx, chat, 10))
        assert [row.notice for row in rows.messages] == [Notice.ACCEPTED]


async def test_another_key_for_a_pinned_id_is_held(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, bo):
        await ada.db.write(lambda tx: pins.keep(tx, FullId("bo", 1), b"\x07" * 32, 1))
        await meet(ada, bo)
        held = await ada.db.read(lambda tx: sessions.held_with(tx, "bo"))
        assert held is not None
        assert held.state is SessionState.HELD
        assert await ada.db.read(lambda tx: sessions.open_with(tx, "bo")) is None
        assert await ada.db.read(lambda tx: pins.get(tx, FullId("bo", 1))) == b"\x07" * 32


async def test_a_new_session_ends_the_older_and_strands_its_texts(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, bo):
        chat = await ada.chat_with("bo")
        older = await of(ada, "bo")

        def write(tx: Tx) -> None:
            added = messages.add_text(tx, chat, "waits", mine=True, at=1, key=bytes(16))
            assert added is not None
            sessions.seal(tx, older, b"sealed", message=added.id)

        await ada.db.write(write)
        await meet(ada, bo)
        assert await ada.db.read(outbox.unacknowledged) == []
        [stranded] = await ada.db.read(lambda tx: messages.undelivered(tx, chat))
        assert stranded.delivery is Delivery.UNDELIVERED
        assert await ada.db.read(lambda tx: kept_sessions.by_h(tx, older.h)) is None
        assert await ada.db.read(lambda tx: runs.ended(tx, older.h)) is not None
        assert (await of(ada, "bo")).h != older.h


async def test_sealing_moves_the_ratchet_on_in_the_store(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, bo):
        before = await of(ada, "bo")
        after = await ada.db.write(lambda tx: sessions.seal(tx, before, b"hello"))
        assert (await of(ada, "bo")).packed == after.packed
        assert after.packed != before.packed
        [sealed] = await ada.db.read(outbox.unacknowledged)
        theirs = await of(bo, "ada")
        opened = await bo.db.write(lambda tx: sessions.unseal(tx, theirs, sealed.sealed))
        assert isinstance(opened, sessions.Unsealed)
        assert opened.content == b"hello"


async def test_a_transaction_that_fails_leaves_the_ratchet_where_it_was(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        before = await of(ada, "bo")

        def fail(tx: Tx) -> None:
            sessions.seal(tx, before, b"hello")
            raise PeerError("on purpose")

        with pytest.raises(PeerError):
            await ada.db.write(fail)
        assert (await of(ada, "bo")).packed == before.packed
        assert await ada.db.read(outbox.unacknowledged) == []


async def test_a_forged_envelope_changes_nothing(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, bo):
        [envelope] = await seal(ada, "bo", b"hello")
        theirs = await of(bo, "ada")
        forged = envelope[:-1] + bytes([envelope[-1] ^ 1])
        with pytest.raises(PeerError):
            await bo.db.write(lambda tx: sessions.unseal(tx, theirs, forged))
        assert (await of(bo, "ada")).packed == theirs.packed


async def test_a_goodbye_outlasts_the_keys(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        session = await of(ada, "bo")
        events = await ada.db.write(lambda tx: sessions.leave(tx, session, b"bye", Notice.ENDED_BY_ME, 1))
        assert [row.h for row in await ada.db.read(outbox.unacknowledged)] == [session.h]
        assert await ada.db.read(lambda tx: kept_sessions.by_h(tx, session.h)) is None
        assert kinds(events) == [MessageAdded, ChatChanged]


async def test_a_session_the_peer_lost_keeps_its_keys_and_says_so_once(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        session, chat = await of(ada, "bo"), await ada.chat_with("bo")
        await ada.db.write(lambda tx: messages.add_text(tx, chat, "hello", mine=True, at=1, key=bytes(16)))
        first = await ada.db.write(lambda tx: sessions.lose(tx, session, 1))
        again = await ada.db.write(lambda tx: sessions.lose(tx, session, 1))
        assert kinds(first) == [MessageChanged, MessageAdded, ChatChanged]
        assert kinds(again) == [ChatChanged]
        assert (await of(ada, "bo")).h == session.h


async def test_a_row_never_stands_above_an_earlier_one(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        chat = await ada.chat_with("bo")
        last = await ada.db.read(lambda tx: messages.last(tx, chat))
        assert last is not None
        assert await ada.db.read(lambda tx: sessions.next_moment(tx, chat, 5)) == last.at
        later = last.at + 5
        assert await ada.db.read(lambda tx: sessions.next_moment(tx, chat, later)) == later


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]
