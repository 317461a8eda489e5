"""What waits in a room goes in the end: over restarts, full mailboxes, people who go, sessions that end."""

import asyncio
from pathlib import Path

import pytest

from support.firm import Firm
from support.logged import LoggedWarnings
from support.play import Person, Stage, meet
from support.rooming import (
    founds,
    has_part,
    hears,
    joins,
    reads_line,
    room,
    says,
    sees_in,
    tells_lists_differ,
)
from support.waiting import until, until_found
from watchword.core.company import posting
from watchword.core.rooms import texts
from watchword.model.chat import Delivery
from watchword.model.events import LinkState
from watchword.model.room import Part, RoomDeed, RoomKind
from watchword.protocol import content
from watchword.protocol.rooms import doubting
from watchword.protocol.rooms.states import Room
from watchword.store import outbox, posts

NAME = "Harvest"
REFUSED = "message data refused"


async def three(
    stage: Stage, kind: RoomKind = RoomKind.COMPANY, firm: Firm | None = None
) -> tuple[Person, Person, Person]:
    """A room of three, which ada owns."""
    ada, bo, cy = await stage.enter("ada", "bo", "cy")
    if kind is RoomKind.COMPANY:
        firm = firm or Firm()
        await firm.takes_in(ada, bo, cy)
        await firm.hands_out(ada, bo)
    else:
        for one, other in ((ada, bo), (ada, cy), (bo, cy)):
            await meet(one, other)
    await founds(ada, NAME, [bo, cy], kind)
    for person in (bo, cy):
        await joins(person, NAME)
    for person in (ada, bo, cy):
        await sees_in(person, NAME, "ada", "bo", "cy")
    return ada, bo, cy


@pytest.mark.parametrize("kind", RoomKind)
async def test_what_waits_for_the_lists_to_agree_goes_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: RoomKind
) -> None:
    monkeypatch.setattr(doubting, "AGAIN_S", 1.0)
    monkeypatch.setattr(doubting, "GRACE_S", 0.2)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, kind)
        here, there = (await room(ada, NAME)).id, (await room(bo, NAME)).id
        await ada.client.rooms.make_owner(here, "bo")
        await reads_line(bo, NAME, RoomDeed.MADE_OWNER, "ada", "")
        await asyncio.gather(ada.client.rooms.keep(here, 3600), bo.client.rooms.keep(there, 7200))
        live = await ada.client.rooms.floor.of_chat(here)
        await until(lambda: live.state.aside, "ada knows what bo did in vain")
        void = live.state.aside[0].digest

        def of_another_list(held: Room, said: bytes) -> bytes:
            head = void if held.me == "bo" else held.head
            return content.encode(content.RoomMessage(held.id, head, held.people, said))

        monkeypatch.setattr(texts, "wrapped", of_another_list)
        await says(bo, NAME, "with another list")
        await hears(cy, NAME, ("bo", "with another list"))
        await tells_lists_differ(ada, NAME, "bo" if kind is RoomKind.PHRASE else "Bo")
        kept = await says(ada, NAME, "kept back")
        assert kept.delivery is Delivery.WAITING
        await cy.leaves()
        await bo.leaves()
        await ada.restarts()  # what bo said of his list is not kept

        async def goes_out() -> bool:
            page = await ada.client.page(kept.chat, limit=100)
            return any(row.id == kept.id and row.delivery is not Delivery.WAITING for row in page.messages)

        await until_found(goes_out, "what was kept back goes out")
        shown = (await room(ada, NAME)).room
        assert shown is not None
        assert not shown.differing
        assert not shown.settling


async def test_who_has_no_room_and_goes_keeps_nothing_waiting(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    logged_warnings: LoggedWarnings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(posting, "RETRY", 0.3)
    async with Stage(tmp_path, limits={"mailbox_messages": 4}) as stage:
        ada, bo, cy = await three(stage)
        await cy.leaves()
        said = [f"text {number}" for number in range(6)]
        for number, text in enumerate(said, 1):
            await says(ada, NAME, text)
            await hears(bo, NAME, *(("ada", one) for one in said[:number]))

        async def cy_is_missing() -> bool:
            waiting = await ada.client._desk.db.read(posts.sealed)
            return {post.missing for post in waiting} == {("cy",)}

        await until_found(cy_is_missing, "ada is told who has no room; bo may have the text before")
        await until(lambda: REFUSED in caplog.text, "cy has no room still")
        before = len(ada.links())
        await ada.client.rooms.take_out((await room(ada, NAME)).id, "cy")
        await says(ada, NAME, "after")
        await hears(bo, NAME, *(("ada", one) for one in said), ("ada", "after"))

        async def nothing_waits() -> bool:
            return all(post.message is None for post in await ada.client._desk.db.read(posts.sealed))

        await until_found(nothing_waits, "no text waits for who is gone")
        await cy.returns()
        await has_part(cy, NAME, Part.OUT)
        assert not [state for state in ada.links()[before:] if state is not LinkState.ONLINE]
    logged_warnings.take(REFUSED)


async def test_a_change_that_waited_goes_to_all_who_are_still_in_the_company(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, firm=firm)
        floor, sending = ada.client.rooms.floor, ada.client.company.sending
        monkeypatch.setattr(floor, "ready", lambda _: None)  # nothing can be sealed now
        await ada.client.rooms.rename((await room(ada, NAME)).id, "Autumn")
        firm.directory("ada", "bo")
        await firm.hands_out(ada)
        monkeypatch.undo()
        sending.wake()
        await has_part(bo, "Autumn", Part.IN)
        await ada.client.rooms.rename((await room(ada, "Autumn")).id, "Winter")
        await has_part(bo, "Winter", Part.IN)
        await has_part(cy, NAME, Part.IN)


async def test_what_was_said_before_a_session_ended_is_read(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, RoomKind.PHRASE)
        await ada.leaves()
        await says(bo, NAME, "last words")
        await hears(cy, NAME, ("bo", "last words"))
        await bo.ends_session("ada")

        async def left() -> bool:
            return not await bo.client._desk.db.read(outbox.unacknowledged)

        await until_found(left, "all has left")
        await ada.returns()
        await hears(ada, NAME, ("bo", "last words"))
