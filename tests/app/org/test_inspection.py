"""A message looked at by the key owner."""

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
from watchword.crypto.secret import Secret
from watchword.org import inspection
from watchword.org.contents import Contents
from watchword.org.inspection import Opening, TagSeen
from watchword.org.message_file import read
from watchword.protocol import content
from watchword.protocol.company import message_data, receipt
from watchword.protocol.company.profile import Revoked
from watchword.protocol.company.ring import State
from watchword.protocol.content import Text
from watchword_wire import message_data as wire
from watchword_wire.message_data import Tag

ACME = Contents(1, ROOT, PROFILE, RING, dict(MEMBERS))
TEXT = Text(bytes(16), 1, "the plan")


def written(*, session: bool = False) -> bytes:
    head = draft("bo", "陈")
    behind = (message_data.session_tag(head, H),) if session else ()
    return message_data.seal(author("ada"), head, (*ring_tags(head), *behind), KEY, content.encode(TEXT))


def test_everything_fits_and_keys_have_names() -> None:
    seen = inspection.look(read(written()), ACME)
    assert (seen.signature_fits, seen.certificate_fits, seen.why_not) == (True, True, "")
    assert seen.tags == (
        TagSeen("hr", HR.hex(), 2, "active", "ring", "key ring", ""),
        TagSeen("audit", b"audit---".hex(), 1, "active", "ring", "key ring", "Audit office"),
    )


def test_a_stranger_sees_ids_and_that_the_signature_fits() -> None:
    seen = inspection.look(read(written(session=True)), None)
    assert (seen.signature_fits, seen.certificate_fits, seen.why_not) == (True, None, "")
    assert [(tag.key, tag.kind, tag.method) for tag in seen.tags] == [
        (HR.hex(), "", RING_METHOD.hex()),
        (b"audit---".hex(), "", RING_METHOD.hex()),
        (H[:8].hex(), "session", "passphrase session besides"),
    ]


def test_inside_a_session_the_tag_says_so() -> None:
    seen = inspection.look(read(written(session=True)), ACME)
    assert (seen.why_not, seen.tags[-1].kind) == ("", "session")


def test_what_was_altered_is_said() -> None:
    data = wire.decode(written())
    altered = replace(data, sealed=data.sealed[:-1] + bytes([data.sealed[-1] ^ 1]))
    for contents in (ACME, None):
        seen = inspection.look(altered, contents)
        assert not seen.signature_fits
        assert "ALTERED" in seen.why_not


@pytest.mark.parametrize(
    ("contents", "certified", "says"),
    [
        (replace(ACME, profile=replace(PROFILE, organisation=bytes(16))), None, "another organisation's"),
        (
            replace(ACME, profile=replace(PROFILE, directory=PROFILE.directory[1:])),
            None,
            "not in the directory",
        ),
        (
            replace(
                ACME,
                profile=replace(
                    PROFILE, directory=(replace(PROFILE.directory[0], key=bytes(32)), *PROFILE.directory[1:])
                ),
            ),
            False,
            "did not certify",
        ),
    ],
)
async def test_what_does_not_fit_is_said_and_not_opened(
    contents: Contents, certified: bool | None, says: str
) -> None:
    found = read(written())
    seen = inspection.look(found, contents)
    assert seen.signature_fits
    assert seen.certificate_fits is certified
    assert says in seen.why_not
    assert await inspection.open_(found, contents) == Opening("", None, seen.why_not, holds=False)


async def test_it_opens_by_a_key_of_the_vault_whatever_became_of_it() -> None:
    assert await inspection.open_(read(written()), ACME) == Opening("hr, version 2", TEXT)
    ring = with_key(ring_key(HR, 2, State.REVOKED))
    contents = replace(ACME, ring=ring, profile=with_policy(revoked=Revoked.REFUSE))
    assert (await inspection.open_(read(written()), contents)).content == TEXT


async def test_a_receipt_is_shown_as_one_and_opens_by_its_reader_s_member_key() -> None:
    answer = receipt.answer_key(MEMBERS["bo"], PROFILE.organisation, TEXT.id)
    drawn = receipt.Drawn(b"r" * 16, KEY, bytes(12))
    data = receipt.seal(author("ada"), PROFILE.organisation, "bo", (replace(TEXT, answer=answer),), drawn, H)
    assert data is not None
    found = read(data)
    for contents in (ACME, None):
        seen = inspection.look(found, contents)
        assert [(tag.key, tag.kind) for tag in seen.tags] == [
            (TEXT.id[:8].hex(), "receipt"),
            (H[:8].hex(), "session"),
        ]
    assert await inspection.open_(found, ACME) == Opening("the member key of bo", content.Receipt((TEXT.id,)))
    closed = await inspection.open_(found, replace(ACME, seeds={}))
    assert (closed.content, closed.holds) == (None, True)
    assert "receipt for bo" in closed.why_not


async def test_a_note_of_somebody_to_their_own_desktops_opens_by_their_member_key() -> None:
    drawn = receipt.Drawn(b"r" * 16, KEY, bytes(12))
    said = content.Recalled(bytes(16), TEXT.id, 1, 0, False)
    found = read(receipt.note(author("ada"), PROFILE.organisation, "bo", MEMBERS["ada"], said, drawn))
    assert await inspection.open_(found, ACME) == Opening("the member key of ada", said)


async def test_without_its_key_it_stays_closed_and_nothing_is_wrong_with_it() -> None:
    closed = await inspection.open_(read(written()), replace(ACME, ring=replace(RING, keys=())))
    assert (closed.content, closed.holds) == (None, True)
    assert "holds none of its keys" in closed.why_not
    head = draft("bo", mode=wire.MODE_CONTENT)
    tag = Tag(b"by-owner", head.organisation, b"own-----", 1, b"")
    own = message_data.assemble(author("ada"), head, (tag,), b"sealed by a plugin")
    closed = await inspection.open_(read(own), ACME)
    assert (closed.content, closed.holds) == (None, True)
    assert "method of the company's own" in closed.why_not
    assert RING_METHOD not in own


async def test_one_of_two_keys_is_enough_and_the_other_one_s_is_not_to_blame() -> None:
    other = with_key(replace(ring_key(HR, 2), secret=ring_key(HR, 1).secret))
    assert await inspection.open_(read(written()), replace(ACME, ring=other)) == Opening(
        "audit, version 1", TEXT
    )
    both = replace(
        other,
        keys=tuple(replace(one, secret=ring_key(HR, 1).secret) if one.secret else one for one in other.keys),
    )
    closed = await inspection.open_(read(written()), replace(ACME, ring=both))
    assert (closed.content, closed.holds) == (None, False)
    assert "ALTERED" in closed.why_not


async def test_what_its_sender_sealed_wrong_is_told_although_the_signature_fits() -> None:
    head = draft("bo")
    nonsense = message_data.seal(author("ada"), head, ring_tags(head), KEY, b"no content")
    opening = await inspection.open_(read(nonsense), ACME)
    assert (opening.by, opening.content, opening.holds) == ("hr, version 2", None, False)
    wrong = message_data.seal(author("ada"), head, ring_tags(head), Secret(bytes(32)), content.encode(TEXT))
    opening = await inspection.open_(read(wrong), ACME)
    assert (opening.by, opening.content, opening.holds) == ("", None, False)
