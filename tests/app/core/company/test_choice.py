"""F7, choice by tag: what came has to be what the relay, or the session, says it is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.staff import employed, renewed
from watchword.core.company import choice
from watchword.core.company.membership import Member
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol import content
from watchword.protocol.company import message_data, receipt
from watchword.protocol.company.message_data import Examined
from watchword_wire import message_data as wire

DATA = company.written("bo", "陈")
HEAD = wire.decode(DATA).head


@pytest.fixture
async def bo(tmp_path: Path) -> AsyncIterator[Member]:
    async with employed(tmp_path, "bo") as (_, member):
        yield member


def reason(found: Examined | Closed) -> Reason:
    assert isinstance(found, Closed)
    return found.reason


def test_what_fits_is_examined_and_each_tag_has_its_choice(bo: Member) -> None:
    found = choice.examine(bo, DATA, "ada/1", None, HEAD.id)
    assert isinstance(found, Examined)
    assert [isinstance(one, Closed) for one in choice.choose(bo, found)] == [False, False]


def test_another_sender_or_id_around_it_is_altered(bo: Member) -> None:
    assert reason(choice.examine(bo, DATA, "陈/1", None)) is Reason.ALTERED
    assert reason(choice.examine(bo, DATA, "ada/2", None)) is Reason.ALTERED
    assert reason(choice.examine(bo, DATA, "ada/1", None, bytes(16))) is Reason.ALTERED


def test_without_the_session_s_tag_nothing_is_taken_from_a_session(bo: Member) -> None:
    assert reason(choice.examine(bo, DATA, "ada/1", company.H)) is Reason.ALTERED


def test_of_a_room_only_what_names_it_is_taken(bo: Member) -> None:
    author, room = company.author("ada"), b"r" * 16
    head = message_data.draft(author, company.ORGANISATION, 1, company.MESSAGE, ["bo"], room)
    data = message_data.seal(author, head, company.ring_tags(head), company.KEY, company.CONTENT)
    for found_good in (False, True):
        examined = choice.examine(bo, data, "ada/1", None, found_good=found_good)
        assert isinstance(examined, Examined)
        assert examined.room == room
        said = message_data.placed(examined, content.Text(company.MESSAGE, 1, "hi"))
        assert said is not None
        assert said.reason is Reason.ALTERED


def test_what_another_desktop_of_the_account_wrote_is_taken_and_its_receipts_are_not(bo: Member) -> None:
    head = message_data.draft(company.author("bo"), company.ORGANISATION, 1, company.MESSAGE, ["ada"])
    said = message_data.seal(company.author("bo"), head, company.ring_tags(head), company.KEY, b"\x91\x04")
    assert isinstance(choice.examine(bo, said, "bo/1", None), Examined)
    assert not choice.is_own_receipt(bo, said, "bo/1")
    own = message_data.draft(bo.author, company.ORGANISATION, 1, company.MESSAGE, ["ada"])
    mine = message_data.seal(bo.author, own, company.ring_tags(own), company.KEY, b"\x91\x04")
    assert reason(choice.examine(bo, mine, "bo/1", None)) is Reason.NOT_FOR_ME
    text = content.Text(company.MESSAGE, 1, "hi", Secret(bytes(32)))
    drawn = receipt.Drawn(b"r" * 16, Secret(bytes(32)), bytes(12))
    answer = receipt.seal(company.author("bo"), company.ORGANISATION, "ada", (text,), drawn)
    assert answer is not None
    assert choice.is_own_receipt(bo, answer, "bo/1")
    assert not choice.is_own_receipt(bo, answer, "ada/1")
    said_back = content.Recalled(bytes(16), company.MESSAGE, 1, 0, False)
    member = bo.membership.member
    note = receipt.note(company.author("bo"), company.ORGANISATION, "ada", member, said_back, drawn)
    assert not choice.is_own_receipt(bo, note, "bo/1")


def test_what_was_found_good_when_it_came_is_asked_only_for_its_place(bo: Member) -> None:
    gone = replace(company.PROFILE, directory=company.PROFILE.directory[1:])
    since = renewed(bo, profile=gone)
    assert reason(choice.examine(since, DATA, "ada/1", None)) is Reason.UNKNOWN_SENDER
    assert isinstance(choice.examine(since, DATA, "ada/1", None, found_good=True), Examined)
    assert reason(choice.examine(since, DATA, "陈/1", None, found_good=True)) is Reason.ALTERED


def test_before_joining_it_waits() -> None:
    assert reason(choice.examine(None, DATA, "ada/1", None)) is Reason.NOT_JOINED


def test_the_place_is_the_conversation_and_the_id(bo: Member) -> None:
    assert choice.place(DATA) == (HEAD.conversation, HEAD.id)
    assert choice.place(DATA[:-1]) == (b"", None)
