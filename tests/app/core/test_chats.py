from pathlib import Path

import pytest

from support.desk import couple
from watchword.core.chats import Chats
from watchword.model.chat import MessageKind, Notice, SessionState
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ChatChanged
from watchword.store import messages, outbox, pins
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId


async def test_pages_follow_each_other(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        chats = Chats(ada, put_out=lambda: None)
        chat = await ada.chat_with("bo")

        def fill(tx: Tx) -> None:
            for number in range(100):
                messages.add_text(tx, chat, str(number), mine=False, at=number, key=number.to_bytes(16))

        await ada.db.write(fill)
        latest = await chats.page(chat, None, None, False, 10)
        assert latest.older
        assert not latest.newer
        before = await chats.page(chat, latest.messages[0], None, False, 10)
        after = await chats.page(chat, None, before.messages[-1], False, 10)
        assert after.messages == latest.messages
        unread = await chats.page(chat, None, None, True, 30)
        first = next(row for row in unread.messages if row.kind is MessageKind.TEXT)
        assert first.text == "0"
        assert await chats.count(chat) == 101


async def test_reading_and_drafts_change_the_chat(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        chats = Chats(ada, put_out=lambda: None)
        chat = await ada.chat_with("bo")
        await ada.db.write(lambda tx: messages.add_text(tx, chat, "hi", mine=False, at=1, key=bytes(16)))
        for _ in range(2):  # the second time nothing changes
            await chats.save_draft(chat, "dear bo")
            await chats.mark_read(chat)
        told = [event.chat for event in ada.events if isinstance(event, ChatChanged)]
        assert [(one.draft, one.unread) for one in told] == [("dear bo", 1), ("dear bo", 0)]
        assert [one.draft for one in await chats.every()] == ["dear bo"]


async def test_an_end_is_sealed_before_the_keys_go(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        put_out: list[int] = []
        chats = Chats(ada, put_out=lambda: put_out.append(1))
        chat = await ada.chat_with("bo")
        await chats.end_session(chat)
        assert len(await ada.db.read(outbox.unacknowledged)) == 1
        assert put_out == [1]
        [shown] = await chats.every()
        assert shown.session is SessionState.NONE
        assert shown.last is not None
        assert shown.last.notice is Notice.ENDED_BY_ME
        with pytest.raises(RefusedBy) as caught:
            await chats.end_session(chat)
        assert caught.value.situation.kind is Kind.NO_SESSION


async def test_yes_to_a_held_session_pins_its_key(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        chats = Chats(ada, put_out=lambda: None)
        chat = await ada.chat_with("bo")
        before = await ada.db.read(lambda tx: pins.get(tx, FullId("bo", 1)))

        def hold(tx: Tx) -> None:
            pins.keep(tx, FullId("bo", 1), b"\x07" * 32, 1)
            tx.execute("update sessions set state = 'held'")

        await ada.db.write(hold)
        with pytest.raises(RefusedBy):
            await chats.end_session(chat)
        await chats.answer_held(chat, accept=True)
        assert await ada.db.read(lambda tx: pins.get(tx, FullId("bo", 1))) == before
        assert [one.session for one in await chats.every()] == [SessionState.OPEN]
