"""Company files of one open client: one at a time, and never back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.desk import place
from support.firm import PHRASE, Firm
from support.web import WebServer
from watchword.core.company import membership
from watchword.core.company.files import Files
from watchword.core.company.membership import Member
from watchword.core.proxies import Proxies
from watchword.model.company import FileReason, Organisation
from watchword.model.errors import Kind, RefusedBy


class Here:
    """The files of one desk, and whose member it is."""

    def __init__(self) -> None:
        self.member: Member | None = None
        self.files: Files

    async def changed(self, member: Member) -> Organisation:
        self.member = member
        return _nothing()


def _nothing() -> Organisation:
    return None  # type: ignore[return-value] # what is described is the window's, not of these tests


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Here]:
    async with place(folder, "ada") as desk:
        here = Here()
        here.files = Files(desk, Proxies(), lambda: here.member, changed=here.changed, looked=lambda: None)
        try:
            yield here
        finally:
            kept = await membership.load(desk)
            held = None if kept is None else kept.membership
            assert held == (None if here.member is None else here.member.membership)
            here.files.updates.close()


def firm() -> Firm:
    made = Firm()
    made.knows("ada", "bo")
    return made


async def test_an_update_before_joining_is_refused(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        with pytest.raises(RefusedBy) as refused:
            await here.files.update(firm().update())
        assert refused.value.situation.kind is Kind.COMPANY_MISSING
        assert (await here.files.look_for_update()).tried == 0


async def test_files_that_come_at_once_are_taken_one_after_the_other(tmp_path: Path) -> None:
    """The newest stays, whichever of them is opened first."""
    acme = firm()
    async with office(tmp_path) as here:
        await here.files.join(acme.join_file("ada"), PHRASE)
        updates = []
        for _ in range(4):
            acme.rotates()
            updates.append(acme.update())
        outcomes = await asyncio.gather(
            *(here.files.update(data) for data in reversed(updates)), return_exceptions=True
        )
        assert here.member is not None
        assert here.member.membership.serial == acme.serial
        refused = [one for one in outcomes if isinstance(one, RefusedBy)]
        assert [one.situation.facts["reason"] for one in refused] == [FileReason.OLDER.value] * 3


async def test_what_the_address_brings_is_taken_like_any_update(tmp_path: Path) -> None:
    acme = firm()
    async with office(tmp_path) as here:
        with WebServer() as web:
            acme.profile = replace(acme.profile, updates=web.link("/update"))
            await here.files.join(acme.join_file("ada"), PHRASE)
            acme.rotates()
            web.gives("/update", acme.update())
            looked = await here.files.look_for_update()
            assert (looked.trouble, looked.taken > 0) == (None, True)
            assert here.files.lookout == looked
            assert here.member is not None
            assert here.member.membership.serial == acme.serial


async def test_who_is_removed_is_so_until_a_newer_file_lists_them(tmp_path: Path) -> None:
    acme = firm()
    async with office(tmp_path) as here:
        await here.files.join(acme.join_file("ada"), PHRASE)
        assert _removed(here) == (False, 0)
        acme.directory("bo")
        with pytest.raises(RefusedBy) as refused:
            await here.files.update(acme.update())
        assert refused.value.situation.facts["reason"] == FileReason.REMOVED.value
        by = acme.serial
        assert _removed(here) == (True, by)
        acme.directory("ada", "bo")
        await here.files.update(acme.update())
        assert _removed(here) == (False, by)


def _removed(here: Here) -> tuple[bool, int]:
    assert here.member is not None
    return here.member.removed, here.member.membership.removed
