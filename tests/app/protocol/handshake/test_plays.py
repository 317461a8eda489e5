"""Whole runs between two desktops and a relay: Flow and Endings."""

import pytest

from support.handshake import PHRASE, Terminal, World, both_end, confirm_of, talk
from watchword.model.requests import Ending, Phase
from watchword.protocol import ratchet
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.states import (
    Asked,
    Calling,
    Confirming,
    Ended,
    Established,
    Responding,
)
from watchword_wire.exchange import Abort, AbortCode, Kind, Verdict, VerdictStatus

WRONG = "four words said aloof"


@pytest.fixture
def world() -> World:
    return World()


# --- the way that works ---------------------------------------------------------------


def test_one_phrase_opens_one_session(world: World) -> None:
    world.meet()
    both_end(world, Ending.ACCEPTED)
    assert world.a.pins == {world.b.me: world.b.public}
    assert world.b.pins == {world.a.me: world.a.public}
    talk(world)


def test_b_may_send_at_once(world: World) -> None:
    world.meet()
    _, sealed = ratchet.seal(world.b.session, b"first")
    opened = ratchet.unseal(world.a.session, sealed)
    assert isinstance(opened, ratchet.Opened)
    assert opened.text == b"first"


def test_screens_are_touched_once_on_the_way_in_and_once_at_the_end(world: World) -> None:
    world.meet()
    shown = {
        terminal: [effect.phase for effect in terminal.log if isinstance(effect, effects.Show)]
        for terminal in (world.a, world.b)
    }
    assert shown[world.a] == [Phase.SENDING, Phase.WAITING, Phase.CHECKING]
    assert shown[world.b] == [Phase.WAITING, Phase.CHECKING]
    assert len(world.a.concluded()) == len(world.b.concluded()) == 1


def test_every_new_session_runs_the_whole_exchange_again(world: World) -> None:
    """P11."""
    world.meet()
    first = world.a.session
    for terminal in (world.a, world.b):
        terminal.forgets_session()
        assert not terminal.sessions
    world.meet()
    second = world.a.session
    assert first.h != second.h
    assert first.exporter != second.exporter
    assert world.relay.carried[0] != world.relay.carried[5]
    assert [data[0] for data in world.relay.carried] == [1, 2, 3, 4, 5] * 2
    talk(world)


def test_the_relay_carries_nothing_that_names_the_phrase(world: World) -> None:
    world.meet()
    assert not any(PHRASE.encode() in data for data in world.relay.carried)


# --- the six endings ------------------------------------------------------------------


def test_passphrases_differ(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.b.answer(WRONG)
    world.settle()
    both_end(world, Ending.DIFFER)
    assert not any(kind == Kind.RESPONSE for kind in (data[0] for data in world.relay.carried))
    assert world.a.sessions == world.b.sessions == {}


def test_nobody_is_told_who_mistyped(world: World) -> None:
    other = World(seed=1)
    for play, said, typed in ((world, WRONG, PHRASE), (other, PHRASE, WRONG)):
        play.a.dial(play.b, said)
        play.settle()
        play.b.answer(typed)
        play.settle()
    for one, two in ((world.a, other.a), (world.b, other.b)):
        assert one.concluded() == two.concluded()
        assert [type(effect) for effect in one.log] == [type(effect) for effect in two.log]


def test_no_answer_when_the_ring_runs_out(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.advance(114.9)
    assert isinstance(world.b.state, Asked)
    world.advance(0.2)
    assert world.b.concluded() == [(Ending.NO_ANSWER, False)]
    assert isinstance(world.a.state, Calling)
    world.advance(5)
    both_end(world, Ending.NO_ANSWER)
    assert (world.a.count(world.b), world.b.count(world.a)) == (0, 0)


def test_no_answer_for_an_account_that_does_not_exist(world: World) -> None:
    world.a.dial(world.relay.terminals.pop(world.b.me))
    world.settle()
    world.advance(120)
    assert world.a.concluded() == [(Ending.NO_ANSWER, True)]


@pytest.mark.parametrize("lost", [Kind.PROOF, Kind.RESPONSE, Kind.CONFIRM])
def test_not_finished_when_a_message_never_arrives(world: World, lost: Kind) -> None:
    world.relay.drops = {lost}
    world.meet()
    world.advance(136)
    both_end(world, Ending.NOT_FINISHED)
    (entry,) = world.relay.entries.values()
    assert entry.verdicts == [VerdictStatus.NOT_FINISHED]


def test_no_answer_when_the_challenge_never_arrives(world: World) -> None:
    world.relay.drops = {Kind.CHALLENGE}
    world.meet()
    world.advance(136)
    both_end(world, Ending.NO_ANSWER)


def test_declined(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.b.command(events.Decline())
    assert world.b.concluded() == [(Ending.DECLINED, False)]
    world.settle()
    both_end(world, Ending.DECLINED)


def test_withdrawn(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.a.command(events.Cancel())
    assert world.a.concluded() == [(Ending.WITHDRAWN, False)]
    world.settle()
    both_end(world, Ending.WITHDRAWN)


def test_cancel_and_decline_at_once_end_alike(world: World) -> None:
    """The relay ends a run with the first abort to reach it; the other side's screen is corrected."""
    world.a.dial(world.b)
    world.settle()
    world.a.command(events.Cancel())
    world.b.command(events.Decline())
    world.settle()
    both_end(world, Ending.WITHDRAWN)
    assert world.b.concluded() == [(Ending.DECLINED, False), (Ending.WITHDRAWN, True)]


def test_relay_lost_is_a_state_that_the_verdict_replaces(world: World) -> None:
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    world.b.cut()
    assert world.b.shows is Phase.RELAY_LOST
    assert world.b.ending is None
    world.relay.drops = set()
    world.a.cut()
    world.a.join()
    assert world.a.ending is Ending.ACCEPTED
    world.b.join()
    both_end(world, Ending.ACCEPTED)
    talk(world)


def test_a_request_that_meets_a_dead_relay_is_repeated_on_reconnection(world: World) -> None:
    world.a.cut()
    world.a.dial(world.b)
    before = world.a.shows
    world.advance(3600)
    world.a.join()
    assert (before, world.a.shows) == (Phase.SENDING, Phase.WAITING)
    world.b.answer()
    world.settle()
    both_end(world, Ending.ACCEPTED)


# --- what only the check and the verdict together can do --------------------------------


def test_b_cut_off_between_response_and_verdict_shows_the_same_on_return(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.relay.drops = {Kind.CONFIRM}
    world.b.answer()
    world.settle()
    world.b.cut()
    world.relay.drops = set()
    world.a.cut()
    world.a.join()
    assert world.a.ending is Ending.ACCEPTED
    world.advance(3 * 3600)
    assert isinstance(world.b.state, Responding)
    world.b.join()
    both_end(world, Ending.ACCEPTED)


def test_a_side_cut_off_before_a_failure_shows_the_same_on_return(world: World) -> None:
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    world.b.cut()
    world.advance(200)
    assert world.a.ending is Ending.NOT_FINISHED
    assert world.b.shows is Phase.RELAY_LOST
    world.b.join()
    both_end(world, Ending.NOT_FINISHED)


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("accepted", [True, False])
def test_a_restart_after_storing_keeps_the_pending_run(world: World, side: str, accepted: bool) -> None:
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    assert isinstance(world.a.state, Confirming)
    assert isinstance(world.b.state, Responding)
    terminal: Terminal = getattr(world, side)
    terminal.restart(away=30 if accepted else 600)
    assert terminal.shows is Phase.RELAY_LOST
    if accepted:
        world.relay.drops = set()
        if side == "b":
            world.a.cut()
            world.a.join()
    terminal.join()
    both_end(world, Ending.ACCEPTED if accepted else Ending.NOT_FINISHED)


@pytest.mark.parametrize(
    ("lost", "side"),
    [
        (Kind.REQUEST, "a"),
        (Kind.CHALLENGE, "a"),
        (Kind.CHALLENGE, "b"),
        (Kind.PROOF, "a"),
        (Kind.PROOF, "b"),
        (Kind.RESPONSE, "a"),
    ],
)
def test_a_restart_before_the_pending_point_ends_the_run(world: World, lost: Kind, side: str) -> None:
    world.relay.drops = {lost}
    world.a.dial(world.b)
    world.settle()
    if lost is not Kind.REQUEST:
        world.b.answer()
        world.settle()
    terminal: Terminal = getattr(world, side)
    other = world.b if side == "a" else world.a
    terminal.restart()
    assert terminal.runs == []
    world.relay.drops = set()
    terminal.join()
    other.cut()
    other.join()
    world.advance(400)
    assert not other.sessions
    assert not terminal.sessions
    assert not other.pending


def test_no_code_of_a_run_that_is_not_held_opens_anything(world: World) -> None:
    """B restarts after challenge; A's proof meets nothing and is answered 04: not finished."""
    world.a.dial(world.b)
    world.settle()
    world.relay.drops = {Kind.PROOF}
    world.b.answer()
    world.settle()
    world.b.restart()
    world.b.connected = True
    world.relay.drops = set()
    world.a.cut()
    world.a.join()
    assert world.b.sent()[-1] == Abort(world.a.endings.copy().popitem()[0], AbortCode.NO_SUCH_SESSION)
    assert world.a.concluded()[-1] == (Ending.NOT_FINISHED, True)


def test_verdict_00_without_the_own_check_opens_nothing(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    for terminal in (world.a, world.b):
        state = terminal.state
        assert isinstance(state, Calling | Asked)
        terminal.hear(Verdict(state.run.h, VerdictStatus.ESTABLISHED).encode())
        assert terminal.state is state
        assert not terminal.sessions


def test_the_own_check_without_verdict_opens_nothing_and_is_erased_in_time(world: World) -> None:
    """T2 + 15 s of connected time, even if the own check succeeded."""
    world.relay.drops = {Kind.CONFIRM}
    world.relay.t2 = 1e9
    world.meet()
    confirm = confirm_of(world.a)
    world.b.hear(confirm.encode())
    assert isinstance(world.b.state, Responding)
    assert world.b.state.session is not None
    world.advance(899)
    assert not world.a.sessions
    assert not world.b.sessions
    world.advance(17)
    assert isinstance(world.a.state, Ended)
    assert isinstance(world.b.state, Ended)
    assert world.a.pending == world.b.pending == {}


def test_verdict_00_without_m0_is_erased_in_time(world: World) -> None:
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    (h,) = world.b.pending
    world.b.hear(Verdict(h, VerdictStatus.ESTABLISHED).encode())
    assert isinstance(world.b.state, Responding)
    world.b.cut()
    world.advance(1000)
    assert isinstance(world.b.state, Responding)
    world.b.connected = True
    world.b.feed(-1, events.Connected())
    world.advance(151)
    assert world.b.ending is Ending.NOT_FINISHED
    assert not world.b.pending


def test_m0_and_verdict_in_either_order(world: World) -> None:
    other = World(seed=1)
    for play, order in ((world, "m0 first"), (other, "verdict first")):
        play.relay.drops = {Kind.CONFIRM}
        play.meet()
        confirm = confirm_of(play.a)
        verdict = Verdict(confirm.h, VerdictStatus.ESTABLISHED)
        said = [confirm.encode(), verdict.encode()]
        if order == "verdict first":
            said.reverse()
        play.b.hear(said[0])
        play.b.restart()
        play.b.connected = True
        play.b.feed(-1, events.Connected())
        play.b.hear(said[1])
        assert isinstance(play.b.state, Established)


def test_a_wrong_m0_after_verdict_00_ends_with_04(world: World) -> None:
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    confirm = confirm_of(world.a)
    world.b.hear(Verdict(confirm.h, VerdictStatus.ESTABLISHED).encode())
    world.b.outbox.clear()
    bad = confirm.encode()[:-1] + bytes([confirm.encode()[-1] ^ 1])
    world.b.hear(bad)
    assert world.b.concluded() == [(Ending.NOT_FINISHED, True)]
    assert world.b.outbox == [Abort(confirm.h, AbortCode.NO_SUCH_SESSION).encode()]
    assert not world.b.pending


def test_a_wrong_m0_before_the_verdict_is_broken_off(world: World) -> None:
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    world.b.hear(confirm_of(world.a).encode()[:-1])
    assert world.b.outbox == [Abort(confirm_of(world.a).h, AbortCode.BROKEN_OFF).encode()]
    assert world.b.ending is Ending.NOT_FINISHED


# --- code 04 ---------------------------------------------------------------------------


def test_an_established_side_that_hears_04_keeps_everything(world: World) -> None:
    world.meet()
    h = world.a.session.h
    session = world.a.session
    world.a.hear(Abort(h, AbortCode.NO_SUCH_SESSION).encode())
    assert world.a.session is session
    assert world.a.log[-1] == effects.MarkUndelivered(h)
    assert isinstance(world.a.state, Established)


def test_04_before_the_verdict_00_does_the_same(world: World) -> None:
    world.relay.drops = {Kind.CONFIRM}
    world.meet()
    (h,) = world.a.pending
    world.a.hear(Abort(h, AbortCode.NO_SUCH_SESSION).encode())
    assert isinstance(world.a.state, Confirming)
    world.a.hear(Verdict(h, VerdictStatus.ESTABLISHED).encode())
    assert world.a.sessions
    assert effects.MarkUndelivered(h) in world.a.log


def test_06_and_07_never_change_a_session_or_a_count(world: World) -> None:
    world.meet()
    session, h = world.b.session, world.b.session.h
    for status in VerdictStatus:
        world.b.hear(Verdict(h, status).encode())
    for code in AbortCode:
        world.b.hear(Abort(h, code).encode())
    assert world.b.session is session
    assert world.b.count(world.a) == 0
    assert not world.b.outbox
