"""Plays of company encryption with a real relay and real stores: F1, F2, F4, F6, F7."""

from pathlib import Path

from support.firm import Firm, company_chat
from support.play import Person, Stage
from support.waiting import until_found
from watchword.model.chat import Delivery, Message, MessageKind


async def texts(person: Person, *others: str, mine: bool | None = None) -> list[tuple[str, str]]:
    """Who wrote what in a company chat, in the order in which it is shown."""
    chat = await company_chat(person, *others)
    rows = (await person.client.page(chat.id, limit=100_000)).messages
    found = [row for row in rows if row.kind is MessageKind.TEXT]
    return [(row.sender, row.text) for row in found if mine is None or row.mine is mine]


async def reads(person: Person, others: tuple[str, ...], *wanted: tuple[str, str]) -> None:
    """What others wrote in a company chat is this, each once."""

    async def there() -> bool:
        held = [c for c in await person.client.chats() if tuple(m.account for m in c.members) == others]
        return bool(held) and len(await texts(person, *others, mine=False)) >= len(wanted)

    await until_found(there, f"{person.name} reads {wanted}")
    assert await texts(person, *others, mine=False) == [*wanted]


async def writes(person: Person, others: tuple[str, ...], text: str) -> Message:
    chat = await person.client.company.open_chat([*others])
    return await person.client.send_text(chat.id, text)


async def ticks(person: Person, others: tuple[str, ...], delivery: Delivery) -> None:
    """Every own text has come so far."""

    async def there() -> bool:
        chat = await company_chat(person, *others)
        rows = (await person.client.page(chat.id, limit=100_000)).messages
        own = [row for row in rows if row.mine]
        return bool(own) and all(row.delivery is delivery for row in own)

    await until_found(there, f"{person.name} sees {delivery}")


async def test_a_message_to_one(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await Firm().takes_in(ada, bo)
        await writes(ada, ("bo",), "hello")
        await reads(bo, ("ada",), ("ada", "hello"))
        await ticks(ada, ("bo",), Delivery.DELIVERED)
