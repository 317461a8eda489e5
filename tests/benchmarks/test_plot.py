"""The picture of growth and the tables of `docs/operate/figures.md` are made from the JSON beside them."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from benchmarks.growth import compared
from benchmarks.plot import PANEL_HEIGHT, beside, drawn, panels
from benchmarks.results import Figure, Run, number, read, write

DOCS = Path(__file__).parents[2] / "docs" / "operate"
MEASURED = DOCS / "figures"
SVG = "{http://www.w3.org/2000/svg}"


def run(*figures: Figure) -> Run:
    return Run(
        "c0ffee" * 7, {"cpu": "Abacus & Sons", "cores": 2, "load": 0.25}, {"growth": list(figures)}, {}
    )


def grown(costs: dict[int, list[float]]) -> list[Figure]:
    """Figures as `growth` makes them of its rounds."""
    seen = {size: [{"message": cost} for cost in rounds] for size, rounds in costs.items()}
    return list(compared(seen, 100, "connections", {"message": "µs"}))


def read_svg(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314 - our own, made a line above


def heights(picture: str, kind: str) -> list[float]:
    """How far from the panel's top the points, or one kind of lines, stand."""
    root = read_svg(picture)
    named = {"point": "cy"}.get(kind, "y1")
    return [float(one.attrib[named]) for one in root.iter() if one.get("class") == kind]


# --- the picture ------------------------------------------------------------------------------------


def test_what_costs_the_same_is_drawn_level_and_twice_the_cost_twice_as_high() -> None:
    level = heights(drawn(run(*grown({10: [30.0], 100: [30.0], 1_000: [30.0]}))), "point")
    assert len(set(level)) == 1
    picture = drawn(run(*grown({10: [15.0], 100: [30.0], 1_000: [60.0]})))
    (ground,) = heights(picture, "axis")
    low, middle, high = (ground - height for height in heights(picture, "point"))
    assert 0 < low < middle < high < PANEL_HEIGHT
    assert middle == pytest.approx(2 * low, abs=0.2)
    assert high == pytest.approx(2 * middle, abs=0.2)


def test_the_bound_is_drawn_where_it_is() -> None:
    """One and a half times what it is compared with."""
    picture = drawn(run(*grown({100: [30.0], 1_000: [20.0]})))
    (ground,), (most,) = heights(picture, "axis"), heights(picture, "most")
    first = heights(picture, "point")[0]
    assert ground - most == pytest.approx(1.5 * (ground - first), abs=0.2)


def test_the_spread_of_the_rounds_is_drawn() -> None:
    costs = {100: [29.0, 33.0, 30.0], 1_000: [30.0, 30.0, 30.0]}
    assert [figure.rounds for figure in grown(costs)] == [(29.0, 33.0, 30.0), (30.0, 30.0, 30.0)]
    picture = drawn(run(*grown(costs)))
    bar, least, most, *_ = heights(picture, "spread")
    assert bar == least > heights(picture, "point")[0] > most
    assert "medians of 3 rounds" in picture


def test_sizes_are_in_order_and_what_was_measured_on_is_told() -> None:
    (panel,) = panels(grown({1_000: [1.0], 100: [2.0], 10: [3.0]}))
    assert [(point.size, point.value) for point in panel.points] == [(10, 3.0), (100, 2.0), (1_000, 1.0)]
    said = [one.text for one in read_svg(drawn(run(*grown({10: [1], 100: [1]})))).iter(f"{SVG}text")]
    assert any("Abacus & Sons" in (text or "") and "c0ffeec0ffee" in (text or "") for text in said)


def test_a_run_is_written_read_and_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.results.FOLDER", tmp_path)
    figures = grown({10: [1.0, 1.5], 100: [2.0, 3.0]})
    path = write({"growth": figures}, {"relay": "no peers"})
    assert read(path).figures == {"growth": figures}
    assert read(path).left_out == {"relay": "no peers"}
    assert beside(path).read_text() == drawn(read(path))


# --- what is kept -----------------------------------------------------------------------------------


def test_the_picture_that_is_shown_is_that_of_the_figures_beside_it() -> None:
    assert (MEASURED / "growth.svg").read_text() == drawn(read(MEASURED / "growth.json"))
    assert "](figures/growth.svg)" in (DOCS / "figures.md").read_text()


def rows(first_head: str) -> dict[str, dict[str, str]]:
    """A table of the page: its cells by the rows' first cells, by the heads."""
    text = (DOCS / "figures.md").read_text()
    found = re.search(rf"^\| {re.escape(first_head)} \|.*\n\|[-|]+\|\n(?:\|.*\n)+", text, re.MULTILINE)
    assert found is not None
    heads, _, *lines = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in found.group().splitlines()
    ]
    return {line[0]: dict(zip(heads[1:], line[1:], strict=True)) for line in lines}


def test_the_table_of_growth_is_what_was_measured() -> None:
    measured = {figure.name: figure for figure in read(MEASURED / "growth.json").figures["growth"]}
    shown = {
        "message": rows("connections")["a message between two who are there"],
        "memory": rows("connections")["memory of each"],
        "stored": rows("messages that wait for others")["a message put into the store, fsynced"],
        "fetched": rows("messages that wait for others")["fetched, acknowledged, deleted"],
    }
    for measure, cells in shown.items():
        of_it = [figure for name, figure in measured.items() if name.startswith(f"{measure}, ")]
        assert list(cells.values()) == [
            number(figure.value) + (f" ({figure.ratio:.2f})" if figure.ratio else "") for figure in of_it
        ]


HEADS = {
    "w32, msg/s": "w32",
    "w1, msg/s": "w1",
    "alone, ms": "alone",
    "ack, ms": "ack",
    "sign-ins, s": "sign-ins",
    "store, msg/s": "store",
    "drain, msg/s": "drain",
    "idle, KiB": "idle",
    "base, MB": "base",
}


def test_the_table_of_servers_is_what_was_measured() -> None:
    figures = {figure.name: figure for figure in read(MEASURED / "relay.json").figures["relay"]}
    shown = {
        f"{HEADS[head]}: {server}": cell
        for server, cells in rows("server").items()
        for head, cell in cells.items()
    }
    assert {name: cell for name, cell in shown.items() if cell} == {
        name: number(figure.value) for name, figure in figures.items()
    }
    for name, cells in rows("measure").items():
        if name == "memory of an idle connection, TLS":
            (idle,) = read(MEASURED / "tls.json").figures["tls"]
            assert cells["measured"].startswith(f"{number(idle.value)} KiB")
        said = re.fullmatch(r"(\w+), times (\w+)", name)
        if said is not None:
            figure = figures[f"{said[1]}: {said[2]}"]
            ours = number(figures[f"{said[1]}: Watchword"].value)
            assert cells["measured"] == f"{figure.ratio:.2f} ({ours} a second to {number(figure.value)})"


def test_the_table_of_the_desktop_is_what_was_measured() -> None:
    shown = rows("of the desktop")
    parts = read(MEASURED / "desktop.json").figures
    assert [*parts] == ["handshake", "chat", "desktop"]
    bounded = [figure for figures in parts.values() for figure in figures if figure.reached is not None]
    assert [*shown] == [figure.name for figure in bounded]
    for figure in bounded:
        assert figure.at_most is not None
        many = f"{number(figure.value)} {figure.unit}"
        times = figure.ratio is not None
        assert shown[figure.name] == {
            "must": f"≤ {number(figure.at_most)}{' ×' if times else f' {figure.unit}'}",
            "measured": f"{figure.ratio:.2f} × ({many})" if times else many,
            "reached": "yes" if figure.reached else "**missed**",
        }
