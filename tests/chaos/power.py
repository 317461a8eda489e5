"""Row 3: the power goes at any moment, under the relay's database and under a desktop's.

`support.powercut` gives the disk as it is after a cut. What was told durable before must be there, of the
batch in hand all or nothing, and the database whole.
"""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from chaos.outcome import Outcome
from support.powercut import Disk
from watchword.store import inbox
from watchword.store.database import Database
from watchword.store.transaction import Work
from watchword_relay.store.contract import OWN, Batch, Put
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore

QUICK, LONG = 250, 2_000
KEY = bytes(range(32))
BOXES = (1, 2, 3)
_WRITES = 60
_SHARED = range(1_000, 1_040)

Kept = dict[tuple[int, bytes], bytes]
"""What waits: a body by mailbox and id."""
_Maker = Callable[[random.Random, Kept, int], Batch]
"""Makes a batch of what waits and the last number in use."""


def run(folder: Path, seed: int, *, long: bool) -> Outcome:
    """Both databases."""
    cuts = LONG if long else QUICK
    outcome = Outcome(3, "power cuts under the relay's and a desktop's SQLite", seed, long)
    for number, part in enumerate((mail, posts, desktop)):
        (folder / str(number)).mkdir()
        part(folder / str(number), outcome, cuts)
    return outcome


def mail(folder: Path, outcome: Outcome, cuts: int) -> None:
    """The relay's store, with messages for one mailbox."""
    _relay(folder, outcome, cuts, "mail", _work)


def posts(folder: Path, outcome: Outcome, cuts: int) -> None:
    """The relay's store, with messages for several mailboxes, whose bodies stand once."""
    _relay(folder, outcome, cuts, "posts", _post)


def people(store: SqliteStore, many: int) -> None:
    """So many accounts, whose mailboxes are 1, 2, 3 and so on."""
    for number in range(1, many + 1):
        _, terminal = store.of(OWN).register(f"p{number}", f"p{number}", b"k" * 32, None, 1)
        assert terminal is not None
        assert terminal.mailbox == number


def _work(dice: random.Random, kept: Kept, seq: int) -> Batch:
    batch = Batch()
    for number in range(seq + 1, seq + dice.randrange(2, 9)):
        body = dice.randbytes(dice.randrange(1, 3_000))
        batch.puts.append(Put(1, number, number.to_bytes(16), "ada/1", body, 1))
    batch.acks = [(*ack, 0) for ack in dice.sample(sorted(kept), min(len(kept), dice.randrange(6)))]
    return batch


def _post(dice: random.Random, kept: Kept, seq: int) -> Batch:
    batch = Batch()
    for number in range(seq + 1, seq + dice.randrange(2, 5)):
        body, message_id = dice.randbytes(dice.randrange(1, 9_000)), number.to_bytes(16)
        for box in dice.sample(BOXES, dice.randrange(2, 4)):
            batch.puts.append(Put(box, number, message_id, "ada/1", body, 1, None, b"acme" * 4, shared=True))
    batch.acks = [(*ack, 0) for ack in dice.sample(sorted(kept), min(len(kept), dice.randrange(8)))]
    return batch


def _relay(folder: Path, outcome: Outcome, cuts: int, name: str, make: _Maker) -> None:
    dice = random.Random(f"{outcome.seed} {name}")  # noqa: S311 - a run that can be repeated
    commits = acknowledged = 0
    with Disk(f"relay-{name}") as disk:
        (folder / "work").mkdir()
        store = SqliteStore(folder / "work" / FILE_NAME, vfs=disk.vfs)
        people(store, len(BOXES))
        kept: Kept = {}
        for commits in range(1, 121):
            batch = make(dice, kept, 10 * commits)
            whole = {**kept, **{(put.mailbox, put.id): put.body for put in batch.puts}}
            for box, message_id, _ in batch.acks:
                del whole[box, message_id]
            disk.acknowledged(("tried", whole))
            store.commit(batch)
            kept = whole
            disk.acknowledged(("committed", kept))
        store.close()
        for target, marks in disk.cuts(cuts, dice, folder / "cuts"):
            before: Kept = next((kept for kind, kept in reversed(marks) if kind == "committed"), {})
            allowed = [before, marks[-1][1]] if marks else [before]
            acknowledged += len(before)
            _look(outcome, target, before, allowed)
            shutil.rmtree(target)
    outcome.counts |= {f"{name}_cuts": cuts, f"{name}_commits": commits, f"{name}_acknowledged": acknowledged}


def _look(outcome: Outcome, folder: Path, before: Kept, allowed: list[Kept]) -> None:
    store = SqliteStore(folder / FILE_NAME)
    found: Kept = {}
    for box in BOXES:
        waiting = list(store.waiting(box, 0, 1_000_000, 0))
        outcome.duplicated += sum(times - 1 for times in Counter(one.id for one in waiting).values())
        outcome.out_of_order += [one.seq for one in waiting] != sorted(one.seq for one in waiting)
        mine = {(box, one.id): one.body for one in waiting}
        level = store.mailbox(box)[1]
        rows = len(mine), sum(map(len, mine.values()))
        outcome.wants(level == rows, f"counts of {folder.name} are those of its rows")
        found |= mine
    if found not in allowed:
        lost = sum(all(found.get(key) != one.get(key) for one in allowed) for key in before)
        outcome.lost += lost
        outcome.wants(False, f"{folder.name} holds what was told, and of the rest all or nothing")
    shared = {body for (_, _), body in found.items()}
    bodies = store._reader.execute("SELECT count(*) FROM body").get
    outcome.wants(bodies in (0, len(shared)), f"bodies of {folder.name} are those that are waited for")
    outcome.wants(store._writer.pragma("integrity_check") == "ok", f"integrity of {folder.name}")
    store.close()


def desktop(folder: Path, outcome: Outcome, cuts: int) -> None:
    """A desktop's store: rows acknowledged one by one and in shared commits, until after closing."""
    asyncio.run(_desktop(folder, outcome, cuts))


async def _desktop(folder: Path, outcome: Outcome, cuts: int) -> None:
    dice = random.Random(f"{outcome.seed} desktop")  # noqa: S311 - a run that can be repeated
    work = folder / "work"
    work.mkdir()
    opened = acknowledged = 0
    with Disk("power", "unix-excl") as disk:
        db = await Database.create(work / "s.db", KEY, vfs=disk.ciphered)
        disk.acknowledged(None)
        for number in range(_WRITES):
            await db.write(_keep(number))
            disk.acknowledged(number)
        await asyncio.gather(*(db.write(_keep(number)) for number in _SHARED))
        for number in _SHARED:
            disk.acknowledged(number)
        await db.close()
        for target, marks in disk.cuts(cuts, dice, folder / "cuts"):
            if None in marks:
                opened += 1
                told = {number for number in marks if number is not None}
                acknowledged += len(told)
                db = await Database.open(target / "s.db", KEY)
                rows = await db.read(lambda tx: {at for (at,) in tx.execute("select at from inbox")})
                outcome.lost += len(told - rows)
                whole = await db.read(lambda tx: tx.pragma("integrity_check")) == "ok"
                outcome.wants(whole, f"integrity of {target.name}")
                outcome.wants(await db.write(_keep(9_999)), f"{target.name} can be written")
                await db.close()
            shutil.rmtree(target)
    outcome.wants(opened >= cuts // 2, "most cuts come after the database was made")
    outcome.counts |= {"desktop_cuts": opened, "desktop_acknowledged": acknowledged}


def _keep(number: int) -> Work[bool]:
    return lambda tx: inbox.keep(tx, number.to_bytes(32), number)
