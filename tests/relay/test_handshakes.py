"""The relay's part of a handshake, rule by rule, with a clock that is set by hand.

Expectations come from the handshake's document: Flow 1, 2, 4 and 6, and the rules of repeats.
"""

import hashlib

import msgspec
import pytest

from watchword_relay import handshakes
from watchword_relay.handshakes import Gone, Live, Noted, OutOfTurn, Passed, Told
from watchword_relay.store.contract import Ended, Owed
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Kind, Request, VerdictStatus
from watchword_wire.ids import FullId

T1, T2, START = 120.0, 135.0, 1_000.0
A, B, C = "ada/1", "bo/1", "cy/1"
REQUEST = Request(FullId("ada", 1), FullId("bo", 1), bytes(32), bytes(32), bytes(1_184)).encode()
H = hashlib.sha256(REQUEST).digest()
CHALLENGE = b"\x02" + H + b"c" * (1_217 - 33)
PROOF = b"\x03" + H + b"p" * 64
RESPONSE = b"\x04" + H + b"r" * 176
CONFIRM = b"\x05" + H + b"m" * 348
STEPS = {CHALLENGE: (B, A), PROOF: (A, B), RESPONSE: (B, A), CONFIRM: (A, B)}


def abort(code: int) -> bytes:
    return b"\x07" + H + bytes([code])


def verdict(status: int) -> bytes:
    return b"\x06" + H + bytes([status])


def begin() -> Live:
    return handshakes.open_run(A, B, REQUEST, "hint", now=START, t1=T1, t2=T2)


def at(*steps: bytes, asked: bool = True) -> Live:
    """A run that has come as far as these steps."""
    live = msgspec.structs.replace(begin(), asked=asked)
    for body in steps:
        after, effects = handshakes.step(live, *STEPS[body], body, START)
        assert isinstance(after, Live)
        assert effects == [Noted(STEPS[body][0], Kind(body[0])), Passed(STEPS[body][1], STEPS[body][0], body)]
        live = after
    return live


STAGES = {
    "request": (),
    "challenge": (CHALLENGE,),
    "proof": (CHALLENGE, PROOF),
    "response": (CHALLENGE, PROOF, RESPONSE),
}


def came(
    live: Live, sender: str, target: str, body: bytes, after: float = 0.0
) -> tuple[Live | Ended, list[object]]:
    run, effects = handshakes.step(live, sender, target, body, START + after)
    return run, list(effects)


# --- opening ------------------------------------------------------------------------------


def test_both_clocks_run_from_the_request() -> None:
    live = begin()
    assert live.left_ms(START) == (120_000, 135_000)
    assert live.left_ms(START + 119.9995) == (0, 15_000)
    assert live.left_ms(START + 500) == (0, 0)
    assert (live.h, live.a, live.b, live.hint) == (H, A, B, "hint")


@pytest.mark.parametrize(
    ("sender", "target", "body"),
    [
        (C, B, REQUEST),
        (A, C, REQUEST),
        ("ada/2", B, REQUEST),
        (A, B, REQUEST + b"\0"),
        (A, B, REQUEST[:-1]),
        (A, B, CHALLENGE),
        (A, A, Request(FullId("ada", 1), FullId("ada", 1), bytes(32), bytes(32), bytes(1_184)).encode()),
    ],
)
def test_a_request_is_of_its_sender_for_its_target(sender: str, target: str, body: bytes) -> None:
    with pytest.raises(PeerError):
        handshakes.open_run(sender, target, body, "", now=START, t1=T1, t2=T2)


# --- steps in order -----------------------------------------------------------------------


def test_the_five_steps_end_in_established() -> None:
    live = at(CHALLENGE, PROOF, RESPONSE)
    ended, effects = came(live, A, B, CONFIRM, 134.999)
    assert effects == [Noted(A, Kind.CONFIRM)]
    assert ended == Ended(H, A, B, 0, CONFIRM, A, Owed.VERDICT, Owed.VERDICT, 0)
    assert handshakes.telling(ended, A, again=False) == [Passed(A, "", verdict(0))]
    assert handshakes.telling(ended, B, again=False) == [Passed(B, A, CONFIRM), Passed(B, "", verdict(0))]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("body", list(STEPS))
def test_a_step_out_of_turn_is_refused(stage: str, body: bytes) -> None:
    done = STAGES[stage]
    order = list(STEPS)
    if body in done or body == order[len(done)]:
        return
    live = at(*done)
    assert came(live, *STEPS[body], body) == (live, [OutOfTurn(STEPS[body][0])])


@pytest.mark.parametrize("body", list(STEPS))
def test_a_step_of_the_wrong_side_is_refused(body: bytes) -> None:
    live = at(*list(STEPS)[: list(STEPS).index(body)])
    sender, target = STEPS[body]
    for wrong in ((target, sender), (C, target), (sender, C), ("ada/2", B)):
        assert came(live, *wrong, body) == (live, [OutOfTurn(wrong[0])])


@pytest.mark.parametrize("body", list(STEPS))
def test_a_malformed_step_is_refused(body: bytes) -> None:
    live = at(*list(STEPS)[: list(STEPS).index(body)])
    for wrong in (body[:-1], body + b"\0"):
        assert came(live, *STEPS[body], wrong) == (live, [OutOfTurn(STEPS[body][0])])


def test_nobody_sends_a_verdict_but_the_relay() -> None:
    for stage in STAGES.values():
        live = at(*stage)
        for sender, target in ((A, B), (B, A)):
            assert came(live, sender, target, verdict(0)) == (live, [OutOfTurn(sender)])


@pytest.mark.parametrize("body", [CHALLENGE, PROOF, RESPONSE])
def test_a_second_one_that_differs_is_refused(body: bytes) -> None:
    live = at(*list(STEPS)[: list(STEPS).index(body) + 1])
    other = body[:-1] + b"\0"
    assert came(live, *STEPS[body], other) == (live, [OutOfTurn(STEPS[body][0])])


# --- repeats ------------------------------------------------------------------------------


def test_an_exact_repeat_gets_the_stored_answer_or_nothing() -> None:
    """Of an answered message the same stored bytes, of an unanswered one nothing."""
    request, challenge = at(), at(CHALLENGE)
    proof, response = at(CHALLENGE, PROOF), at(CHALLENGE, PROOF, RESPONSE)
    assert came(request, A, B, REQUEST) == (request, [Noted(A, Kind.REQUEST)])
    assert came(challenge, A, B, REQUEST) == (challenge, [Noted(A, Kind.REQUEST), Passed(A, B, CHALLENGE)])
    assert came(challenge, B, A, CHALLENGE) == (challenge, [Noted(B, Kind.CHALLENGE)])
    assert came(proof, B, A, CHALLENGE) == (proof, [Noted(B, Kind.CHALLENGE), Passed(B, A, PROOF)])
    assert came(proof, A, B, PROOF) == (proof, [Noted(A, Kind.PROOF)])
    assert came(response, A, B, PROOF) == (response, [Noted(A, Kind.PROOF), Passed(A, B, RESPONSE)])
    assert came(response, B, A, RESPONSE) == (response, [Noted(B, Kind.RESPONSE)])


def test_who_comes_back_is_given_the_live_step() -> None:
    expected = {
        "request": ([], [Passed(B, A, REQUEST, "hint")]),
        "challenge": ([Passed(A, B, CHALLENGE)], []),
        "proof": ([], [Passed(B, A, PROOF)]),
        "response": ([Passed(A, B, RESPONSE)], []),
    }
    for stage, (for_a, for_b) in expected.items():
        live = at(*STAGES[stage])
        assert handshakes.waiting_for(live, A) == for_a
        assert handshakes.waiting_for(live, B) == for_b


# --- the limits of time -------------------------------------------------------------------

ENDINGS = {"request": (T1, 1), "challenge": (T1, 2), "proof": (T1, 2), "response": (T2, 2)}
NEXT = {"request": CHALLENGE, "challenge": PROOF, "proof": RESPONSE, "response": CONFIRM}


@pytest.mark.parametrize("stage", STAGES)
def test_exactly_at_the_limit_is_late(stage: str) -> None:
    limit, status = ENDINGS[stage]
    live = at(*STAGES[stage])
    body = NEXT[stage]
    taken, effects = came(live, *STEPS[body], body, limit - 0.001)
    assert effects[0] == Noted(STEPS[body][0], Kind(body[0]))
    assert taken != live
    assert not isinstance(taken, Ended) or taken.status == VerdictStatus.ESTABLISHED
    late, effects = came(live, *STEPS[body], body, limit)
    assert isinstance(late, Ended)
    assert (late.status, late.last) == (status, b"")
    assert effects == [Noted(STEPS[body][0], Kind(body[0]))]


@pytest.mark.parametrize("stage", STAGES)
def test_the_clock_alone_ends_a_run(stage: str) -> None:
    limit, status = ENDINGS[stage]
    live = at(*STAGES[stage])
    assert handshakes.expire(live, START + limit - 0.001) == (live, [])
    ended, _ = handshakes.expire(live, START + limit)
    assert isinstance(ended, Ended)
    assert ended.status == status
    for side in (A, B):
        assert handshakes.telling(ended, side, again=False) == [Passed(side, "", verdict(status))]


def test_an_abort_at_the_limit_is_late_too() -> None:
    ended, _ = came(at(), A, B, abort(2), T1)
    assert isinstance(ended, Ended)
    assert ended.status == VerdictStatus.NO_CHALLENGE


# --- aborts -------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("code", range(5))
@pytest.mark.parametrize(("sender", "other"), [(A, B), (B, A)])
def test_any_abort_ends_a_run_and_is_passed_on(stage: str, code: int, sender: str, other: str) -> None:
    ended, effects = came(at(*STAGES[stage]), sender, other, abort(code))
    assert isinstance(ended, Ended)
    assert (ended.status, ended.last, ended.by) == (3, abort(code), sender)
    assert effects == [Noted(sender, Kind.ABORT)]
    assert handshakes.telling(ended, other, again=False) == [
        Passed(other, sender, abort(code)),
        Passed(other, "", verdict(3)),
    ]
    assert handshakes.telling(ended, sender, again=False) == [Passed(sender, "", verdict(3))]


def test_an_abort_of_a_stranger_or_of_no_known_code_changes_nothing() -> None:
    live = at()
    assert came(live, C, B, abort(0)) == (live, [OutOfTurn(C)])
    assert came(live, A, C, abort(0)) == (live, [OutOfTurn(A)])
    assert came(live, A, B, abort(5)) == (live, [OutOfTurn(A)])
    assert came(live, A, B, abort(0) + b"\0") == (live, [OutOfTurn(A)])


def test_who_was_never_asked_is_owed_nothing() -> None:
    ended, _ = came(at(asked=False), A, B, abort(2))
    assert isinstance(ended, Ended)
    assert (ended.owed_a, ended.owed_b) == (Owed.VERDICT, Owed.NOTHING)


# --- after the verdict --------------------------------------------------------------------


def finished(status: int) -> Ended:
    last, by = {0: (CONFIRM, A), 3: (abort(1), B)}.get(status, (b"", ""))
    return Ended(H, A, B, status, last, by, Owed.VERDICT, Owed.VERDICT, 0)


@pytest.mark.parametrize("status", range(4))
@pytest.mark.parametrize("body", [REQUEST, *STEPS, abort(0), abort(1), abort(2), abort(3)])
def test_any_later_message_gets_the_verdict_again(status: int, body: bytes) -> None:
    for sender, target in ((A, B), (B, A)):
        effects = handshakes.after(finished(status), sender, target, body)
        assert effects == [Noted(sender, Kind(body[0])), Told(sender)]


def test_the_verdict_comes_again_with_what_belongs_to_it() -> None:
    assert handshakes.telling(finished(0), A, again=True) == [Passed(A, "", verdict(0))]
    assert handshakes.telling(finished(0), B, again=True) == [
        Passed(B, A, CONFIRM),
        Passed(B, "", verdict(0)),
    ]
    for side in (A, B):
        assert handshakes.telling(finished(3), side, again=True) == [
            Passed(side, B, abort(1)),
            Passed(side, "", verdict(3)),
        ]
        for status in (1, 2):
            assert handshakes.telling(finished(status), side, again=True) == [
                Passed(side, "", verdict(status))
            ]


def test_no_such_session_is_passed_on_after_established_only() -> None:
    gone = abort(4)
    for sender, target in ((A, B), (B, A)):
        noted = Noted(sender, Kind.ABORT)
        assert handshakes.after(finished(0), sender, target, gone) == [noted, Gone(target, sender, gone)]
        for status in (1, 2, 3):
            assert handshakes.after(finished(status), sender, target, gone) == [noted]


def test_a_stranger_learns_nothing_of_a_finished_run() -> None:
    for sender, target in ((C, A), (C, B), (A, C), ("bo/2", A)):
        assert handshakes.after(finished(0), sender, target, abort(4)) == [OutOfTurn(sender)]


def test_a_relay_that_stops_ends_a_run_as_not_finished() -> None:
    for stage in STAGES.values():
        assert handshakes.stop(at(*stage)).status == VerdictStatus.NOT_FINISHED
