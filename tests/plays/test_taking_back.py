"""Plays of messages that are taken back, with a real relay: in each state, and when it is too late."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.firm import Firm, company_chat, reads, texts, ticks, writes
from support.play import Person, Stage, Witness
from support.waiting import until, until_found
from watchword.core.roaming import recalls
from watchword.model.chat import Delivery, Message, Notice
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


async def test_of_a_session_an_envelope_is_taken_back_and_the_session_goes_on(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=12) as stage:
        ada, bo = await stage.couple()
        await ada.sends("bo", "first")
        await bo.sees_texts("ada", ["first"])
        await bo.leaves()
        wrong = [await ada.sends("bo", f"wrong {number}") for number in range(3)]
        right = await ada.sends("bo", "right")
        await is_(ada, right, Delivery.RELAYED)
        for message in wrong:
            await ada.client.recall(message.id)
            await is_(ada, message, Delivery.TAKEN_BACK)
        await bo.returns()
        await bo.sees_texts("ada", ["first", "right"])
        await is_(ada, right, Delivery.DELIVERED)
        assert Notice.MESSAGES_LOST not in await bo.notices("ada")
        await bo.sends("ada", "heard")
        await ada.sees_texts("bo", ["heard"])
        await ada.sends("bo", "good")
        await bo.sees_texts("ada", ["first", "right", "good"])
        assert await refused(ada, right) is Kind.RECALL_LATE


async def test_of_a_session_what_waits_is_taken_back_with_the_next_connection(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=12) as stage:
        ada, bo = await stage.couple()
        stage.relay.stop()
        await ada.is_offline()
        wrong = await ada.sends("bo", "wrong")
        right = await ada.sends("bo", "right")
        await ada.client.recall(wrong.id)
        await is_(ada, wrong, Delivery.RECALLING)
        stage.relay.start()
        await is_(ada, wrong, Delivery.TAKEN_BACK)
        await is_(ada, right, Delivery.DELIVERED)
        assert await bo.texts("ada", mine=False) == ["right"]


async def test_of_a_session_not_too_many_in_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalls, "MOST_IN_A_ROW", 2)
    async with Stage(tmp_path, t1=12) as stage:
        ada, bo = await stage.couple()
        await bo.leaves()
        written = [await ada.sends("bo", str(number)) for number in range(3)]
        await is_(ada, written[-1], Delivery.RELAYED)
        for message in written[:2]:
            await ada.client.recall(message.id)
            await is_(ada, message, Delivery.TAKEN_BACK)
        assert await refused(ada, written[2]) is Kind.RECALL_MANY
        await is_(ada, written[2], Delivery.RELAYED)
        await bo.returns()
        await bo.sees_texts("ada", ["2"])
        await bo.sends("ada", "hm")
        await ada.sees_texts("bo", ["hm"])
        await bo.leaves()
        again = await ada.sends("bo", "again")
        await is_(ada, again, Delivery.RELAYED)
        await ada.client.recall(again.id)
        await is_(ada, again, Delivery.TAKEN_BACK)
