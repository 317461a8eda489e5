"""Texts become bubbles: others' and own ones of another desktop, as news and of the past."""

from pathlib import Path

import pytest

from support.staff import employed
from watchword.core.company import acquisition, bubbles
from watchword.core.company.bubbles import Written
from watchword.model.chat import Delivery, Notice
from watchword.model.company import Sealing
from watchword.model.events import Event, MessageAdded, PastAdded
from watchword.model.roaming import TakenBack
from watchword.protocol.content import Recalled, Text
from watchword.store import chats, messages, recalls, sealings
from watchword.store.transaction import Tx

KEY = b"k" * 16


def written(sender: str, *targets: str, past: bool = False, at: int = 500) -> Written:
    return Written(Text(KEY, at, "hi"), Sealing(sender, "wrap", (), False, 9), targets, "ada", None, past)


@pytest.mark.parametrize("past", [False, True])
async def test_an_own_text_of_another_desktop(tmp_path: Path, past: bool) -> None:
    async with employed(tmp_path) as (place, member):

        def work(tx: Tx) -> list[Event]:
            chat = acquisition.meet(tx, member, ("bo", "陈"), 1)
            assert bubbles.receipt(tx, "bo", KEY) is None
            events = bubbles.put(tx, chat, written("ada/2", "bo", "陈", past=past), 900)
            assert bubbles.put(tx, chat, written("ada/2", "bo", "陈", past=past), 900) == []
            [message] = messages.latest(tx, chat, 9).messages
            assert (message.mine, message.sender, message.device) == (True, "", 2)
            assert (message.at, message.delivery) == (500, Delivery.FETCHED if past else Delivery.RELAYED)
            found = chats.get(tx, chat)
            assert found is not None
            assert found.unread == 0
            assert [one.delivered for one in sealings.recipients(tx, message.id)] == [True, False]
            moved = bubbles.receipt(tx, "陈", KEY)
            assert moved is not None
            assert moved.delivery is Delivery.DELIVERED
            return events

        events = await place.db.write(work)
        if past:
            assert [type(event) for event in events] == [PastAdded]
        else:
            [added] = events
            assert isinstance(added, MessageAdded)
            assert not added.notify


@pytest.mark.parametrize(("past", "unread"), [(False, 1), (True, 0)])
async def test_what_is_of_the_past_counts_as_read(tmp_path: Path, past: bool, unread: int) -> None:
    async with employed(tmp_path) as (place, member):

        def work(tx: Tx) -> None:
            chat = acquisition.meet(tx, member, ("bo",), 1)
            bubbles.put(tx, chat, written("bo/1", "ada", past=past), 900)
            found = chats.get(tx, chat)
            assert found is not None
            assert found.unread == unread

        await place.db.write(work)


async def test_a_text_taken_back_that_somebody_had_says_so(tmp_path: Path) -> None:
    async with employed(tmp_path) as (place, member):

        def work(tx: Tx) -> None:
            chat = acquisition.meet(tx, member, ("bo", "陈"), 1)
            message = acquisition.acquire(tx, member, chat, "hi", 1, KEY)
            messages.move(tx, message.id, Delivery.TAKEN_BACK, among=(Delivery.WAITING,))
            first, second = bubbles.receipt(tx, "bo", KEY), bubbles.receipt(tx, "陈", KEY)
            assert first is not None
            assert second is not None
            assert (first.delivery, second.delivery) == (Delivery.PARTLY_TAKEN_BACK, Delivery.DELIVERED)

        await place.db.write(work)


def recalled(chat: int, tx: Tx, *, some: bool = False) -> Recalled:
    conversation = chats.conversation_of(tx, chat)
    assert conversation is not None
    return Recalled(conversation, KEY, 2, 0, some)


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize(
    ("some", "delivery"), [(False, Delivery.TAKEN_BACK), (True, Delivery.PARTLY_TAKEN_BACK)]
)
async def test_what_another_desktop_took_back_before_its_text_came_or_after(
    tmp_path: Path, early: bool, some: bool, delivery: Delivery
) -> None:
    async with employed(tmp_path) as (place, member):

        def work(tx: Tx) -> None:
            chat = acquisition.meet(tx, member, ("bo", "陈"), 1)
            said = recalled(chat, tx, some=some)
            if early:
                assert bubbles.taken_back(tx, said, 2) is None
            [added] = bubbles.put(tx, chat, written("ada/2", "bo", "陈"), 900)
            assert isinstance(added, MessageAdded)
            now = added.message if early else bubbles.taken_back(tx, said, 2)
            assert now is not None
            assert now.delivery is delivery
            assert recalls.of_message(tx, now.id) == TakenBack(2, 0)
            assert recalls.unanswered(tx) == []
            assert bubbles.taken_back(tx, said, 2) is None

        await place.db.write(work)


async def test_only_the_desktop_that_wrote_a_text_takes_it_back_and_not_what_everybody_has(
    tmp_path: Path,
) -> None:
    async with employed(tmp_path) as (place, member):

        def work(tx: Tx) -> None:
            chat = acquisition.meet(tx, member, ("bo",), 1)
            bubbles.put(tx, chat, written("ada/2", "bo"), 900)
            assert bubbles.taken_back(tx, recalled(chat, tx), 3) is None
            moved = bubbles.receipt(tx, "bo", KEY)
            assert moved is not None
            assert bubbles.taken_back(tx, recalled(chat, tx), 2) is None
            assert messages.get(tx, moved.id) == moved

        await place.db.write(work)


async def test_news_that_was_fetched_already_comes_to_the_end_of_its_chat(tmp_path: Path) -> None:
    async with employed(tmp_path) as (place, member):

        def work(tx: Tx) -> None:
            chat = acquisition.meet(tx, member, ("bo",), 1)
            for sender in ("bo/1", "ada/2"):
                bubbles.put(tx, chat, written(sender, past=True), 900)
            line = messages.add_notice(tx, chat, Notice.ACCEPTED, 700)
            for sender, unread in (("ada/2", 0), ("bo/1", 1)):
                past, added = bubbles.put(tx, chat, written(sender), 900)
                assert past == PastAdded(chat)
                assert isinstance(added, MessageAdded)
                assert added.notify is (sender == "bo/1")
                assert added.message.delivery is (Delivery.WAITING if added.notify else Delivery.RELAYED)
                found = chats.get(tx, chat)
                assert found is not None
                assert found.unread == unread
                assert bubbles.put(tx, chat, written(sender), 900) == []
            page = messages.latest(tx, chat, 9).messages
            assert [(row.id == line.id, row.mine) for row in page] == [
                (True, False),
                (False, True),
                (False, False),
            ]

        await place.db.write(work)
