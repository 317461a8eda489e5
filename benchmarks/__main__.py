"""Measures what the figures ask for: `python -m benchmarks [PART...]`, or `make bench`.

Prints a table of each part with ratios, writes all into build/bench as JSON with commit and machine, draws
how costs grow beside it, and names what it leaves out with the reason. A part is a module of this folder
with `figures(say, leave_out)`, as README.md tells.
"""

import importlib
import sys
from pathlib import Path

from benchmarks.results import Figure, LeftOut, table, write

from benchmarks import plot

TESTS = Path(__file__).resolve().parent.parent / "tests"
PARTS = ("handshake", "ratchet", "company", "chat", "desktop", "relay", "growth", "tls", "rooms")


def say(line: str) -> None:
    """Tell how it goes, apart from the tables."""
    print(line, file=sys.stderr, flush=True)


def main(names: list[str]) -> int:
    """Measure the named parts, or all; 0 unless one failed where it could have run."""
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        print(f"no such part: {' '.join(unknown)}; parts: {' '.join(PARTS)}", file=sys.stderr)
        return 2
    # The desktop is driven by what drives it in tests.
    sys.path.insert(0, str(TESTS))
    measured: dict[str, list[Figure]] = {}
    left_out: dict[str, str] = {}
    failed = False
    for name in names or PARTS:
        try:
            part = importlib.import_module(f"benchmarks.{name}")
            measured[name] = list(part.figures(say, left_out.__setitem__))
        except LeftOut as reason:
            left_out[name] = str(reason)
            continue
        except Exception as error:  # noqa: BLE001 - what fails in one part must not hide the figures of the others
            left_out[name] = f"failed: {type(error).__name__}: {error}"
            failed = True
            continue
        print(table(name, measured[name]), flush=True)
    for what, why in left_out.items():
        print(f"left out: {what}: {why}")
    path = write(measured, left_out)
    print(f"written: {path}")
    if plot.PART in measured:
        print(f"drawn: {plot.beside(path)}")
    missed = [figure.name for figures in measured.values() for figure in figures if figure.reached is False]
    bounded = sum(figure.reached is not None for figures in measured.values() for figure in figures)
    print(
        f"{bounded - len(missed)} of {bounded} bounds reached"
        + (f"; missed: {', '.join(missed)}" if missed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
