"""Every decoder of the protocol: round trips, and nothing but PeerError from any bytes (law 6)."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.handshake import World
from support.vectors import RUNS
from watchword.crypto.secret import Secret
from watchword.protocol import content, ratchet
from watchword.protocol.content import Asked, Data, Empty, End, Receipt, RoomMessage, Statements, Text
from watchword.protocol.handshake import events, states
from watchword.protocol.handshake.states import Confirming, Idle, Responding
from watchword.protocol.handshake.table import step
from watchword_wire import envelope, exchange
from watchword_wire.errors import PeerError
from watchword_wire.exchange import (
    Abort,
    AbortCode,
    Challenge,
    Confirm,
    Kind,
    Proof,
    Request,
    Response,
    Verdict,
    VerdictStatus,
)
from watchword_wire.ids import FullId

MESSAGES = [RUNS[0][name] for name in ("request", "challenge", "proof", "response", "confirm")]
MESSAGES += [Verdict(bytes(32), VerdictStatus.ABORTED).encode(), Abort(bytes(32), AbortCode.DIFFER).encode()]
ENVELOPES = [RUNS[0][name] for name in ("m0", "m1", "m2")]
CONTENTS = [
    content.encode(one)
    for one in (
        Text(bytes(16), 1, "hello"),
        Receipt((bytes(16),)),
        Statements(bytes(16), (b"one", b"two"), ("bo",)),
        Asked(bytes(16), bytes(32), b"\x80"),
        RoomMessage(bytes(16), bytes(32), bytes(8), content.encode(Text(bytes(16), 1, "hello"))),
    )
]


def exactly(length: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=length, max_size=length)


@st.composite
def damaged(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """Good bytes with something done to them."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["flip", "cut", "insert", "double"])):
            case "flip" if data:
                data[at] ^= draw(st.integers(1, 255))
            case "cut":
                del data[at:]
            case "insert":
                data[at:at] = draw(st.binary(max_size=9))
            case _:
                data += data[at:]
    return bytes(data)


def peer_error_or_nothing(decode: Callable[[bytes], object], data: bytes) -> None:
    try:
        decode(data)
    except PeerError as error:
        assert len(str(error)) < 80  # noqa: PT017 raising is allowed and not required


ids = st.builds(
    FullId,
    st.text(
        st.characters(categories=["Ll", "Lo", "Nd"], max_codepoint=0xFFFF), min_size=1, max_size=12
    ).filter(lambda text: text.isascii() or text == "李雷"),
    st.integers(1, 10**9 - 1),
)
h = exactly(32)
messages = st.one_of(
    st.builds(Request, ids, ids, exactly(32), exactly(32), exactly(1184)),
    st.builds(Challenge, h, exactly(32), exactly(32), exactly(1088), exactly(32)),
    st.builds(Proof, h, exactly(32), exactly(32)),
    st.builds(Response, h, exactly(32), exactly(32), exactly(112)),
    st.builds(Confirm, h, exactly(348)),
    st.builds(Verdict, h, st.sampled_from(list(VerdictStatus))),
    st.builds(Abort, h, st.sampled_from(list(AbortCode))),
)


@given(messages)
def test_messages_come_back(message: exchange.Message) -> None:
    assert exchange.parse(message.encode()) == message
    assert exchange.parse(message.encode()).encode() == message.encode()


@settings(max_examples=500)
@given(st.one_of(damaged(MESSAGES), st.binary(max_size=400)))
@example(b"\x01\x00\x01\xff\xff\xff\xff")
@example(b"\x06" + bytes(32) + b"\xff")
def test_message_decoders(data: bytes) -> None:
    for decode in (exchange.parse, exchange.kind_of, exchange.run_of):
        peer_error_or_nothing(decode, data)


@settings(max_examples=300)
@given(st.one_of(damaged(ENVELOPES), st.binary(max_size=600)))
def test_envelope_decoder(data: bytes) -> None:
    peer_error_or_nothing(envelope.parse, data)


@given(st.binary(max_size=5_000))
def test_padding_comes_back_and_envelopes_of_it_are_read(text: bytes) -> None:
    padded = ratchet.pad(text)
    assert ratchet.unpad(padded) == text
    assert len(envelope.parse(bytes(92) + padded).sealed) == len(padded) + 28


@settings(max_examples=300)
@given(
    st.one_of(st.binary(max_size=300), st.binary(max_size=4).map(lambda tail: (b"\x80" + tail).rjust(256)))
)
def test_padding_decoder(data: bytes) -> None:
    peer_error_or_nothing(ratchet.unpad, data)


texts = st.text(min_size=1, max_size=2_000)
contents = st.one_of(
    st.builds(Text, exactly(16), st.integers(0, 2**53), texts),
    st.builds(Receipt, st.lists(exactly(16), min_size=1, max_size=20).map(tuple)),
    st.just(End()),
    st.just(Empty()),
    st.builds(Data, st.binary(min_size=1, max_size=2_000)),
)


@given(contents)
def test_contents_come_back(said: content.Known) -> None:
    assert content.decode(content.encode(said)) == said


packable = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.binary(max_size=20)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@settings(max_examples=500)
@given(st.one_of(damaged(CONTENTS), st.binary(max_size=200), packable.map(msgspec.msgpack.encode)))
def test_content_decoder(data: bytes) -> None:
    peer_error_or_nothing(content.decode, data)


@pytest.fixture(scope="module")
def met() -> World:
    """One run whose states and session the fuzz below starts from, again and again."""
    world = World()
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    return world


@settings(max_examples=300)
@given(data=st.one_of(damaged(MESSAGES), st.binary(max_size=300)))
def test_the_store_reader_of_pending_runs(met: World, data: bytes) -> None:
    state = met.a.state
    assert isinstance(state, Confirming)
    packed = states.pack(state).expose()
    for spoiled in (data, packed[: len(data)] + data, packed[:40] + data + packed[40 + len(data) :]):
        peer_error_or_nothing(lambda stored: states.revive(Secret(stored), 0, 0), spoiled)
        peer_error_or_nothing(lambda stored: ratchet.unpack(Secret(stored)), spoiled)


@settings(max_examples=300)
@given(data=st.one_of(damaged(MESSAGES), st.binary(max_size=300)), aimed=st.booleans())
def test_a_machine_takes_any_bytes(met: World, data: bytes, aimed: bool) -> None:
    """Whatever arrives in whatever state, `step` gives a state and effects, and raises nothing."""
    for state in (Idle(), met.a.state, met.b.state, *met.a.runs):
        if aimed and isinstance(state, Confirming | Responding):
            data = data[:1] + state.run.h + data[33:]
        after, _ = step(state, events.Received(data), met.now)
        assert after is not None
    incoming = events.Incoming(data, met.b.me, 0, 0)
    step(Idle(), incoming, met.now)


@settings(max_examples=200, deadline=None)
@given(data=st.one_of(damaged(ENVELOPES), st.binary(max_size=600)))
def test_a_session_takes_any_bytes(met: World, data: bytes) -> None:
    state = met.a.state
    assert isinstance(state, Confirming)
    session = ratchet.unpack(state.session)
    peer_error_or_nothing(lambda sealed: ratchet.unseal(session, sealed), data)
    peer_error_or_nothing(lambda sealed: ratchet.unseal(session, session.h[:8] + sealed[8:]), data)
