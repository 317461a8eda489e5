"""Plays of messages that are taken back, with a real relay: in each state, and when it is too late."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.firm import Firm, company_chat, reads, texts, ticks, writes
from support.play import Person, Stage, Witness, meet
from support.waiting import until, until_found
from watchword.model.chat import Delivery, Message
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import RecallEnded
from watchword.model.roaming import RecallOutcome, TakenBack
from watchword.store import posts


@asynccontextmanager
async def company(folder: Path, *names: str) -> AsyncIterator[tuple[Stage, list[Person]]]:
    """A relay with people who work there."""
    async with Stage(folder) as stage:
        people = await stage.enter(*names)
        await Firm().takes_in(*people)
        yield stage, people


async def is_(person: Witness, message: Message, *deliveries: Delivery) -> None:
    """A message has come so far."""

    async def there() -> bool:
        page = await person.client.page(message.chat, limit=100_000)
        return any(row.id == message.id and row.delivery in deliveries for row in page.messages)

    await until_found(there, f"{message.text} is {deliveries}")


async def hears(person: Witness, outcome: RecallOutcome, counted: TakenBack) -> None:
    """The person is told what came of it."""
    await until(lambda: any(isinstance(e, RecallEnded) for e in person.events), "it is told")
    [ended] = [event for event in person.events if isinstance(event, RecallEnded)]
    assert (ended.outcome, ended.counted) == (outcome, counted)


async def refused(person: Person, message: Message) -> Kind:
    """It cannot be taken back; why."""
    with pytest.raises(RefusedBy) as raised:
        await person.client.recall(message.id)
    return raised.value.situation.kind


async def test_what_lies_at_the_relay_is_taken_back(tmp_path: Path) -> None:
    async with company(tmp_path, "ada", "bo") as (_stage, [ada, bo]):
        await writes(ada, ("bo",), "first")
        await reads(bo, ("ada",), ("ada", "first"))
        await bo.leaves()
        wrong = await writes(ada, ("bo",), "wrong")
        await is_(ada, wrong, Delivery.RELAYED)
        await ada.client.recall(wrong.id)
        await is_(ada, wrong, Delivery.TAKEN_BACK)
        await hears(ada, RecallOutcome.TAKEN_BACK, TakenBack(1, 0))
        await writes(ada, ("bo",), "right")
        await bo.returns()
        await reads(bo, ("ada",), ("ada", "first"), ("ada", "right"))
        assert await refused(ada, wrong) is Kind.RECALL_LATE
        await ada.restarts()
        await is_(ada, wrong, Delivery.TAKEN_BACK)
        info = await ada.client.company.message_info(wrong.id)
        assert info is not None
        assert info.taken_back == TakenBack(1, 0)


async def test_what_has_not_left_is_taken_out_at_once(tmp_path: Path) -> None:
    async with company(tmp_path, "ada", "bo") as (stage, [ada, bo]):
        stage.relay.stop()
        await ada.is_offline()
        wrong = await writes(ada, ("bo",), "wrong")
        right = await writes(ada, ("bo",), "right")
        await ada.client.recall(wrong.id)
        await is_(ada, wrong, Delivery.TAKEN_BACK)
        await hears(ada, RecallOutcome.TAKEN_BACK, TakenBack(0, 0))
        assert await refused(ada, wrong) is Kind.RECALL_LATE
        stage.relay.start()
        await is_(ada, right, Delivery.DELIVERED)
        assert await texts(bo, "ada") == [("ada", "right")]


async def test_what_may_have_left_is_asked_for_once_there_is_a_connection(tmp_path: Path) -> None:
    async with company(tmp_path, "ada", "bo") as (stage, [ada, bo]):
        stage.relay.stop()
        await ada.is_offline()
        wrong = await writes(ada, ("bo",), "wrong")

        async def sealed() -> bool:
            return bool(await ada.client._desk.db.read(posts.sealed))

        await until_found(sealed, "it is sealed")
        await ada.leaves()
        await ada.returns(online=False)
        await ada.client.recall(wrong.id)
        await is_(ada, wrong, Delivery.RECALLING)
        await ada.leaves()
        stage.relay.start()
        await ada.returns()
        await is_(ada, wrong, Delivery.TAKEN_BACK)
        right = await writes(ada, ("bo",), "right")
        await is_(ada, right, Delivery.DELIVERED)
        assert await texts(bo, "ada") == [("ada", "right")]


async def test_what_everybody_has_is_refused(tmp_path: Path) -> None:
    async with company(tmp_path, "ada", "bo") as (_stage, [ada, bo]):
        message = await writes(ada, ("bo",), "said")
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        assert await refused(ada, message) is Kind.RECALL_LATE
        [received] = (await bo.client.page((await company_chat(bo, "ada")).id)).messages
        assert await refused(bo, received) is Kind.RECALL_NOT_HERE


async def test_what_was_fetched_without_a_word_is_too_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with company(tmp_path, "ada", "bo") as (_stage, [ada, bo]):
        monkeypatch.setattr("watchword.core.company.receipts.put", lambda *_: False)
        message = await writes(ada, ("bo",), "said")
        await reads(bo, ("ada",), ("ada", "said"))
        await is_(ada, message, Delivery.RELAYED)
        await ada.client.recall(message.id)
        await hears(ada, RecallOutcome.LATE, TakenBack(0, 0))
        await is_(ada, message, Delivery.RELAYED)


async def test_of_several_some_had_it(tmp_path: Path) -> None:
    async with company(tmp_path, "ada", "bo", "cy", "dee") as (_stage, [ada, bo, cy, dee]):
        await cy.leaves()
        await dee.leaves()
        message = await writes(ada, ("bo", "cy", "dee"), "wrong")
        await reads(bo, ("ada", "cy", "dee"), ("ada", "wrong"))

        async def receipt() -> bool:
            info = await ada.client.company.message_info(message.id)
            return info is not None and any(one.delivered for one in info.recipients)

        await until_found(receipt, "bo's receipt is here")
        await ada.client.recall(message.id)
        await is_(ada, message, Delivery.PARTLY_TAKEN_BACK)
        await hears(ada, RecallOutcome.PARTLY, TakenBack(2, 0))
        await cy.returns()
        await writes(ada, ("bo", "cy", "dee"), "right")
        await reads(cy, ("ada", "bo", "dee"), ("ada", "right"))


async def test_the_wish_survives_a_lost_connection(tmp_path: Path) -> None:
    async with company(tmp_path, "ada", "bo") as (stage, [ada, bo]):
        await bo.leaves()
        wrong = await writes(ada, ("bo",), "wrong")
        await is_(ada, wrong, Delivery.RELAYED)
        stage.relay.stop()
        await ada.is_offline()
        await ada.client.recall(wrong.id)
        await is_(ada, wrong, Delivery.RECALLING)
        assert await refused(ada, wrong) is Kind.RECALL_LATE
        await ada.leaves()
        stage.relay.start()
        await ada.returns()
        await is_(ada, wrong, Delivery.TAKEN_BACK)
        right = await writes(ada, ("bo",), "right")
        await bo.returns()
        await reads(bo, ("ada",), ("ada", "right"))
        await is_(ada, right, Delivery.DELIVERED)


async def test_of_a_session_nothing_is_taken_back(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await meet(ada, bo)
        message = await ada.sends("bo", "said")
        assert await refused(ada, message) is Kind.RECALL_NOT_HERE
