"""Plays of a colleague who is written to and invited before they have an account at the relay."""

import asyncio
from pathlib import Path

from msgspec.structs import replace

from support.firm import PHRASE, Firm, reads, texts, ticks, writes
from support.play import Person, Stage
from support.rooming import hears, joins, lines, says, sees_in
from support.second import Second
from support.waiting import until
from watchword.model.chat import Delivery
from watchword.model.events import RecallEnded
from watchword.model.roaming import RecallOutcome
from watchword.model.room import RoomDeed, RoomKind

NAME = "Harvest"


async def company(stage: Stage, firm: Firm) -> tuple[Person, Person]:
    """Ada and cy, who work there; bo and di are in the directory and have no account yet."""
    ada, cy = await stage.enter("ada", "cy")
    firm.knows("ada", "bo", "cy", "di")
    firm.profile = replace(firm.profile, relay=stage.relay.address)
    for person in (ada, cy):
        await person.client.company.join(firm.join_file(person.name), PHRASE)
    return ada, cy


async def starts_work(stage: Stage, firm: Firm, name: str) -> Second:
    """First start by the join file: only now there is an account."""
    late = Second(name, stage.folder / name, stage.relay.address)
    await late.joins(firm.join_file(name), PHRASE, further=False)
    return late


async def test_who_comes_later_has_what_was_written_to_them_and_joins_what_they_were_invited_to(
    tmp_path: Path,
) -> None:
    """The relay stops and starts in between."""
    firm = Firm()
    async with Stage(tmp_path) as stage:
        ada, cy = await company(stage, firm)
        # Both are named as people: whoever founds a room knows them from the directory.
        await ada.client.rooms.found(NAME, ["bo", "cy"], RoomKind.COMPANY)
        await joins(cy, NAME)
        await writes(ada, ("bo",), "welcome")
        await says(cy, NAME, "before bo is here")
        await hears(ada, NAME, ("cy", "before bo is here"))
        await ticks(ada, ("bo",), Delivery.RELAYED)
        await asyncio.to_thread(stage.relay.restart)
        for person in (ada, cy):
            await person.is_online()
        await writes(ada, ("bo",), "and good luck")
        await ticks(ada, ("bo",), Delivery.RELAYED)
        bo = await starts_work(stage, firm, "bo")
        try:
            await reads(bo, ("ada",), ("ada", "welcome"), ("ada", "and good luck"))
            await ticks(ada, ("bo",), Delivery.DELIVERED)
            await joins(bo, NAME)
            for witness in (ada, bo, cy):
                await sees_in(witness, NAME, "ada", "bo", "cy")
            await says(bo, NAME, "here I am")
            await hears(ada, NAME, ("cy", "before bo is here"), ("bo", "here I am"))
            assert [one.deed for one in await lines(bo, NAME)][-1] is RoomDeed.JOINED
            # Once, also after the next start.
            await bo.leaves()
            await bo.returns()
            await writes(ada, ("bo",), "once")
            await reads(bo, ("ada",), ("ada", "welcome"), ("ada", "and good luck"), ("ada", "once"))
        finally:
            await bo.leaves()


async def test_what_was_taken_back_or_has_expired_never_comes(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(retention=60)
    async with Stage(tmp_path) as stage:
        ada, _ = await company(stage, firm)
        await writes(ada, ("bo",), "for a minute")
        await ticks(ada, ("bo",), Delivery.RELAYED)
        firm.policy(retention=0)
        await firm.hands_out(ada)
        back = await writes(ada, ("bo",), "taken back")
        await writes(ada, ("bo",), "stays")
        await ticks(ada, ("bo",), Delivery.RELAYED)
        await ada.client.recall(back.id)
        await until(lambda: _told(ada) is RecallOutcome.TAKEN_BACK, "it is taken back")
        await asyncio.to_thread(stage.relay.serve_from, 600)
        await ada.is_online()
        bo = await starts_work(stage, firm, "bo")
        try:
            await reads(bo, ("ada",), ("ada", "stays"))
            await writes(ada, ("bo",), "last")
            await reads(bo, ("ada",), ("ada", "stays"), ("ada", "last"))
            assert await texts(bo, "ada", mine=False) == [("ada", "stays"), ("ada", "last")]
        finally:
            await bo.leaves()


def _told(person: Person) -> RecallOutcome | None:
    return next((event.outcome for event in person.events if isinstance(event, RecallEnded)), None)


async def test_who_makes_the_account_before_they_join_the_company_has_it_too(tmp_path: Path) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage:
        ada, _ = await company(stage, firm)
        await ada.client.rooms.found(NAME, ["bo"], RoomKind.COMPANY)
        await writes(ada, ("bo",), "welcome")
        await ticks(ada, ("bo",), Delivery.RELAYED)
        bo = await stage.person("bo")
        await bo.client.company.join(firm.join_file("bo"), PHRASE)
        await reads(bo, ("ada",), ("ada", "welcome"))
        await joins(bo, NAME)
        await sees_in(ada, NAME, "ada", "bo")
