"""Desktops of the product talk while their relay moves to PostgreSQL: to them it was away for a moment."""

import asyncio
from pathlib import Path

from cluster.test_migrate import migrate
from support.firm import Firm
from support.play import PHRASE, Person, Stage, meet
from support.postgres import Server
from support.relay_stores import fresh, postgres
from support.rooming import delivered, founds, hears, joins, says, sees_in
from watchword.model.chat import Delivery
from watchword.model.events import LinkState
from watchword.model.requests import Ending, Phase, Role
from watchword_relay.stores import shared_by

__all__ = ["postgres"]

NAME = "Harvest"
OFTEN = 0.1
"""Seconds between what each says."""


async def test_a_room_a_session_and_an_open_request_go_on_while_the_relay_moves(
    tmp_path: Path, postgres: Server
) -> None:
    firm = Firm()
    async with Stage(tmp_path, options=["--standbys", "0"]) as stage:
        people = ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo)
        await firm.hands_out(ada)
        await founds(ada, NAME, [bo])
        await joins(bo, NAME)
        await sees_in(ada, NAME, "ada", "bo")
        await meet(cy, bo)
        await cy.asks("ada")
        await ada.sees_prompt_of("cy")
        seen = {person.name: len(person.links()) for person in people}

        moving = asyncio.create_task(asyncio.to_thread(migrate, stage.relay, fresh(postgres)))
        said: list[str] = []

        async def all_say() -> None:
            said.append(f"number {len(said)}")
            for one, other in ((cy, bo), (bo, cy)):
                await one.sends(other.name, said[-1])
            for one in (ada, bo):
                await says(one, NAME, said[-1])

        while not moving.done():
            await all_say()
            await asyncio.wait([moving], timeout=OFTEN)
        assert moving.result().returncode == 0, moving.result().stderr
        assert shared_by(stage.relay.data) is not None
        await all_say()

        for one, other in ((ada, bo), (bo, ada)):
            await hears(one, NAME, *((other.name, text) for text in said))
            await delivered(one, NAME)
        for one, other in ((cy, bo), (bo, cy)):
            await one.sees_texts(other.name, said)
            await one.sees_ticks(other.name, Delivery.DELIVERED)
        for one, whom, role in ((cy, "ada", Role.ASKING), (ada, "cy", Role.ASKED)):
            assert one.request(whom, role).phase is Phase.WAITING, "it is open as before"
        await ada.answers("cy", PHRASE)
        for one, other in ((ada, cy), (cy, ada)):
            await one.sees_ending(other.name, Ending.ACCEPTED)
        for person in people:
            noticed(person, seen[person.name])


def noticed(person: Person, since: int) -> None:
    """A person was told that the relay is away, and that it is back."""
    states = person.links()[since:]
    assert LinkState.REFUSED not in states
    assert states.count(LinkState.ONLINE) == 1
    assert person.troubles() == []
