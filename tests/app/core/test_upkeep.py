from pathlib import Path

from support.desk import place
from support.waiting import until_found
from watchword.core import clock, upkeep
from watchword.core.runs import Runs
from watchword.model.requests import Ending
from watchword.store import inbox, runs
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
