"""The way in: what cannot be opened waits with its reason, and opens by itself."""

from pathlib import Path

import pytest

from support.staff import renewed
from support.way_in import ANEW, GONE, TOO_OLD, bo, text
from watchword.model.company import Closed, Reason, Withheld
from watchword.protocol.company.profile import Profile
from watchword.store import chats, received
from watchword_wire import message_data as wire


async def test_it_waits_for_the_ring_and_opens_by_itself(tmp_path: Path) -> None:
    async with bo(tmp_path) as desk:
        whole = desk.member
        assert whole is not None
        desk.member = renewed(whole, ring=TOO_OLD)
        await desk.brings(text("hi"))
        waits = Withheld(Closed(Reason.RING_TOO_OLD, "hr", 2, (1,)), 1)
        await desk.waits(waits)
        assert (await desk.chat()).withheld == (waits,)
        assert desk.texts == []
        desk.member = whole
        desk.receiving.wake()
        await desk.reads(("ada", "hi"))
        assert (await desk.chat()).withheld == ()


@pytest.mark.parametrize(("since", "reason"), [(GONE, Reason.UNKNOWN_SENDER), (ANEW, Reason.UNVOUCHED)])
async def test_what_came_while_its_writer_was_a_member_opens_after_and_nothing_newer_does(
    tmp_path: Path, since: Profile, reason: Reason
) -> None:
    async with bo(tmp_path) as desk:
        whole = desk.member
        assert whole is not None
        desk.member = renewed(whole, ring=TOO_OLD)
        await desk.brings(text("before"))
        await desk.waits(Withheld(Closed(Reason.RING_TOO_OLD, "hr", 2, (1,)), 1))
        desk.member = renewed(whole, profile=since)  # one file brings the ring and the directory
        desk.receiving.wake()
        await desk.reads(("ada", "before"))
        # Whoever has the lost computer writes with its key and the ring of that day.
        await desk.brings(text("after", key=b"n" * 16))
        await desk.waits(Withheld(Closed(reason), 1))
        await desk.brings(text("before"))
        assert desk.texts == [("ada", "before")]
        assert [to for to, _ in await desk.answers()] == (["ada"] if since is ANEW else [])


async def test_what_came_just_before_the_file_that_removes_its_writer_opens_too(tmp_path: Path) -> None:
    """Kept by the older directory, tried by the newer one."""
    async with bo(tmp_path) as desk:
        whole, data = desk.member, text("hi")
        assert whole is not None
        desk.member = renewed(whole, profile=GONE)
        head = wire.decode(data).head
        await desk.place.db.write(
            lambda tx: received.put(
                tx, wire.digest(data), "ada/1", head.conversation, head.id, data, vouched=True, at=5
            )
        )
        desk.receiving.stir()
        await desk.reads(("ada", "hi"))


async def test_before_joining_it_waits_and_makes_no_chat(tmp_path: Path) -> None:
    async with bo(tmp_path, joined=False) as desk:
        await desk.brings(text("hi"))
        await desk.waits(Withheld(Closed(Reason.NOT_JOINED), 1))
        assert await desk.place.db.read(chats.every) == []
