"""What arrived: durable before it is acknowledged, known again, and told once where it is refused."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.logged import LoggedWarnings
from support.staff import renewed
from support.waiting import until_found
from support.way_in import ANEW, GONE, bo, text
from watchword.core.company.keeping import keep_inside
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason, Withheld
from watchword.model.errors import Kind
from watchword.model.events import MessageAdded, TroubleMet
from watchword.protocol import content
from watchword.protocol.company import message_data
from watchword.protocol.company.message_data import Author
from watchword.protocol.company.profile import Profile
from watchword.store import messages, received
from watchword_wire import message_data as wire


async def test_it_opens_once_however_often_it_comes(tmp_path: Path) -> None:
    async with bo(tmp_path) as desk:
        data = text("hi")
        await desk.brings(data)
        await desk.reads(("ada", "hi"))
        await desk.brings(data)
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "hi"), ("ada", "next"))
        assert [one.account for one in (await desk.chat()).members] == ["ada", "陈"]
        assert await desk.answers() == [
            ("ada", content.Receipt((company.MESSAGE,))),
            ("ada", content.Receipt((b"n" * 16,))),
        ]


@pytest.mark.parametrize(("since", "reason"), [(GONE, Reason.UNKNOWN_SENDER), (ANEW, Reason.UNVOUCHED)])
async def test_nobody_comes_in_by_a_session_who_is_no_member(
    tmp_path: Path, since: Profile, reason: Reason
) -> None:
    """A session is no directory: whom it joins is asked for like everybody, when it brings something."""
    async with bo(tmp_path) as desk:
        whole = desk.member
        assert whole is not None
        desk.member = renewed(whole, profile=since)
        head = message_data.draft(
            company.author("ada"), company.ORGANISATION, wire.MODE_WRAP, company.MESSAGE, ["bo"]
        )
        tags = (*company.ring_tags(head), message_data.session_tag(head, company.H))
        said = content.encode(content.Text(company.MESSAGE, 5, "hi"))
        data = message_data.seal(company.author("ada"), head, tags, company.KEY, said)
        await desk.place.db.write(lambda tx: keep_inside(tx, data, "ada/1", company.H, 5))
        desk.receiving.stir()
        await desk.waits(Withheld(Closed(reason), 1))
        desk.receiving.wake()
        await desk.brings(text("next", "陈", key=b"n" * 16))
        await desk.reads(("陈", "next"))
        assert await desk.place.db.read(received.withheld) == (Withheld(Closed(reason), 1),)
        desk.member = whole  # a file in which she stands
        desk.receiving.wake()
        await desk.reads(("陈", "next"), ("ada", "hi"))


async def test_what_was_altered_is_told_once_and_acknowledged(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with bo(tmp_path) as desk:
        data = text("hi")
        altered = data[:-1] + bytes([data[-1] ^ 1])
        await desk.brings(altered)
        await desk.brings(altered)
        told = [event.situation for event in desk.place.events if isinstance(event, TroubleMet)]
        assert [(one.kind, one.facts) for one in told] == [(Kind.COMPANY_ALTERED, {"account": "ada"})]
        await desk.brings(data)
        await desk.reads(("ada", "hi"))
    logged_warnings.take("message data refused")


async def test_nobody_outside_the_company_can_alarm_a_conversation(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with bo(tmp_path) as desk:
        await desk.brings(text("hi"))
        await desk.reads(("ada", "hi"))
        stranger = Author("mallory/1", bytes(64), Secret(bytes(32)))
        head = message_data.draft(stranger, company.ORGANISATION, wire.MODE_WRAP, b"m" * 16, ["bo"])
        head = replace(head, conversation=wire.conversation_id(company.ORGANISATION, ("ada", "bo", "陈")))
        data = message_data.seal(stranger, head, company.ring_tags(head), company.KEY, b"nonsense")
        before = len(desk.place.events)
        await desk.brings(data[:-1] + bytes([data[-1] ^ 1]))
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "hi"), ("ada", "next"))
        told = desk.place.events[before:]
        assert not [event for event in told if isinstance(event, TroubleMet)]
        assert [event.message.notice for event in told if isinstance(event, MessageAdded)] == [None]
    logged_warnings.take("message data refused")


async def test_what_was_fetched_before_its_turn_came_is_news_with_its_receipt(tmp_path: Path) -> None:
    """A page of history overtakes the queue: what comes by itself later is at the end, unread, answered."""
    async with bo(tmp_path) as desk:
        second, third = text("second", key=b"2" * 16), text("third", "陈", key=b"3" * 16)
        await desk.brings(text("first"))
        await desk.reads(("ada", "first"))
        for data in (second, third):
            await desk.fetches(data)

        async def is_there() -> bool:
            page = await desk.place.db.read(lambda tx: messages.latest(tx, chat.id, 9))
            return len(page.messages) == 3

        chat = await desk.chat()
        await until_found(is_there, "it was opened")
        assert (await desk.chat()).unread == 1
        assert len(await desk.answers()) == 1
        for data in (second, third, second):
            await desk.brings(data)
        await desk.reads(("ada", "first"), ("ada", "second"), ("陈", "third"))
        page = await desk.place.db.read(lambda tx: messages.latest(tx, chat.id, 9))
        assert [row.text for row in page.messages] == ["first", "second", "third"]
        assert (await desk.chat()).unread == 3
        assert [said for _, said in await desk.answers()] == [
            content.Receipt((key,)) for key in (company.MESSAGE, b"2" * 16, b"3" * 16)
        ]
