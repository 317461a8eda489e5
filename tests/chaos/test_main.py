"""The command: a line of JSON for each part, and an exit code that says whether every target was met."""

import json
import subprocess
import sys

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
