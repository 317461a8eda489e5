"""T1 and T2 with the relay killed and sides cut off: one verdict for both sides, in time."""

from pathlib import Path

from chaos import verdicts


async def test_requests_end_in_time_under_load(tmp_path: Path) -> None:
    outcome = await verdicts.in_time(tmp_path, 1, long=False)
    assert outcome.ok, outcome


async def test_both_sides_agree(tmp_path: Path) -> None:
    outcome = await verdicts.agree(tmp_path, 1, long=False)
    assert outcome.ok, outcome
