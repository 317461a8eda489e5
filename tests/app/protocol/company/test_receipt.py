"""Receipts open for who wrote the text and nobody else, in no provider's hands and under no weaker key."""

import pytest

from support.company import KEY, MEMBERS, MESSAGE, ORGANISATION, PROFILE, RING, H, author
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol import content
from watchword.protocol.company import message_data, profile, receipt
from watchword.protocol.company.message_data import Examined
from watchword.protocol.company.profile import ANSWER_METHOD
from watchword.protocol.company.receipt import Drawn
from watchword_wire import message_data as wire

ANSWER = receipt.answer_key(MEMBERS["bo"], ORGANISATION, MESSAGE)
TEXT = content.Text(MESSAGE, 5, "hi", ANSWER)
OTHER = content.Text(b"o" * 16, 6, "more", receipt.answer_key(MEMBERS["bo"], ORGANISATION, b"o" * 16))
DRAWN = Drawn(bytes(range(16, 32)), KEY, bytes(12))


def made(*texts: content.Text, h: bytes | None = None) -> bytes:
    """A receipt of Ada's for bo."""
    data = receipt.seal(author("ada"), ORGANISATION, "bo", texts, DRAWN, h)
    assert data is not None
    return data


def examined(data: bytes, me: str = "bo", inside: bytes | None = None) -> Examined:
    found = message_data.examine(data, me, PROFILE, inside)
    assert isinstance(found, Examined)
    return found


def test_who_wrote_the_texts_opens_it() -> None:
    found = examined(made(TEXT, OTHER))
    assert receipt.is_one(found.head)
    said = receipt.unseal(found, MEMBERS["bo"])
    assert isinstance(said, bytes)
    assert content.decode(said) == content.Receipt((MESSAGE, b"o" * 16))


def test_it_goes_by_its_own_tag_alone_and_no_method_opens_it() -> None:
    head = wire.decode(made(TEXT)).head
    assert [(tag.method, tag.key, tag.version, len(tag.wrapped)) for tag in head.tags] == [
        (ANSWER_METHOD, MESSAGE[:8], 1, 60)
    ]
    [chosen] = profile.choices(PROFILE, RING, head)
    assert chosen == Closed(Reason.UNKNOWN_TAG, MESSAGE[:8].hex(), 1)


def test_inside_a_session_the_session_s_tag_stands_behind() -> None:
    data = made(TEXT, h=H)
    assert message_data.examine(data, "bo", PROFILE, None) == Closed(Reason.ALTERED)
    assert receipt.unseal(examined(data, inside=H), MEMBERS["bo"]) == receipt.unseal(
        examined(made(TEXT)), MEMBERS["bo"]
    )


@pytest.mark.parametrize("other", ["ada", "陈"])
def test_nobody_else_opens_it(other: str) -> None:
    assert receipt.unseal(examined(made(TEXT)), MEMBERS[other]) == Closed(Reason.NOT_FOR_ME)


def test_a_text_without_an_answer_key_gets_none() -> None:
    bare = content.Text(MESSAGE, 5, "hi")
    assert receipt.seal(author("ada"), ORGANISATION, "bo", (bare,), DRAWN) is None
    assert receipt.unseal(examined(made(TEXT, bare)), MEMBERS["bo"]) == content.encode(
        content.Receipt((MESSAGE, MESSAGE))
    )


def test_each_text_member_and_organisation_has_a_key_of_its_own() -> None:
    keys = {
        receipt.answer_key(member, organisation, text).expose()
        for member in MEMBERS.values()
        for organisation in (ORGANISATION, bytes(16))
        for text in (MESSAGE, b"o" * 16)
    }
    assert len(keys) == 4 * len(MEMBERS)


def test_another_wrapped_key_is_not_for_me_and_other_content_is_altered() -> None:
    """Both were signed by a member: nobody on the way can make either."""
    head = wire.decode(made(TEXT)).head
    tag = wire.Tag(ANSWER_METHOD, ORGANISATION, MESSAGE[:8], 1, bytes(60))
    forged = message_data.seal(author("ada"), head, (tag,), KEY, b"\x91\x04")
    assert receipt.unseal(examined(forged), MEMBERS["bo"]) == Closed(Reason.NOT_FOR_ME)
    other = message_data.seal(author("ada"), head, head.tags, Secret(bytes(32)), b"\x91\x04")
    assert receipt.unseal(examined(other), MEMBERS["bo"]) == Closed(Reason.ALTERED)


def test_beside_another_tag_it_is_none() -> None:
    head = wire.decode(made(TEXT)).head
    beside = wire.Tag(b"by-ring-", ORGANISATION, b"hr------", 2, bytes(60))
    data = message_data.seal(author("ada"), head, (*head.tags, beside), KEY, b"\x91\x04")
    assert not receipt.is_one(examined(data).head)


RECALLED = content.Recalled(b"c" * 16, MESSAGE, 1, 0, False)


def note() -> bytes:
    """Ada's, to her own other desktops; bo's name stands in the head."""
    return receipt.note(author("ada"), ORGANISATION, "bo", MEMBERS["ada"], RECALLED, DRAWN)


def test_a_note_opens_by_the_writer_s_own_member_key_and_by_nobody_else_s() -> None:
    found = examined(note())
    assert receipt.is_one(found.head)
    assert receipt.is_note(found.head)
    assert not receipt.is_note(examined(made(TEXT)).head)
    said = receipt.unseal(found, MEMBERS["ada"])
    assert isinstance(said, bytes)
    assert content.decode(said) == RECALLED
    for other in ("bo", "陈"):
        assert receipt.unseal(found, MEMBERS[other]) == Closed(Reason.NOT_FOR_ME)
