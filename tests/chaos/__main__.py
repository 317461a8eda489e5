"""What must not happen, tried: `python -m chaos [ROW...] [--seed N] [--long]`, or `make chaos`.

Prints a line of JSON for each part of each row of the table in `docs/operate/figures.md`, and writes them to
build/chaos. Ends with 1 when a target is missed. `--long` is the form whose numbers that table shows; without
it the quick one runs that `make test` runs too.
"""

import argparse
import asyncio
import inspect
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from chaos.outcome import Outcome
from chaos.rows import ROWS, Part
from support.home import environment_of
from support.nursery import nurseries
from support.remembered import remembered_stretching

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "build" / "chaos"


def tried(part: Part, row: int, seed: int, *, long: bool) -> Outcome:
    """Run one part; a part that breaks off has missed its target."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        try:
            made = part(Path(folder), seed, long=long)
            outcome = asyncio.run(made) if inspect.iscoroutine(made) else made
            assert isinstance(outcome, Outcome)
        except Exception as error:  # noqa: BLE001 - one part that fails must not hide the others
            outcome = Outcome(row, getattr(part, "__name__", "?"), seed, long)
            outcome.missed = [f"{type(error).__name__}: {error}"[:2_000]]
    outcome.seconds = round(time.monotonic() - begun, 1)
    return outcome


def main(words: Sequence[str]) -> int:
    """Run the rows that are named, or all; 0 if every target was met."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rows", metavar="ROW", nargs="*", help=f"of: {' '.join(ROWS)}; none for all")
    parser.add_argument("--seed", type=int, default=1, help="for the dice of every row")
    parser.add_argument("--long", action="store_true", help="the form whose numbers are published")
    asked = parser.parse_args(words)
    if unknown := sorted(set(asked.rows) - set(ROWS)):
        parser.error(f"no such row: {' '.join(unknown)}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    missed = []
    with tempfile.TemporaryDirectory(prefix="chaos-home-") as home:
        os.environ.update(environment_of(Path(home)), QT_QPA_PLATFORM="offscreen")
        with remembered_stretching(), nurseries():
            for name in asked.rows or ROWS:
                lines = []
                for part in ROWS[name]:
                    outcome = tried(part, int(name) if name.isdigit() else 0, asked.seed, long=asked.long)
                    lines.append(outcome.line())
                    print(lines[-1], flush=True)  # noqa: T201 - what the command is for
                    if not outcome.ok:
                        missed.append(f"{name}: {outcome.what}")
                written = [msgspec.Raw(line.encode()) for line in lines]
                (RESULTS / f"{name}.json").write_bytes(msgspec.json.encode(written))
    for one in missed:
        print(f"missed: {one}", file=sys.stderr)  # noqa: T201 - what the command is for
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
