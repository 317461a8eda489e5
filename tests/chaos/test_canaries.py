"""Planted words and keys are nowhere but where they belong: not at the relay, not in the clear on disk."""

from pathlib import Path

from chaos import canaries


async def test_canaries(tmp_path: Path) -> None:
    outcome = await canaries.run(tmp_path, 1, long=False)
    assert outcome.ok, outcome
