"""The power goes at any moment: nothing is lost that was told durable, and the databases are whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chaos import power
from chaos.outcome import Outcome


@pytest.mark.parametrize("part", [power.mail, power.posts, power.desktop])
def test_power_cuts(tmp_path: Path, part: Callable[[Path, Outcome, int], None]) -> None:
    outcome = Outcome(3, "power cuts", 1, False)
    part(tmp_path, outcome, power.QUICK)
    assert outcome.ok, outcome
