"""Sign-in is the same on every store: also for who does not wait for its answer."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from support.ground import Ground, alone, over
from support.postgres import Server
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from watchword_wire import frames

__all__ = ["postgres"]


@pytest.fixture(params=["alone", "over"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a relay on either store."""
    ground: Ground = alone
    if request.param == "over":
        server: Server = request.getfixturevalue("postgres")
        ground = partial(over, fresh(server), nodes=1)
    with ground(tmp_path) as nodes:
        yield nodes[0].url


async def test_what_comes_right_behind_a_sign_in_is_dealt_with_after_it(address: str) -> None:
    bo = await Terminal(address, "bo").register()
    ada = await Terminal(address, "ada").register()
    await ada.close()
    # More than anybody may send before sign-in, in one go with it and behind it.
    bodies = [bytes([number]) * 20_000 for number in range(20)]
    sent = [frames.Send(bytes([number]) * 16, ["bo/1"], body) for number, body in enumerate(bodies)]
    await ada.open()
    await ada.send(ada.signature(), *sent)
    assert isinstance(await ada.read(), frames.Welcome)
    ada.listen()
    assert [(await bo.sees(frames.Deliver)).body for _ in bodies] == bodies
    told: set[bytes] = set()
    while len(told) < len(sent):
        told.update((await ada.sees(frames.Ok)).ids)
    await ada.close()
    await bo.close()


async def test_what_comes_behind_a_sign_in_that_is_refused_ends_the_connection(address: str) -> None:
    async with Terminal(address, "nobody") as nobody:
        await nobody.open()
        await nobody.send(nobody.signature(), frames.Watch(["bo"]))
        assert await nobody.closed() == 1007
