"""Wall clocks jump by hours, and a relay sleeps past T1: no deadline moves, nothing is lost."""

from pathlib import Path

from chaos import clocks


async def test_the_relays_clock_jumps(tmp_path: Path) -> None:
    outcome = await clocks.relays(tmp_path, 1, long=False)
    assert outcome.ok, outcome


async def test_the_desktops_clocks_jump(tmp_path: Path) -> None:
    outcome = await clocks.desktops(tmp_path, 1, long=False)
    assert outcome.ok, outcome
