"""What a relay does by itself: a disk that its own database fills is no reason to refuse for good."""

import os
from functools import partial
from pathlib import Path

import pytest

from chaos.disks import Writer
from support.disks import tiny_disk
from support.logged import LoggedWarnings
from support.relay_here import running
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword_relay import upkeep
from watchword_relay.limits import Limits
from watchword_wire import frames

LOW = 20 * 1_048_576
LIMITS = Limits(low_water_bytes=LOW, low_water_part=1.0, reserve_bytes=1, sends=(1e9, 1e9))
BODY = 60_000


async def test_room_that_was_made_within_the_database_is_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    """The file keeps its size, and so does its log: the disk never has as much left as the mark again."""
    monkeypatch.setattr(upkeep, "DISK_SECONDS", 0.01)
    with tiny_disk(tmp_path / "disk", 40 * 1_024) as disk:
        async with running(disk.folder, LIMITS) as url:
            ada, bo = Writer(await Terminal(url, "ada").register()), await Terminal(url, "bo").register()
            for _ in range(3):
                await bo.close()
                waiting = len(ada.told)
                while await ada.write("bo/1", BODY):
                    pass
                waiting = len(ada.told) - waiting
                assert waiting > 0
                assert free(disk.folder) < LOW
                await bo.sign_in()
                await until(lambda waiting=waiting: len(bo.all(frames.Deliver)) == waiting, "all came")  # type: ignore[misc]  # used at once
                bo.got.clear()
                await until_found(partial(ada.write, "nobody/1", 1), "there is room again")
                assert free(disk.folder) < LOW
            await bo.close()
            await ada.terminal.close()
    logged_warnings.take("disk-low")
    logged_warnings.take("disk-ok")


def free(folder: Path) -> int:
    """Bytes that a disk has left."""
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize
