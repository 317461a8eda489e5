"""The command: a line of JSON for each part, and an exit code that says whether every target was met."""

import json
import re
import subprocess
import sys
from pathlib import Path

from chaos.rows import ROWS
from support.killed import desktops_environment


def chaos(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chaos", *words],
        env=desktops_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_row_prints_its_line() -> None:
    done = chaos("16", "--seed", "3")
    assert done.returncode == 0, done.stderr
    line, left_out = map(json.loads, done.stdout.splitlines())
    assert (line["row"], line["seed"], line["long"], line["lost"], line["ok"]) == (16, 3, False, 0, True)
    assert left_out["left_out"]
    assert left_out["ok"]


def test_a_row_that_there_is_not() -> None:
    done = chaos("99")
    assert done.returncode == 2
    assert "no such row: 99" in done.stderr


def test_every_row_has_its_line_of_figures_with_its_command() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operate" / "figures.md").read_text()
    lines = re.findall(r"^\| ([0-9–]+) \|(.*)\| `make chaos ARGS=(\w+)` \|$", page, re.MULTILINE)
    assert [row for row, *_ in lines] == [*map(str, range(1, 21)), "–"]
    assert [command for *_, command in lines] == [*map(str, range(1, 21)), "mutants"]
    assert {command for *_, command in lines} <= set(ROWS)
    for row, said, _ in lines:
        assert len([cell for cell in said.split("|") if cell.strip()]) == 3, f"row {row} lacks a figure"
