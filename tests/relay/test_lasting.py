"""What a relay does again and again goes on whatever becomes of one time."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path

import pytest

from support.logged import LoggedWarnings
from support.relay_here import running
from support.waiting import until
from watchword_relay import upkeep
from watchword_relay.lasting import again_and_again
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.space import Space


async def test_trouble_is_told_once_until_it_is_over_and_a_mistake_each_time(
    logged_warnings: LoggedWarnings,
) -> None:
    comes = [
        StoreTrouble("busy"),
        StoreTrouble("busy"),
        None,
        StoreTrouble("busy"),
        KeyError("x"),
        KeyError("x"),
    ]
    done = 0

    async def once() -> None:
        nonlocal done
        done += 1
        if done <= len(comes) and (error := comes[done - 1]) is not None:
            raise error

    work: Coroutine[object, object, None] = again_and_again(once, lambda: 0)
    task = asyncio.create_task(work)
    await until(lambda: done > len(comes), "it goes on")
    task.cancel()
    assert [line.split()[2] for line in logged_warnings.records] == ["store-trouble"] * 2 + ["bug"] * 2
    logged_warnings.take("store-trouble")
    logged_warnings.take("bug")


async def test_a_mistake_in_looking_at_the_disk_is_not_the_last_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    looks = 0

    def look(_disk: DiskWatch, _space: Space) -> int:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise KeyError("a mistake of ours")
        return 1

    monkeypatch.setattr(DiskWatch, "look", look)
    monkeypatch.setattr(upkeep, "DISK_SECONDS", 0.01)
    async with running(tmp_path, Limits()):
        await until(lambda: looks > 2, "the disk is looked at again")
    logged_warnings.take("bug")
