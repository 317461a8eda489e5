"""Five accounts send as much as they can: one other person's messages come, and are acknowledged, in time."""

from pathlib import Path

from chaos import flood


async def test_a_flood(tmp_path: Path) -> None:
    """How long they take is judged by the long form, on a machine with nothing else to do."""
    outcome = await flood.run(tmp_path, 1, long=False)
    assert outcome.ok, outcome
    assert float(outcome.counts["ok_flooded_p99_ms"]) < flood.MOST_MS, outcome
