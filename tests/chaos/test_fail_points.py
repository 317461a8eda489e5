"""Relay and desktops die at each named fail point once: nothing lost, nothing twice, nothing out of order."""

from pathlib import Path

from chaos import fail_points


async def test_every_fail_point(tmp_path: Path) -> None:
    outcome = await fail_points.run(tmp_path, 3, long=False)
    assert outcome.ok, outcome
    assert outcome.counts["least_hits"] == 1, outcome
