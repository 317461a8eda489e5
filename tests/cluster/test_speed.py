"""What `make cluster ARGS=--speed` measures: what nodes, database and load take, and what room is left."""

import os
import re
from pathlib import Path

import pytest

from cluster import speed
from support.postgres import Server
from support.relay_stores import fresh, postgres

__all__ = ["postgres"]


async def test_costs_add_up_to_what_the_cores_have_room_for(postgres: Server, tmp_path: Path) -> None:
    """No more is carried than that, but for how coarsely the kernel counts."""
    point = await speed._of_nodes(tmp_path, fresh(postgres), [postgres.pid], 1, 0, 32, 1.0)
    assert (point.nodes, point.standbys, point.window) == (1, 0, 32)
    assert min(point.nodes_cpu_us, point.postgres_cpu_us, point.load_cpu_us) > 0
    spent = point.nodes_cpu_us + point.postgres_cpu_us + point.load_cpu_us
    assert point.cores_allow == pytest.approx(len(os.sched_getaffinity(0)) * 1_000_000 / spent, rel=0.02)
    assert point.messages_per_second <= 1.05 * point.cores_allow


def rows(third_head: str) -> list[list[str]]:
    """The cells of a table of the page about many nodes."""
    text = (Path(__file__).parents[2] / "docs" / "operate" / "scale.md").read_text()
    heads = rf"^\| nodes \| [^|]+ \| {third_head}.*\n\|[-|]+\|\n"
    found = re.search(rf"{heads}((?:\|.*\n)+)", text, re.MULTILINE)
    assert found is not None
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in found[1].splitlines()]


def test_the_model_is_checked_against_what_was_measured() -> None:
    """By what a message takes of two cores; the load's part of that is taken from the first line."""
    busy = [line for line in rows("in flight") if line[2] == "32"]
    load, expected = 0.0, []
    for nodes, standbys, _, *cells in busy:
        rate, node, database = (int(cell.replace(",", "")) for cell in cells[:3])
        load = load or 2_000_000 / rate - node - database
        model = 2_000_000 / (node + database + load)
        expected.append([nodes, standbys, f"{rate:,}", f"{model:,.0f}", f"{model / rate:.2f}"])
    assert rows("measured")[1:] == expected[1:]
