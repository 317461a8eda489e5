import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.desk import Place, couple, seal
from support.logged import LoggedWarnings
from support.waiting import until
from watchword.core import clock, sessions
from watchword.core import inbox as module
from watchword.core.inbox import Inbox
from watchword.model.chat import Delivery, MessageKind, Notice, SessionState
from watchword.model.errors import Kind, TroubleWith
from watchword.model.events import ChatChanged, MessageAdded, TroubleMet
from watchword.model.requests import Ending
from watchword.protocol import content
from watchword.store import chats, contacts, messages, outbox, runs
from watchword.store import sessions as kept_sessions
from watchword.store.transaction import Tx
from watchword_wire.exchange import Abort, AbortCode
from watchword_wire.frames import Ack, Deliver, Step

KEY = bytes(range(16))


def text(number: int, words: str = "hello") -> bytes:
    return content.encode(content.Text(number.to_bytes(16), 1_000 + number, words))


class Reader:
    """bo at his inbox; ada only seals."""

    def __init__(self, ada: Place, bo: Place) -> None:
        self.ada, self.bo = ada, bo
        self.awaited: set[bytes] = set()
        self.put_out = 0
        self.renewed = 0
        self.brought = self.to_rooms = 0
        self.inbox = Inbox(
            bo,
            awaited=lambda: self.awaited,
            put_out=self._put_out,
            renew=self._renew,
            brought=self._bring,
            for_rooms=self._bring_to_rooms,
        )
        self._seq = 0
        bo.tasks.spawn("inbox", self.inbox.run())

    def _bring(self) -> None:
        self.brought += 1

    def _bring_to_rooms(self) -> None:
        self.to_rooms += 1

    def _put_out(self) -> None:
        self.put_out += 1

    def _renew(self) -> None:
        self.renewed += 1

    async def gets(self, *envelopes: bytes, sender: str = "ada/1") -> list[bytes]:
        ids = []
        for envelope in envelopes:
            self._seq += 1
            ids.append(self._seq.to_bytes(16))
            await self.inbox.arrived(Deliver(self._seq, ids[-1], sender, envelope))
        return ids

    def acknowledged(self) -> list[bytes]:
        return [id_ for frame in self.bo.relay.of(Ack) for id_ in frame.ids]  # type: ignore[union-attr]  # all are Acks

    async def acknowledges(self, ids: list[bytes]) -> None:
        await until(lambda: self.acknowledged() == ids, f"{len(ids)} are acknowledged")

    async def rows(self) -> list[str]:
        chat = await self.bo.chat_with("ada")
        page = await self.bo.db.read(lambda tx: messages.latest(tx, chat, 1_000))
        return [row.text if row.kind is MessageKind.TEXT else f"- {row.notice}" for row in page.messages]

    async def h(self) -> bytes:
        [session] = await self.bo.db.read(lambda tx: kept_sessions.of_account(tx, "ada"))
        return session.h


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with couple(tmp_path) as (ada, bo):
        yield Reader(ada, bo)


async def test_texts_are_saved_told_and_acknowledged_in_order(reader: Reader) -> None:
    """An ack is sent after the client's own COMMIT of message and ratchet state."""
    envelopes = await seal(reader.ada, "bo", *(text(n, f"number {n}") for n in range(100)))
    ids = await reader.gets(*envelopes)
    await reader.acknowledges(ids)
    assert await reader.rows() == ["- accepted", *(f"number {n}" for n in range(100))]
    told = [event.message.text for event in reader.bo.events if isinstance(event, MessageAdded)]
    assert told == [f"number {n}" for n in range(100)]


async def test_what_a_chat_is_like_is_told_after_its_texts_and_once_for_all_that_came_together(
    reader: Reader,
) -> None:
    """Nobody who waits for a text waits for that."""
    envelopes = await seal(reader.ada, "bo", text(1), text(2), text(3))
    reader.bo.events.clear()
    await reader.acknowledges(await reader.gets(*envelopes))
    await until(lambda: len(reader.bo.events) > len(envelopes), "the chat is told")
    kinds = [type(event) for event in reader.bo.events]
    assert kinds == [MessageAdded, MessageAdded, MessageAdded, ChatChanged]
    [changed] = [event.chat for event in reader.bo.events if isinstance(event, ChatChanged)]
    assert changed.unread == len(envelopes)


async def test_a_redelivery_is_acknowledged_and_nothing_more(reader: Reader) -> None:
    [envelope] = await seal(reader.ada, "bo", text(1))
    ids = await reader.gets(envelope, envelope)
    ids += await reader.gets(envelope)
    await reader.acknowledges(ids)
    assert await reader.rows() == ["- accepted", "hello"]


async def test_the_same_text_in_another_envelope_stands_once(reader: Reader) -> None:
    envelopes = await seal(reader.ada, "bo", text(1), text(1))
    await reader.acknowledges(await reader.gets(*envelopes))
    assert await reader.rows() == ["- accepted", "hello"]


async def test_a_receipt_waits_in_the_outbox_for_what_is_durable(reader: Reader) -> None:
    """It is sent after the peer stored it."""
    await reader.acknowledges(await reader.gets(*await seal(reader.ada, "bo", text(1), text(2))))
    await until(lambda: reader.put_out, "the outbox is told")
    waiting = await reader.bo.db.read(lambda tx: outbox.waiting(tx, "ada", 10))
    said = [content.decode(row.content) for row in waiting]
    ids = [id_ for receipt in said if isinstance(receipt, content.Receipt) for id_ in receipt.ids]
    assert ids == [number.to_bytes(16) for number in (1, 2)]


async def test_nothing_is_acknowledged_that_was_not_kept(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RETRY", 0.1)
    write = reader.bo.db.write
    tried: list[int] = []

    async def full(work: object) -> object:
        tried.append(1)
        if len(tried) < 3:
            raise TroubleWith(Kind.DISK_FULL, folder="here")
        return await write(work)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(reader.bo.db, "write", full)
    [envelope] = await seal(reader.ada, "bo", text(1))
    ids = await reader.gets(envelope)
    await until(lambda: len(tried) == 2, "it was tried twice")
    assert reader.acknowledged() == []
    await reader.acknowledges(ids)
    assert await reader.rows() == ["- accepted", "hello"]
    troubles = [event.situation.kind for event in reader.bo.events if isinstance(event, TroubleMet)]
    assert troubles == [Kind.DISK_FULL], "told once, however often it is tried"


async def test_an_altered_envelope_is_dropped_and_the_next_one_opens(
    reader: Reader, logged_warnings: LoggedWarnings
) -> None:
    [one, two] = await seal(reader.ada, "bo", text(1), text(2, "intact"))
    altered = one[:100] + bytes([one[100] ^ 1]) + one[101:]
    await reader.acknowledges(await reader.gets(altered, two))
    assert await reader.rows() == ["- accepted", "intact"]
    logged_warnings.take("does not open")


async def test_malformed_content_is_dropped(reader: Reader, logged_warnings: LoggedWarnings) -> None:
    envelopes = await seal(reader.ada, "bo", b"\xc1", text(1))
    await reader.acknowledges(await reader.gets(*envelopes))
    assert await reader.rows() == ["- accepted", "hello"]
    logged_warnings.take("content refused")


async def test_out_of_order_envelopes_all_open(reader: Reader) -> None:
    envelopes = await seal(reader.ada, "bo", *(text(n, str(n)) for n in range(5)))
    await reader.acknowledges(await reader.gets(*reversed(envelopes)))
    assert sorted(await reader.rows()) == ["- accepted", "0", "1", "2", "3", "4"]


async def test_more_than_256_skipped_is_told_and_answered(reader: Reader) -> None:
    envelopes = await seal(reader.ada, "bo", *(text(n) for n in range(260)))
    await reader.acknowledges(await reader.gets(envelopes[-1]))
    assert await reader.rows() == ["- accepted", f"- {Notice.MESSAGES_LOST}"]
    sealed = await reader.bo.db.read(outbox.unacknowledged)
    assert len(sealed) == 1  # the empty message that opens a new chain


async def test_more_than_256_skipped_where_a_chain_begins_ends_the_session(reader: Reader) -> None:
    """No content of ours makes the peer open another chain; in a new session all can be sent again."""
    [heard] = await seal(reader.bo, "ada", text(1))
    opened = await taken(reader.ada, "bo", heard)
    assert isinstance(opened, content.Text)
    envelopes = await seal(reader.ada, "bo", *(text(n) for n in range(260)))
    await reader.acknowledges(await reader.gets(*envelopes[-2:]))
    rows = await reader.rows()
    assert rows == ["- accepted", f"- {Notice.MESSAGES_LOST}", f"- {Notice.SESSION_LOST}"]
    shown = [event.chat.session for event in reader.bo.events if isinstance(event, ChatChanged)]
    assert shown[-1] is SessionState.NONE
    await until(lambda: reader.put_out, "the outbox is told")
    [goodbye] = await reader.bo.db.read(outbox.unacknowledged)
    assert await taken(reader.ada, "bo", goodbye.sealed) == content.End()


async def taken(at: Place, whom: str, envelope: bytes) -> content.Content:
    """What an envelope of somebody holds, opened and kept."""

    def work(tx: Tx) -> content.Content:
        [session] = kept_sessions.of_account(tx, whom)
        opened = sessions.unseal(tx, session, envelope)
        assert isinstance(opened, sessions.Unsealed)
        return content.decode(opened.content)

    return await at.db.write(work)


async def test_an_envelope_before_the_verdict_waits_unacknowledged(reader: Reader) -> None:
    [envelope] = await seal(reader.ada, "bo", text(1))
    h = await reader.h()
    [session] = await reader.bo.db.read(lambda tx: kept_sessions.of_account(tx, "ada"))
    reader.awaited = {h[:8]}
    await reader.bo.db.write(lambda tx: tx.execute("delete from sessions"))
    ids = await reader.gets(envelope)
    [other] = await reader.gets(b"\x01" * 348)
    await reader.acknowledges([other])
    await reader.bo.db.write(lambda tx: kept_sessions.begin(tx, session))
    reader.inbox.release()
    await reader.acknowledges([other, *ids])
    assert await reader.rows() == ["- accepted", "hello"]


async def test_a_held_session_shows_and_acknowledges_nothing(reader: Reader) -> None:
    await reader.bo.db.write(lambda tx: tx.execute("update sessions set state = 'held'"))
    [envelope] = await seal(reader.ada, "bo", text(1))
    ids = await reader.gets(envelope)
    [other] = await reader.gets(b"\x01" * 348)
    await reader.acknowledges([other])
    assert await reader.rows() == ["- accepted"]
    await reader.bo.db.write(lambda tx: tx.execute("update sessions set state = 'open'"))
    reader.inbox.release()
    await reader.acknowledges([other, *ids])
    assert await reader.rows() == ["- accepted", "hello"]


async def test_an_envelope_of_a_session_that_ended_lately_is_answered(reader: Reader) -> None:
    [envelope] = await seal(reader.ada, "bo", text(1))
    h, at = await reader.h(), clock.wall_ms()

    def end(tx: Tx) -> None:
        kept_sessions.end(tx, h, at)
        runs.end(tx, h, Ending.ACCEPTED, at)

    await reader.bo.db.write(end)
    await reader.acknowledges(await reader.gets(envelope))
    await until(lambda: reader.bo.relay.of(Step), "an answer")
    assert reader.bo.relay.of(Step) == [Step("ada/1", Abort(h, AbortCode.NO_SUCH_SESSION).encode())]
    assert hashlib.sha256(envelope).digest() not in reader.acknowledged()


async def test_a_receipt_brings_the_second_tick_also_late(reader: Reader) -> None:
    chat = await reader.bo.chat_with("ada")

    def write(tx: Tx) -> None:
        messages.add_text(tx, chat, "mine", mine=True, at=1, key=KEY, delivery=Delivery.UNDELIVERED)

    await reader.bo.db.write(write)
    [envelope] = await seal(reader.ada, "bo", content.encode(content.Receipt((KEY, bytes(16)))))
    await reader.acknowledges(await reader.gets(envelope))
    own = await reader.bo.db.read(lambda tx: messages.by_key(tx, chat, KEY, mine=True))
    assert own is not None
    assert own.delivery is Delivery.DELIVERED


async def test_nobody_can_tick_what_was_written_to_somebody_else(reader: Reader) -> None:
    def write(tx: Tx) -> int:
        contacts.meet(tx, "cy")
        chat = chats.meet(tx, "cy", 1)
        messages.add_text(tx, chat, "for cy", mine=True, at=1, key=KEY, delivery=Delivery.RELAYED)
        return chat

    chat = await reader.bo.db.write(write)
    [envelope] = await seal(reader.ada, "bo", content.encode(content.Receipt((KEY,))))
    await reader.acknowledges(await reader.gets(envelope))
    page = await reader.bo.db.read(lambda tx: messages.latest(tx, chat, 9))
    assert [row.delivery for row in page.messages] == [Delivery.RELAYED]


async def test_an_end_erases_the_session_and_says_so(reader: Reader) -> None:
    envelopes = await seal(reader.ada, "bo", text(1), content.encode(content.End()))
    await reader.acknowledges(await reader.gets(*envelopes))
    assert await reader.rows() == ["- accepted", "hello", f"- {Notice.ENDED_BY_PEER}"]
    changed = [event.chat.session for event in reader.bo.events if isinstance(event, ChatChanged)]
    assert changed[-1] is SessionState.NONE
    assert await reader.bo.db.read(lambda tx: kept_sessions.of_account(tx, "ada")) == []


async def test_a_later_kind_of_content_hurts_nothing(reader: Reader) -> None:
    envelopes = await seal(reader.ada, "bo", b"\x92\x63\xa1x", text(1))
    await reader.acknowledges(await reader.gets(*envelopes))
    assert await reader.rows() == ["- accepted", "hello"]


async def test_a_sender_s_clock_cannot_move_its_texts_about(reader: Reader) -> None:
    future = content.encode(content.Text((1).to_bytes(16), 2**52, "from the future"))
    past = content.encode(content.Text((2).to_bytes(16), 0, "from the past"))
    await reader.acknowledges(await reader.gets(*await seal(reader.ada, "bo", future, past)))
    assert await reader.rows() == ["- accepted", "from the future", "from the past"]
    chat = await reader.bo.chat_with("ada")
    last = await reader.bo.db.read(lambda tx: messages.last(tx, chat))
    assert last is not None
    assert last.at <= clock.wall_ms()


async def test_many_envelopes_of_an_ended_session_are_answered_once(reader: Reader) -> None:
    envelopes = await seal(reader.ada, "bo", *(text(n) for n in range(200)))
    h, at = await reader.h(), clock.wall_ms()

    def end(tx: Tx) -> None:
        kept_sessions.end(tx, h, at)
        runs.end(tx, h, Ending.ACCEPTED, at)

    await reader.bo.db.write(end)
    await reader.acknowledges(await reader.gets(*envelopes))
    assert 1 <= len(reader.bo.relay.of(Step)) <= 200 // module.BATCH + 2


async def hold(reader: Reader, state: str) -> None:
    await reader.bo.db.write(lambda tx: tx.execute("update sessions set state = ?", (state,)))


async def waits(reader: Reader, *envelopes: bytes) -> list[bytes]:
    """Give envelopes to an inbox that cannot take them yet; returns their ids once they were looked at."""
    ids = await reader.gets(*envelopes)
    before = reader.acknowledged()
    [other] = await reader.gets(b"\x01" * 348)
    await reader.acknowledges([*before, other])
    return ids


async def test_what_comes_just_as_the_answer_is_kept_does_not_overtake_what_waited(reader: Reader) -> None:
    await hold(reader, "held")
    one, two, three = await seal(reader.ada, "bo", text(1, "one"), text(2, "two"), text(3, "three"))
    await waits(reader, one, two)
    await hold(reader, "open")
    await waits(reader, three)
    assert await reader.rows() == ["- accepted"]
    reader.inbox.release()
    await until(lambda: len(reader.acknowledged()) == 5, "all are acknowledged")
    assert await reader.rows() == ["- accepted", "one", "two", "three"]


async def test_what_waited_goes_before_what_is_in_the_queue(reader: Reader) -> None:
    await hold(reader, "held")
    one, two, three = await seal(reader.ada, "bo", text(1, "one"), text(2, "two"), text(3, "three"))
    await waits(reader, one, two)
    await hold(reader, "open")
    reader.inbox._queue.put_nowait(Deliver(99, bytes(16), "ada/1", three))  # not looked at yet
    reader.inbox.release()
    await until(lambda: len(reader.acknowledged()) == 4, "all are acknowledged")
    assert await reader.rows() == ["- accepted", "one", "two", "three"]


async def test_more_than_can_wait_in_memory_comes_again_in_order(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    await hold(reader, "held")
    envelopes = await seal(reader.ada, "bo", *(text(n, str(n)) for n in range(6)))
    await waits(reader, *envelopes[:4])
    await hold(reader, "open")
    reader.inbox.release()
    assert reader.renewed == 1
    await reader.gets(envelopes[4])  # still from the old connection
    await until(lambda: len(reader.acknowledged()) == 3, "what waited is taken")
    reader.inbox.disconnected()
    await reader.gets(*envelopes)
    await until(lambda: len(reader.acknowledged()) == 9, "all are acknowledged")
    assert await reader.rows() == ["- accepted", *(str(n) for n in range(6))]
