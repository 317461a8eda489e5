"""SIGKILL of relay, sender and receiver under load: nothing lost, nothing twice, nothing out of order."""

import asyncio
import os
import random
from pathlib import Path

from support.killed import Process
from support.play import Stage
from support.waiting import until

KILLS = int(os.environ.get("WATCHWORD_KILLS", "12"))
TOTAL = max(200, 40 * KILLS)
"""Texts of each side: with more kills they go on for longer."""


async def test_kills_under_load(tmp_path: Path) -> None:
    dice = random.Random(2)  # noqa: S311 - the same kills in each run
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await ada.leaves()
        await bo.leaves()
        processes = [Process(ada, "bo", TOTAL), Process(bo, "ada", TOTAL)]
        for process in processes:
            process.start()
        try:
            for number in range(KILLS):
                await asyncio.sleep(dice.uniform(0.4, 1.2))
                if number % 3 == 2:
                    await asyncio.to_thread(stage.relay.restart)
                else:
                    victim = processes[number % 3]
                    victim.kill()
                    victim.start()
            await until(lambda: all(process.is_done for process in processes), "all arrived", 60 + KILLS)
        except BaseException:
            for process in processes:
                process.kill()
            raise
        for process in processes:
            process.end()
        await ada.returns()
        await bo.returns()
        wanted = [str(number) for number in range(TOTAL)]
        for one, other in ((ada, "bo"), (bo, "ada")):
            assert await one.texts(other, mine=True) == wanted
            assert await one.texts(other, mine=False) == wanted
