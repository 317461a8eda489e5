"""Message data: made, examined, opened; and every way of tampering with them (company.md, Opening)."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from support.company import (
    CONTENT,
    KEY,
    MEMBERS,
    MESSAGE,
    ORGANISATION,
    OWN,
    OWN_METHOD,
    PROFILE,
    TERMINALS,
    H,
    author,
    draft,
    ring_tags,
    with_policy,
    written,
)
from watchword.crypto.primitives import ed25519_public, ed25519_sign, expand, hmac_sha256, seal
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol import content
from watchword.protocol.company import certificate, message_data, receipt
from watchword.protocol.company.message_data import Author, Examined
from watchword_wire import limits
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError, Refused
from watchword_wire.message_data import MODE_CONTENT, Head, MessageData, Tag

ALTERED = Closed(Reason.ALTERED)
GOOD = written("bo", "陈")
DATA = wire.decode(GOOD)
HEAD = DATA.head


def examined(data: bytes, me: str = "bo", inside: bytes | None = None) -> Examined | Closed:
    return message_data.examine(data, me, PROFILE, inside)


def ready(data: bytes, me: str = "bo", inside: bytes | None = None) -> Examined:
    found = examined(data, me, inside)
    assert isinstance(found, Examined), found
    return found


def signed(head: Head, sealed: bytes = DATA.sealed, seed: Secret = TERMINALS["ada"]) -> bytes:
    """Message data with a signature that is good for these bytes."""
    signature = ed25519_sign(seed.expose(), wire.signed_bytes(head, sealed))
    return wire.encode(MessageData(head, sealed, signature))


def altered(**changes: Any) -> Head:
    return replace(HEAD, **changes)


# --- what is right --------------------------------------------------------------------


@pytest.mark.parametrize("me", ["bo", "陈"])
def test_every_target_opens_the_one_sealed_content(me: str) -> None:
    assert message_data.open_wrapped(ready(GOOD, me), KEY) == CONTENT


def test_the_content_is_sealed_once_whatever_the_number_of_targets() -> None:
    members = [f"m{number:03}" for number in range(limits.DATA_TARGETS)]
    one, many = wire.decode(written("bo")), wire.decode(written(*members))
    assert len(one.sealed) == len(many.sealed)
    assert [len(tag.wrapped) for tag in one.head.tags] == [len(tag.wrapped) for tag in many.head.tags]


def test_a_repeat_is_the_same_bytes_and_another_id_is_not() -> None:
    assert written("bo", "陈") == GOOD
    other = message_data.draft(author("ada"), ORGANISATION, 1, bytes(16), ["bo", "陈"])
    assert message_data.seal(author("ada"), other, ring_tags(other), KEY, CONTENT) != GOOD


def test_mode_content_carries_what_a_provider_sealed() -> None:
    head = draft("bo", mode=MODE_CONTENT)
    tag = Tag(OWN_METHOD, ORGANISATION, OWN, 1, b"")
    text = message_data.padded(CONTENT)
    data = message_data.assemble(author("ada"), head, [tag], text[::-1])
    found = ready(data)
    assert found.context == wire.context(head)
    assert message_data.open_provided(found.data.sealed[::-1]) == CONTENT
    assert message_data.open_provided(found.data.sealed) == ALTERED


def test_targets_are_put_in_order() -> None:
    assert draft("陈", "bo", "bo").targets == ("bo", "陈")


@pytest.mark.parametrize("targets", [(), ("ada",), ("a b",), tuple(map(str, range(1_001)))])
def test_targets_that_a_message_cannot_have(targets: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        draft(*targets)


def test_what_does_not_fit_is_refused_before_it_leaves() -> None:
    head = draft("bo")
    with pytest.raises(Refused, match=r"^too-long$"):
        message_data.seal(author("ada"), head, ring_tags(head), KEY, bytes(limits.SEALED_BYTES))
    with pytest.raises(Refused):
        message_data.seal(author("ada"), head, [], KEY, CONTENT)
    assert message_data.seal(author("ada"), head, ring_tags(head), KEY, bytes(limits.TEXT_BYTES + 64))


def test_data_in_an_envelope_are_shorter_so_that_one_holds_them() -> None:
    def sized(size: int) -> bytes:
        head = draft("bo", mode=MODE_CONTENT)
        tag = Tag(OWN_METHOD, ORGANISATION, OWN, 1, b"")
        tags = [tag, message_data.session_tag(head, H)]
        return message_data.assemble(author("ada"), head, tags, bytes(size))

    around = len(sized(limits.TEXT_BYTES)) - limits.TEXT_BYTES
    assert len(sized(message_data.IN_ENVELOPE_BYTES - around)) == message_data.IN_ENVELOPE_BYTES
    with pytest.raises(Refused, match=r"^too-long$"):
        sized(message_data.IN_ENVELOPE_BYTES - around + 1)


def test_nothing_shows_a_key_or_content() -> None:
    shown = repr((author("ada"), ready(GOOD), draft("bo")))
    for secret in (KEY.expose(), TERMINALS["ada"].expose(), CONTENT):
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown


# --- what was altered on the way ------------------------------------------------------


def test_no_bit_may_differ() -> None:
    """Whoever has no key and alters anything is told as altered, never as anything else."""
    for at in range(len(GOOD)):
        for bit in range(8):
            spoiled = GOOD[:at] + bytes([GOOD[at] ^ (1 << bit)]) + GOOD[at + 1 :]
            assert examined(spoiled) == ALTERED, (at, bit)


def in_mode_content() -> bytes:
    head = draft("bo", mode=MODE_CONTENT)
    return message_data.assemble(author("ada"), head, [Tag(OWN_METHOD, ORGANISATION, OWN, 1, b"")], b"sealed")


def in_a_session() -> bytes:
    return written("bo", behind=[message_data.session_tag(draft("bo"), H)])


def a_receipt() -> bytes:
    answer = receipt.answer_key(MEMBERS["bo"], ORGANISATION, MESSAGE)
    text = content.Text(MESSAGE, 5, "hi", answer)
    data = receipt.seal(author("ada"), ORGANISATION, "bo", (text,), receipt.Drawn(bytes(16), KEY, bytes(12)))
    assert data is not None
    return data


@pytest.mark.parametrize(
    ("data", "inside"), [(in_mode_content(), None), (in_a_session(), H), (a_receipt(), None)]
)
def test_no_byte_of_any_other_form_may_differ(data: bytes, inside: bytes | None) -> None:
    assert isinstance(examined(data, inside=inside), Examined)
    for at in range(len(data)):
        spoiled = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        assert examined(spoiled, inside=inside) == ALTERED, at


def test_no_byte_may_be_missing_or_added() -> None:
    for at in range(len(GOOD)):
        assert examined(GOOD[:at]) == ALTERED
        assert examined(GOOD[:at] + b"\x00" + GOOD[at:]) == ALTERED


def other_message() -> MessageData:
    """Another message of Ada's in the same conversation, under the same keys."""
    head = message_data.draft(author("ada"), ORGANISATION, 1, bytes(16), ["bo", "陈"])
    other_key = Secret(bytes(range(100, 132)))
    return wire.decode(message_data.seal(author("ada"), head, ring_tags(head), other_key, b"other words"))


OTHER = other_message()
SESSION = Tag(bytes(8), ORGANISATION, H[:8], 1, b"")
REARRANGED: dict[str, Callable[[], Head]] = {
    "first tag removed": lambda: altered(tags=HEAD.tags[1:]),
    "last tag removed": lambda: altered(tags=HEAD.tags[:-1]),
    "reordered": lambda: altered(tags=HEAD.tags[::-1]),
    "doubled as another version": lambda: altered(tags=(*HEAD.tags, replace(HEAD.tags[0], version=9))),
    "doubled as another method": lambda: altered(
        tags=(*HEAD.tags, replace(HEAD.tags[0], method=b"another-"))
    ),
    "wrapped keys swapped": lambda: altered(
        tags=(
            replace(HEAD.tags[0], wrapped=HEAD.tags[1].wrapped),
            replace(HEAD.tags[1], wrapped=HEAD.tags[0].wrapped),
        )
    ),
    "tag of another message": lambda: altered(tags=(OTHER.head.tags[0], HEAD.tags[1])),
    "all tags of another message": lambda: altered(tags=OTHER.head.tags),
    "tags and commitment of another message": lambda: altered(
        tags=OTHER.head.tags, commitment=OTHER.head.commitment
    ),
    "commitment of another message": lambda: altered(commitment=OTHER.head.commitment),
    "another id": lambda: altered(id=bytes(16)),
    "a target more": lambda: moved("bo", "eve", "陈"),
    "a target less": lambda: moved("bo"),
    "another device of the sender": lambda: altered(sender="ada/2"),
    "another certificate": lambda: altered(certificate=author("bo").certificate),
    "another version of the key": lambda: altered(tags=(replace(HEAD.tags[0], version=1), HEAD.tags[1])),
}


def moved(*targets: str) -> Head:
    """The head with other targets, and the conversation that they give."""
    return altered(targets=targets, conversation=wire.conversation_id(ORGANISATION, ("ada", *targets)))


@pytest.mark.parametrize("how", REARRANGED)
def test_what_is_rearranged_on_the_way_is_altered(how: str) -> None:
    head = REARRANGED[how]()
    data = wire.encode(MessageData(head, DATA.sealed, DATA.signature))
    assert wire.decode(data).head == head, "the form is right: only the signature tells"
    assert examined(data) == ALTERED


def test_a_tag_that_stands_twice_has_not_even_the_form() -> None:
    doubled = altered(tags=(*HEAD.tags, HEAD.tags[0]))
    with pytest.raises(PeerError):
        wire.decode(signed(doubled))
    assert examined(signed(doubled)) == ALTERED


VOUCHED = [how for how in REARRANGED if how not in ("another device of the sender", "another certificate")]


@pytest.mark.parametrize("how", VOUCHED)
def test_what_the_sender_rearranges_and_signs_anew_opens_for_nobody(how: str) -> None:
    """The head is bound to the content itself, so a tag put elsewhere opens nothing, whoever signs."""
    data = signed(REARRANGED[how]())
    assert message_data.open_wrapped(ready(data), KEY) == ALTERED


def test_one_key_opens_no_other_content() -> None:
    """The commitment: one message means one content under every tag."""
    assert message_data.open_wrapped(ready(GOOD), Secret(bytes(32))) == ALTERED
    assert message_data.open_wrapped(ready(GOOD), Secret(b"")) == ALTERED
    swapped = signed(HEAD, OTHER.sealed)
    assert message_data.open_wrapped(ready(swapped), KEY) == ALTERED


def test_content_that_is_sealed_without_its_commitment_opens_for_nobody() -> None:
    """A sender could look for two keys that open one ciphertext; the commitment is of one key only."""
    context = wire.context(HEAD)
    seal_key = expand(hmac_sha256(MESSAGE, KEY.expose()), "company content", context, 32)
    for commitment, opens in ((HEAD.commitment, CONTENT), (bytes(32), ALTERED)):
        head = altered(commitment=commitment)
        sealed = seal(seal_key, bytes(12), message_data.padded(CONTENT), wire.encode_head(head))
        assert message_data.open_wrapped(ready(signed(head, sealed)), KEY) == opens


# --- who writes -----------------------------------------------------------------------


def test_a_holder_of_the_ring_cannot_write_as_a_colleague() -> None:
    """Bo has every key of the ring and Ada's message; his terminal and his certificate are his own."""
    his = ed25519_public(TERMINALS["bo"].expose())
    forged = altered(terminal_key=his)
    assert examined(signed(forged, seed=TERMINALS["bo"]), "陈") == Closed(Reason.UNVOUCHED)
    with_his = replace(forged, certificate=author("bo").certificate)
    assert examined(signed(with_his, seed=TERMINALS["bo"]), "陈") == Closed(Reason.UNVOUCHED)
    assert examined(signed(HEAD, seed=TERMINALS["bo"]), "陈") == ALTERED


def test_a_message_sent_on_in_ones_own_name_does_not_open() -> None:
    """Bo, who can read it, signs Ada's sealed content as his: the sender is bound to key and content."""
    bo = author("bo")
    head = message_data.draft(bo, ORGANISATION, 1, MESSAGE, ["陈"])
    taken = replace(head, tags=HEAD.tags, commitment=HEAD.commitment)
    data = signed(taken, seed=TERMINALS["bo"])
    assert message_data.open_wrapped(ready(data, "陈"), KEY) == ALTERED


def test_who_is_not_in_the_directory_waits_for_a_newer_profile() -> None:
    fewer = replace(PROFILE, directory=PROFILE.directory[1:])
    assert message_data.examine(GOOD, "bo", fewer, None) == Closed(Reason.UNKNOWN_SENDER)


def test_a_sender_with_a_newer_member_key_waits_for_a_newer_profile() -> None:
    other = replace(PROFILE.directory[0], key=ed25519_public(b"\x33" * 32))
    newer = replace(PROFILE, directory=(other, *PROFILE.directory[1:]))
    assert message_data.examine(GOOD, "bo", newer, None) == Closed(Reason.UNVOUCHED)


def test_what_was_found_to_be_a_member_s_when_it_came_stays_so() -> None:
    """Removed or joined anew since; all else is asked again, so that only the name is taken on this word."""
    gone = replace(PROFILE, directory=PROFILE.directory[1:])
    other = replace(PROFILE.directory[0], key=ed25519_public(b"\x33" * 32))
    for since in (gone, replace(PROFILE, directory=(other, *PROFILE.directory[1:]))):
        kept = message_data.examine(GOOD, "bo", since, None, found_good=True)
        assert isinstance(kept, Examined)
        assert message_data.open_wrapped(kept, KEY) == CONTENT
        bent = GOOD[:-1] + bytes([GOOD[-1] ^ 1])
        assert message_data.examine(bent, "bo", since, None, found_good=True) == ALTERED
        assert message_data.examine(GOOD, "bo", since, H, found_good=True) == ALTERED
        assert message_data.examine(GOOD, "eve", since, None, found_good=True) == Closed(Reason.NOT_FOR_ME)
        room = message_data.examine(to_room("bo"), "bo", since, None, found_good=True)
        assert isinstance(room, Examined)
        assert room.room == wire.decode(to_room("bo")).head.conversation


# --- for whom, and where --------------------------------------------------------------


def test_what_is_not_for_me() -> None:
    assert examined(GOOD, "eve") == Closed(Reason.NOT_FOR_ME)
    assert examined(GOOD, "ada") == Closed(Reason.NOT_FOR_ME)


def test_what_is_of_another_organisation() -> None:
    foreign = replace(PROFILE, organisation=bytes(16))
    assert message_data.examine(GOOD, "bo", foreign, None) == Closed(Reason.OTHER_ORGANISATION)


def test_in_a_conversation_that_the_members_do_not_give_no_text_may_stand() -> None:
    elsewhere = altered(conversation=wire.conversation_id(ORGANISATION, ("ada", "bo")))
    text = content.Text(bytes(16), 5, "hi")
    assert message_data.placed(ready(signed(elsewhere)), text) == ALTERED


def test_data_with_a_sessions_tag_open_inside_that_session_only() -> None:
    data = written("bo", behind=[message_data.session_tag(draft("bo"), H)])
    assert message_data.open_wrapped(ready(data, inside=H), KEY) == CONTENT
    assert examined(data) == ALTERED
    assert examined(data, inside=bytes(32)) == ALTERED


def test_data_without_a_sessions_tag_are_refused_inside_an_envelope() -> None:
    assert examined(GOOD, inside=H) == ALTERED


def test_the_sessions_layer_cannot_be_taken_off() -> None:
    found = wire.decode(written("bo", behind=[message_data.session_tag(draft("bo"), H)]))
    bare = replace(found.head, tags=found.head.alternatives)
    assert examined(wire.encode(MessageData(bare, found.sealed, found.signature))) == ALTERED
    stripped = ready(signed(bare, found.sealed))
    assert message_data.open_wrapped(stripped, KEY) == ALTERED, "not even by the sender"


def test_an_author_is_its_certificate() -> None:
    assert author("ada").certificate != author("bo").certificate
    forged = Author("ada/1", author("ada").certificate, MEMBERS["bo"])
    head = message_data.draft(forged, ORGANISATION, 1, MESSAGE, ["bo"])
    data = message_data.seal(forged, head, ring_tags(head), KEY, CONTENT)
    assert examined(data) == Closed(Reason.UNVOUCHED)


# --- rooms ----------------------------------------------------------------------------

ROOM = b"\x77" * 16
TO_ROOM = content.RoomMessage(ROOM, bytes(32), bytes(8), content.encode(content.Receipt((bytes(16),))))
LATE = with_policy(late=True)


def to_room(*targets: str) -> bytes:
    head = message_data.draft(author("ada"), ORGANISATION, 1, MESSAGE, targets, ROOM)
    return message_data.seal(author("ada"), head, ring_tags(head), KEY, content.encode(TO_ROOM))


def test_of_a_room_is_what_has_its_id_for_a_conversation() -> None:
    found = ready(to_room("bo", "陈"))
    assert (found.room, found.head.conversation) == (ROOM, ROOM)
    opened = message_data.open_wrapped(found, KEY)
    assert opened == content.encode(TO_ROOM)
    assert ready(GOOD).room is None


@pytest.mark.parametrize(
    ("said", "room", "chat"),
    [
        (TO_ROOM, True, False),
        (content.Asked(ROOM, bytes(32), b""), True, False),
        (content.Statements(ROOM, (b"x",), ()), True, False),
        (content.Asked(bytes(16), bytes(32), b""), False, False),
        (content.Text(bytes(16), 5, "hi"), False, True),
        (content.Receipt((bytes(16),)), False, True),
        (content.Unknown(99), True, True),
    ],
)
def test_content_that_names_a_room_stands_in_that_room_and_no_other(
    said: content.Content, room: bool, chat: bool
) -> None:
    assert (message_data.placed(ready(to_room("bo")), said) is None) is room
    assert (message_data.placed(ready(GOOD), said) is None) is chat


def test_to_a_thousand_members_within_the_bounds() -> None:
    members = [f"m{number:03}".ljust(118, "x") for number in range(limits.DATA_TARGETS)]
    data = wire.decode(to_room(*members))
    assert len(data.head.targets) == 1_000
    assert len(wire.encode_head(data.head)) <= limits.HEAD_BYTES
    with pytest.raises(Refused):
        to_room(*members, "one-more")


def other_terminal(account: str) -> tuple[Author, bytes]:
    seed = Secret(b"\x99" * 32)
    key = ed25519_public(seed.expose())
    made = certificate.issue(MEMBERS[account], ORGANISATION, f"{account}/2", key)
    return Author(f"{account}/2", made, seed), key


def test_what_another_terminal_of_mine_wrote_is_mine_and_what_this_one_wrote_is_an_echo() -> None:
    second, key = other_terminal("ada")
    first_key = ed25519_public(TERMINALS["ada"].expose())
    assert isinstance(message_data.examine(GOOD, "ada", PROFILE, None, key), Examined)
    assert message_data.examine(GOOD, "ada", PROFILE, None, first_key) == Closed(Reason.NOT_FOR_ME)
    assert message_data.examine(GOOD, "ada", PROFILE, None) == Closed(Reason.NOT_FOR_ME)
    assert message_data.examine(GOOD, "eve", PROFILE, None, key) == Closed(Reason.NOT_FOR_ME)
    head = message_data.draft(second, ORGANISATION, 1, MESSAGE, ["bo"])
    unvouched = replace(head, certificate=bytes(64))
    forged = message_data.seal(second, unvouched, ring_tags(head), KEY, CONTENT)
    assert message_data.examine(forged, "ada", PROFILE, None, first_key) == Closed(Reason.UNVOUCHED)


def test_history_of_a_room_is_taken_by_who_came_later_where_the_policy_says_so() -> None:
    data = to_room("陈")
    assert isinstance(message_data.examine(data, "bo", LATE, None, from_history=True), Examined)
    not_for_me = Closed(Reason.NOT_FOR_ME)
    assert message_data.examine(data, "bo", PROFILE, None, from_history=True) == not_for_me
    assert message_data.examine(data, "bo", LATE, None) == not_for_me
    assert message_data.examine(written("陈"), "bo", LATE, None, from_history=True) == not_for_me
    assert message_data.examine(data, "ada", LATE, None, from_history=True) == not_for_me
