"""Target users as they enter the method: only members, the same people in one conversation, not too many."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.desk import Place
from support.employed import crowd
from support.staff import employed, renewed
from watchword.core.company import acquisition
from watchword.core.company.membership import Member
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.store import chats
from watchword_wire.limits import TARGETS


@pytest.fixture
async def ada(tmp_path: Path) -> AsyncIterator[tuple[Place, Member]]:
    async with employed(tmp_path) as found:
        yield found


async def test_the_same_people_are_one_conversation(ada: tuple[Place, Member]) -> None:
    desk, member = ada
    first = await desk.db.write(lambda tx: acquisition.open_chat(tx, member, ("bo", "陈"), 1))
    again = await desk.db.write(lambda tx: acquisition.open_chat(tx, member, ("陈", "bo", "bo"), 2))
    alone = await desk.db.write(lambda tx: acquisition.open_chat(tx, member, ("bo",), 3))
    assert first == again != alone
    found = await desk.db.read(lambda tx: chats.get(tx, first))
    assert found is not None
    assert [(one.account, one.name) for one in found.members] == [("bo", "Bo"), ("陈", "陈")]


async def refusal(ada: tuple[Place, Member], *accounts: str) -> Situation:
    desk, member = ada
    with pytest.raises(RefusedBy) as caught:
        await desk.db.write(lambda tx: acquisition.open_chat(tx, member, accounts, 1))
    return caught.value.situation


async def test_nobody_outside_the_directory_and_not_oneself(ada: tuple[Place, Member]) -> None:
    for account in ("zoe", "ada"):
        refused = await refusal(ada, "bo", account)
        assert refused == Situation(Kind.COMPANY_MEMBER, {"account": account})


async def test_somebody_and_not_too_many(ada: tuple[Place, Member]) -> None:
    desk, member = ada
    large = renewed(member, profile=replace(crowd(TARGETS + 1), policy=company.POLICY))
    everybody = [one.account for one in large.profile.directory if one.account != "ada"]
    for accounts in ([], everybody):
        refused = await refusal((desk, large), *accounts)
        assert refused == Situation(Kind.COMPANY_MANY, {"limit": TARGETS})
    await desk.db.write(lambda tx: acquisition.open_chat(tx, large, tuple(everybody[:TARGETS]), 1))
