"""The relay's disk fills up under load: nothing acknowledged is lost, and it says so."""

from pathlib import Path

from chaos import disks


async def test_disks(tmp_path: Path) -> None:
    outcome = await disks.full(tmp_path, 1, long=False)
    assert outcome.ok, outcome
