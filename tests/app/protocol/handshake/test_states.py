"""What is stored of a run, and what a state shows."""

import msgspec
import pytest

from support.handshake import World, without_clock
from watchword.crypto.secret import Secret
from watchword.model.requests import Phase
from watchword.protocol.handshake.states import Confirming, Idle, Responding, pack, revive, shown
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Kind


@pytest.fixture
def pending() -> tuple[Confirming, Responding]:
    world = World()
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    a, b = world.a.state, world.b.state
    assert isinstance(a, Confirming)
    assert isinstance(b, Responding)
    return a, b


def test_pending_runs_come_back_as_they_were(pending: tuple[Confirming, Responding]) -> None:
    for state in pending:
        revived = revive(pack(state), age=0, now=5)
        assert without_clock(revived) == without_clock(state)
        assert revived.run.clock.since is None
        assert shown(revived) == (Phase.RELAY_LOST, 0.0)


@pytest.mark.parametrize(
    "data", [b"", b"\xc0", b"\x80", b"\xff" * 40, msgspec.msgpack.encode({"type": "Idle"})]
)
def test_bytes_that_are_no_pending_run_are_refused(data: bytes) -> None:
    with pytest.raises(PeerError):
        revive(Secret(data), age=0, now=0)


def test_no_run_shows_nothing() -> None:
    assert shown(Idle()) == (Phase.ENDED, 0.0)
