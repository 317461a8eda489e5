"""Exit statuses: no two causes share one, none is anybody else's, and the operator's guide names all."""

from pathlib import Path

from watchword_wire.exits import Exit

GUIDE = Path(__file__).parents[2] / "docs" / "operate" / "relay.md"
OF_OTHERS = {0, 1, 2, 120, *range(126, 256)}
"""Success, an error that nobody caught, a wrong command line, a pipe that is gone, the shell's own."""


def test_a_cause_of_its_own_has_a_status_of_its_own() -> None:
    own = [status for status in Exit if status is not Exit.UNFIT]
    assert len(own) == len(set(map(int, own)))
    assert not OF_OTHERS & set(map(int, own))


def test_the_guide_names_every_status() -> None:
    rows = [line.split("|")[1] for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("|")]
    named = {int(cell) for row in rows for cell in row.split(",") if cell.strip().isdecimal()}
    assert set(map(int, Exit)) <= named
