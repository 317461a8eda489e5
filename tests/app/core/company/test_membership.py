"""Joining and newer files: one transaction, and every refusal has its reason."""

from pathlib import Path

import pytest

from support import company
from support.desk import place
from support.staff import ROOT_KEY
from watchword.core.company import membership
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.company import FileReason
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol.company import certificate, company_file
from watchword.protocol.company.company_file import Drawn
from watchword.store import member_keys

PHRASE = "six words that nobody would guess"
FILE_KEY = Secret(b"f" * 32)


def join_file(account: str = "ada", serial: int = 1) -> bytes:
    drawn = Drawn(FILE_KEY, b"s" * 16, b"n" * 12)
    seed = company.MEMBERS[account]
    return company_file.make_join(
        company.ROOT, serial, company.PROFILE, company.RING, account, seed, PHRASE, drawn
    )


def update(serial: int) -> bytes:
    return company_file.make_update(company.ROOT, serial, company.PROFILE, company.RING, FILE_KEY)


async def test_who_joined_is_a_member_after_a_restart_and_takes_newer_files(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as desk:
        assert await membership.load(desk) is None
        member = await membership.keep(desk, await membership.opened(join_file(), PHRASE, "ada"))
        assert await membership.load(desk) == member
        author = member.author
        certificate.verify(
            company.PROFILE.directory[0].key,
            author.certificate,
            company.ORGANISATION,
            "ada/1",
            ed25519_public(desk.identity.expose()),
        )
        assert await membership.update(desk, member, update(1)) is None
        newer = await membership.update(desk, member, update(2))
        assert newer is not None
        assert newer.membership.serial == 2
        with pytest.raises(RefusedBy) as refused:
            await membership.update(desk, newer, update(1))
        assert refused.value.situation.facts == {"reason": FileReason.OLDER.value}
        assert await membership.load(desk) == newer


@pytest.mark.parametrize(
    ("data", "phrase", "reason"),
    [
        (join_file("bo"), PHRASE, FileReason.OTHER_MEMBER),
        (join_file(), "other words than these", FileReason.PHRASE_WRONG),
        (join_file()[:-1], PHRASE, FileReason.DAMAGED),
        (b"", PHRASE, FileReason.DAMAGED),
        (update(1), PHRASE, FileReason.NOT_TO_JOIN),
    ],
)
async def test_what_is_refused_keeps_nothing(
    tmp_path: Path, data: bytes, phrase: str, reason: FileReason
) -> None:
    async with place(tmp_path, "ada") as desk:
        with pytest.raises(RefusedBy) as refused:
            await membership.opened(data, phrase, "ada")
        assert refused.value.situation.kind is Kind.COMPANY_FILE
        assert refused.value.situation.facts == {"reason": reason.value}
        assert await membership.load(desk) is None


async def test_a_newer_file_is_for_members_only(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as desk:
        with pytest.raises(RefusedBy) as refused:
            await membership.update(desk, None, update(1))
        assert refused.value.situation.kind is Kind.COMPANY_MISSING


def test_a_file_shows_its_root_key_before_it_is_opened() -> None:
    outside = membership.look(join_file())
    assert (outside.root_key, outside.joins) == (ROOT_KEY, "ada")


async def test_what_a_further_desktop_is_given_is_never_older_than_what_is_held(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as desk:
        member = await membership.keep(desk, await membership.opened(join_file(), PHRASE, "ada"))
        second, fourth = update(2), update(4)
        member = await membership.update(desk, member, second) or member
        assert await desk.db.read(member_keys.file) == second
        opened = await membership.opened(join_file(serial=3), PHRASE, "ada", member)
        member = await membership.keep(desk, opened)
        assert await desk.db.read(member_keys.file) == b""
        await membership.update(desk, member, fourth)
        assert await desk.db.read(member_keys.file) == fourth
