"""The primary of PostgreSQL dies or is cut off under load: nothing that was acknowledged is lost."""

from pathlib import Path

from cluster import failover


async def test_a_killed_primary(tmp_path: Path) -> None:
    outcome = await failover.killed(tmp_path, 1, long=False)
    assert outcome.ok, outcome


async def test_a_primary_that_is_cut_off(tmp_path: Path) -> None:
    outcome = await failover.partitioned(tmp_path, 2, long=False)
    assert outcome.ok, outcome
