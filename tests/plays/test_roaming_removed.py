"""Plays of what is not for who comes later: words of who is in no more, and what was taken back."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from support.firm import Firm
from support.play import Stage, Witness
from support.roaming import DAY, joins_as
from support.rooming import founds, has_part, hears, joins, rows, says, sees_in
from support.second import Second
from support.waiting import until_found
from watchword.model.chat import Delivery
from watchword.model.room import Part
from watchword.store.rooms import Arrival

ROOM = "Harvest"


def hears_no_more(person: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that takes in nothing more of what comes for its rooms, as one that does not care."""

    async def passes_over(_room: bytes, _run: list[Arrival]) -> None:
        return

    monkeypatch.setattr(person.client.rooms.intake, "_take", passes_over)


async def goes_on(person: Witness, text: str) -> None:
    """Say something to the room, and wait until the relay has it."""
    await says(person, ROOM, text)

    async def there() -> bool:
        return (await rows(person, ROOM))[-1].delivery is Delivery.RELAYED

    await until_found(there, "the relay has it")


@pytest.mark.parametrize("leaves", [False, True])
async def test_what_is_said_after_leaving_or_being_taken_out_is_nobody_s_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, leaves: bool
) -> None:
    firm = Firm()
    firm.policy(roaming=DAY, late=True)
    async with Stage(tmp_path) as stage, AsyncExitStack() as stack:
        ada, bo, cy, di = await stage.enter("ada", "bo", "cy", "di")
        await firm.takes_in(ada, bo, cy, di)
        chat = await founds(ada, ROOM, [bo, cy])
        for person in (bo, cy):
            await joins(person, ROOM)
        for person in (ada, bo, cy):
            await sees_in(person, ROOM, "ada", "bo", "cy")
        await says(ada, ROOM, "one")
        await hears(cy, ROOM, ("ada", "one"))
        await says(cy, ROOM, "two")
        await hears(ada, ROOM, ("cy", "two"))
        deaf = Second("cy", tmp_path / "cy-laptop", stage.relay.address)
        stack.push_async_callback(deaf.leaves)
        await joins_as(cy, deaf, firm)
        await sees_in(deaf, ROOM, "ada", "bo", "cy", patience=30)
        hears_no_more(deaf, monkeypatch)
        if leaves:
            await cy.client.rooms.leave((await has_part(cy, ROOM, Part.IN)).id)
        else:
            await ada.client.rooms.take_out(chat.id, "cy")
        await sees_in(bo, ROOM, "ada", "bo")
        await goes_on(deaf, "from outside")
        await says(ada, ROOM, "three")
        told = ("ada", "one"), ("cy", "two"), ("ada", "three")
        await hears(bo, ROOM, *told)
        laptop = Second("bo", tmp_path / "bo-laptop", stage.relay.address)
        stack.push_async_callback(laptop.leaves)
        await joins_as(bo, laptop, firm)
        await sees_in(laptop, ROOM, "ada", "bo", patience=60)
        await hears(laptop, ROOM, *told, patience=60)
        await ada.client.rooms.invite(chat.id, ["di"])
        await joins(di, ROOM)
        await hears(di, ROOM, *told, patience=60)
        another = Second("di", tmp_path / "di-laptop", stage.relay.address)
        stack.push_async_callback(another.leaves)
        await joins_as(di, another, firm)
        await sees_in(another, ROOM, "ada", "bo", "di", patience=60)
        await hears(another, ROOM, *told, patience=60)


async def test_what_was_taken_back_from_some_is_not_given_to_who_joins_later(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY, late=True)
    async with Stage(tmp_path) as stage:
        ada, bo, cy, di = await stage.enter("ada", "bo", "cy", "di")
        await firm.takes_in(ada, bo, cy, di)
        chat = await founds(ada, ROOM, [bo, cy])
        for person in (bo, cy):
            await joins(person, ROOM)
        await sees_in(ada, ROOM, "ada", "bo", "cy")
        await says(ada, ROOM, "one")
        await hears(cy, ROOM, ("ada", "one"))
        await cy.leaves()
        wrong = await says(ada, ROOM, "wrong")
        await hears(bo, ROOM, ("ada", "one"), ("ada", "wrong"))
        await ada.client.recall(wrong.id)

        async def is_taken_back() -> bool:
            return (await rows(ada, ROOM))[-1].delivery is Delivery.PARTLY_TAKEN_BACK

        await until_found(is_taken_back, "it is taken back from cy")
        await ada.client.rooms.invite(chat.id, ["di"])
        await joins(di, ROOM)
        await sees_in(ada, ROOM, "ada", "bo", "cy", "di")
        await hears(di, ROOM, ("ada", "one"), patience=60)
        await says(ada, ROOM, "after")
        await hears(di, ROOM, ("ada", "one"), ("ada", "after"))
        await cy.returns()
        await hears(cy, ROOM, ("ada", "one"), ("ada", "after"))
