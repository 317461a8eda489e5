"""Company encryption: round trips, and nothing but PeerError or a reason from any bytes (law 6)."""

from collections.abc import Callable, Sequence

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from property.test_decoders import damaged, exactly, packable, peer_error_or_nothing
from support.company import (
    BROKEN_TOOLS_KEY,
    HR,
    NOW,
    PROFILE,
    RING,
    author,
    draft,
    ring_key,
    ring_tags,
    signed_anyhow,
)
from support.vectors import company
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol.company import company_file, message_data, profile, ring
from watchword.protocol.company.message_data import Examined
from watchword.protocol.company.ring import RingKey, State
from watchword_wire import message_data as wire
from watchword_wire.message_data import Head, MessageData, Tag

VECTORS = company()
WRAP, IN_SESSION = (bytes.fromhex(VECTORS[name]["data"]) for name in ("wrap", "wrap_in_session"))
PROFILE_BYTES, RING_BYTES = bytes.fromhex(VECTORS["profile"]), bytes.fromhex(VECTORS["ring"])
FILES = [bytes.fromhex(VECTORS["join_file"]), bytes.fromhex(VECTORS["update_file"])]
HELD = company_file.Membership(
    1,
    bytes.fromhex(VECTORS["root_key"]),
    1,
    "ada",
    Secret(bytes.fromhex(VECTORS["ada_member_seed"])),
    profile.decode(PROFILE_BYTES),
    ring.decode(RING_BYTES),
)
HEADS = [wire.encode_head(wire.decode(data).head) for data in (WRAP, IN_SESSION)]

accounts = st.text(st.characters(categories=["Ll"], max_codepoint=0x7F), min_size=1, max_size=12)
tags = st.builds(
    Tag,
    exactly(8).filter(any),
    exactly(16),
    exactly(8),
    st.integers(1, 2**32 - 1),
    st.binary(min_size=1, max_size=99),
)
heads = st.builds(
    Head,
    st.just(1),
    st.just(1),
    exactly(16),
    exactly(16),
    exactly(16),
    accounts.map(lambda account: f"{account}Z/7"),
    exactly(32),
    exactly(64),
    st.sets(accounts, min_size=1, max_size=20).map(wire.in_order),
    st.lists(tags, min_size=1, max_size=8, unique_by=lambda tag: (tag.method, tag.version)).map(tuple),
    exactly(32),
)


@given(st.builds(MessageData, heads, st.binary(min_size=1, max_size=400), exactly(64)))
def test_message_data_come_back(data: MessageData) -> None:
    assert wire.decode(wire.encode(data)) == data


def anything(originals: list[bytes]) -> st.SearchStrategy[bytes]:
    return st.one_of(damaged(originals), st.binary(max_size=400), packable.map(msgspec.msgpack.encode))


@settings(max_examples=500)
@given(anything([WRAP, IN_SESSION]), anything(HEADS))
def test_message_data_decoder(data: bytes, head: bytes) -> None:
    whole = msgspec.msgpack.encode([head, b"sealed", bytes(64)])
    for found in (data, whole):
        peer_error_or_nothing(wire.decode, found)


@settings(max_examples=300)
@given(anything([WRAP, IN_SESSION]))
def test_examining_gives_a_reason_whatever_comes(data: bytes) -> None:
    for inside in (None, bytes.fromhex(VECTORS["h"])):
        found = message_data.examine(data, "bo", HELD.profile, inside)
        assert isinstance(found, Closed) or data in (WRAP, IN_SESSION)


@settings(max_examples=300)
@given(anything([PROFILE_BYTES]), anything([RING_BYTES]), anything(FILES))
def test_profile_ring_and_file_decoders(found: bytes, keys: bytes, file: bytes) -> None:
    peer_error_or_nothing(profile.decode, found)
    peer_error_or_nothing(ring.decode, keys)
    peer_error_or_nothing(company_file.look, file)
    stored = company_file.pack(HELD).expose()
    for spoiled in (file, found, stored[:40] + keys + stored[40 + len(keys) :]):
        peer_error_or_nothing(lambda data: company_file.unpack(Secret(data)), spoiled)


ROOT = Secret(bytes.fromhex(VECTORS["root_seed"]))
GOOD_FILE = company_file.make_update(ROOT, 9, HELD.profile, HELD.ring, BROKEN_TOOLS_KEY)


@settings(max_examples=200)
@given(anything([PROFILE_BYTES]), anything([RING_BYTES]))
def test_what_a_key_owners_broken_tool_signs_is_refused_or_taken(found: bytes, keys: bytes) -> None:
    peer_error_or_nothing(
        lambda data: company_file.renew(HELD, data), signed_anyhow(GOOD_FILE, ROOT, found, keys)
    )


def test_the_file_made_for_the_test_above_is_taken_where_it_is_right() -> None:
    renewed = company_file.renew(HELD, signed_anyhow(GOOD_FILE, ROOT, PROFILE_BYTES, RING_BYTES))
    assert renewed == replace(HELD, serial=9)


keys = st.builds(
    lambda version, state, begins, length: ring_key(
        HR, version, state, begins=begins, ends=begins + length if length else 0
    ),
    st.integers(1, 9),
    st.sampled_from(list(State)),
    st.integers(int(NOW) - 50, int(NOW) + 50),
    st.integers(0, 60),
)


@given(
    st.lists(keys, max_size=6, unique_by=lambda key: key.version), st.integers(int(NOW) - 99, int(NOW) + 99)
)
def test_what_seals_is_active_in_time_and_of_the_highest_version(held: Sequence[RingKey], now: int) -> None:
    chosen = ring.sealing_key(replace(RING, keys=tuple(held)), HR, now)
    able = [
        key.version
        for key in held
        if key.state is State.ACTIVE and key.begins <= now and (key.ends == 0 or now < key.ends)
    ]
    assert (chosen.version == max(able)) if isinstance(chosen, RingKey) else not able


@given(st.binary(max_size=3_000), exactly(32), exactly(16), st.sets(accounts, min_size=1, max_size=5))
def test_whatever_is_sealed_opens(content: bytes, key: bytes, id_: bytes, others: set[str]) -> None:
    targets = {f"{account}Z" for account in others} | {"bo"}
    head = message_data.draft(author("ada"), PROFILE.organisation, 1, id_, targets)
    data = message_data.seal(author("ada"), head, ring_tags(draft("bo")), Secret(key), content)
    found = message_data.examine(data, "bo", PROFILE, None)
    assert isinstance(found, Examined)
    assert message_data.open_wrapped(found, Secret(key)) == content
    assert message_data.open_wrapped(found, Secret(key[::-1] + b"\x00")) == Closed(Reason.ALTERED)


DECODERS: list[Callable[[bytes], object]] = [wire.decode, ring.decode, profile.decode, company_file.look]


def test_deep_nesting_is_refused() -> None:
    for decode in DECODERS:
        for deep in (b"\x91" * 2_000, b"\x93" + b"\x91" * 2_000, b"\xdd\xff\xff\xff\xff", b"\x81" * 2_000):
            peer_error_or_nothing(decode, deep)
