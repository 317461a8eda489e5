"""Company files of one open client: one at a time, and never back."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from support.desk import place
from support.firm import PHRASE, Firm
from support.processes import PATIENCE
from support.waiting import until
from support.web import WebServer
from watchword.core.company import membership
from watchword.core.company.files import Files
from watchword.core.company.membership import Member
from watchword.core.proxies import Proxies
from watchword.model.company import FileReason, Organisation
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol.company import company_file


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


def keeping() -> None:
    """Nobody gives up."""


def too_soon() -> None:
    pytest.fail("it was kept")


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
        await here.files.join(acme.join_file("ada"), PHRASE, keeping)
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
            await here.files.join(acme.join_file("ada"), PHRASE, keeping)
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
        await here.files.join(acme.join_file("ada"), PHRASE, keeping)
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


async def test_who_gives_up_before_it_is_kept_has_joined_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = firm()
    begun, told = threading.Event(), threading.Event()
    original = company_file.join

    def slow(*given: Any) -> Any:
        begun.set()
        told.wait(PATIENCE)
        return original(*given)

    monkeypatch.setattr(company_file, "join", slow)
    async with office(tmp_path) as here:
        joining = asyncio.create_task(here.files.join(acme.join_file("ada"), PHRASE, too_soon))
        await asyncio.to_thread(begun.wait, PATIENCE)
        joining.cancel()
        with pytest.raises(asyncio.CancelledError):
            await joining
        told.set()
        monkeypatch.undo()
        assert here.member is None
        await here.files.join(acme.join_file("ada"), PHRASE, keeping)
        assert here.member is not None


async def test_who_gives_up_too_late_has_joined(tmp_path: Path) -> None:
    acme = firm()
    async with office(tmp_path) as here:

        def give_up() -> None:
            joining.cancel()

        joining = asyncio.create_task(here.files.join(acme.join_file("ada"), PHRASE, give_up))
        with pytest.raises(asyncio.CancelledError):
            await joining
        await until(lambda: here.member, "the company is joined")


async def test_a_file_that_is_taken_while_another_is_opened_counts(tmp_path: Path) -> None:
    """What was compared with the older membership is compared with the newer one before it is kept."""
    acme = firm()
    async with office(tmp_path) as here:
        await here.files.join(acme.join_file("ada"), PHRASE, keeping)
        again = acme.join_file("ada")
        acme.rotates()
        newer = acme.update()
        taking: list[asyncio.Task[Organisation]] = []

        def meanwhile() -> None:
            if not taking:
                taking.append(asyncio.create_task(here.files.update(newer)))

        with pytest.raises(RefusedBy) as refused:
            await here.files.join(again, PHRASE, meanwhile)
        assert refused.value.situation.facts["reason"] == FileReason.OLDER.value
        await taking[0]
