"""What a measurement gives: figures with their ratio to what they are compared with, as table and JSON."""

import os
import platform
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench"


class LeftOut(Exception):
    """This cannot be measured here; the text says why."""


class Figure(msgspec.Struct, frozen=True):
    """One measured number.

    `ratio` is that of `against` to this value. `at_least` and `at_most` bound the ratio where there is one,
    otherwise the value: what must be reached. `rounds` are the values of each round, where `value` is their
    median.
    """

    name: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    rounds: tuple[float, ...] = ()

    @property
    def reached(self) -> bool | None:
        """Whether it is as it must be; None where nothing is asked."""
        judged = self.value if self.ratio is None else self.ratio
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or judged >= self.at_least) and (
            self.at_most is None or judged <= self.at_most
        )


class Run(msgspec.Struct, frozen=True):
    """What one run measured, as it stands in a JSON file."""

    commit: str
    machine: dict[str, str | int | float]
    figures: dict[str, list[Figure]]
    left_out: dict[str, str] = msgspec.field(name="left out")


def number(value: float) -> str:
    """A number with three or four digits that mean something."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(title: str, figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = [
        f"## {title}",
        "",
        "| measure | value | unit | ratio | of | must | |",
        "|---|---|---|---|---|---|---|",
    ]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x"
        must = "".join(
            f"{sign} {number(bound)}"
            for sign, bound in (("≥", figure.at_least), ("≤", figure.at_most))
            if bound is not None
        )
        verdict = {None: "", True: "reached", False: "missed"}[figure.reached]
        cells = [figure.name, number(figure.value), figure.unit, ratio, figure.against, must, verdict]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def commit() -> str:
    """The commit that was measured, with a plus where the tree differs from it."""
    try:
        head = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
        )
        changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT, check=False)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head.stdout.strip() + ("+" if changed.returncode else "")


def machine() -> dict[str, str | int | float]:
    """What was measured on."""
    cpu = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        cpu = names[0] if names else cpu
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0,
    }


def write(parts: dict[str, list[Figure]], left_out: dict[str, str]) -> Path:
    """Write everything of one run into build/bench; gives the file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    run = Run(commit(), machine(), parts, left_out)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")
    return path


def read(path: Path) -> Run:
    """What `write` wrote."""
    return msgspec.json.decode(path.read_bytes(), type=Run)
