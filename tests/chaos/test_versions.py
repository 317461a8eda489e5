"""Older and newer data and desktops: refused cleanly, or it works and loses nothing."""

from pathlib import Path

from chaos import versions


async def test_versions(tmp_path: Path) -> None:
    outcome = await versions.run(tmp_path, 1, long=False)
    assert outcome.ok, outcome
