"""Plays of several desktops of one account in a company: own messages on all, and history for a new one."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.firm import Firm, company_chat, reads, ticks, writes
from support.play import Person, Stage, Witness
from support.roaming import DAY, joins_as
from support.second import Second, is_asked
from support.waiting import until, until_found
from watchword.core import clock
from watchword.model.chat import Delivery, Message, MessageKind
from watchword.model.errors import Kind
from watchword.model.events import HistoryChanged, MessageAdded, TroubleMet
from watchword.model.roaming import HistoryShown

MANY = int(os.environ.get("WATCHWORD_HISTORY", "200"))
"""Messages in a history of several pages."""
LONG = " and so on" * 300
"""So long that a page is full (`PAGE_BYTES`) after some fifty: several pages need not be a thousand."""


async def rows(person: Witness, *others: str) -> list[Message]:
    """The texts of a company chat, in the order in which they are shown."""
    chat = await company_chat(person, *others)
    found = (await person.client.page(chat.id, limit=100_000)).messages
    return [row for row in found if row.kind is MessageKind.TEXT]


async def said(person: Witness, *others: str) -> list[tuple[bool, str, str]]:
    """Whether own, by whom, what: the same on all desktops of one account."""
    if all(tuple(m.account for m in c.members) != others for c in await person.client.chats()):
        return []
    return [(row.mine, row.sender, row.text) for row in await rows(person, *others)]


async def alike(one: Witness, other: Witness, *others: str, count: int) -> None:
    """Both show the same texts in the same order."""

    async def same() -> bool:
        here, there = await said(one, *others), await said(other, *others)
        return len(here) == count and here == there

    await until_found(same, f"both desktops show the same {count} texts")


@asynccontextmanager
async def two_desktops(
    folder: Path, firm: Firm, *names: str, joins: bool = True, limits: dict[str, object] | None = None
) -> AsyncIterator[tuple[Stage, list[Person], Second]]:
    """People of a company, and a second desktop of the first that works there as well."""
    async with Stage(folder, limits=limits) as stage:
        people = await stage.enter(*names)
        await firm.takes_in(*people)
        laptop = Second(names[0], folder / "laptop", stage.relay.address)
        try:
            if joins:
                await joins_as(people[0], laptop, firm)
            yield stage, people, laptop
        finally:
            await laptop.leaves()


async def talk(ada: Person, bo: Person, turns: int) -> None:
    """They write in turns, each once the other's text is there."""
    for number in range(turns):
        for writer, reader in ((ada, bo), (bo, ada)):
            await writes(writer, (reader.name,), f"{writer.name} {number}")
            heard = [(writer.name, f"{writer.name} {earlier}") for earlier in range(number + 1)]
            await reads(reader, (writer.name,), *heard)


async def test_what_one_desktop_writes_the_other_shows_as_own(tmp_path: Path) -> None:
    firm = Firm()
    async with two_desktops(tmp_path, firm, "ada", "bo", "cy") as (_stage, [ada, bo, cy], laptop):
        await writes(ada, ("bo",), "from the desk")
        await alike(ada, laptop, "bo", count=1)
        chat = await company_chat(laptop, "bo")
        await laptop.client.send_text(chat.id, "from the laptop")
        await alike(ada, laptop, "bo", count=2)
        assert await said(ada, "bo") == [(True, "", "from the desk"), (True, "", "from the laptop")]
        assert [row.device for row in await rows(ada, "bo")] == [0, 2]
        assert [row.device for row in await rows(laptop, "bo")] == [1, 0]
        await reads(bo, ("ada",), ("ada", "from the desk"), ("ada", "from the laptop"))
        for desktop in (ada, laptop):
            await ticks(desktop, ("bo",), Delivery.DELIVERED)
            assert (await company_chat(desktop, "bo")).unread == 0
        await writes(ada, ("bo", "cy"), "to both")
        await reads(cy, ("ada", "bo"), ("ada", "to both"))
        for desktop in (ada, laptop):
            await ticks(desktop, ("bo", "cy"), Delivery.DELIVERED)
        added = [event for event in laptop.events if isinstance(event, MessageAdded)]
        assert not any(event.notify for event in added if event.message.mine)


async def test_one_that_was_away_for_a_day_shows_the_same(tmp_path: Path) -> None:
    firm = Firm()
    async with two_desktops(tmp_path, firm, "ada", "bo") as (_stage, [ada, bo], laptop):
        await laptop.leaves()
        await talk(ada, bo, 40)
        await laptop.returns()
        await alike(ada, laptop, "bo", count=80)
        for desktop in (ada, laptop):
            await ticks(desktop, ("bo",), Delivery.DELIVERED)


async def test_a_new_desktop_reads_what_the_relay_kept(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY)
    async with two_desktops(tmp_path, firm, "ada", "bo", joins=False) as (_stage, [ada, bo], laptop):
        await talk(ada, bo, 30)
        before = len(ada.events)
        await joins_as(ada, laptop, firm)
        await alike(ada, laptop, "bo", count=60)
        await until(lambda: not laptop.client.history.fetching, "it is all there")
        assert (await company_chat(laptop, "bo")).unread == 0
        assert not [event for event in laptop.events if isinstance(event, MessageAdded)]
        assert not [event for event in bo.events[before:] if isinstance(event, HistoryChanged)]
        await writes(bo, ("ada",), "news")
        await alike(ada, laptop, "bo", count=61)
        assert (await company_chat(laptop, "bo")).unread == 1


async def test_what_waited_for_a_new_desktop_is_news_there(tmp_path: Path) -> None:
    """It is in the history as well, and comes both ways at once: unread, in order, with receipts."""
    firm = Firm()
    firm.policy(roaming=DAY)
    async with two_desktops(tmp_path, firm, "ada", "bo", joins=False) as (_stage, [ada, bo], laptop):
        await firm.hands_out(ada)  # so that the laptop gets the company with its approval
        await talk(ada, bo, 3)
        await laptop.applies()
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        await laptop.is_approved()
        await laptop.closes()
        await ada.leaves()
        chat = await company_chat(bo, "ada")
        for number in range(60):
            await bo.client.send_text(chat.id, f"news {number}")
        await until_found(lambda: _all_left(bo, chat.id), "the relay has them")
        await laptop.returns()
        wanted = [(False, "bo", f"news {number}") for number in range(60)]
        await until_found(lambda: _unread(laptop, 60), "it is news")
        # What waited may be there before history is asked for.
        await until_found(lambda: _says(laptop, "bo", 66), "it is all there")
        await until(lambda: not laptop.client.history.fetching, "nothing more comes")
        assert (await said(laptop, "bo"))[6:] == wanted
        assert (await company_chat(laptop, "bo")).unread == 60
        await ticks(bo, ("ada",), Delivery.DELIVERED)


async def _unread(person: Witness, count: int) -> bool:
    return any(chat.unread == count for chat in await person.client.chats())


async def _says(person: Witness, whom: str, count: int) -> bool:
    return len(await said(person, whom)) == count


async def test_without_roaming_nothing_is_fetched(tmp_path: Path) -> None:
    firm = Firm()
    async with two_desktops(tmp_path, firm, "ada", "bo", joins=False) as (_stage, [ada, bo], laptop):
        await writes(ada, ("bo",), "before")
        await reads(bo, ("ada",), ("ada", "before"))
        await joins_as(ada, laptop, firm)
        await writes(bo, ("ada",), "after")
        await reads(laptop, ("bo",), ("bo", "after"))
        assert await said(laptop, "bo") == [(False, "bo", "after")]
        assert laptop.client.history == HistoryShown()


async def test_what_the_relay_did_not_keep_in_the_queue_comes_from_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Away for longer than a message waits: it is news, with receipts, behind what was there."""
    firm = Firm()
    firm.policy(roaming=DAY, retention=60)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await writes(bo, ("ada",), "zero")
        await reads(ada, ("bo",), ("bo", "zero"))
        await until_found(lambda: _is_fetched(ada), "ada has the history")
        await ada.restarts()
        await until_found(lambda: _is_fetched(ada), "her sign-in is noted")
        await ada.leaves()
        for text in ("one", "two"):
            await writes(bo, ("ada",), text)
        chat = await company_chat(bo, "ada")
        await until_found(lambda: _all_left(bo, chat.id), "the relay has them")
        await asyncio.to_thread(stage.relay.serve_from, 600)
        later = clock.wall_ms() + 3_600_000
        monkeypatch.setattr(clock, "wall_ms", lambda: later)
        await ada.returns()
        await reads(ada, ("bo",), ("bo", "zero"), ("bo", "one"), ("bo", "two"))
        assert (await company_chat(ada, "bo")).unread == 3
        await ticks(bo, ("ada",), Delivery.DELIVERED)


async def test_what_a_full_desktop_was_passed_over_with_comes_from_history(tmp_path: Path) -> None:
    """It holds up no other of its account: all is read there meanwhile; and it is told."""
    firm = Firm()
    firm.policy(roaming=DAY)
    async with two_desktops(tmp_path, firm, "ada", "bo", limits={"mailbox_messages": 4}) as (
        _stage,
        [ada, bo],
        laptop,
    ):
        await writes(bo, ("ada",), "0")
        await reads(laptop, ("bo",), ("bo", "0"))
        await until_found(lambda: _is_fetched(laptop), "it has the history, and its sign-in is noted")
        await laptop.leaves()
        for number in range(1, 8):
            await writes(bo, ("ada",), str(number))
            await reads(ada, ("bo",), *[("bo", str(earlier)) for earlier in range(number + 1)])
        await laptop.returns()
        await until_found(lambda: _has(laptop, 8), "it has all of it")
        assert {text for _, _, text in await said(laptop, "bo")} == set("01234567")
        told = [event.situation.kind for event in laptop.events if isinstance(event, TroubleMet)]
        assert Kind.MAILBOX_GAP in told


async def _is_fetched(person: Witness) -> bool:
    noted = "select 1 from histories where open = 0 and seen_at > 0"
    return await person.client._desk.db.read(lambda tx: tx.execute(noted).get) is not None


async def _all_left(person: Person, chat: int) -> bool:
    found = (await person.client.page(chat)).messages
    return all(row.delivery is not Delivery.WAITING for row in found)


async def test_many_pages_with_the_relay_killed_in_the_middle(tmp_path: Path) -> None:
    """And the program restarted: what was fetched is not fetched again, nothing is lost or doubled."""
    firm = Firm()
    firm.policy(roaming=DAY)
    count = MANY
    async with Stage(tmp_path, limits={"pages": (2, 1.0)}) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        for number in range(count):
            await writes(bo, ("ada",), f"{number}{LONG}")
        wanted = [(False, "bo", f"{number}{LONG}") for number in range(count)]
        await until_found(lambda: _has(ada, count), "ada has all of it", 240)
        assert await said(ada, "bo") == wanted
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        try:
            await joins_as(ada, laptop, firm)
            await until(lambda: 0 < laptop.client.history.done < count, "some of it is here", 60)
            shown = laptop.client.history
            assert (shown.fetching, shown.total) == (True, count)
            stage.relay.kill()
            await laptop.is_offline()
            before = len(await said(laptop, "bo"))
            assert 0 < before < count
            stage.relay.start()
            await until_found(lambda: _has(laptop, before + 1), "it goes on", 60)
            await laptop.leaves()
            await laptop.returns()
            await until_found(lambda: _has(laptop, count), "all of it is here", 240)
            await until(lambda: not laptop.client.history.fetching, "it is told", 60)
            assert await said(laptop, "bo") == wanted
            assert (await company_chat(laptop, "bo")).unread == 0
        finally:
            await laptop.leaves()


async def _has(person: Witness, count: int) -> bool:
    return len(await said(person, "bo")) >= count
