"""Whole runs between two desktops and a relay: Silence, Both dial at once, Retry, Guesses."""

import pytest

from support.handshake import PHRASE, World, both_end
from watchword.model.requests import Ending
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.states import (
    Asked,
    Calling,
    Challenging,
    Ended,
)
from watchword_wire.exchange import Abort, AbortCode, Kind, Proof

WRONG = "four words said aloof"


@pytest.fixture
def world() -> World:
    return World()


# --- silence, crossing, retry ------------------------------------------------------------


def test_silence_sends_nothing_and_reads_as_no_answer(world: World) -> None:
    world.b.silent = True
    world.a.dial(world.b)
    world.settle()
    assert world.b.sent() == []
    assert world.b.runs == []
    world.advance(120)
    assert world.a.concluded() == [(Ending.NO_ANSWER, True)]


def test_blocking_in_the_prompt_sends_nothing(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.b.command(events.Hush())
    assert world.b.sent() == []
    world.advance(120)
    assert world.a.concluded() == [(Ending.NO_ANSWER, True)]


@pytest.mark.parametrize("seed", range(6))
def test_both_dial_at_once_the_smaller_h_goes_on(seed: int) -> None:
    world = World(seed)
    world.a.dial(world.b)
    world.b.dial(world.a)
    calls = {
        terminal: terminal.state.run.h
        for terminal in (world.a, world.b)
        if isinstance(terminal.state, Calling)
    }
    winner, loser = sorted(calls, key=lambda terminal: calls[terminal])
    world.settle()
    assert isinstance(winner.state, Calling)
    assert winner.state.run.h == calls[winner]
    withdrawn = loser.runs[0]
    assert isinstance(withdrawn, Ended)
    assert withdrawn.gave_way
    prompts = [effect for effect in loser.log if isinstance(effect, effects.Prompt)]
    assert [(prompt.h, prompt.phrase_kept) for prompt in prompts] == [(calls[winner], True)]
    assert isinstance(loser.state, Asked)
    assert not any(isinstance(effect, effects.Prompt) for effect in winner.log)
    loser.answer()
    world.settle()
    both_end_accepted = {terminal.ending for terminal in (world.a, world.b)}
    assert both_end_accepted == {Ending.ACCEPTED}
    assert (world.a.count(world.b), world.b.count(world.a)) == (0, 0)


def test_after_a_challenge_the_incoming_request_is_refused(world: World) -> None:
    world.relay.drops = {Kind.PROOF}
    world.meet()
    other = World(seed=9)
    other.b.dial(other.a)
    (request,) = other.b.outbox
    state = world.a.state
    world.a.hear(request)
    assert world.a.state is state
    assert world.a.sent()[-1] == Abort(other.b.state.run.h, AbortCode.BROKEN_OFF)  # type: ignore[union-attr]  # Calling


def test_a_retry_is_a_whole_new_run(world: World) -> None:
    for typed in (WRONG, PHRASE):
        world.a.dial(world.b)
        world.settle()
        world.b.answer(typed)
        world.settle()
    both_end(world, Ending.ACCEPTED)
    requests = [data for data in world.relay.carried if data[0] == Kind.REQUEST]
    assert len({data[-1248:-1216] for data in requests}) == 2  # nA
    assert len({data[-1216:-1184] for data in requests}) == 2  # pA
    assert len({data[-1184:] for data in requests}) == 2  # ekA
    proofs = [message for message in world.a.sent() if isinstance(message, Proof)]
    assert len({proof.r_a for proof in proofs}) == 2


# --- guesses -----------------------------------------------------------------------------


def test_a_right_phrase_leaves_no_count(world: World) -> None:
    world.meet()
    assert (world.a.count(world.b), world.b.count(world.a)) == (0, 0)


def test_a_wrong_phrase_is_counted_once_on_both_sides(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.b.answer(WRONG)
    world.settle()
    assert (world.a.count(world.b), world.b.count(world.a)) == (1, 1)


@pytest.mark.parametrize(
    ("lost", "counts"),
    [
        (Kind.REQUEST, (0, 0)),
        (Kind.CHALLENGE, (0, 0)),
        (Kind.PROOF, (1, 0)),
        (Kind.RESPONSE, (1, 0)),
        (Kind.CONFIRM, (0, 0)),
    ],
)
def test_timeouts_stay_counted_from_the_moment_something_was_revealed(
    world: World, lost: Kind, counts: tuple[int, int]
) -> None:
    world.relay.drops = {lost}
    world.a.dial(world.b)
    world.settle()
    if world.b.runs:
        world.b.answer()
        world.settle()
    world.advance(400)
    assert (world.a.count(world.b), world.b.count(world.a)) == counts


def test_the_proof_leaves_after_the_count_is_on_disk(world: World) -> None:
    world.a.dial(world.b)
    world.settle()
    world.b.answer()
    seen: list[tuple[str, int]] = []
    write = world.a.write

    def watched(effect: effects.Write) -> list[events.Event]:
        answers = write(effect)
        kinds = [message for message in world.a.sent() if isinstance(message, Proof)]
        seen.append((type(effect).__name__, len(kinds)))
        return answers

    world.a.write = watched  # type: ignore[method-assign]  # to look at the order from inside
    world.settle()
    assert seen[0] == ("CountGuess", 0)


def test_three_wrong_phrases_bring_waiting_for_both_sides(world: World) -> None:
    for _ in range(3):
        world.a.dial(world.b)
        world.settle()
        world.b.answer(WRONG)
        world.settle()
    assert (world.a.count(world.b), world.b.count(world.a)) == (3, 3)
    world.a.dial(world.b)
    world.settle()
    world.b.answer()
    world.settle()
    assert world.a.ending is Ending.NOT_FINISHED
    assert not any(isinstance(message, Proof) for message in world.a.sent()[-2:])
    world.advance(60)
    world.a.dial(world.b)
    world.settle()
    world.b.answer()
    world.settle()
    both_end(world, Ending.ACCEPTED)
    assert (world.a.count(world.b), world.b.count(world.a)) == (3, 3)


# --- identity ----------------------------------------------------------------------------


def test_another_key_for_a_pinned_id_opens_a_held_session(world: World) -> None:
    world.b.pins[world.a.me] = bytes(32)
    world.meet()
    assert set(world.b.sessions) == world.b.held
    assert not world.a.held
    assert world.b.pins[world.a.me] == bytes(32)


def test_the_same_key_again_is_not_asked_about(world: World) -> None:
    world.meet()
    for terminal in (world.a, world.b):
        terminal.forgets_session()
    world.meet()
    assert not world.a.held
    assert not world.b.held


def test_challenge_is_said_while_nothing_keyed_leaves_before_the_proof_is_judged(world: World) -> None:
    world.relay.drops = {Kind.PROOF}
    world.meet()
    assert isinstance(world.b.state, Challenging)
    assert [data[0] for data in world.relay.carried] == [1, 2]
