from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.desk import Place, couple, place
from watchword.core.contacts import Contacts
from watchword.model.chat import Contact
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ChatChanged, ContactChanged


@pytest.fixture
async def ada(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path, "ada") as desk:
        yield desk


async def test_add_rename_remove(ada: Place) -> None:
    changes: list[int] = []
    contacts = Contacts(ada, lambda: changes.append(1))
    assert await contacts.add("  ＢＯ ", "Bo Nielsen") == Contact("bo", "Bo Nielsen")
    assert await contacts.rename("bo", "") == Contact("bo", "bo")
    assert await contacts.every() == [Contact("bo", "bo")]
    await contacts.remove("bo")
    assert await contacts.every() == []
    assert len(changes) == 3
    told = [event.contact for event in ada.events if isinstance(event, ContactChanged)]
    assert told[-1] == Contact("bo", "bo", listed=False)


async def test_a_blocked_one_stays_in_sight(ada: Place) -> None:
    contacts = Contacts(ada, lambda: None)
    await contacts.block("mallory", blocked=True)
    assert await contacts.every() == [Contact("mallory", "mallory", listed=False, blocked=True)]
    await contacts.block("mallory", blocked=False)
    assert await contacts.every() == []


async def test_adding_a_known_one_keeps_its_name(ada: Place) -> None:
    contacts = Contacts(ada, lambda: None)
    await contacts.add("bo", "Bo")
    await contacts.remove("bo")
    assert (await contacts.add("bo", "")).name == "Bo"


async def test_presence_is_shown_with_a_contact(ada: Place) -> None:
    contacts = Contacts(ada, lambda: None)
    ada.present.add("bo")
    assert (await contacts.add("bo", "")).present
    assert [contact.present for contact in await contacts.every()] == [True]


async def test_a_chat_follows_its_contact(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        await Contacts(ada, lambda: None).rename("bo", "Bo")
        chats = [event.chat for event in ada.events if isinstance(event, ChatChanged)]
        assert chats[-1].contact.name == "Bo"


@pytest.mark.parametrize(
    ("typed", "kind"), [("ADA", Kind.ID_MINE), ("", Kind.ID_EMPTY), ("a/b", Kind.ID_FORM)]
)
async def test_who_cannot_be_a_contact(ada: Place, typed: str, kind: Kind) -> None:
    with pytest.raises(RefusedBy) as caught:
        await Contacts(ada, lambda: None).add(typed, "")
    assert caught.value.situation.kind is kind


async def test_contacts_only_is_kept(ada: Place) -> None:
    await Contacts(ada, lambda: None).set_contacts_only(True)
    assert ada.contacts_only
