"""A room of a thousand, of whom a handful is there: founded, joined, spoken in; nothing holds a loop."""

import asyncio
import os
from functools import partial
from pathlib import Path

from support.blocking import watched_callbacks
from support.firm import Firm
from support.play import Person, Stage
from support.rooming import has_part, heard, hears, joins, says, sees_in
from support.waiting import until_found
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.room import Part, RoomKind
from watchword.protocol import content
from watchword.protocol.company import certificate
from watchword.protocol.company.message_data import Author
from watchword.protocol.rooms.statement import JOINS, Answer, sign
from watchword.store import rooms
from watchword.store.transaction import Tx

NAME = "Everybody"
LISTED = 1_000


async def heard_last(person: Person, text: str) -> bool:
    """Whether this is the last that somebody heard."""
    return [said for _, said in await heard(person, "All")][-1:] == [text]


async def everybody_joins(person: Person, chat: int, firm: Firm, others: list[str]) -> None:
    """A person's desktop hears that each of these joins, as if they were there."""
    room = (await person.client.rooms.floor.of_chat(chat)).state
    organisation = firm.profile.organisation
    came = []
    for account in others:
        seed, terminal = firm.seeds[account], Secret(os.urandom(32))
        key = ed25519_public(terminal.expose())
        full_id = f"{account}/1"
        author = Author(full_id, certificate.issue(seed, organisation, full_id, key), terminal)
        said = sign(author, Answer(room.id, account, ed25519_public(seed.expose()), 1, JOINS))
        came.append((account, content.encode(content.Statements(room.id, (said.raw,), ()))))
        await asyncio.sleep(0)

    def arrive(tx: Tx) -> None:
        for account, told in came:
            rooms.arrive(tx, room.id, account, told, 5)

    await person.client._desk.db.write(arrive)
    person.client.rooms.intake.stir()
    await sees_in(person, NAME, "ada", "bo", "cy", "dee", *others)


async def test_a_room_of_a_thousand(tmp_path: Path) -> None:
    firm = Firm()
    others = [f"p{number:04}" for number in range(LISTED - 4)]
    async with Stage(tmp_path) as stage:
        ada, bo, cy, dee = await stage.enter("ada", "bo", "cy", "dee")
        firm.knows(*others)
        await firm.takes_in(ada, bo, cy, dee)
        await firm.hands_out(ada, bo, cy)
        with watched_callbacks() as blocks:
            chat = await ada.client.rooms.found(NAME, ["bo", "cy", "dee", *others], RoomKind.COMPANY)
            for person in (bo, cy, dee):
                await joins(person, NAME)
            for person in (ada, bo, cy, dee):
                await sees_in(person, NAME, "ada", "bo", "cy", "dee")
            shown = await ada.client.rooms.room(chat.id)
            assert len(shown.members) == LISTED
            await says(bo, NAME, "hello")
            for person in (ada, cy, dee):
                await hears(person, NAME, ("bo", "hello"))
            await everybody_joins(ada, chat.id, firm, others)
            await ada.client.rooms.take_out(chat.id, "dee")
            await has_part(dee, NAME, Part.OUT)
            await ada.client.rooms.rename(chat.id, "All")
            await has_part(cy, "All", Part.IN)
            sent = await says(ada, "All", "to a thousand")
            for person in (bo, cy):
                await until_found(partial(heard_last, person, "to a thousand"), "everybody hears it")
            info = await ada.client.company.message_info(sent.id)
            assert info is not None
            assert len(info.recipients) == LISTED - 2
        assert not blocks, "\n".join(map(str, blocks))
