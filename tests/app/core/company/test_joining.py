"""A company file on its way in: from here or from a link, what it shows, what its phrase opens."""

import os
from pathlib import Path

import pytest

from support.firm import PHRASE, Firm
from support.web import WebServer
from watchword.core.company import joining
from watchword.core.proxies import Proxies
from watchword.model.company import CompanyOffer, CompanyOutside, FileReason, LinkReason
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.protocol.company import company_file
from watchword.protocol.company.company_file import FILE_BYTES


async def obtained(source: Path | str) -> bytes:
    return await joining.obtain(str(source), Proxies())


async def fails(source: Path | str) -> tuple[str, object]:
    with pytest.raises((TroubleWith, RefusedBy)) as raised:
        await obtained(source)
    assert isinstance(raised.value, TroubleWith | RefusedBy)
    situation = raised.value.situation
    assert situation.kind is Kind.COMPANY_LINK
    return str(situation.facts["reason"]), situation.facts.get("file")


async def test_a_file_from_here_or_from_a_link(tmp_path: Path) -> None:
    file = tmp_path / "ada 陈.company"
    file.write_bytes(b"content")
    assert await obtained(file) == b"content"
    with WebServer() as web:
        assert await obtained(web.gives("/ada.company", b"content")) == b"content"
        assert await obtained(web.gives("/empty", b"")) == b""


async def test_each_way_in_which_a_file_is_none(tmp_path: Path) -> None:
    assert await fails(tmp_path / "not-there") == (LinkReason.FILE_MISSING, "not-there")
    assert await fails(tmp_path) == (LinkReason.FILE_UNREADABLE, tmp_path.name)
    (tmp_path / "file").write_bytes(b"")
    assert await fails(tmp_path / "file" / "below") == (LinkReason.FILE_MISSING, "below")
    assert await fails("/dev/zero") == (LinkReason.FILE_UNREADABLE, "zero")
    assert await fails("nul\0") == (LinkReason.FILE_UNREADABLE, "nul\0")
    assert await fails("x" * 5000) == (LinkReason.FILE_UNREADABLE, "x" * 5000)
    long = tmp_path / "long"
    long.touch()
    os.truncate(long, FILE_BYTES + 1)
    assert await fails(long) == (LinkReason.LONG, "long")
    os.truncate(long, FILE_BYTES)
    assert len(await obtained(long)) == FILE_BYTES


async def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert await fails(tmp_path / "pipe") == (LinkReason.FILE_UNREADABLE, "pipe")


async def test_what_a_join_file_shows_and_offers() -> None:
    firm = Firm()
    firm.knows("ada", "bo")
    data = firm.join_file("ada")
    outside = joining.look(data)
    assert outside == CompanyOutside(company_file.digits(joined_root(data)), firm.serial, "ada")
    found = await joining.opened(data, PHRASE)
    assert found.offer == CompanyOffer("ACME", outside.digits, "ada", "Ada", "ws://relay")
    assert found.membership.account == "ada"
    assert joining.look(firm.update()).joins == ""


def joined_root(data: bytes) -> bytes:
    return company_file.look(data).root_key


async def test_a_wrong_phrase_and_damage() -> None:
    firm = Firm()
    firm.knows("ada")
    data = firm.join_file("ada")
    with pytest.raises(RefusedBy) as refused:
        await joining.opened(data, "another phrase of six words here")
    assert refused.value.situation.facts["reason"] == FileReason.PHRASE_WRONG.value
    with pytest.raises(RefusedBy) as refused:
        await joining.opened(firm.update(), PHRASE)
    assert refused.value.situation.facts["reason"] == FileReason.NOT_TO_JOIN.value
    for spoiled in (b"", b"<html>", data[:-1], data[:-1] + bytes([data[-1] ^ 1])):
        with pytest.raises(RefusedBy) as refused:
            joining.look(spoiled)
        assert refused.value.situation.facts["reason"] == FileReason.DAMAGED.value
