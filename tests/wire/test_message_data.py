"""Message data as a relay sees them: one encoding, every bound, nothing else (company.md, Message data)."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from support.vectors import company
from watchword_wire import limits
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError
from watchword_wire.message_data import Head, MessageData, Tag

GOOD = bytes.fromhex(company()["wrap"]["data"])
DATA = wire.decode(GOOD)
HEAD = DATA.head
TAG = HEAD.tags[0]
SESSION = Tag(bytes(8), HEAD.organisation, b"h[0:8]--", 1, b"")


def refused(data: bytes) -> None:
    with pytest.raises(PeerError):
        wire.decode(data)


def written(**changes: Any) -> bytes:
    return wire.encode(MessageData(replace(HEAD, **changes), DATA.sealed, DATA.signature))


def with_tag(**changes: Any) -> bytes:
    return written(tags=(replace(TAG, **changes), *HEAD.tags[1:]))


def test_what_is_good_is_read_and_written_back() -> None:
    assert wire.encode(wire.decode(GOOD)) == GOOD
    assert HEAD.alternatives == HEAD.tags
    assert HEAD.session is None
    assert wire.decode(written(tags=(*HEAD.tags, SESSION))).head.session == SESSION


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"format": 0},
        {"mode": 0},
        {"mode": 3},
        {"mode": 2},
        {"organisation": bytes(15)},
        {"conversation": bytes(17)},
        {"id": b""},
        {"sender": "ada"},
        {"sender": "ada/0"},
        {"sender": "a da/1"},
        {"terminal_key": bytes(31)},
        {"certificate": bytes(63)},
        {"commitment": b""},
        {"commitment": bytes(33)},
        {"targets": ()},
        {"targets": ("陈", "bo")},
        {"targets": ("bo", "bo")},
        {"targets": ("ada", "bo")},
        {"targets": ("bo/1",)},
        {"targets": ("",)},
        {"targets": tuple(f"m{number:03}" for number in range(1_001))},
        {"tags": ()},
        {"tags": (SESSION,)},
        {"tags": (SESSION, TAG)},
        {"tags": (TAG, SESSION, SESSION)},
        {"tags": (TAG, TAG)},
        {"tags": (TAG, replace(TAG, wrapped=b"other"))},
        {"tags": (TAG, replace(SESSION, version=2))},
        {"tags": (TAG, replace(SESSION, organisation=bytes(16)))},
        {"tags": (TAG, replace(SESSION, wrapped=b"x"))},
        {"tags": tuple(replace(TAG, version=number) for number in range(1, 10))},
    ],
    ids=repr,
)
def test_a_head_out_of_bounds(changes: dict[str, Any]) -> None:
    refused(written(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"method": bytes(7)},
        {"organisation": b""},
        {"key": bytes(9)},
        {"version": 0},
        {"version": 2**32},
        {"wrapped": b""},
        {"wrapped": bytes(1_025)},
    ],
    ids=repr,
)
def test_a_tag_out_of_bounds(changes: dict[str, Any]) -> None:
    refused(with_tag(**changes))


def test_a_tag_at_its_bounds() -> None:
    assert wire.decode(with_tag(version=2**32 - 1, wrapped=bytes(1_024))).head.tags[0].version == 2**32 - 1


def test_mode_content_has_one_tag_without_a_key_and_no_commitment() -> None:
    bare = replace(TAG, wrapped=b"")
    assert wire.decode(written(mode=2, tags=(bare,), commitment=b"")).head.mode == wire.MODE_CONTENT
    assert wire.decode(written(mode=2, tags=(bare, SESSION), commitment=b"")).head.session == SESSION
    refused(written(mode=2, tags=(TAG,), commitment=b""))
    refused(written(mode=2, tags=(bare, replace(bare, version=8)), commitment=b""))
    refused(written(mode=2, tags=(bare,)))


@pytest.mark.parametrize("size", [0, limits.SEALED_BYTES + 1])
def test_sealed_content_of_a_size_that_cannot_be(size: int) -> None:
    refused(wire.encode(MessageData(HEAD, bytes(size), DATA.signature)))


def test_a_signature_of_a_size_that_cannot_be() -> None:
    refused(wire.encode(MessageData(HEAD, DATA.sealed, bytes(63))))


def test_the_longest_head_and_data_are_as_long_as_the_limits_say() -> None:
    account = limits.ID_BYTES - 10
    targets = tuple(f"{number:0{account}}" for number in range(limits.DATA_TARGETS))
    tags = tuple(
        replace(TAG, version=2**32 - 1 - number, wrapped=bytes(1_024)) for number in range(limits.TAGS)
    )
    sender = "x" * account + "/999999999"
    longest = replace(HEAD, sender=sender, targets=targets, tags=tags)
    assert len(wire.encode_head(longest)) == limits.HEAD_BYTES
    data = wire.encode(MessageData(longest, bytes(limits.SEALED_BYTES), DATA.signature))
    assert len(data) == limits.DATA_BYTES
    assert wire.decode(data).head == longest


def test_more_than_the_longest_is_not_even_read() -> None:
    with pytest.raises(PeerError, match="too long"):
        wire.decode(GOOD + bytes(limits.DATA_BYTES))


def packed(head: object) -> bytes:
    return msgspec.msgpack.encode([msgspec.msgpack.encode(head), DATA.sealed, DATA.signature])


def test_every_other_encoding_of_the_same_is_refused() -> None:
    """What stands behind, long forms of numbers, lengths and arrays: one message has one encoding."""
    values: list[Any] = msgspec.msgpack.decode(wire.encode_head(HEAD))
    assert packed(values) == GOOD
    refused(packed([*values, 0]))
    refused(GOOD + b"\x00")
    refused(msgspec.msgpack.encode([*msgspec.msgpack.decode(GOOD), 0]))
    refused(b"\xdc\x00\x03" + GOOD[1:])
    head = wire.encode_head(HEAD)
    for long in (b"\xcc\x01", b"\xcd\x00\x01", b"\xd0\x01"):
        spoiled = head[:1] + long + head[2:]
        refused(msgspec.msgpack.encode([spoiled, DATA.sealed, DATA.signature]))
    longer = head.replace(b"\xc4\x10" + HEAD.id, b"\xc5\x00\x10" + HEAD.id)
    assert longer != head
    refused(msgspec.msgpack.encode([longer, DATA.sealed, DATA.signature]))
    text = head.replace(b"\xa5ada/1", b"\xd9\x05ada/1")
    assert text != head
    refused(msgspec.msgpack.encode([text, DATA.sealed, DATA.signature]))
    tag: list[Any] = values[9][0]
    refused(packed([*values[:9], [[*tag, b""], *values[9][1:]], values[10]]))


def test_members_and_targets_are_sorted_by_their_bytes() -> None:
    """U+FF5E comes before U+1F600 in UTF-8 and behind it in UTF-16."""
    assert wire.in_order(["😀", "～", "bo", "bo"]) == ("bo", "～", "😀")
    assert wire.conversation_id(bytes(16), ["bo", "ada"]) == wire.conversation_id(bytes(16), ["ada", "bo"])
    assert wire.conversation_id(bytes(16), ["ada"]) != wire.conversation_id(bytes(15) + b"\x01", ["ada"])


def differing(**changes: Any) -> Head:
    return replace(HEAD, **changes)


def test_the_context_binds_the_place_and_leaves_the_tags_out() -> None:
    places = [
        differing(mode=2),
        differing(organisation=bytes(16)),
        differing(conversation=bytes(16)),
        differing(id=bytes(16)),
        differing(sender="ada/2"),
        differing(targets=("bo",)),
    ]
    assert len({wire.context(head) for head in [HEAD, *places]}) == 7
    assert wire.context(differing(tags=(), commitment=b"")) == wire.context(HEAD)


def test_the_relays_rule_is_in_the_head_alone() -> None:
    """Delivering needs sender, targets and id; a relay gets them without a word of the company."""
    assert (HEAD.sender, HEAD.targets, HEAD.id) == ("ada/1", ("bo", "陈"), bytes(range(16)))
    assert b"ACME" not in GOOD
    assert b"hr-2026" not in GOOD
