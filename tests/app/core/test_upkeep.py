from pathlib import Path

import pytest

from support.desk import couple, place
from support.waiting import until, until_found
from watchword.core import clock, upkeep
from watchword.core.outbox import Outbox
from watchword.core.runs import Runs
from watchword.model.events import ChatChanged, MessageChanged
from watchword.model.requests import Ending
from watchword.store import guesses, inbox, messages, runs
from watchword.store.transaction import Tx

DAY = 24 * 3600 * 1000


async def test_what_no_rule_needs_any_more_is_forgotten(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as ada:
        at = clock.wall_ms()
        old, new = b"o" * 32, b"n" * 32

        def fill(tx: Tx) -> None:
            for h, age in ((old, 2 * DAY), (new, DAY // 2)):
                runs.end(tx, h, Ending.DECLINED, at - age)
                runs.keep_nonce(tx, h, h, at - age)
            inbox.keep(tx, old, at - 100 * DAY)
            inbox.keep(tx, new, at - 60 * DAY)

        await ada.db.write(fill)
        ada.tasks.spawn("upkeep", upkeep.run(ada, Runs(ada, lambda: None)))

        async def forgotten() -> bool:
            return await ada.db.read(lambda tx: runs.ended(tx, old)) is None

        await until_found(forgotten, "the old ending is forgotten")
        assert await ada.db.read(lambda tx: runs.nonce_seen(tx, old)) is None
        assert await ada.db.read(lambda tx: runs.nonce_seen(tx, new)) == new
        assert await ada.db.read(lambda tx: runs.ended(tx, new)) is not None
        assert not await ada.db.read(lambda tx: inbox.seen(tx, old))
        assert await ada.db.read(lambda tx: inbox.seen(tx, new))


async def test_what_a_clock_that_was_ahead_dated_is_set_right_when_it_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK", 0.01)
    monkeypatch.setattr(upkeep, "SURE", 0.05)
    async with couple(tmp_path) as (ada, _bo):
        true_time = clock.wall_ms
        outbox = Outbox(ada, lambda _account: None)
        chat = await ada.chat_with("bo")
        await outbox.send_text(chat, "before")
        monkeypatch.setattr(clock, "wall_ms", lambda: true_time() + 400 * DAY)
        ada.tasks.spawn("upkeep", upkeep.run(ada, Runs(ada, lambda: None)))
        await outbox.send_text(chat, "ahead")
        await ada.db.write(lambda tx: guesses.count(tx, "ada", "bo", b"h" * 32, clock.wall_ms() / 1000))
        monkeypatch.setattr(clock, "wall_ms", true_time)
        await outbox.send_text(chat, "put back")
        ada.events.clear()

        async def in_the_past() -> bool:
            rows = (await ada.db.read(lambda tx: messages.latest(tx, chat, 10))).messages
            return all(row.at <= true_time() for row in rows)

        await until_found(in_the_past, "no text is dated into the future")
        rows = (await ada.db.read(lambda tx: messages.latest(tx, chat, 10))).messages
        assert [row.text for row in rows if row.text] == ["before", "ahead", "put back"]
        await until(lambda: any(isinstance(event, ChatChanged) for event in ada.events), "it is told")
        told = [event.message for event in ada.events if isinstance(event, MessageChanged)]
        assert told == [row for row in rows if row.text in {"ahead", "put back"}]
        tally = await ada.db.read(lambda tx: guesses.load(tx, "ada", "bo"))
        assert [guess.at <= true_time() / 1000 for guess in tally.guesses] == [True]


async def test_a_clock_that_is_behind_dates_no_history_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an empty battery: the computer starts years ago, and the network sets it right in a while."""
    monkeypatch.setattr(upkeep, "LOOK", 0.01)
    monkeypatch.setattr(upkeep, "SURE", 0.2)
    async with couple(tmp_path) as (ada, _bo):
        true_time, looked = clock.wall_ms, 0
        chat = await ada.chat_with("bo")
        await Outbox(ada, lambda _account: None).send_text(chat, "years of history")
        rows = (await ada.db.read(lambda tx: messages.latest(tx, chat, 10))).messages

        def behind() -> int:
            nonlocal looked
            looked += 1
            return true_time() - 4_000 * DAY

        monkeypatch.setattr(clock, "wall_ms", behind)
        ada.relay.is_online = False  # nobody could have set the clock, however long that lasts
        ada.tasks.spawn("upkeep", upkeep.run(ada, Runs(ada, lambda: None)))
        began = clock.now()
        await until(lambda: looked > 5 and clock.now() - began > 2 * upkeep.SURE, "it is looked at again")
        assert (await ada.db.read(lambda tx: messages.latest(tx, chat, 10))).messages == rows
        monkeypatch.setattr(clock, "wall_ms", true_time)
        ada.relay.is_online = True
        ada.events.clear()
        await ada.db.write(lambda tx: messages.add_text(tx, chat, "x", mine=True, at=2**50, key=b"k" * 16))

        async def set_right() -> bool:
            kept = (await ada.db.read(lambda tx: messages.latest(tx, chat, 10))).messages
            return kept[-1].at < 2**50

        await until_found(set_right, "dates are looked at")
        assert (await ada.db.read(lambda tx: messages.latest(tx, chat, 10))).messages[:-1] == rows
