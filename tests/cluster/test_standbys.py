"""Three servers that others kill and cut off: who comes back follows, and is there when the next one ends."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest

from support.postgres import Server, scratch
from support.standbys import DATABASE, Member, Trio
from support.waiting import until_found

_SENDER = "SELECT pid FROM pg_stat_replication"
_RECEIVER = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walreceiver'"
_FOLLOWERS = "SELECT application_name FROM pg_stat_replication WHERE state = 'streaming' ORDER BY 1"


@pytest.fixture
async def trio() -> AsyncIterator[Trio]:
    with scratch() as folder:
        async with Trio(folder) as three:
            yield three


@contextmanager
def _held_up(server: Server, which: str) -> Iterator[int]:
    """A process of a server's does nothing meanwhile. Yields its number."""
    ((pid,),) = server.execute(which)
    assert isinstance(pid, int)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGCONT)


async def _commits(trio: Trio) -> None:
    """A commit that one standby must have."""
    async with asyncio.timeout(20):
        await asyncio.to_thread(
            trio.primary.server.execute, "SELECT pg_logical_emit_message(true, '', '')", DATABASE
        )


async def _has(standby: Member, far: int) -> bool:
    return await asyncio.to_thread(standby.received) >= far


async def test_who_is_slow_while_another_is_copied_is_not_left_behind(trio: Trio) -> None:
    """A copy begins a new file of the log: whoever lacks the end of the last one still gets it."""
    await trio.kill_primary()
    await trio.promote()
    await _commits(trio)
    ((name,),) = trio.primary.server.execute(_FOLLOWERS)
    (slow,) = [one for one in trio.standbys if one.name == name]
    with _held_up(trio.primary.server, _SENDER):
        rejoining = asyncio.create_task(trio.rejoin())

        async def copied() -> bool:
            followers = await asyncio.to_thread(trio.primary.server.execute, _FOLLOWERS)
            return {one.name for one in trio.standbys if one is not slow} <= {name for (name,) in followers}

        await until_found(copied, "the one who died follows again")
    await rejoining
    await trio.kill_primary()
    await trio.promote()
    await _commits(trio)


async def test_what_a_dead_primary_had_on_its_way_comes_to_nobody_later(trio: Trio) -> None:
    """Else the other could have more of the old log than the new primary, and never follow it."""
    await _commits(trio)
    one, other = trio.standbys
    ((far,),) = trio.primary.server.execute(
        "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint"
    )
    assert isinstance(far, int)
    for standby in trio.standbys:
        await until_found(partial(_has, standby, far), "both have all")
    line = trio.primary.line
    line.stall()
    trio.primary.server.execute(
        "SET synchronous_commit TO local; SELECT pg_logical_emit_message(true, '', '')"
    )
    with _held_up(one.server, _RECEIVER) as receiver:
        await trio.kill_primary()
        promoting = asyncio.create_task(trio.promote())

        async def settled() -> bool:
            receiving = await asyncio.to_thread(other.server.execute, _RECEIVER)
            return not receiving or await _has(other, far + 1)

        await asyncio.sleep(0)  # it begins
        line.restore()
        await until_found(settled, "the other has it, or gets nothing any more")
        os.kill(receiver, signal.SIGTERM)  # whatever has come for it is not taken any more
    await promoting
    await _commits(trio)


async def test_who_is_only_connected_to_the_primary_is_brought_back(trio: Trio) -> None:
    """As one whose log has parted from the primary's, and who tries to follow it ever again."""
    three = trio.members[2]
    three.server.kill()
    knocks = f"{three.follow(trio.primary)} replication=true"
    with await asyncio.to_thread(lambda: psycopg.connect(knocks, autocommit=True)):
        await trio.rejoin()
    assert trio.primary.server.execute(_FOLLOWERS) == [("three",), ("two",)]
