"""Texts of every size and shape, refusals, ticks, and what is left when a session ends."""

import asyncio
from pathlib import Path

import pytest

from support.blocking import watched_callbacks
from support.ground import asked
from support.play import Stage, meet
from support.waiting import until, until_found
from watchword.core import clock, upkeep
from watchword.model.chat import Delivery, Notice, SessionState
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import MessageAdded, MessageChanged
from watchword.model.requests import Ending
from watchword_wire.limits import TEXT_BYTES
from watchword_wire.timing import MESSAGE_KEPT

HOUR_MS = 3_600 * 1_000

STRANGE = [
    "<b>bold</b><img src=file:///etc/passwd>",
    "\u202egnp.exe",
    "a" + "\u0301" * 10_000,
    "zero\u200bwidth\ufeff",
    "line\nbreak\r\n\ttab",
    "\x00\x07",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🏳️‍🌈",
]


async def test_texts_arrive_as_they_were_typed(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        for text in STRANGE:
            await ada.sends("bo", text)
        await bo.sees_texts("ada", STRANGE)


async def test_the_longest_text_and_one_byte_more(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        longest = "文" * (TEXT_BYTES // 3) + "x" * (TEXT_BYTES % 3)
        await ada.sends("bo", longest)
        for text, kind in (("", Kind.TEXT_EMPTY), (" \n ", Kind.TEXT_EMPTY), (longest + "x", Kind.TEXT_LONG)):
            with pytest.raises(RefusedBy) as caught:
                await ada.sends("bo", text)
            assert caught.value.situation.kind is kind
        assert caught.value.situation.facts == {"bytes": TEXT_BYTES + 1, "limit": TEXT_BYTES}
        await bo.sees_texts("ada", [longest])


async def test_without_a_session_nothing_can_be_written(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await bo.ends_session("ada")
        await ada.sees_notice("bo", Notice.ENDED_BY_PEER)
        for person, other in ((ada, "bo"), (bo, "ada")):
            with pytest.raises(RefusedBy) as caught:
                await person.sends(other, "too late")
            assert caught.value.situation.kind is Kind.NO_SESSION


async def test_what_was_not_acknowledged_can_be_sent_again_in_the_next_session(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await bo.leaves()
        for text in ("one", "two"):
            await ada.sends("bo", text)
        await ada.sees_ticks("bo", Delivery.RELAYED)
        await ada.ends_session("bo")
        await ada.sees_ticks("bo", Delivery.UNDELIVERED)
        chat = await ada.chat("bo")
        assert chat.undelivered == 2
        await bo.returns()
        await bo.sees_texts("ada", ["one", "two"])  # the relay had them before the end
        await meet(ada, bo)
        assert await ada.client.send_again(chat.id) == 2
        await ada.sees_ticks("bo", Delivery.DELIVERED)
        await bo.sees_texts("ada", ["one", "two"])
        assert (await ada.chat("bo")).undelivered == 0


async def test_unread_draft_and_order_of_chats(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        cy = await stage.person("cy")
        await meet(cy, bo)
        await ada.sends("bo", "one")
        await ada.sends("bo", "two")
        await bo.sees_texts("ada", ["one", "two"])
        chat = await bo.chat("ada")
        assert chat.unread == 2
        assert (await bo.client.chats())[0].contact.account == "ada"
        await bo.client.mark_read(chat.id)
        await bo.client.save_draft(chat.id, "dear ada")
        await bo.restarts()
        chat = await bo.chat("ada")
        assert (chat.unread, chat.draft) == (0, "dear ada")


async def test_events_tell_the_same_as_the_store(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        sent = await ada.sends("bo", "hello")
        await ada.sees_ticks("bo", Delivery.DELIVERED)
        added = [event for event in ada.events if isinstance(event, MessageAdded) and event.message.mine]
        assert [event.message for event in added] == [sent]
        assert not added[0].notify
        steps = [event.message.delivery for event in ada.events if isinstance(event, MessageChanged)]
        assert steps in ([Delivery.RELAYED, Delivery.DELIVERED], [Delivery.DELIVERED])
        heard = [event for event in bo.events if isinstance(event, MessageAdded) and event.notify]
        assert [event.message.text for event in heard] == ["hello"]


async def test_a_blocked_contact_is_not_heard(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await bo.client.block("ada", blocked=True)
        await ada.sends("bo", "let me in")
        await ada.sees_ticks("bo", Delivery.RELAYED)
        await asyncio.sleep(0.3)
        assert await bo.texts("ada") == []
        await ada.sees_ticks("bo", Delivery.RELAYED)
        with pytest.raises(RefusedBy) as caught:
            await bo.sends("ada", "no")
        assert caught.value.situation.kind is Kind.CONTACT_BLOCKED


async def test_presence(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await until(lambda: ada.present("bo") and bo.present("ada"), "each sees the other")
        assert (await ada.chat("bo")).contact.present
        await bo.leaves()
        await until(lambda: not ada.present("bo"), "ada sees that bo left")
        stage.relay.kill()
        await ada.is_offline()
        stage.relay.start()


async def test_two_hundred_texts_while_the_other_is_away(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await bo.leaves()
        texts = [str(number) for number in range(200)]
        for text in texts:
            await ada.sends("bo", text)
        await bo.returns()
        await bo.sees_texts("ada", texts)
        await ada.sees_ticks("bo", Delivery.DELIVERED)


def folder(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir()
    return made


async def test_nothing_holds_the_loop(tmp_path: Path) -> None:
    """What really holds the loop does so each time; a busy machine only now and then."""
    for attempt in ("first", "second", "third"):
        async with Stage(folder(tmp_path, attempt)) as stage:
            ada, bo = await stage.enter("ada", "bo")
            with watched_callbacks() as blocks:
                await meet(ada, bo)
                for number in range(20):
                    await ada.sends("bo", "x" * 4_000 + str(number))
                await ada.sees_ticks("bo", Delivery.DELIVERED)
        if not blocks:
            return
    raise AssertionError("\n".join(map(str, blocks)))


async def test_a_command_whose_window_went_away_is_carried_out_whole(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        cy = await stage.person("cy")
        await cy.asks("bo")
        prompt = await bo.sees_prompt_of("cy")
        chat = await ada.chat("bo")
        commands = ada.client.send_text(chat.id, "sent"), bo.client.decline(prompt.key)
        for command in commands:
            given = asyncio.ensure_future(command)
            for _ in range(3):
                await asyncio.sleep(0)  # it is being written
            given.cancel()
            await asyncio.wait([given])
            assert given.cancelled()
        await bo.sees_texts("ada", ["sent"])
        assert [event.message.text for event in ada.events if isinstance(event, MessageAdded)][-1] == "sent"
        await cy.sees_ending("bo", Ending.DECLINED)
        await bo.sees_ending("cy", Ending.DECLINED)


async def test_what_the_relay_lost_without_measure_is_sent_again_in_a_new_session(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await ada.leaves()
        await bo.sends("ada", "your turn")
        await bo.sees_ticks("ada", Delivery.RELAYED)
        await bo.leaves()  # before any answer, which begins what ada seals from then on
        await ada.returns()
        await ada.sees_texts("bo", ["your turn"])
        said = [f"number {number}" for number in range(300)]
        for text in said:
            await ada.sends("bo", text)
        await ada.sees_ticks("bo", Delivery.RELAYED)
        stage.relay.stop()
        assert asked(
            stage.relay, "DELETE FROM message WHERE seq < (SELECT max(seq) FROM message) RETURNING seq"
        )
        stage.relay.start()
        await bo.returns()
        await bo.sees_notice("ada", Notice.MESSAGES_LOST)
        await ada.sees_ticks("bo", Delivery.UNDELIVERED)
        assert not await bo.has_session("ada")
        await meet(ada, bo)
        assert await ada.client.send_again((await ada.chat("bo")).id) == len(said)
        await bo.sees_texts("ada", said)
        await ada.sees_ticks("bo", Delivery.DELIVERED)


async def test_what_nobody_fetched_while_the_relay_kept_it_is_told_and_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As to a desktop that was removed from its account: the relay tells nobody who exists."""
    monkeypatch.setattr(upkeep, "LOOK", 0.05)
    monkeypatch.setattr(upkeep, "HEARD", 0.1)
    true_time = clock.wall_ms
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await ada.sends("bo", "first")
        await ada.sees_ticks("bo", Delivery.DELIVERED)
        await bo.leaves()
        await ada.sends("bo", "second")
        await ada.sees_ticks("bo", Delivery.RELAYED, Delivery.DELIVERED)
        monkeypatch.setattr(clock, "wall_ms", lambda: true_time() + 1_000 * MESSAGE_KEPT + 25 * HOUR_MS)
        await ada.restarts()

        async def told() -> bool:
            return (await ada.chat("bo")).unfetched > 0

        await until_found(told, "ada is told")
        chat = await ada.chat("bo")
        assert (chat.session, chat.undelivered, chat.unfetched) == (SessionState.OPEN, 1, 1)
        assert await ada.client.send_again(chat.id) == 1
        await bo.returns()
        await bo.sees_texts("ada", ["first", "second"])
        await ada.sees_ticks("bo", Delivery.DELIVERED)
        assert (await ada.chat("bo")).undelivered == 0
