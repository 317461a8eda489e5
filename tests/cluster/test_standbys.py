"""Three servers that others kill and cut off: who comes back follows, and is there when the next one ends."""

import asyncio

import psycopg

from support.postgres import scratch
from support.standbys import Trio

STREAMING = "SELECT application_name FROM pg_stat_replication WHERE state = 'streaming' ORDER BY 1"


async def test_who_is_only_connected_to_the_primary_is_brought_back() -> None:
    """As one whose log has parted from the primary's, and who tries to follow it ever again."""
    with scratch() as folder:
        async with Trio(folder) as trio:
            three = trio.members[2]
            three.server.kill()
            knocks = f"{three.follow(trio.primary)} replication=true"
            with await asyncio.to_thread(lambda: psycopg.connect(knocks, autocommit=True)):
                await trio.rejoin()
            assert trio.primary.server.execute(STREAMING) == [("three",), ("two",)]
