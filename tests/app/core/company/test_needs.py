"""What waits for a method's PIN is told by the company file of now, not by the reason that was noted."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.company import OWN_METHOD, RING_METHOD, TOKEN, TOKEN_METHOD
from support.desk import meet, place
from support.staff import employed, renewed
from watchword.core import clock
from watchword.core.company import acquisition, needs
from watchword.core.company.membership import Member
from watchword.core.desk import Desk
from watchword.model.company import Closed, Reason
from watchword.protocol.company import message_data
from watchword.store import posts, received
from watchword_wire.message_data import Tag

BY_TOKEN = {"seals": (TOKEN,), "auditors": ()}


async def wanted(desk: Desk, member: Member) -> list[bytes]:
    """Each of the company's methods that something waits for."""
    methods = (RING_METHOD, TOKEN_METHOD, OWN_METHOD)
    return [one for one in methods if await needs.waits_for(desk, member, frozenset({one}))]


async def writes(desk: Desk, member: Member, *whom: str) -> None:
    """A text waits to be sealed; nobody seals here."""
    key, at = "".join(whom).encode().rjust(16), clock.wall_ms()
    await desk.db.write(
        lambda tx: acquisition.acquire(
            tx, member, acquisition.open_chat(tx, member, whom, at), "one", at, key
        )
    )


@pytest.mark.parametrize("noted", [None, Reason.PIN_WANTED, Reason.SESSION_WANTED, Reason.MEMBER_GONE])
async def test_own_content_waits_for_the_keys_of_the_newest_file(
    tmp_path: Path, noted: Reason | None
) -> None:
    async with employed(tmp_path) as (desk, whole), place(tmp_path, "bo") as bo:
        by_token = renewed(whole, profile=company.with_policy(**BY_TOKEN))
        assert await wanted(desk, by_token) == []
        await writes(desk, whole, "bo")
        [post] = await desk.db.read(lambda tx: posts.unsealed(tx, 9))
        if noted is not None:
            closed = Closed(noted)
            await desk.db.write(lambda tx: posts.close(tx, post, closed))
        assert await wanted(desk, by_token) == [TOKEN_METHOD]
        assert await wanted(desk, whole) == [RING_METHOD]
        left = renewed(
            by_token,
            profile=replace(by_token.membership.profile, directory=company.PROFILE.directory[::2]),
        )
        assert await wanted(desk, left) == [], "it is for nobody who is a member"
        inside = renewed(whole, profile=company.with_policy(**BY_TOKEN, session=True))
        assert await wanted(desk, inside) == [], "a session is wanted first"
        await meet(desk, bo)
        assert await wanted(desk, inside) == [TOKEN_METHOD]


async def test_what_came_waits_for_the_methods_that_may_open_it(tmp_path: Path) -> None:
    async with employed(tmp_path, "bo") as (desk, member):
        head = company.draft("bo")
        tags = (*company.ring_tags(head), Tag(TOKEN_METHOD, company.ORGANISATION, TOKEN, 1, bytes(40)))
        data = message_data.seal(company.author("ada"), head, tags, company.KEY, company.CONTENT)
        await desk.db.write(
            lambda tx: received.put(tx, bytes(32), "ada/1", bytes(32), head.id, data, vouched=True, at=1)
        )
        assert await wanted(desk, member) == [RING_METHOD, TOKEN_METHOD]
        stranger = renewed(member, profile=replace(company.PROFILE, directory=company.PROFILE.directory[1:]))
        [row] = await desk.db.read(lambda tx: received.waiting(tx, 0, 9, tried=True))
        unknown = Closed(Reason.UNKNOWN_SENDER)
        await desk.db.write(lambda tx: received.close(tx, row, unknown, vouched=False))
        assert await wanted(desk, stranger) == [], "no key helps while nobody knows who wrote it"
        assert await wanted(desk, member) == [RING_METHOD, TOKEN_METHOD], "a newer file does"


async def test_who_belongs_to_no_company_needs_no_method(tmp_path: Path) -> None:
    async with employed(tmp_path) as (desk, member):
        await writes(desk, member, "bo")
        assert not await needs.waits_for(desk, None, frozenset({RING_METHOD}))
