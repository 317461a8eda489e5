"""A message looked at by the key owner."""

import base64

import pytest
from msgspec.structs import replace

from support.company import (
    HR,
    KEY,
    MEMBERS,
    PROFILE,
    RING,
    RING_METHOD,
    ROOT,
    H,
    author,
    draft,
    ring_key,
    ring_tags,
    with_key,
    with_policy,
)
from watchword.org import inspection
from watchword.org.contents import Contents
from watchword.org.inspection import TagSeen
from watchword.protocol import content
from watchword.protocol.company import message_data, receipt
from watchword.protocol.company.profile import Revoked
from watchword.protocol.company.ring import State
from watchword.protocol.content import Text
from watchword_wire import message_data as wire
from watchword_wire.errors import Refused
from watchword_wire.message_data import Tag

ACME = Contents(1, ROOT, PROFILE, RING, dict(MEMBERS))
TEXT = Text(bytes(16), 1, "the plan")


def written(*, session: bool = False) -> bytes:
    head = draft("bo", "陈")
    behind = (message_data.session_tag(head, H),) if session else ()
    return message_data.seal(author("ada"), head, (*ring_tags(head), *behind), KEY, content.encode(TEXT))


def test_everything_fits_and_keys_have_names() -> None:
    seen = inspection.look(inspection.read(written()), ACME)
    assert (seen.signature_fits, seen.certificate_fits, seen.why_not) == (True, True, "")
    assert seen.tags == (
        TagSeen("hr", 2, "active", "ring", ""),
        TagSeen("audit", 1, "active", "ring", "Audit office"),
    )


def test_a_stranger_sees_ids_and_that_the_signature_fits() -> None:
    seen = inspection.look(inspection.read(base64.encodebytes(written(session=True))), None)
    assert (seen.signature_fits, seen.certificate_fits, seen.why_not) == (True, None, "")
    assert [(tag.key, tag.kind) for tag in seen.tags] == [
        (HR.hex(), ""),
        (b"audit---".hex(), ""),
        (H[:8].hex(), "session"),
    ]


def test_inside_a_session_the_tag_says_so() -> None:
    seen = inspection.look(inspection.read(written(session=True)), ACME)
    assert (seen.why_not, seen.tags[-1].kind) == ("", "session")


def test_what_was_altered_is_said() -> None:
    data = wire.decode(written())
    altered = replace(data, sealed=data.sealed[:-1] + bytes([data.sealed[-1] ^ 1]))
    for contents in (ACME, None):
        seen = inspection.look(altered, contents)
        assert not seen.signature_fits
        assert "altered" in seen.why_not
    with pytest.raises(Refused, match="no message data"):
        inspection.read(written()[:-1])


@pytest.mark.parametrize(
    ("contents", "says"),
    [
        (replace(ACME, profile=replace(PROFILE, organisation=bytes(16))), "another organisation's"),
        (replace(ACME, profile=replace(PROFILE, directory=PROFILE.directory[1:])), "not in the directory"),
        (
            replace(
                ACME,
                profile=replace(
                    PROFILE, directory=(replace(PROFILE.directory[0], key=bytes(32)), *PROFILE.directory[1:])
                ),
            ),
            "did not certify",
        ),
    ],
)
def test_what_does_not_fit_is_said(contents: Contents, says: str) -> None:
    seen = inspection.look(inspection.read(written()), contents)
    assert seen.signature_fits
    assert seen.certificate_fits is False
    assert says in seen.why_not


async def test_it_opens_by_a_key_of_the_vault() -> None:
    assert await inspection.open_(inspection.read(written()), ACME) == TEXT


async def test_a_receipt_is_shown_as_one_and_opens_by_its_reader_s_member_key() -> None:
    answer = receipt.answer_key(MEMBERS["bo"], PROFILE.organisation, TEXT.id)
    drawn = receipt.Drawn(b"r" * 16, KEY, bytes(12))
    data = receipt.seal(author("ada"), PROFILE.organisation, "bo", (replace(TEXT, answer=answer),), drawn, H)
    assert data is not None
    found = inspection.read(data)
    for contents in (ACME, None):
        seen = inspection.look(found, contents)
        assert [(tag.key, tag.kind) for tag in seen.tags] == [
            (TEXT.id[:8].hex(), "receipt"),
            (H[:8].hex(), "session"),
        ]
    assert await inspection.open_(found, ACME) == content.Receipt((TEXT.id,))
    with pytest.raises(Refused, match="receipt for bo"):
        await inspection.open_(found, replace(ACME, seeds={}))


async def test_a_revoked_key_opens_for_the_key_owner() -> None:
    ring = with_key(ring_key(HR, 2, State.REVOKED))
    contents = replace(ACME, ring=ring, profile=with_policy(revoked=Revoked.REFUSE))
    assert await inspection.open_(inspection.read(written()), contents) == TEXT


async def test_without_its_key_it_stays_closed() -> None:
    with pytest.raises(Refused, match="holds none of its keys"):
        await inspection.open_(inspection.read(written()), replace(ACME, ring=replace(RING, keys=())))
    head = draft("bo", mode=wire.MODE_CONTENT)
    tag = Tag(b"by-owner", head.organisation, b"own-----", 1, b"")
    own = message_data.assemble(author("ada"), head, (tag,), b"sealed by a plugin")
    with pytest.raises(Refused, match="method of the company's own"):
        await inspection.open_(inspection.read(own), ACME)
    assert RING_METHOD not in own


async def test_another_secret_under_the_same_name_is_told_as_altered() -> None:
    other = with_key(replace(ring_key(HR, 2), secret=ring_key(HR, 1).secret))
    with pytest.raises(Refused, match="altered"):
        await inspection.open_(inspection.read(written()), replace(ACME, ring=other))
