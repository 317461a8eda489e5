"""What goes to very many goes in turns of the loop, some mailboxes in each."""

import asyncio

from watchword_relay.mailbox import Mailbox
from watchword_relay.rounds import AT_ONCE, Rounds
from watchword_relay.store.contract import Level


def boxes(count: int) -> list[Mailbox]:
    return [Mailbox(number, f"m{number}/1", 1, Level(0, 0)) for number in range(1, count + 1)]


async def test_each_turn_serves_so_many_in_their_order() -> None:
    served: list[Mailbox] = []
    rounds = Rounds(served.append)
    many = boxes(2 * AT_ONCE + 1)
    for box in many:
        rounds.add(box)
    after = []
    for _ in range(4):
        await asyncio.sleep(0)
        after.append(len(served))
    assert after == [AT_ONCE, 2 * AT_ONCE, 2 * AT_ONCE + 1, 2 * AT_ONCE + 1]
    assert served == many


async def test_what_else_there_is_to_do_comes_in_between() -> None:
    done: list[str] = []
    rounds = Rounds(lambda _: done.append("served"))
    for box in boxes(AT_ONCE + 1):
        rounds.add(box)
    asyncio.get_running_loop().call_soon(lambda: done.append("other"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert done == ["served"] * AT_ONCE + ["other", "served"]


async def test_one_that_is_added_later_is_served_as_well() -> None:
    served: list[Mailbox] = []
    rounds = Rounds(served.append)
    first, second = boxes(2)
    rounds.add(first)
    await asyncio.sleep(0)
    rounds.add(second)
    await asyncio.sleep(0)
    assert served == [first, second]
