"""What plays do and see in rooms, without windows.

room = await founds(ada, "Harvest", [bo, cy])
await joins(bo, "Harvest")
await says(ada, "Harvest", "hello")
await hears(bo, "Harvest", ("ada", "hello"))
"""

from support.play import Person, Witness
from support.processes import PATIENCE
from support.waiting import until_found
from watchword.model.chat import Chat, Delivery, Message, MessageKind
from watchword.model.room import Part, RoomDeed, RoomKind, RoomLine


async def founds(person: Witness, name: str, others: list[Person], kind: RoomKind = RoomKind.COMPANY) -> Chat:
    """Found a room with others."""
    return await person.client.rooms.found(name, [other.name for other in others], kind)


async def find(person: Witness, name: str) -> Chat | None:
    """The room of this name, as the list of chats shows it."""
    found = [chat for chat in await person.client.chats() if chat.room and chat.contact.name == name]
    assert len(found) < 2, f"{person.name} has two rooms called {name}"
    return found[0] if found else None


async def room(person: Witness, name: str) -> Chat:
    """The room of this name."""
    chat = await find(person, name)
    assert chat is not None, f"{person.name} has no room called {name}"
    return chat


async def has_part(person: Witness, name: str, part: Part, patience: float = PATIENCE) -> Chat:
    """This is what the person has to do with the room."""

    async def there() -> bool:
        chat = await find(person, name)
        return chat is not None and chat.room is not None and chat.room.part is part

    await until_found(there, f"{person.name} is {part} in {name}", patience)
    return await room(person, name)


async def joins(person: Witness, name: str) -> Chat:
    """Wait for the invitation and accept it."""
    chat = await has_part(person, name, Part.INVITED)
    await person.client.rooms.answer(chat.id, join=True)
    return await has_part(person, name, Part.IN)


async def sees_in(person: Witness, name: str, *accounts: str, patience: float = PATIENCE) -> None:
    """Exactly these are in, by what the person's desktop shows."""

    async def there() -> bool:
        chat = await find(person, name)
        return chat is not None and await _in(person, chat) == {*accounts}

    await until_found(there, f"{person.name} sees {accounts} in {name}", patience)


async def _in(person: Witness, chat: Chat) -> set[str]:
    shown = await person.client.rooms.room(chat.id)
    return {member.account for member in shown.members if member.part is Part.IN}


async def says(person: Witness, name: str, text: str) -> Message:
    """Write a text to the room."""
    return await person.client.send_text((await room(person, name)).id, text)


async def rows(person: Witness, name: str) -> list[Message]:
    """Everything in the room's chat."""
    chat = await room(person, name)
    return (await person.client.page(chat.id, limit=100_000)).messages


async def heard(person: Witness, name: str) -> list[tuple[str, str]]:
    """What others wrote, in the order in which it is shown."""
    found = [row for row in await rows(person, name) if row.kind is MessageKind.TEXT and not row.mine]
    return [(row.sender, row.text) for row in found]


async def hears(person: Witness, name: str, *wanted: tuple[str, str], patience: float = PATIENCE) -> None:
    """What others wrote is this, each once."""

    async def there() -> bool:
        return len(await heard(person, name)) >= len(wanted)

    await until_found(there, f"{person.name} hears {wanted}", patience)
    assert await heard(person, name) == [*wanted]


async def lines(person: Witness, name: str) -> list[RoomLine]:
    """The lines that tell of changes, in order."""
    return [row.line for row in await rows(person, name) if row.line is not None]


async def reads_line(
    person: Witness, name: str, deed: RoomDeed, by: str, *whom: str, patience: float = PATIENCE
) -> None:
    """A line tells of this, once."""

    async def there() -> bool:
        return bool(found(await lines(person, name)))

    def found(held: list[RoomLine]) -> list[RoomLine]:
        return [one for one in held if (one.deed, one.by, one.whom) == (deed, by, whom) and not one.void]

    await until_found(there, f"{person.name} reads that {by} {deed} {whom}", patience)
    assert len(found(await lines(person, name))) == 1


async def delivered(person: Witness, name: str, patience: float = PATIENCE) -> None:
    """Every own text is on the computers of all whom it was for."""

    async def there() -> bool:
        own = [row for row in await rows(person, name) if row.mine and row.kind is MessageKind.TEXT]
        return bool(own) and all(row.delivery is Delivery.DELIVERED for row in own)

    await until_found(there, f"{person.name}'s texts are delivered", patience)


async def tells_lists_differ(person: Witness, name: str, *whose: str, patience: float = PATIENCE) -> None:
    """It is shown that these people's lists differ."""

    async def there() -> bool:
        chat = await find(person, name)
        return chat is not None and chat.room is not None and chat.room.differing == whose

    await until_found(there, f"{person.name} is told that the lists of {whose} differ", patience)
