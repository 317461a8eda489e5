"""The network goes and comes, is slow and loses packets: nothing is lost or doubled."""

from pathlib import Path

from chaos import network


async def test_a_bad_network(tmp_path: Path) -> None:
    outcome = await network.run(tmp_path, 1, long=False)
    assert outcome.ok, outcome
