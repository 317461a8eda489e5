"""What `make cluster ARGS=--speed` measures: what nodes, database and load take, and what room is left."""

import os
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
