"""The table of endings, line by line, and what arrives after an end (handshake, Flow 6 and the table)."""

import pytest

from support.handshake import World
from watchword.model.requests import Ending
from watchword.protocol.handshake import events
from watchword.protocol.handshake.states import Ended, Idle
from watchword.protocol.handshake.table import step
from watchword_wire.exchange import Abort, AbortCode, Confirm, Kind, Proof, Response, Verdict, VerdictStatus

H = bytes(32)
BY_CODE = {
    AbortCode.DIFFER: Ending.DIFFER,
    AbortCode.DECLINED: Ending.DECLINED,
    AbortCode.WITHDRAWN: Ending.WITHDRAWN,
    AbortCode.BROKEN_OFF: Ending.NOT_FINISHED,
    AbortCode.NO_SUCH_SESSION: Ending.NOT_FINISHED,
}
LATER = [
    b"\x02" + bytes(1216),
    Proof(H, H, H).encode(),
    Response(H, H, H, bytes(112)).encode(),
    Confirm(H, bytes(348)).encode(),
    b"\x04" + H + b"cut off",
    Verdict(H, VerdictStatus.ESTABLISHED).encode(),
]
SILENT = [
    *(Verdict(H, status).encode() for status in list(VerdictStatus)[1:]),
    *(Abort(H, code).encode() for code in AbortCode),
]


def calling() -> World:
    world = World()
    world.a.dial(world.b)
    world.settle()
    return world


def say(world: World, *messages: Verdict | Abort) -> None:
    for message in messages:
        world.a.hear(message.encode())


@pytest.mark.parametrize(
    ("status", "ending"),
    [(VerdictStatus.NO_CHALLENGE, Ending.NO_ANSWER), (VerdictStatus.NOT_FINISHED, Ending.NOT_FINISHED)],
)
def test_verdicts_01_and_02(status: VerdictStatus, ending: Ending) -> None:
    world = calling()
    (h,) = world.relay.entries
    say(world, Verdict(h, status))
    assert world.a.concluded() == [(ending, True)]


@pytest.mark.parametrize("code", list(AbortCode))
@pytest.mark.parametrize("abort_first", [True, False])
def test_verdict_03_ends_by_its_abort_in_either_order(code: AbortCode, abort_first: bool) -> None:
    world = calling()
    (h,) = world.relay.entries
    said = [Abort(h, code), Verdict(h, VerdictStatus.ABORTED)]
    say(world, *(said if abort_first else reversed(said)))
    assert world.a.concluded()[-1] == (BY_CODE[code], True)


@pytest.mark.parametrize("code", list(AbortCode))
def test_an_abort_alone_is_shown_until_the_verdict(code: AbortCode) -> None:
    world = calling()
    (h,) = world.relay.entries
    say(world, Abort(h, code))
    assert world.a.concluded() == [(BY_CODE[code], False)]
    say(world, Verdict(h, VerdictStatus.NOT_FINISHED))
    assert world.a.concluded()[1:] == [(Ending.NOT_FINISHED, True)]


def test_a_run_has_one_verdict() -> None:
    world = calling()
    (h,) = world.relay.entries
    say(world, Verdict(h, VerdictStatus.NO_CHALLENGE))
    state = world.a.state
    say(world, Verdict(h, VerdictStatus.NOT_FINISHED), Abort(h, AbortCode.DIFFER))
    assert world.a.state is state


def test_the_own_end_is_kept_when_the_verdict_comes_without_an_abort() -> None:
    world = calling()
    (h,) = world.relay.entries
    world.a.command(events.Cancel())
    say(world, Verdict(h, VerdictStatus.ABORTED))
    assert world.a.concluded() == [(Ending.WITHDRAWN, False), (Ending.WITHDRAWN, True)]


def test_what_is_remembered_follows_the_verdict() -> None:
    world = calling()
    world.a.command(events.Cancel())
    world.b.command(events.Decline())
    world.settle()
    assert world.a.endings == world.b.endings
    assert set(world.b.endings.values()) == {Ending.WITHDRAWN}


def test_an_abort_of_ones_own_is_repeated_on_reconnection_until_the_verdict() -> None:
    world = calling()
    world.relay.drops = {Kind.ABORT}
    world.a.command(events.Cancel())
    world.settle()
    world.a.cut()
    world.relay.drops = set()
    world.a.join()
    assert world.b.concluded()[-1] == (Ending.WITHDRAWN, True)
    said = len(world.a.sent())
    world.a.cut()
    world.a.join()
    assert len(world.a.sent()) == said


@pytest.mark.parametrize("data", LATER)
@pytest.mark.parametrize("held", ["never", "ended"])
def test_02_to_05_and_verdict_00_for_what_is_not_held_are_answered_04(data: bytes, held: str) -> None:
    state = Idle() if held == "never" else Ended(H, Ending.NOT_FINISHED)
    _, done = step(state, events.Received(data.replace(data[1:33], H, 1)), 0)
    assert [effect.data for effect in done if hasattr(effect, "data")] == [
        Abort(H, AbortCode.NO_SUCH_SESSION).encode()
    ]


@pytest.mark.parametrize("data", SILENT)
@pytest.mark.parametrize("held", ["never", "ended"])
def test_another_verdict_and_any_07_are_never_answered_with_04(data: bytes, held: str) -> None:
    state = Idle() if held == "never" else Ended(H, Ending.NOT_FINISHED)
    _, done = step(state, events.Received(data), 0)
    assert not any(hasattr(effect, "data") for effect in done)


def test_a_request_is_never_answered_with_04() -> None:
    for data in (b"\x01" + bytes(60), b"\x01"):
        _, done = step(Idle(), events.Received(data), 0)
        assert not any(hasattr(effect, "data") for effect in done)
