"""Whoever asks waits for one sender's frames, for all of them, and for nobody else's."""

import asyncio

from support.waiting import until
from watchword.core.unsaved import Unsaved


async def test_all_of_a_senders_frames_are_waited_for_and_nobody_elses() -> None:
    unsaved = Unsaved()
    for sender in ("ada/1", "ada/1", "bo/1"):
        unsaved.came(sender)
    await asyncio.wait_for(unsaved.none_of("cy/1"), 5)
    waits = asyncio.create_task(unsaved.none_of("ada/1"))
    passed: list[str] = []
    waits.add_done_callback(lambda _: passed.append("ada/1"))
    unsaved.settled("ada/1")
    await asyncio.wait_for(unsaved.none_of("cy/1"), 5)
    assert not waits.done()
    assert passed == []
    unsaved.settled("ada/1")
    await until(waits.done, "both are saved")
    await asyncio.wait_for(unsaved.none_of("ada/1"), 5)
    others = asyncio.create_task(unsaved.none_of("bo/1"))
    unsaved.settled("bo/1")
    await asyncio.wait_for(others, 5)
