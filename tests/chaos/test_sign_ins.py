"""A terminal signs in again and again while messages come: the newest wins, no ack is lost."""

from functools import partial
from pathlib import Path

from chaos import sign_ins
from support.ground import over
from support.postgres import Server
from support.relay_stores import fresh, postgres

__all__ = ["postgres"]


async def test_duplicate_sign_ins(tmp_path: Path) -> None:
    outcome = await sign_ins.run(tmp_path, 1, long=False)
    assert outcome.ok, outcome


async def test_duplicate_sign_ins_on_two_nodes(tmp_path: Path, postgres: Server) -> None:
    outcome = await sign_ins.run(tmp_path, 1, long=False, on=partial(over, fresh(postgres)))
    assert outcome.ok, outcome
