"""Broken frames and noise leave the relay as it was."""

from pathlib import Path

from chaos import bounds


async def test_broken_frames_and_noise(tmp_path: Path) -> None:
    outcome = await bounds.broken(tmp_path, 1, long=False)
    assert outcome.ok, outcome
