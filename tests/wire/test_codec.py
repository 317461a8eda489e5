"""The one door between bytes and frames: what is right comes through whole, all else is a PeerError."""

from contextlib import suppress
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watchword_wire import codec, frames, limits
from watchword_wire.errors import PeerError

FRAMES = get_args(frames.FromDesktop | frames.FromRelay)
TAGS = sorted(frame.__struct_config__.tag for frame in FRAMES)
READERS = [codec.decode_from_desktop, codec.decode_from_relay]

leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary()
values: st.SearchStrategy[Any] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3)
)
short, texts = st.binary(max_size=100), st.text(max_size=20)
messages = st.builds(frames.Send, short, st.lists(texts, max_size=5), st.binary(max_size=2_000))
steps = st.builds(frames.Step, texts, short, texts)
registrations = st.builds(frames.Register, st.integers(0, 2**31), texts, short, short, st.none() | texts)
acks = st.builds(frames.Ack, st.lists(short, max_size=5))


@given(messages | steps | registrations | acks)
def test_what_a_desktop_sends_is_read_back(frame: frames.FromDesktop) -> None:
    assert codec.decode_from_desktop(codec.encode(frame)) == frame


@given(st.binary(max_size=2_000))
@example(b"")
@example(b"\x91" * 1_500)
@example(b"\xdd\xff\xff\xff\xff")
@example(b"\x94\x14\xc6\xff\xff\xff\xff")
@example(b"\xc1")
@example(b"\x92\x28\x91\xa1\xff")
def test_any_bytes_are_a_frame_or_a_peers_error(data: bytes) -> None:
    for read in READERS:
        with suppress(PeerError):
            read(data)


@given(st.sampled_from(TAGS) | st.integers(), st.lists(values, max_size=9))
def test_any_values_are_a_frame_or_a_peers_error(tag: int, rest: list[Any]) -> None:
    with suppress(OverflowError):
        data = msgspec.msgpack.encode([tag, *rest])
        for read in READERS:
            with suppress(PeerError):
                read(data)


@pytest.mark.parametrize("tag", [frame.__struct_config__.tag for frame in FRAMES if frame.__struct_fields__])
def test_each_side_reads_only_what_the_other_sends(tag: int) -> None:
    """Too few fields are an error for both; the message says nothing of the content."""
    for read in READERS:
        with pytest.raises(PeerError, match=r"^malformed frame$"):
            read(msgspec.msgpack.encode([tag]))


def test_a_frame_of_the_other_direction_is_an_error() -> None:
    with pytest.raises(PeerError):
        codec.decode_from_desktop(codec.encode(frames.Ok([])))
    with pytest.raises(PeerError):
        codec.decode_from_relay(codec.encode(frames.Ack([])))


def test_what_a_later_version_appends_is_ignored() -> None:
    later = msgspec.msgpack.encode([23, [b"id"], "something new", 5])
    assert codec.decode_from_desktop(later) == frames.Ack([b"id"])


@pytest.mark.parametrize(
    "frame",
    [frames.Remove(2**63), frames.AskHistory(2**64 - 1, 1), frames.Deliver(2**63, b"", "", b"")],
)
def test_a_number_that_no_database_keeps_is_an_error(frame: frames.FromDesktop | frames.FromRelay) -> None:
    read = codec.decode_from_desktop if isinstance(frame, frames.FromDesktop) else codec.decode_from_relay
    with pytest.raises(PeerError):
        read(codec.encode(frame))
    most = codec.encode(frames.Welcome("ada/1", 0, 0, 2**63 - 1))
    assert codec.decode_from_relay(most) == frames.Welcome("ada/1", 0, 0, 2**63 - 1)


def test_trailing_bytes_are_an_error() -> None:
    with pytest.raises(PeerError):
        codec.decode_from_desktop(codec.encode(frames.Ack([])) + b"\xc0")


def test_a_frame_over_the_limit_is_not_even_read() -> None:
    with pytest.raises(PeerError, match="too long"):
        codec.decode_from_desktop(b"\x92\x17" + bytes(limits.FRAME_BYTES))


def test_the_largest_message_fits_into_a_frame() -> None:
    ids = ["x" * (limits.ID_BYTES - 5) + f"/{number:04}" for number in range(limits.TARGETS)]
    frame = frames.Send(bytes(16), ids, bytes(limits.BODY_BYTES))
    assert len(codec.encode(frame)) <= limits.FRAME_BYTES
    assert len(codec.encode(frames.Ok([bytes(16)] * limits.ACKS))) <= limits.FRAME_BYTES
    longest = frames.DeliverData(2**53, bytes(16), "x" * limits.ID_BYTES, bytes(limits.DATA_BYTES))
    assert len(codec.encode(longest)) <= limits.FRAME_BYTES
