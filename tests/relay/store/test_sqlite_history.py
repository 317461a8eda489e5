"""What is particular to history and recall in the SQLite store: power cuts, and that nothing is left over."""

import os
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import apsw
import pytest

from support.powercut import Disk
from support.store_work import Work
from watchword_relay.store.contract import OWN, Batch, Put, Terminal
from watchword_relay.store.history import Bounds, Past, Shares, Sharing, TakeBack, TakenBack
from watchword_relay.store.migrate import _TO_3
from watchword_relay.store.sqlite import APPLICATION_ID, FILE_NAME, SqliteStore

CUTS = int(os.environ.get("WATCHWORD_POWER_CUTS", "250"))
NAMES = ("ada", "bo", "cy", "di")
ROOM = b"room" * 4
BOUNDS = Bounds(account_bytes=60_000, bytes=90_000)

Seen = dict[str, object]


def terminals(store: SqliteStore) -> list[Terminal]:
    found = [store.of(OWN).register(name, name, b"k" * 32, None, 1)[1] for name in NAMES]
    return [terminal for terminal in found if terminal is not None]


def seen(store: SqliteStore) -> Seen:
    """All that can be asked of a store, and all that it holds of messages and history."""
    found: Seen = {}
    for terminal in terminals(store):
        box = terminal.mailbox
        found[f"{terminal.account} waits"] = [(one.id, one.body) for one in store.waiting(box, 0, 1_000, 0)]
        found[f"{terminal.account} level"] = store.mailbox(box)
        found[f"{terminal.account} history"] = store._reader.execute(
            "SELECT place, id, had FROM history JOIN past USING (past) JOIN archive USING (archive)"
            " WHERE account = ? ORDER BY place",
            (terminal.account,),
        ).fetchall()
        found[f"{terminal.account} recalled"] = store.recalled(box)
    return found


def check(store: SqliteStore) -> None:
    """Counts, sizes and bodies are those of the rows; no row belongs to nothing."""

    def same(one: str, other: str) -> None:
        first, second = (sorted(store._reader.execute(sql).fetchall(), key=repr) for sql in (one, other))
        assert first == second, one

    assert store._writer.pragma("integrity_check") == "ok"
    same(
        "SELECT digest FROM body",
        "SELECT digest FROM message WHERE digest IS NOT NULL UNION SELECT digest FROM past",
    )
    same(
        "SELECT archive, conversation, shelf, count FROM shelf",
        "SELECT archive, conversation, place / 1024, count(*) FROM history GROUP BY 1, 2, 3 UNION ALL"
        " SELECT archive, x'', place / 1024, count(*) FROM history GROUP BY 1, 3",
    )
    same("SELECT past FROM past", "SELECT DISTINCT past FROM history")
    same(
        "SELECT realm, history FROM realm WHERE history > 0",
        "SELECT home, sum(size) FROM past GROUP BY home",
    )
    same(
        "SELECT archive, count, size FROM archive WHERE count > 0",
        "SELECT archive, count(*), sum(past.size) FROM history JOIN past USING (past) GROUP BY archive",
    )
    same(
        "SELECT mailbox, count, size FROM mailbox WHERE count > 0",
        "SELECT mailbox, count(*), sum(size) FROM message GROUP BY mailbox",
    )
    bounds = "SELECT (SELECT sum(history) FROM realm) <= ?, NOT EXISTS (SELECT 1 FROM archive WHERE size > ?)"
    assert store._reader.execute(bounds, (BOUNDS.bytes, BOUNDS.account_bytes)).fetchall() == [(1, 1)]


def work(disk: Disk, path: Path, dice: random.Random, deeds: int) -> list[Seen]:
    """Send, acknowledge, take back, share, read, expire; mark each, and return what was there after each."""
    store = SqliteStore(path, vfs=disk.vfs, bounds=BOUNDS)
    people = terminals(store)
    sent: list[tuple[Terminal, bytes]] = []
    states = [seen(store)]
    disk.acknowledged(0)
    for number in range(deeds):
        deed = dice.choices(("post", "share", "page", "expire"), (8, 1, 1, 1))[0]
        if deed == "post":
            store.commit(batch(dice, people, sent, number))
        elif deed == "share":
            giver, target = dice.sample(people, 2)
            what = giver.mailbox, target.account, Shares(ROOM, 0, number)
            found = store.sharing(*what, Sharing(), 1_000) or Sharing()
            store.share(*what, found.after, 3)
        elif deed == "page":
            store.page(dice.choice(people).mailbox, 0, 4, 20_000, dice.choice((None, ROOM)))
        else:
            store.expire_history(number, 2)
        disk.acknowledged(len(states))
        states.append(seen(store))
    check(store)
    store.close()
    return states


def batch(dice: random.Random, people: list[Terminal], sent: list[tuple[Terminal, bytes]], now: int) -> Batch:
    """One message or two, some acknowledgements, now and then one that is taken back."""
    written = Batch()
    for nth in range(dice.randrange(1, 3)):
        sender, *others = dice.sample(people, dice.randrange(2, 5))
        message_id, body = dice.randbytes(16), dice.randbytes(dice.randrange(1, 9_000))
        sent.append((sender, message_id))
        boxes = [terminal.mailbox for terminal in (sender, *others)]
        what = message_id, sender.full_id
        if dice.random() < 0.7:
            until = now + dice.randrange(5, 60)
            written.pasts.append(Past(sender.mailbox, *what, ROOM, body, now, until, b"acme" * 4, boxes))
        for box in boxes[1:]:
            put = Put(box, 2 * now + nth + 1, *what, body, now, None, b"acme" * 4, shared=True)
            written.puts.append(put._replace(conversation=ROOM, origin=sender.mailbox))
    for sender, message_id in dice.sample(sent, min(len(sent), 4)):
        written.acks.append((dice.choice(people).mailbox, message_id, sender.mailbox))
    if dice.random() < 0.4:
        sender, message_id = dice.choice(sent)
        given = frozenset([dice.choice(people).mailbox])
        written.recalls.append(TakeBack(sender.mailbox, message_id, given, frozenset(), now))
    return written


def test_a_power_cut_leaves_all_of_it_as_it_was_or_as_it_was_to_be(tmp_path: Path) -> None:
    """At any moment: what was told is there, of what was in hand all or nothing, and it fits together."""
    chance = random.Random(4)  # noqa: S311 - a test that can be repeated
    with Disk("relay-history") as disk:
        (tmp_path / "work").mkdir()
        states = work(disk, tmp_path / "work" / FILE_NAME, chance, deeds=120)
        assert len({repr(state) for state in states}) > 100
        for folder, marks in disk.cuts(CUTS, chance, tmp_path / "cuts"):
            store = SqliteStore(folder / FILE_NAME, bounds=BOUNDS)
            check(store)
            if marks:
                last = marks[-1]
                assert seen(store) in states[last : last + 2]
            store.close()
            shutil.rmtree(folder)


def test_a_full_history_makes_room_with_little_work_however_much_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(monkeypatch)
    costs = []
    for holds in (50, 1_000):
        store = SqliteStore(tmp_path / str(holds), bounds=Bounds(account_bytes=10 * holds))
        ada, bo, *_ = terminals(store)
        boxes = [ada.mailbox, bo.mailbox]
        full, more = Batch(), Batch()
        pasts = [
            Past(boxes[0], number.to_bytes(16), "ada/1", ROOM, number.to_bytes(10), 1, 9, None, boxes)
            for number in range(holds + 1)
        ]
        full.pasts, more.pasts = pasts[:-1], pasts[-1:]
        store.commit(full)
        costs.append(work.of(partial(store.commit, more)))
        check(store)
        assert [store.page(box, 0, 1, 1, None).entries[0].data for box in boxes] == [pasts[1].body] * 2
        store.close()
    assert costs[1] < 2 * costs[0]


def test_a_room_is_read_and_shared_with_little_work_whatever_else_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(monkeypatch)
    costs: list[list[int]] = []
    for others in (50, 1_000):
        store = SqliteStore(tmp_path / str(others))
        ada, _, cy, _ = terminals(store)
        batch = Batch()
        batch.pasts = [
            Past(1, number.to_bytes(16), "ada/1", room, number.to_bytes(10), 1, 9, None, [ada.mailbox])
            for number, room in enumerate([b"else" * 4] * others + [ROOM] * 3)
        ]
        store.commit(batch)
        asked = ada.mailbox, "cy", Shares(ROOM, 0, 1)
        costs.append(
            [
                work.of(partial(store.page, ada.mailbox, 0, 9, 99, ROOM)),
                work.of(partial(store.sharing, *asked, Sharing(), 9)),
                work.of(partial(store.share, *asked, 0, 9)),
            ]
        )
        assert store.page(cy.mailbox, 0, 9, 99, None).total == 3
        store.close()
    assert all(more < 2 * less for less, more in zip(*costs, strict=True)), costs


def test_what_waits_with_an_older_relay_comes_over_with_its_body(tmp_path: Path) -> None:
    """Version 3 knew message data, and bodies that several wait for."""
    path = tmp_path / FILE_NAME
    db = apsw.Connection(str(path))
    db.pragma("journal_mode", "wal")
    db.pragma("application_id", APPLICATION_ID)
    db.execute(Path(__file__).with_name("version_2.sql").read_text(encoding="utf-8"))
    db.execute(_TO_3)
    db.execute("INSERT INTO relay VALUES (3, '', 500)")
    for box, name in enumerate(NAMES, 1):
        db.execute("INSERT INTO account VALUES (?, ?, 1)", (name, name))
        db.execute("INSERT INTO terminal VALUES (?, ?, 1, ?)", (box, name, b"k" * 32))
    db.execute("INSERT INTO body VALUES (x'aa', x'0102')")
    for box in (2, 3):
        row = (box, 5, b"m" * 16, "ada/1", 400, 900, b"acme" * 4, 2, b"\xaa", None)
        db.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.execute("INSERT INTO mailbox VALUES (?, 6, 1, 2)", (box,))
    db.close()
    store = SqliteStore(path)
    for box in (2, 3):
        (found,) = store.waiting(box, 0, 10, 800)
        assert (found.id, found.sender, found.body, found.is_data) == (b"m" * 16, "ada/1", b"\1\2", True)
        assert list(store.waiting(box, 0, 10, 900)) == []
    check(store)
    # Which terminal sent it is not known any more: nobody takes it back.
    batch = Batch()
    batch.recalls = [TakeBack(1, b"m" * 16, frozenset(), frozenset(), 600)]
    store.commit(batch)
    assert batch.taken_back == {(1, b"m" * 16): TakenBack(0, 0)}
    for box in (2, 3):
        batch = Batch()
        batch.acks = [(box, b"m" * 16, 0)]
        store.commit(batch)
        check(store)
    assert store._reader.execute("SELECT count(*) FROM body").get == 0
    store.close()


def test_a_page_and_a_part_of_what_is_shared_cost_the_same_however_long_the_history_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All commits wait meanwhile."""
    work = Work(monkeypatch)
    costs: list[list[int]] = []
    for holds in (1_100, 6_600):
        store = SqliteStore(tmp_path / str(holds))
        ada, *_ = terminals(store)
        batch = Batch()
        batch.pasts = [
            Past(
                1, number.to_bytes(16), "ada/1", ROOM, number.to_bytes(4), number, 9_999, None, [ada.mailbox]
            )
            for number in range(holds)
        ]
        store.commit(batch)
        assert store.page(ada.mailbox, 0, 9, 99, ROOM)[:2] == (holds, holds - 9)
        deeds: list[Callable[[], object]] = [
            partial(store.page, ada.mailbox, 3, 9, 99, room) for room in (None, ROOM)
        ]
        for since in (0, holds - 3):  # of nearly all that is looked at, nothing is meant
            asked = ada.mailbox, "bo", Shares(ROOM, since, 1)
            deeds += [
                partial(store.sharing, *asked, Sharing(), 9),
                partial(store.share, *asked, 0, 9),
            ]
        costs.append([work.of(deed) for deed in deeds])
        check(store)
        store.close()
    assert all(more < 1.5 * less for less, more in zip(*costs, strict=True)), costs
