import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.desk import Place, couple, meet, place
from support.logged import LoggedWarnings
from support.waiting import until
from watchword.core import outbox as module
from watchword.core import window
from watchword.core.chats import Chats
from watchword.core.outbox import Outbox
from watchword.model.chat import Delivery
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.events import ChatChanged, Event, MessageAdded, MessageChanged, TroubleMet, TroubleOver
from watchword.protocol import content
from watchword.store import chats, messages
from watchword.store import outbox as kept
from watchword.store import sessions as kept_sessions
from watchword.store.outbox import unacknowledged
from watchword.store.transaction import Tx
from watchword_wire.frames import Refusal, RefusalCode, Send


class Writer:
    """ada at her outbox."""

    def __init__(self, ada: Place) -> None:
        self.ada = ada
        self.relay = ada.relay
        self.outbox = Outbox(ada, lambda _account: None)
        ada.tasks.spawn("outbox", self.outbox.run())

    async def writes(self, *texts: str, to: str = "bo") -> None:
        chat = await self.ada.chat_with(to)
        for text in texts:
            await self.outbox.send_text(chat, text)

    async def sent(self, count: int) -> list[Send]:
        await until(lambda: len(self.relay.of(Send)) >= count, f"{count} are sent")
        return [frame for frame in self.relay.sent if isinstance(frame, Send)]

    async def deliveries(self) -> list[Delivery]:
        chat = await self.ada.chat_with("bo")
        page = await self.ada.db.read(lambda tx: messages.latest(tx, chat, 100))
        return [row.delivery for row in page.messages if row.mine]

    def told(self) -> list[Delivery]:
        return [event.message.delivery for event in self.ada.events if isinstance(event, MessageChanged)]

    def troubles(self) -> list[Kind]:
        return [event.situation.kind for event in self.ada.events if isinstance(event, TroubleMet)]


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    async with couple(tmp_path) as (ada, _bo):
        yield Writer(ada)


async def test_a_text_is_saved_before_it_is_sent(writer: Writer) -> None:
    writer.relay.is_online = False
    await writer.writes("hello")
    assert isinstance(writer.ada.events[0], MessageAdded)
    assert await writer.deliveries() == [Delivery.WAITING]
    assert writer.relay.sent == []


async def test_what_waited_leaves_in_order_once_online(writer: Writer) -> None:
    writer.relay.is_online = False
    await writer.writes("one", "two", "three")
    writer.relay.is_online = True
    writer.outbox.online(30 * 24 * 3_600)
    sent = await writer.sent(3)
    assert len({frame.id for frame in sent}) == 3
    assert [frame.targets for frame in sent] == [["bo/1"]] * 3


async def test_a_text_whose_turn_it_is_leaves_before_the_windows_are_told(writer: Writer) -> None:
    sent_when_told: list[int] = []

    def heard(event: Event) -> None:
        if isinstance(event, MessageAdded):
            sent_when_told.append(len(writer.relay.of(Send)))

    writer.ada.listen(heard)
    await writer.writes("one", "two")
    assert sent_when_told == [1, 2]


async def test_what_the_chat_is_like_is_told_after_the_text(writer: Writer) -> None:
    await writer.writes("one", "two")
    await until(lambda: len(writer.ada.events) == 4, "all is told")
    last = [event.chat.last for event in writer.ada.events if isinstance(event, ChatChanged)][-1]
    assert last is not None
    assert last.text == "two"


async def test_a_text_leaves_at_once_only_behind_all_before_it(writer: Writer) -> None:
    writer.relay.is_online = False
    await writer.writes("one", "two")
    writer.relay.is_online = True
    await writer.writes("three")
    sent = await writer.sent(3)
    kept = await writer.ada.db.read(unacknowledged)
    assert [frame.id for frame in sent] == [row.id for row in kept]


async def test_ok_brings_the_tick(writer: Writer) -> None:
    await writer.writes("one", "two")
    sent = await writer.sent(2)
    writer.outbox.acknowledged([sent[0].id])
    await until(writer.told, "a tick is told")
    assert writer.told() == [Delivery.RELAYED]
    assert await writer.deliveries() == [Delivery.RELAYED, Delivery.WAITING]


async def test_after_a_loss_the_same_bytes_go_again_under_the_same_id(writer: Writer) -> None:
    """It is unknown: send the same id again; the relay answers OK again."""
    await writer.writes("one", "two")
    first = await writer.sent(2)
    writer.outbox.acknowledged([first[0].id])
    await until(writer.told, "a tick is told")
    writer.outbox.online(30 * 24 * 3_600)
    again = await writer.sent(3)
    assert again[2] == first[1]


async def test_without_an_ok_it_goes_again(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "OK_DEADLINE", 0.2)
    writer.outbox.stir()  # it waits by the old deadline
    await writer.writes("one", "two")
    sent = await writer.sent(4)
    assert sent[:2] == sent[2:4]


async def test_what_is_refused_is_kept_told_and_tried_again(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    """Refusals: not stored; the client keeps it and says so."""
    monkeypatch.setattr(module, "RETRY", 0.2)
    await writer.writes("one", "two")
    first = await writer.sent(2)
    for frame in first:
        writer.outbox.refused(Refusal(RefusalCode.QUOTA, frame.id))
    assert writer.troubles() == [Kind.RELAY_QUOTA]
    again = await writer.sent(4)
    assert again[2:4] == first
    assert await writer.deliveries() == [Delivery.WAITING, Delivery.WAITING]
    logged_warnings.take("message refused")


async def test_a_relay_that_asks_for_a_pause_gets_it(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    monkeypatch.setattr(module, "RETRY", 60.0)
    await writer.writes("one")
    [frame] = await writer.sent(1)
    began = asyncio.get_running_loop().time()
    writer.outbox.refused(Refusal(RefusalCode.RETRY_LATER, frame.id, retry_ms=400))
    await writer.sent(2)
    assert asyncio.get_running_loop().time() - began >= 0.4, "no sooner, and not a minute later"
    assert writer.troubles() == [Kind.RELAY_BUSY]
    logged_warnings.take("message refused")


async def test_no_more_than_a_window_is_on_its_way(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "MOST", 4)
    writer.relay.is_online = False
    await writer.writes(*(str(number) for number in range(10)))
    writer.relay.is_online = True
    writer.outbox.online(30 * 24 * 3_600)
    sent = await writer.sent(4)
    await asyncio.sleep(0.1)
    assert len(writer.relay.of(Send)) == 4
    writer.outbox.acknowledged([frame.id for frame in sent[:2]])
    assert len({frame.id for frame in await writer.sent(6)}) == 6


async def test_a_store_that_cannot_be_written_takes_nothing(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_work: object) -> None:
        raise TroubleWith(Kind.DISK_FULL, folder="here")

    with monkeypatch.context() as patch:
        patch.setattr(writer.ada.db, "write", full)
        with pytest.raises(TroubleWith):
            await writer.writes("lost?")
    assert writer.relay.sent == []
    await writer.writes("kept")
    assert len(await writer.sent(1)) == 1
    assert await writer.deliveries() == [Delivery.WAITING]


async def test_a_mistake_of_ours_does_not_end_the_sending(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    monkeypatch.setattr(module, "RETRY", 0.1)

    def broken(*_values: object, **_options: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(kept, "unacknowledged", broken)
        writer.outbox.stir()
        await writer.writes("one")
        await until(writer.troubles, "it is told")
    assert writer.troubles()[0] is Kind.UNEXPECTED
    await writer.sent(1)
    await writer.writes("two")
    await writer.sent(2)
    logged_warnings.take("task failed")


async def test_receipts_that_cannot_be_sealed_keep_no_text_back(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    monkeypatch.setattr(module, "RETRY", 0.1)

    def broken(_tx: Tx) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "_seal_receipts", broken)
    writer.outbox.receipt()
    await writer.writes("one", "two")
    await writer.sent(2)
    logged_warnings.take("task failed")


async def test_however_many_receipts_wait_all_are_sealed(writer: Writer) -> None:
    count = 3 * module.RECEIPTS
    [session] = await writer.ada.db.read(lambda tx: kept_sessions.of_account(tx, "bo"))

    def leave(tx: Tx) -> None:
        for number in range(count):
            receipt = content.encode(content.Receipt((number.to_bytes(16),)))
            kept.put(tx, (1_000 + number).to_bytes(16), "bo", receipt, h=session.h)

    await writer.ada.db.write(leave)
    writer.outbox.receipt()
    await writer.sent(3)
    assert await writer.ada.db.read(kept.accounts_waiting) == []


async def test_what_the_relay_will_never_take_is_told_and_offered_again(
    writer: Writer, logged_warnings: LoggedWarnings
) -> None:
    await writer.writes("one", "two")
    [first, second] = await writer.sent(2)
    writer.outbox.refused(Refusal(RefusalCode.TOO_LARGE, first.id))
    writer.outbox.acknowledged([second.id])
    await until(lambda: len(writer.told()) == 2, "both are told")
    assert await writer.deliveries() == [Delivery.UNDELIVERED, Delivery.RELAYED]
    chat = await writer.ada.db.read(lambda tx: chats.get(tx, first_chat(tx)))
    assert chat is not None
    assert chat.undelivered == 1
    assert len(writer.troubles()) == 1
    logged_warnings.take("message refused")


def first_chat(tx: Tx) -> int:
    return chats.every(tx)[0].id


async def test_a_full_mailbox_stops_nobody_else_and_keeps_its_order(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    monkeypatch.setattr(module, "RETRY", 0.3)
    monkeypatch.setattr(window, "MOST", 4)
    async with place(tmp_path, "cy") as cy:
        await meet(writer.ada, cy)
        await writer.writes(*(str(number) for number in range(6)))
        first = await writer.sent(4)
        for frame in first:
            writer.outbox.refused(Refusal(RefusalCode.QUOTA, frame.id))
        await writer.writes("for cy", to="cy")
        sent = await writer.sent(5)
        assert sent[4].targets == ["cy/1"]
        writer.outbox.acknowledged([sent[4].id])
        again = (await writer.sent(9))[5:9]
        assert again == first
        for frame in again:
            writer.outbox.refused(Refusal(RefusalCode.QUOTA, frame.id))
        again = (await writer.sent(13))[9:13]
        over = TroubleOver(frozenset({Kind.RELAY_QUOTA}))
        assert over not in writer.ada.events
        writer.outbox.acknowledged([frame.id for frame in again])
        await writer.sent(15)
        assert over not in writer.ada.events, "two are still on their way"
        writer.outbox.acknowledged([frame.id for frame in (await writer.sent(15))[13:]])
        await until(lambda: over in writer.ada.events, "it is over")
        assert writer.troubles() == [Kind.RELAY_QUOTA], "told once"
    logged_warnings.take("message refused")


async def test_offline_a_full_mailbox_is_not_looked_at_without_end(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    monkeypatch.setattr(module, "RETRY", 0.1)
    await writer.writes("one")
    [frame] = await writer.sent(1)
    writer.outbox.refused(Refusal(RefusalCode.QUOTA, frame.id))
    writer.relay.is_online = False
    turns: list[int] = []
    settle = writer.outbox._settle

    async def counted() -> None:
        turns.append(1)
        await settle()

    monkeypatch.setattr(writer.outbox, "_settle", counted)
    await asyncio.sleep(0.4)
    assert len(turns) <= 4
    logged_warnings.take("message refused")


async def test_no_more_bytes_are_on_their_way_than_a_slow_line_carries_in_time(writer: Writer) -> None:
    await writer.writes(*("x" * 60_000 for _ in range(8)))
    sent = await writer.sent(3)
    await asyncio.sleep(0.1)
    sent = await writer.sent(3)
    assert sum(len(frame.body) for frame in sent) <= window.MOST_BYTES
    writer.outbox.acknowledged([sent[0].id])
    await writer.sent(len(sent) + 1)


async def test_after_a_cut_nothing_overtakes_what_may_be_lost(writer: Writer) -> None:
    await writer.writes("one", "two")
    first = await writer.sent(2)
    writer.relay.is_online = False
    writer.outbox.disconnected()
    writer.relay.is_online = True  # signed in; the outbox has not heard of it yet
    await writer.writes("three")
    sent = await writer.sent(5)
    assert sent[2:4] == first


async def test_nothing_leaves_to_whom_the_company_bars_until_it_allows_it(tmp_path: Path) -> None:
    barred: set[str] = set()
    why = RefusedBy(Kind.COMPANY_OUTSIDER, account="bo", company="ACME")
    async with couple(tmp_path) as (ada, _bo), place(tmp_path, "cy") as cy:
        await meet(ada, cy)
        outbox = Outbox(ada, lambda account: why if account in barred else None)
        ada.relay.is_online = False
        to_bo, to_cy = await ada.chat_with("bo"), await ada.chat_with("cy")
        await outbox.send_text(to_bo, "sealed before")
        barred.add("bo")
        with pytest.raises(RefusedBy) as caught:
            await outbox.send_text(to_bo, "written behind")
        assert caught.value.situation == why.situation
        with pytest.raises(RefusedBy):
            await outbox.send_again(to_bo)
        page = await ada.db.read(lambda tx: messages.latest(tx, to_bo, 100))
        assert [row.text for row in page.messages if row.mine] == ["sealed before"], "not even saved"

        ada.relay.is_online = True
        ada.tasks.spawn("outbox", outbox.run())
        outbox.online(30 * 24 * 3_600)
        await outbox.send_text(to_cy, "to a colleague")

        def whom() -> list[str]:
            return [frame.targets[0] for frame in ada.relay.sent if isinstance(frame, Send)]

        await until(lambda: "cy/1" in whom(), "the colleague's has left")
        assert whom() == ["cy/1"]
        barred.clear()
        outbox.taken_back()
        await until(lambda: "bo/1" in whom(), "it leaves by itself")
        assert whom() == ["cy/1", "bo/1"]


async def test_a_goodbye_leaves_although_the_company_bars_who_gets_it(tmp_path: Path) -> None:
    why = RefusedBy(Kind.COMPANY_OUTSIDER, account="bo", company="ACME")
    async with couple(tmp_path) as (ada, _bo):
        outbox = Outbox(ada, lambda _account: why)
        ada.tasks.spawn("outbox", outbox.run())
        await Chats(ada, put_out=outbox.stir).end_session(await ada.chat_with("bo"))
        await until(lambda: ada.relay.of(Send), "the goodbye leaves")
