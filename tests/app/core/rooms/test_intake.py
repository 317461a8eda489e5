"""What comes for rooms: invitations, whole or in parts, and what is of no room here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from support import company
from support.desk import Place
from support.logged import LoggedWarnings
from support.staff import employed
from support.waiting import until, until_found
from watchword.core.company.membership import Member
from watchword.core.rooms import intake
from watchword.core.rooms.live import Ways
from watchword.core.rooms.rooms import Rooms
from watchword.model.chat import Chat
from watchword.model.company import Sealing
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import MessageAdded
from watchword.model.room import Part, RoomDeed, RoomKind
from watchword.protocol import content
from watchword.protocol.rooms import beginning, machine
from watchword.protocol.rooms.effects import Effect, Keep
from watchword.protocol.rooms.events import Around, Do
from watchword.protocol.rooms.past import Evidence
from watchword.protocol.rooms.statement import JOINS, Answer, Founds, Invites, decode, room_id, sign
from watchword.store import chats, rooms
from watchword.store.rooms import Origin
from watchword.store.transaction import Tx

KEYS = {one.account: one.key for one in company.PROFILE.directory}
AROUND = Around(KEYS, 1_000)
FOUNDING = Founds(company.ORGANISATION, "ada", KEYS["ada"], bytes(16))
OTHER = next(account for account in KEYS if account not in {"ada", "bo"})


def _nothing() -> None:
    return


@asynccontextmanager
async def bos_rooms(folder: Path) -> AsyncIterator[tuple[Place, Rooms]]:
    """The rooms of bo, who is a member of the company."""
    async with employed(folder, "bo") as (place, member):

        def membership() -> Member:
            return member

        found = Rooms(Ways(place, membership, *(_nothing,) * 6))
        await found.start()
        yield place, found


def kept(effects: tuple[Effect, ...]) -> list[bytes]:
    """The statements that a step made."""
    return [effect.statement for effect in effects if isinstance(effect, Keep)]


def invitation(*later: str) -> list[bytes]:
    """What ada says who founds a room with bo; or with somebody else, and invites bo by a second change."""
    author = company.author("ada")
    room, effects = beginning.found(author, FOUNDING, "Harvest", 0, ["bo"] if not later else [OTHER], AROUND)
    said = kept(effects)
    for account in later:
        room, more = machine.step(room, Do(author, (Invites(account, KEYS[account], 1),)), 0.0)
        said += kept(more)
    return said


async def comes(
    place: Place, found: Rooms, said: content.OfRoom, sender: str = "ada", origin: Origin | None = None
) -> None:
    """Content comes for a room, in message data, and is taken."""

    def arrives(tx: Tx) -> int:
        rooms.arrive(tx, said.room, sender, content.encode(said), 5, origin=origin)
        seq: int = tx.execute("select max(seq) from room_arrivals").get
        return seq

    seq = await place.db.write(arrives)
    found.intake.stir()
    await until(lambda: found.intake._after >= seq, "it is taken")


def statements(*said: bytes) -> content.Statements:
    return content.Statements(room_id(FOUNDING), said, ())


async def invited(place: Place) -> Chat:
    """The room in which bo is invited."""

    async def there() -> bool:
        return bool(await place.db.read(chats.every))

    await until_found(there, "bo is invited")
    [chat] = await place.db.read(chats.every)
    return chat


async def waits(place: Place) -> int:
    return len(await place.db.read(lambda tx: rooms.arrivals(tx, 0, 99)))


async def test_an_invitation_is_a_chat_with_one_line_that_is_told(tmp_path: Path) -> None:
    async with bos_rooms(tmp_path) as (place, found):
        await comes(place, found, statements(*invitation()))
        chat = await invited(place)
        assert chat.contact.name == "Harvest"
        assert chat.room is not None
        assert (chat.room.kind, chat.room.part, chat.room.owner) == (RoomKind.COMPANY, Part.INVITED, False)
        [added] = [event for event in place.events if isinstance(event, MessageAdded)]
        assert added.notify
        assert added.message.line is not None
        assert (added.message.line.deed, added.message.line.by) == (RoomDeed.INVITED, "ada")
        assert await waits(place) == 0
        with pytest.raises(RefusedBy) as said:
            await found.send_text(chat.id, "before joining")
        assert said.value.situation.kind is Kind.ROOM_NOT_IN


async def test_an_invitation_in_two_parts_waits_for_the_one_that_lists_this_user(tmp_path: Path) -> None:
    async with bos_rooms(tmp_path) as (place, found):
        first, second = invitation("bo")
        await comes(place, found, statements(first))
        assert await place.db.read(chats.every) == []
        assert await waits(place) == 1
        await comes(place, found, statements(second))
        assert (await invited(place)).contact.name == "Harvest"
        assert await waits(place) == 0


async def test_what_others_say_meanwhile_ends_no_invitation_that_has_begun(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with bos_rooms(tmp_path) as (place, found):
        first, second = invitation("bo")
        joining = sign(company.author(OTHER), Answer(room_id(FOUNDING), OTHER, KEYS[OTHER], 1, JOINS))
        await comes(place, found, statements(first))
        await comes(place, found, statements(joining.raw), sender=OTHER)
        await comes(place, found, statements(second))
        assert (await invited(place)).contact.name == "Harvest"
        assert await waits(place) == 0
        logged_warnings.take("room refused")


async def test_who_tells_without_end_ends_no_other_invitation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_CONTENTS", 2)
    async with bos_rooms(tmp_path) as (place, found):
        first, second = invitation("bo")
        await comes(place, found, statements(first))
        endless = Founds(company.ORGANISATION, OTHER, KEYS[OTHER], bytes(16))
        _, effects = beginning.found(company.author(OTHER), endless, "Endless", 0, ["ada"], AROUND)
        said = content.Statements(room_id(endless), tuple(kept(effects)), ())
        for _ in range(3):
            await comes(place, found, said, sender=OTHER)
        assert await waits(place) == 1
        await comes(place, found, statements(second))
        assert (await invited(place)).contact.name == "Harvest"


async def test_who_is_not_invited_gets_no_room(tmp_path: Path) -> None:
    async with bos_rooms(tmp_path) as (place, found):
        for number in range(intake.MOST_BEGINNINGS + 1):
            founding = Founds(company.ORGANISATION, "ada", KEYS["ada"], number.to_bytes(16))
            author = company.author("ada")
            _, effects = beginning.found(author, founding, "Other", 0, [OTHER], AROUND)
            await comes(place, found, content.Statements(room_id(founding), tuple(kept(effects)), ()))
        assert await place.db.read(chats.every) == []

        async def bounded() -> bool:
            return await waits(place) == intake.MOST_BEGINNINGS

        await until_found(bounded, "only so many rooms are half told")


@pytest.mark.parametrize(
    "said",
    [
        content.Statements(room_id(FOUNDING), (b"nonsense",), ()),
        content.Statements(bytes(16), tuple(invitation()), ()),
        content.Asked(room_id(FOUNDING), bytes(32), b""),
        content.RoomMessage(
            room_id(FOUNDING), bytes(32), bytes(8), content.encode(content.Text(bytes(16), 5, "hi"))
        ),
    ],
)
async def test_what_is_of_no_room_here_is_passed_over(
    tmp_path: Path, said: content.OfRoom, logged_warnings: LoggedWarnings
) -> None:
    async with bos_rooms(tmp_path) as (place, found):
        await comes(place, found, said)

        async def gone() -> bool:
            return await waits(place) == 0

        await until_found(gone, "it is passed over")
        assert await place.db.read(chats.every) == []
        if isinstance(said, content.Statements):
            logged_warnings.take("room refused")


async def test_a_company_s_room_does_not_come_by_a_session(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with bos_rooms(tmp_path) as (place, found):
        said = statements(*invitation())
        key = KEYS["ada"]
        await place.db.write(lambda tx: rooms.arrive(tx, said.room, "ada", content.encode(said), 5, key=key))
        found.intake.stir()

        async def gone() -> bool:
            return await waits(place) == 0

        await until_found(gone, "it is passed over")
        assert await place.db.read(chats.every) == []
        logged_warnings.take("room refused")


async def test_only_the_very_bytes_of_a_statement_say_when_it_was_made(tmp_path: Path) -> None:
    """What somebody will say can be guessed before; what they sign cannot."""

    def at(place: int) -> Origin:
        sealing = Sealing("ada/1", "wrap", (), False, 9)
        return Origin(sealing, ("bo",), revoked=False, past=True, place=place, digest=place.to_bytes(32))

    async with bos_rooms(tmp_path) as (place, found):
        [real] = invitation()
        await comes(place, found, statements(real), origin=at(9))
        await invited(place)
        guessed = msgspec.msgpack.decode(real)
        forged = msgspec.msgpack.encode([*guessed[:4], bytes(64)])
        assert decode(forged).digest == decode(real).digest
        await comes(place, found, statements(forged), sender=OTHER, origin=at(3))
        await comes(place, found, statements(real), origin=at(12))

        async def gone() -> bool:
            return await waits(place) == 0

        await until_found(gone, "all is taken")
        told = await place.db.read(lambda tx: rooms.told(tx, room_id(FOUNDING)))
        assert told == [Evidence(decode(real).digest, shared=False, place=9)]
