"""Who is here on any node, where the store does not always say."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import cast

import pytest

from watchword_relay.nodes.presence import LOOKED_AT, SharedPresence
from watchword_relay.store.contract import OWN, StoreTrouble
from watchword_relay.store.nodes import Here, Nodes


class Seats:
    """A store that is asked, and may be silent."""

    def __init__(self) -> None:
        self.silent = False
        self.trouble: Exception = StoreTrouble("nobody answers")
        self.asked: list[str] = []

    def read(self, work: Callable[[], None]) -> None:
        with suppress(type(self.trouble)):
            work()

    def here(self, _realm: int, accounts: Sequence[str]) -> list[Here]:
        if self.silent:
            raise self.trouble
        self.asked += accounts
        return []

    def tell(self, *_: object, **__: object) -> None:
        """Other nodes are none of this."""


async def turns() -> None:
    """Question, answer, and whether there is more."""
    for _ in range(4):
        await asyncio.sleep(0)


@pytest.mark.parametrize("trouble", [StoreTrouble("nobody answers"), ZeroDivisionError("a mistake of ours")])
async def test_whom_nobody_could_ask_about_is_asked_about_next(trouble: Exception) -> None:
    """However many are watched: by turns it would be theirs only in minutes."""
    store = Seats()
    store.trouble = trouble
    presence = SharedPresence(
        OWN, cast("Nodes", store), lambda _name, _accounts, then: then(), lambda _: None
    )
    watched = [f"bo{number}" for number in range(3 * LOOKED_AT)]
    presence.enter("ada", "ada/1")
    presence.watch("ada", "ada/1", watched)
    await turns()
    last = sorted(watched)[-1]
    store.silent = True
    presence.moved(last)
    await turns()
    store.silent = False
    store.asked.clear()
    presence.look_again()
    await turns()
    assert last in store.asked
