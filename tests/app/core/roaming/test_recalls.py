"""Taking back what may be leaving at this moment, what some have no room for, and answers that cannot be."""

import asyncio
from pathlib import Path
from typing import TypeVar

import pytest

from support.logged import LoggedWarnings
from support.waiting import until, until_found
from support.way_out import Desk, ada
from watchword.core.company import bubbles, posting
from watchword.core.roaming import recalls
from watchword.core.roaming.recalls import Recalls
from watchword.model.chat import Delivery, Message
from watchword.model.events import RecallEnded
from watchword.model.roaming import RecallOutcome
from watchword.store import posts
from watchword.store.posts import Post
from watchword.store.transaction import Work
from watchword_wire.frames import Partly, Recall, Recalled, Refusal, RefusalCode
from watchword_wire.message_data import mark

_T = TypeVar("_T")


def recalls_of(desk: Desk) -> Recalls:
    posting = desk.sending.posting
    return Recalls(desk.place, posting, lambda: desk.member, posting.taken_back)


def outcomes(desk: Desk) -> list[RecallOutcome]:
    return [event.outcome for event in desk.place.events if isinstance(event, RecallEnded)]


async def test_what_is_being_read_to_be_sent_does_not_leave_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said not to have left must not leave between the disk's word and the next step."""
    async with ada(tmp_path) as desk:
        it, sends, db = recalls_of(desk), desk.sending.posting, desk.place.db
        desk.place.relay.is_online = False
        message = await desk.write("wrong")

        async def sealed() -> bool:
            return bool(await db.read(posts.sealed))

        await until_found(sealed, "it is sealed")
        desk.place.relay.is_online = True
        read, write = sends._read, db.write
        has_read, goes_on = asyncio.Event(), asyncio.Event()

        async def slowly(after: int, limit: int, full: tuple[str, ...]) -> list[Post]:
            rows = await read(after, limit, full)
            has_read.set()
            await goes_on.wait()
            return rows

        async def then_it_is_sent(work: Work[_T]) -> _T:
            found = await write(work)
            goes_on.set()
            await sending
            return found

        monkeypatch.setattr(sends, "_read", slowly)
        sending = asyncio.get_running_loop().create_task(sends._send_all())
        await has_read.wait()
        monkeypatch.setattr(db, "write", then_it_is_sent)
        await it.recall(message.id)
        assert outcomes(desk) == [RecallOutcome.TAKEN_BACK]
        assert await desk.delivery(message) is Delivery.TAKEN_BACK
        assert desk.posted == []
        assert desk.place.relay.of(Recall) == []


@pytest.mark.parametrize(
    ("lacking", "left", "outcome", "delivery"),
    [
        ("陈", 0, RecallOutcome.TAKEN_BACK, Delivery.TAKEN_BACK),
        ("陈", 1, RecallOutcome.PARTLY, Delivery.PARTLY_TAKEN_BACK),
        ("ada", 0, RecallOutcome.LATE, Delivery.RELAYED),
    ],
)
async def test_what_some_have_no_room_for_does_not_reach_them_any_more(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lacking: str,
    left: int,
    outcome: RecallOutcome,
    delivery: Delivery,
) -> None:
    """The relay took it from nobody's queue, and it was never in that of those without room."""
    monkeypatch.setattr(posting, "RETRY", 60.0)
    async with ada(tmp_path) as desk:
        it, about = recalls_of(desk), b"one".rjust(16)
        message = await _is_taken_for_some(desk, lacking)
        await it.recall(message.id)
        assert desk.place.relay.of(Recall) == [Recall(about)]
        await it.answered(Recalled(about, 0, left))
        assert outcomes(desk) == [outcome]
        assert await desk.delivery(message) is delivery
        still_goes = [(post.message, post.missing) for post in await desk.place.db.read(posts.sealed)]
        # What says so to the own account's other desktops, and to nobody else.
        assert still_goes == ([] if outcome is RecallOutcome.LATE else [(None, ("ada",))])
        if outcome is RecallOutcome.TAKEN_BACK:
            await desk.place.db.write(lambda tx: bubbles.receipt(tx, "bo", about))
            assert await desk.delivery(message) is Delivery.PARTLY_TAKEN_BACK


async def _is_taken_for_some(desk: Desk, lacking: str) -> Message:
    message = await desk.write("one", "bo", "陈")
    await desk.posts(1)
    desk.sending.posting.taken_for_some(Partly(b"one".rjust(16), mark(("bo", "陈"), "ada/1", [lacking])))

    async def relayed() -> bool:
        return await desk.delivery(message) is Delivery.RELAYED

    await until_found(relayed, "one tick")
    return message


@pytest.mark.parametrize(("taken", "left"), [(-1, 0), (0, -1), (2**31, 0), (1, 2**63 - 1)])
async def test_an_answer_that_cannot_be_answers_nothing(
    tmp_path: Path, logged_warnings: LoggedWarnings, taken: int, left: int
) -> None:
    async with ada(tmp_path) as desk:
        it, about = recalls_of(desk), b"one".rjust(16)
        message = await desk.write("one")
        await desk.posts(1)
        await it.recall(message.id)
        await it.answered(Recalled(about, taken, left))
        assert await desk.delivery(message) is Delivery.RECALLING
        await it.answered(Recalled(about, 1, 0))
        assert await desk.delivery(message) is Delivery.TAKEN_BACK
    logged_warnings.take("an answer to a recall that cannot be")


async def test_what_is_put_off_is_asked_for_once_more_each_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    """A relay takes so many at once; the rest must not multiply."""
    monkeypatch.setattr(recalls, "LEAST_PAUSE", 0.01)
    async with ada(tmp_path) as desk:
        it, texts = recalls_of(desk), ("one", "two", "three", "four")
        for text in texts:
            message = await desk.write(text)
            await until(lambda: text in desk.ids, "it is sent")  # noqa: B023 - awaited in the same round
            await it.recall(message.id)
        about = [text.encode().rjust(16) for text in texts]
        assert desk.place.relay.of(Recall) == [*map(Recall, about)]
        for one in about[2:]:
            assert it.refused(Refusal(RefusalCode.RETRY_LATER, one, 10))
        await until(lambda: len(desk.place.relay.of(Recall)) >= 6, "they are asked for again")
        for one in about[:3]:
            await it.answered(Recalled(one, 1, 0))
        assert it.refused(Refusal(RefusalCode.RETRY_LATER, about[3], 10))
        await until(lambda: len(desk.place.relay.of(Recall)) >= 7, "and once more")
        again = [frame.id for frame in desk.place.relay.of(Recall)[4:] if isinstance(frame, Recall)]
        assert (sorted(again[:2]), again[2:]) == (sorted(about[2:]), [about[3]])
        it.online()
        await until(lambda: len(desk.place.relay.of(Recall)) >= 8, "on the next connection, too")
    logged_warnings.take("recall put off")
