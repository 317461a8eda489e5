"""Turns of those who brought much: in order, for a slice of each turn of the loop, all of them in the end."""

import asyncio
import time

import pytest

from support.waiting import until
from watchword_relay import rota
from watchword_relay.rota import Rota


async def test_they_go_on_in_order_and_again_behind_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rota, "SLICE", 60.0)
    turns, went = Rota(), list[str]()

    def again() -> None:
        went.append("a")
        if went.count("a") < 3:
            turns.add(again)

    turns.add(again)
    turns.add(lambda: went.append("b"))
    await until(lambda: len(went) == 4, "all went on")
    assert went == ["a", "b", "a", "a"]


async def test_whatever_else_came_in_has_its_turn_after_a_slice() -> None:
    turns, went = Rota(), list[str]()
    loop = asyncio.get_running_loop()

    def much() -> None:
        if not went:
            loop.call_soon(went.append, "else")
        went.append("much")
        time.sleep(2 * rota.SLICE)  # work, not waiting

    for _ in range(5):
        turns.add(much)
    await until(lambda: len(went) == 6, "all went on")
    assert went.index("else") == 1


async def test_a_mistake_of_one_ends_the_turns_of_nobody_else() -> None:
    turns, went = Rota(), list[str]()
    asyncio.get_running_loop().set_exception_handler(lambda *_: went.append("told"))

    def mistaken() -> None:
        raise ValueError

    turns.add(mistaken)
    turns.add(lambda: went.append("on"))
    await until(lambda: len(went) == 2, "both had their turn")
    assert set(went) == {"told", "on"}
