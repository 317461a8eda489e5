"""How costs grow, as a picture: a panel for each measure of a part, drawn from the JSON of a run.

Measures are those whose names tell a size, such as `message, 1,000 connections`. The sizes stand on a scale
of powers of ten, the costs on one that begins at 0, so that what is flat looks flat. `growth` draws by
itself; `python -m benchmarks.plot FILE.json` draws FILE.svg again. Plain SVG, the same for the same JSON.
"""

import math
import sys
from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.results import Figure, Run, number, read

PART = "growth"
TITLES = {
    "message": "a message between two who are there",
    "memory": "memory of each connection",
    "stored": "a message put into the store, fsynced",
    "fetched": "fetched, acknowledged, deleted",
}
SIZES = {"connections": "connections", "waiting": "messages that wait for others"}

PANEL_WIDTH, PANEL_HEIGHT = 420, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 24, 44, 46
COLUMNS = 2
FOOT = 30
CAP = 4
"""Half the width of the ends of a bar; a number stands twice that above its point."""
TICKS = 5
STYLE = (
    "text{font-family:sans-serif;font-size:12px;fill:#333}.title{font-weight:bold}.small{font-size:11px;fill:#666}"
    ".grid{stroke:#ddd}.axis{stroke:#888}.most{stroke:#b04a2f;stroke-dasharray:6 4}"
    ".said{font-size:11px;fill:#b04a2f}"
    ".line{stroke:#1f5fa8;stroke-width:2;fill:none}.spread{stroke:#1f5fa8}.point{fill:#1f5fa8}"
)


class Point(NamedTuple):
    """What was measured at one size."""

    size: int
    value: float
    rounds: tuple[float, ...]


class Panel(NamedTuple):
    """One measure at all its sizes."""

    measure: str
    behind: str
    """What there are so many of."""
    unit: str
    points: list[Point]
    most: float | None
    """What the largest sizes may cost."""


def panels(figures: Iterable[Figure]) -> list[Panel]:
    """The measures of a part, each with its sizes in order."""
    found: dict[tuple[str, str, str], list[Figure]] = {}
    values = {}
    for figure in figures:
        measure, _, size = figure.name.partition(", ")
        values[measure, size] = figure.value
        found.setdefault((measure, size.partition(" ")[2], figure.unit), []).append(figure)
    made = []
    for (measure, behind, unit), of_it in found.items():
        points = [Point(_size(one.name), one.value, one.rounds) for one in of_it]
        bounds = [
            one.at_most * values[measure, one.against]
            for one in of_it
            if one.ratio and one.at_most is not None
        ]
        made.append(Panel(measure, behind, unit, sorted(points), min(bounds, default=None)))
    return made


def _size(name: str) -> int:
    return int(name.partition(", ")[2].partition(" ")[0].replace(",", ""))


def drawn(run: Run) -> str:
    """The picture of a run's growth."""
    all_panels = panels(run.figures[PART])
    width = COLUMNS * PANEL_WIDTH
    height = math.ceil(len(all_panels) / COLUMNS) * PANEL_HEIGHT + FOOT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">',
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for place, panel in enumerate(all_panels):
        row, column = divmod(place, COLUMNS)
        lines.append(f'<g transform="translate({column * PANEL_WIDTH} {row * PANEL_HEIGHT})">')
        lines += _panel(panel)
        lines.append("</g>")
    lines += [_text(LEFT, height - 12, _foot(run, all_panels), "small"), "</svg>"]
    return "\n".join(lines) + "\n"


def _foot(run: Run, all_panels: list[Panel]) -> str:
    machine = run.machine
    rounds = max((len(point.rounds) for panel in all_panels for point in panel.points), default=0)
    spread = f"medians of {rounds} rounds, bars from the least to the most; " if rounds > 1 else ""
    return (
        f"{spread}commit {run.commit[:12]}, {machine['cpu']}, {machine['cores']} cores,"
        f" load {machine['load']:.1f} at the end"
    )


def _panel(panel: Panel) -> Iterator[str]:
    seen = [value for point in panel.points for value in (point.value, *point.rounds)]
    step = _step(max([*seen, panel.most or 0]) * 1.1)
    top = step * math.ceil(max([*seen, panel.most or 0]) * 1.1 / step)
    powers = [math.log10(point.size) for point in panel.points]
    bottom, right = PANEL_HEIGHT - BOTTOM, PANEL_WIDTH - RIGHT

    def across(size: int) -> float:
        span = powers[-1] - powers[0]
        return LEFT + 20 + (math.log10(size) - powers[0]) / span * (right - LEFT - 50)

    def up(value: float) -> float:
        return bottom - value / top * (bottom - TOP)

    yield _text(LEFT, 22, f"{TITLES.get(panel.measure, panel.measure)}, {panel.unit}", "title")
    for tick in range(round(top / step) + 1):
        yield _line(LEFT, up(tick * step), right, up(tick * step), "grid" if tick else "axis")
        yield _text(LEFT - 6, up(tick * step) + 4, number(tick * step), "small", "end")
    if panel.most is not None:
        yield _line(LEFT, up(panel.most), right, up(panel.most), "most")
        yield _text(LEFT + 4, up(panel.most) - 4, "not beyond this", "said")
    for here, there in pairwise(panel.points):
        yield _line(across(here.size), up(here.value), across(there.size), up(there.value), "line")
    for point in panel.points:
        x = across(point.size)
        if len(point.rounds) > 1:
            least, most = up(min(point.rounds)), up(max(point.rounds))
            yield _line(x, least, x, most, "spread")
            yield from (_line(x - CAP, y, x + CAP, y, "spread") for y in (least, most))
        yield f'<circle class="point" cx="{x:.1f}" cy="{up(point.value):.1f}" r="3.5"/>'
        above = min(up(value) for value in (point.value, *point.rounds)) - 2 * CAP
        yield _text(x, above, number(point.value), anchor="middle")
        yield _text(x, bottom + 17, f"{point.size:,}", "small", "middle")
    yield _text((LEFT + right) / 2, bottom + 34, SIZES.get(panel.behind, panel.behind), "small", "middle")


def _step(most: float) -> float:
    """The least of 1, 2 and 5 times a power of ten that needs no more than so many lines."""
    power = 10.0 ** math.floor(math.log10(most / TICKS))
    return next(power * times for times in (1, 2, 5, 10) if power * times * TICKS >= most)


def _line(x: float, y: float, to_x: float, to_y: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"/>'


def _text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def beside(path: Path) -> Path:
    """Draw what a JSON file holds into an SVG file beside it; gives that."""
    picture = path.with_suffix(".svg")
    picture.write_text(drawn(read(path)), encoding="utf-8")
    return picture


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(beside(Path(name)))
