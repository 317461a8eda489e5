"""Handshake, What is checked: what holds of both sides alike; the rest stands with the modules."""

import hashlib

import pytest
from msgspec.structs import replace

from support.handshake import PHRASE, Terminal, World, challenged
from support.vectors import suite1
from watchword.model.requests import Ending
from watchword.protocol.handshake import events
from watchword.protocol.handshake.states import Calling, Challenging, Proving
from watchword_wire.exchange import Abort, AbortCode, Kind

REFUSE = [point for points in suite1()["points"]["refuse"].values() for point in points]
IDENTITY = b"\x01" + bytes(31)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("kind", [Kind.CHALLENGE, Kind.PROOF, Kind.RESPONSE, Kind.CONFIRM])
def test_an_exact_repeat_gets_the_same_stored_bytes(world: World, kind: Kind) -> None:
    """Of an answered message; of an unanswered one nothing, of `confirm` only the acknowledgement."""
    world.meet()
    side = world.b if kind in {Kind.PROOF, Kind.CONFIRM} else world.a
    data = next(data for data in world.relay.carried if data[0] == kind)
    following = [carried for carried in world.relay.carried if carried[0] == kind + 1]
    side.hear(data)
    side.hear(data)
    assert side.outbox == following * 2
    assert len(following) == (0 if kind is Kind.CONFIRM else 1)


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("data", [b"\x02", b"\x03", b"\x04", b"\x05"])
def test_a_malformed_message_ends_a_run_that_is_not_pending(world: World, side: str, data: bytes) -> None:
    world.relay.drops = {Kind.CHALLENGE}
    world.meet()
    terminal: Terminal = getattr(world, side)
    state = terminal.state
    assert isinstance(state, Calling | Challenging)
    terminal.hear(data + state.run.h + b"short")
    assert terminal.sent()[-1] == Abort(state.run.h, AbortCode.BROKEN_OFF)
    assert terminal.ending is Ending.NOT_FINISHED


def test_h_is_checked_on_02_to_07(world: World) -> None:
    """Another h is another run: the message never reaches this one, and 02–05 are answered 04."""
    challenge = challenged(world)
    state = world.a.state
    world.a.hear(replace(challenge, h=bytes(32)).encode())
    assert world.a.state is state
    assert world.a.sent()[-1] == Abort(bytes(32), AbortCode.NO_SUCH_SESSION)


def test_reprs_show_no_secret(world: World) -> None:
    shown: list[str] = []
    secrets: list[bytes] = [PHRASE.encode(), world.a.identity.expose(), world.b.identity.expose()]
    feed = Terminal.feed

    def watched(terminal: Terminal, at: int, event: events.Event) -> None:
        shown.append(repr(terminal.runs[at]) + repr(event))
        feed(terminal, at, event)
        state = terminal.runs[at]
        shown.append(repr(state))
        if isinstance(state, Challenging | Proving):
            secrets.extend((state.first.k1.expose(), state.first.k_a.expose(), state.first.k_b.expose()))
        if isinstance(state, Calling):
            secrets.append(state.w.expose())

    for terminal in (world.a, world.b):
        terminal.feed = watched.__get__(terminal)  # type: ignore[method-assign]  # to look from inside
    world.meet()
    text = "".join(shown) + repr(world.a.log) + repr(world.b.log)
    assert len(secrets) > 6
    for secret in secrets:
        assert repr(secret)[2:-1] not in text
        assert secret.hex() not in text
    assert hashlib.sha256(PHRASE.encode()).hexdigest() not in text
