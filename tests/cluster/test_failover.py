"""The primary of PostgreSQL dies or is cut off under load: nothing that was acknowledged is lost."""

import asyncio
import random
from pathlib import Path

import pytest

from cluster import failover
from support.relay import RelayProcess
from support.terminal import Terminal


async def test_a_killed_primary(tmp_path: Path) -> None:
    outcome = await failover.killed(tmp_path, 1, long=False)
    assert outcome.ok, outcome


async def test_a_primary_that_is_cut_off(tmp_path: Path) -> None:
    outcome = await failover.partitioned(tmp_path, 2, long=False)
    assert outcome.ok, outcome


async def test_a_refused_message_is_not_taken_for_a_database_that_is_away(tmp_path: Path) -> None:
    """On a fast machine senders fill a mailbox, whose messages then are refused for good."""
    with RelayProcess(tmp_path, limits={"mailbox_messages": 50}) as relay:
        await (await Terminal(relay.url, "to").register()).close()
        dice = random.Random(1)  # noqa: S311 - the same each time
        sender = failover.Sender([relay.url], "from", "to/1", dice)
        await sender.register()
        task = asyncio.create_task(sender.write())
        with pytest.raises(failover.Refused, match="to/1: QUOTA"):
            await failover.some_more([sender], 200)
        with pytest.raises(failover.Refused):
            await task
        await sender.terminal.close()
