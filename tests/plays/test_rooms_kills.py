"""SIGKILL of relay and members of a room under load: each text once, to all, in its writer's order."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from support.firm import Firm
from support.killed import Process
from support.play import Person, Stage, meet
from support.rooming import founds, heard, joins, sees_in
from support.waiting import until
from watchword.model.room import RoomKind

NAME = "Harvest"
KILLS = int(os.environ.get("WATCHWORD_KILLS", "12")) // 2
TOTAL = max(60, 20 * KILLS)


@pytest.mark.parametrize("kind", RoomKind)
async def test_kills_in_a_room(tmp_path: Path, kind: RoomKind) -> None:
    dice = random.Random(4)  # noqa: S311 - the same kills in each run
    async with Stage(tmp_path) as stage:
        people = await stage.enter("ada", "bo", "cy")
        await _meet(kind, *people)
        ada, bo, cy = people
        await founds(ada, NAME, [bo, cy], kind)
        for person in (bo, cy):
            await joins(person, NAME)
        for person in people:
            await sees_in(person, NAME, "ada", "bo", "cy")
            await person.leaves()
        processes = [Process(person, NAME, TOTAL, 2) for person in people]
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
        wanted = [str(number) for number in range(TOTAL)]
        for person in people:
            await person.returns()
            texts = await heard(person, NAME)
            for other in people:
                if other is not person:
                    assert [text for sender, text in texts if sender == other.name] == wanted


async def _meet(kind: RoomKind, ada: Person, bo: Person, cy: Person) -> None:
    if kind is RoomKind.COMPANY:
        firm = Firm()
        await firm.takes_in(ada, bo, cy)
        await firm.hands_out(ada, bo)
        return
    await meet(ada, bo)
    await meet(ada, cy)
    await meet(bo, cy)
