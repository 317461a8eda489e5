"""SIGKILL of relay, desktops and members of a room: nothing lost, nothing twice, nothing out of order."""

from pathlib import Path

import pytest

from chaos import kills
from watchword.model.room import RoomKind


async def test_kills_under_load(tmp_path: Path) -> None:
    outcome = await kills.run(tmp_path, 2, long=False)
    assert outcome.ok, outcome


@pytest.mark.parametrize("kind", RoomKind)
async def test_kills_in_a_room(tmp_path: Path, kind: RoomKind) -> None:
    outcome = await kills.in_a_room(tmp_path, 4, kind, long=False)
    assert outcome.ok, outcome
