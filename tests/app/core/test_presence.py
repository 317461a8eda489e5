import asyncio
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from support.desk import couple
from support.staff import employed
from support.waiting import until
from watchword.core import clock, sessions
from watchword.core.company import acquisition
from watchword.core.contacts import Contacts
from watchword.core.presence import Presence
from watchword.core.runs import Runs
from watchword.model.events import ChatChanged, ContactChanged, Event
from watchword.store import chats
from watchword.store.transaction import Tx, Work
from watchword_wire.frames import Presence as Frame
from watchword_wire.frames import Watch

_T = TypeVar("_T")


async def test_watched_are_contacts_and_open_chats_but_nobody_blocked(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        presence = Presence(ada, Runs(ada, lambda: None))
        contacts = Contacts(ada, presence.watch)
        await contacts.remove("bo")  # still in a chat with a session
        await contacts.add("cy", "")
        await contacts.add("mallory", "")
        await contacts.block("mallory", blocked=True)
        await until(lambda: ada.relay.of(Watch)[-1:] == [Watch(["bo", "cy"])], "bo and cy are watched")


async def test_the_people_of_a_new_company_s_conversation_are_watched(tmp_path: Path) -> None:
    async with employed(tmp_path) as (ada, member):
        Presence(ada, Runs(ada, lambda: None))
        for others in (("bo",), ("bo", "陈")):
            chat = await ada.db.write(partial(acquisition.open_chat, member=member, accounts=others, at=1))
            ada.tell(*await ada.db.read(partial(sessions.changed, chat=chat)))
        await until(lambda: ada.relay.of(Watch)[-1:] == [Watch(["bo", "陈"])], "both are watched")


async def test_what_the_relay_says_is_told_once(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        presence = Presence(ada, Runs(ada, lambda: None))
        await presence.arrived(Frame("bo", True))
        await presence.arrived(Frame("bo", True))
        told = [event.contact.present for event in ada.events if isinstance(event, ContactChanged)]
        chats = [event.chat.contact.present for event in ada.events if isinstance(event, ChatChanged)]
        assert (told, chats) == ([True], [True])


async def test_what_a_chat_was_like_before_is_not_told_after_what_it_is_like(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with couple(tmp_path) as (ada, _bo):
        presence = Presence(ada, Runs(ada, lambda: None))
        read, told = ada.db.read, asyncio.Event()

        async def slowly(work: Work[_T]) -> _T:
            found = await read(work)
            await told.wait()
            return found

        def types(tx: Tx) -> list[Event]:
            chat = chats.find(tx, "bo")
            assert chat is not None
            chats.save_draft(tx, chat, "dear bo")
            return sessions.changed(tx, chat)

        monkeypatch.setattr(ada.db, "read", slowly)
        arriving = asyncio.create_task(presence.arrived(Frame("bo", True)))
        await asyncio.sleep(0)
        ada.tell(*await ada.db.write(types))
        told.set()
        await arriving
        last = [event.chat for event in ada.events if isinstance(event, ChatChanged)][-1]
        assert (last.draft, last.contact.present) == ("dear bo", True)


async def test_without_a_connection_nobody_is_present(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        presence = Presence(ada, Runs(ada, lambda: None))
        await presence.arrived(Frame("bo", True))
        await presence.disconnected()
        told = [event.contact.present for event in ada.events if isinstance(event, ContactChanged)]
        assert told == [True, False]


async def test_a_stranger_s_presence_is_nobody_s_event(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        await Presence(ada, Runs(ada, lambda: None)).arrived(Frame("stranger", True))
        assert ada.events == []


async def test_a_list_that_the_relay_puts_off_is_said_again_when_it_is_taken(tmp_path: Path) -> None:
    async with couple(tmp_path) as (ada, _bo):
        presence = Presence(ada, Runs(ada, lambda: None))
        contacts = Contacts(ada, presence.watch)
        begun = clock.now()
        presence.put_off(0.4)
        await contacts.add("cy", "")
        await contacts.add("dee", "")
        await until(lambda: ada.relay.of(Watch), "the list is said")
        assert clock.now() - begun >= 0.4
        await until(lambda: ada.relay.of(Watch)[-1] == Watch(["bo", "cy", "dee"]), "as it is then")
        assert len(ada.relay.of(Watch)) == 1
