"""Row 1 and, for rooms, row 6: SIGKILL of relay and desktops under load, at moments that dice choose."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

from chaos.outcome import Outcome
from support.firm import Firm
from support.killed import Process
from support.play import Person, Stage, meet
from support.rooming import founds, heard, joins, sees_in
from support.waiting import until
from watchword.model.room import RoomKind

NAME = "Harvest"
QUICK, LONG = 12, 120
QUICK_IN_A_ROOM, LONG_IN_A_ROOM = 6, 45


async def run(folder: Path, seed: int, *, long: bool) -> Outcome:
    """Ada and bo write to each other in processes of their own; they and the relay are killed in turn."""
    kills = LONG if long else QUICK
    total = max(200, 40 * kills)
    outcome = Outcome(1, "kill -9 of relay, sender and receiver under load", seed, long)
    async with Stage(folder) as stage:
        ada, bo = await stage.couple()
        await ada.leaves()
        await bo.leaves()
        processes = [Process(ada, "bo", total), Process(bo, "ada", total)]
        await _killed_in_turn(stage, processes, kills, seed)
        await ada.returns()
        await bo.returns()
        wanted = [str(number) for number in range(total)]
        for one, other in ((ada, "bo"), (bo, "ada")):
            outcome.compare(await one.texts(other, mine=True), wanted)
            outcome.compare(await one.texts(other, mine=False), wanted)
    outcome.counts = {"kills": kills, "messages": 2 * total}
    return outcome


async def in_a_room(folder: Path, seed: int, kind: RoomKind, *, long: bool) -> Outcome:
    """Three write to a room; each text comes once to both others, in its writer's order."""
    kills = LONG_IN_A_ROOM if long else QUICK_IN_A_ROOM
    total = max(60, 20 * kills)
    outcome = Outcome(6, f"fan-out to a room ({kind.name.lower()}), relay and members killed", seed, long)
    async with Stage(folder) as stage:
        people = await stage.enter("ada", "bo", "cy")
        await _meet(kind, *people)
        ada, bo, cy = people
        await founds(ada, NAME, [bo, cy], kind)
        for person in (bo, cy):
            await joins(person, NAME)
        for person in people:
            await sees_in(person, NAME, "ada", "bo", "cy")
            await person.leaves()
        await _killed_in_turn(stage, [Process(person, NAME, total, 2) for person in people], kills, seed)
        wanted = [str(number) for number in range(total)]
        for person in people:
            await person.returns()
            texts = await heard(person, NAME)
            for other in people:
                if other is not person:
                    outcome.compare([text for sender, text in texts if sender == other.name], wanted)
    outcome.counts = {"kills": kills, "messages": 3 * total, "deliveries": 6 * total}
    return outcome


async def _killed_in_turn(stage: Stage, processes: Sequence[Process], kills: int, seed: int) -> None:
    """Start them, kill one or the relay each second or so, wait until all has come, end them."""
    dice = random.Random(seed)  # noqa: S311 - the same kills in each run
    try:
        for process in processes:
            process.start()
        for number in range(kills):
            await asyncio.sleep(dice.uniform(0.4, 1.2))
            if number % 3 == 2:
                await asyncio.to_thread(stage.relay.restart)
            else:
                victim = processes[number % 3]
                victim.kill()
                victim.start()
        await until(lambda: all(process.is_done for process in processes), "all arrived", 60 + 2 * kills)
        for process in processes:
            process.end()
    finally:
        for process in processes:
            process.clear()


async def _meet(kind: RoomKind, ada: Person, bo: Person, cy: Person) -> None:
    if kind is RoomKind.COMPANY:
        firm = Firm()
        await firm.takes_in(ada, bo, cy)
        await firm.hands_out(ada, bo)
        return
    await meet(ada, bo)
    await meet(ada, cy)
    await meet(bo, cy)
