"""Desktops on several nodes over PostgreSQL, each on another: some of the plays, as they are written.

All of them: `make chaos ARGS=desktops`.
"""

from collections.abc import Iterator

import pytest

from plays.test_first_conversation import test_ask_answer_and_talk
from support.nodes import over
from support.postgres import Server
from support.relay_stores import postgres

__all__ = ["postgres", "test_ask_answer_and_talk"]


@pytest.fixture(autouse=True)
def on_nodes(postgres: Server) -> Iterator[None]:
    with over(postgres):
        yield
