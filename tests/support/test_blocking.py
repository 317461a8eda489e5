"""What blocks a loop is found and named; what only waits is not."""

import asyncio
import time

from support.blocking import FAILS_AT, HANGS_AT, LIMIT, Heartbeat, watched_callbacks


async def test_a_callback_that_blocks_is_named() -> None:
    with watched_callbacks() as blocks:
        asyncio.get_running_loop().call_soon(time.sleep, LIMIT * 3)
        await asyncio.sleep(LIMIT)
    (block,) = blocks
    assert block.seconds > FAILS_AT
    assert "sleep" in block.what


async def test_waiting_is_no_block() -> None:
    with watched_callbacks() as blocks:
        await asyncio.sleep(LIMIT * 3)
        await asyncio.to_thread(time.sleep, LIMIT * 3)
    assert blocks == []


def test_a_missed_beat_shows_where_the_thread_stood() -> None:
    heartbeat = Heartbeat()
    heartbeat.beat()
    time.sleep(HANGS_AT * 1.2)
    heartbeat.beat()
    heartbeat.beat()
    heartbeat.stop()
    (block,) = heartbeat.blocks
    assert "time.sleep(HANGS_AT * 1.2)" in block.what
