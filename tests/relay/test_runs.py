"""All handshakes of a relay: durable before told, told until heard, ended by a clock that is set by hand."""

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from watchword_relay.connection import RelayConnection
from watchword_relay.debts import OWED_AT_ONCE
from watchword_relay.limits import Limits
from watchword_relay.runs import Runs
from watchword_relay.store.contract import OWN, Batch, Ended, Owed, Run, StoreFull
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames
from watchword_wire.exchange import Request
from watchword_wire.frames import RefusalCode, StepFrom, StepNoted
from watchword_wire.ids import parse_full_id

T1, T2 = 120.0, 135.0
A, B = "ada/1", "bo/1"


class Line:
    """What a connection was given."""

    def __init__(self) -> None:
        self.got: list[frames.FromRelay] = []

    def push_frame(self, frame: frames.FromRelay) -> None:
        self.got.append(frame)

    def take(self) -> list[frames.FromRelay]:
        got, self.got = self.got, []
        return got


class Stage:
    """A relay's handshakes on a real store, with a clock and lines in the hands of the test."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self.time = 5_000.0
        self.lines: dict[str, Line] = {}
        self.start()

    def start(self) -> None:
        self.store = SqliteStore(self.path)
        self.wanted = 0
        self.runs = Runs(
            self.store.of(OWN),
            self._want,
            lambda name: cast("RelayConnection | None", self.lines.get(name)),
            self.limits,
            lambda: 100,
            t1=T1,
            t2=T2,
            now=lambda: self.time,
        )

    def restart(self) -> None:
        self.store.close()
        self.lines.clear()
        self.start()
        self.store.end_running(2, 1)

    def _want(self) -> None:
        self.wanted += 1

    def commit(self) -> None:
        """Make durable what waits for it."""
        while self.wanted:
            self.wanted = 0
            batch = Batch()
            settle = self.runs.collect(batch)
            settle(self.store.commit(batch))

    def fail_to_commit(self) -> None:
        self.wanted = 0
        self.runs.collect(Batch())(StoreFull("no room"))

    def enter(self, name: str) -> Line:
        line = self.lines[name] = Line()
        self.runs.entered(name)
        return line

    def leave(self, name: str) -> None:
        del self.lines[name]
        self.runs.left(name)

    def acks(self, name: str, *ids: bytes) -> None:
        self.runs.acked(name, list(ids))
        self.commit()

    def sends(self, sender: str, target: str, body: bytes, hint: str = "") -> None:
        self.runs.came(sender, frames.Step(target, body, hint))
        self.commit()

    def passes(self, seconds: float) -> None:
        self.time += seconds
        self.runs.look()
        self.commit()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "relay.sqlite3", Limits())
    yield stage
    stage.runs.stop()
    stage.store.close()


def new_request(sender: str = A, target: str = B) -> bytes:
    ids = parse_full_id(sender), parse_full_id(target)
    return Request(*ids, os.urandom(32), os.urandom(32), os.urandom(1_184)).encode()


REQUEST = new_request()
H = hashlib.sha256(REQUEST).digest()
CHALLENGE = b"\x02" + H + bytes(1_217 - 33)
PROOF = b"\x03" + H + bytes(64)
RESPONSE = b"\x04" + H + bytes(176)
CONFIRM = b"\x05" + H + bytes(348)
WITHDRAWN, NO_SESSION = b"\x07" + H + b"\x02", b"\x07" + H + b"\x04"


def verdict(status: int) -> StepFrom:
    return StepFrom("", b"\x06" + H + bytes([status]), 0, 0)


async def test_a_request_is_durable_before_anybody_hears_of_it(stage: Stage) -> None:
    ada, bo = stage.enter(A), stage.enter(B)
    stage.runs.came(A, frames.Step(B, REQUEST, "hint"))
    assert (ada.got, bo.got) == ([], [])
    stage.commit()
    assert ada.take() == [StepNoted(H, 1, 120_000, 135_000)]
    assert bo.take() == [StepFrom(A, REQUEST, 120_000, 135_000, "hint")]


async def test_a_request_that_cannot_be_written_is_refused_and_forgotten(stage: Stage) -> None:
    ada, bo = stage.enter(A), stage.enter(B)
    stage.runs.came(A, frames.Step(B, REQUEST))
    stage.fail_to_commit()
    assert ada.take() == [frames.Refusal(RefusalCode.RETRY_LATER, H, 1_000)]
    stage.sends(A, B, REQUEST)
    assert [type(frame) for frame in ada.take()] == [StepNoted]
    assert len(bo.take()) == 1


async def test_every_frame_tells_what_is_left(stage: Stage) -> None:
    ada, bo = stage.enter(A), stage.enter(B)
    stage.sends(A, B, REQUEST)
    stage.passes(20.5)
    stage.sends(B, A, CHALLENGE)
    assert ada.take()[-1] == StepFrom(B, CHALLENGE, 99_500, 114_500)
    assert bo.take()[-1] == StepNoted(H, 2, 99_500, 114_500)


async def test_a_request_waits_for_its_target_until_t1(stage: Stage) -> None:
    stage.enter(A)
    stage.sends(A, B, REQUEST, "hint")
    stage.passes(119)
    assert stage.enter(B).take() == [StepFrom(A, REQUEST, 1_000, 16_000, "hint")]
    stage.leave(B)
    stage.passes(1)
    assert stage.enter(B).take() == [verdict(1)]


async def test_who_comes_after_t1_hears_nothing_of_it(stage: Stage) -> None:
    ada = stage.enter(A)
    stage.sends(A, B, REQUEST)
    ada.take()
    stage.passes(120)
    assert ada.take() == [verdict(1)]
    assert stage.enter(B).take() == []


async def test_t1_is_exact(stage: Stage) -> None:
    ada, bo = stage.enter(A), stage.enter(B)
    stage.sends(A, B, REQUEST)
    stage.passes(119.999)
    ada.take(), bo.take()
    stage.runs.look()
    assert (ada.got, bo.got) == ([], [])
    stage.passes(0.001)
    assert ada.take() == bo.take() == [verdict(1)]


async def test_t2_is_exact_and_a_late_confirm_changes_nothing(stage: Stage) -> None:
    ada, bo = stage.enter(A), stage.enter(B)
    for sender, target, body in ((A, B, REQUEST), (B, A, CHALLENGE), (A, B, PROOF), (B, A, RESPONSE)):
        stage.sends(sender, target, body)
    ada.take(), bo.take()
    stage.time += 135
    # The confirm comes in before the clock was looked at.
    stage.sends(A, B, CONFIRM)
    assert ada.take() == [StepNoted(H, 5, 0, 0), verdict(2)]
    assert bo.take() == [verdict(2)]


async def test_a_verdict_is_durable_before_it_is_told(stage: Stage) -> None:
    ada, bo = stage.enter(A), stage.enter(B)
    for sender, target, body in ((A, B, REQUEST), (B, A, CHALLENGE), (A, B, PROOF), (B, A, RESPONSE)):
        stage.sends(sender, target, body)
    ada.take(), bo.take()
    stage.runs.came(A, frames.Step(B, CONFIRM))
    # An abort that crosses it in this moment changes nothing either.
    stage.runs.came(B, frames.Step(A, WITHDRAWN))
    assert [frame for frame in ada.got + bo.got if isinstance(frame, StepFrom)] == []
    stage.commit()
    assert ada.take()[-1] == verdict(0)
    assert bo.take()[-2:] == [StepFrom(A, CONFIRM, 0, 0), verdict(0)]


async def test_a_verdict_that_cannot_be_written_is_told_when_it_could(stage: Stage) -> None:
    ada = stage.enter(A)
    stage.sends(A, B, REQUEST)
    ada.take()
    stage.runs.came(A, frames.Step(B, WITHDRAWN))
    stage.fail_to_commit()
    assert ada.take() == [StepNoted(H, 7, 0, 0)]
    stage.wanted = 1
    stage.commit()
    assert ada.take() == [verdict(3)]


VERDICT_ACK, GONE_ACK = H[:16], H[16:]


async def test_who_is_away_is_told_on_return_until_it_acknowledges(stage: Stage) -> None:
    ada, bo = stage.enter(A), stage.enter(B)
    stage.sends(A, B, REQUEST)
    stage.leave(B)
    stage.sends(A, B, WITHDRAWN)
    assert ada.take()[-1] == verdict(3)
    told = [StepFrom(A, WITHDRAWN, 0, 0), verdict(3)]
    for _ in range(2):
        bo = stage.enter(B)
        assert bo.take() == told
        stage.leave(B)
    bo = stage.enter(B)
    stage.acks(B, os.urandom(16), VERDICT_ACK)
    assert stage.enter(B).take() == []
    # The other side is still owed its own.
    assert stage.enter(A).take() == [StepFrom(A, WITHDRAWN, 0, 0), verdict(3)]


async def test_of_very_much_that_is_owed_the_rest_follows_what_is_acknowledged(stage: Stage) -> None:
    owed = 2 * OWED_AT_ONCE + 7
    batch = Batch()
    names = [number.to_bytes(16, "big") + bytes(16) for number in range(owed)]
    batch.opened = [Run(OWN, h, A, B, 1) for h in names]
    batch.ended = [(OWN, Ended(h, A, B, 3, b"", "", Owed.VERDICT, Owed.VERDICT, 1)) for h in names]
    stage.store.commit(batch)
    ada = stage.enter(A)
    first = told_of(ada)
    assert first == names[:OWED_AT_ONCE]
    stage.acks(A, *(h[:16] for h in first[: OWED_AT_ONCE // 2]))
    assert told_of(ada) == [], "not before most of it is acknowledged"
    stage.acks(A, first[-1][:16])
    second = told_of(ada)
    stage.leave(A)
    ada = stage.enter(A)
    again = told_of(ada)
    assert len(again) == OWED_AT_ONCE
    assert set(again) < {*first, *second}, "what was not acknowledged comes first"
    seen = set(again)
    while again:
        stage.acks(A, *(h[:16] for h in again))
        again = told_of(ada)
        seen |= set(again)
    assert seen | set(first) == set(names)
    assert stage.enter(A).take() == []
    assert len(told_of(stage.enter(B))) == OWED_AT_ONCE


def told_of(line: Line) -> list[bytes]:
    """The handshakes whose verdict a line was given."""
    return [frame.body[1:33] for frame in line.take() if isinstance(frame, StepFrom)]


async def test_both_sides_acks_are_both_remembered(stage: Stage) -> None:
    stage.enter(A), stage.enter(B)
    stage.sends(A, B, REQUEST)
    stage.sends(B, A, b"\x07" + H + b"\x01")
    stage.runs.acked(A, [VERDICT_ACK])
    stage.runs.acked(B, [VERDICT_ACK])
    stage.commit()
    assert (stage.enter(A).take(), stage.enter(B).take()) == ([], [])


async def test_a_restart_ends_open_runs_for_both_sides(stage: Stage) -> None:
    stage.enter(A), stage.enter(B)
    stage.sends(A, B, REQUEST)
    stage.sends(B, A, CHALLENGE)
    stage.restart()
    ada, bo = stage.enter(A), stage.enter(B)
    assert ada.take() == bo.take() == [verdict(2)]
    stage.sends(A, B, PROOF)
    assert ada.take() == [StepNoted(H, 3, 0, 0), verdict(2)]
    assert bo.take() == []


async def test_an_established_verdict_survives_a_restart_with_its_confirm(stage: Stage) -> None:
    stage.enter(A), stage.enter(B)
    steps = ((A, B, REQUEST), (B, A, CHALLENGE), (A, B, PROOF), (B, A, RESPONSE), (A, B, CONFIRM))
    for sender, target, body in steps:
        stage.sends(sender, target, body)
    stage.restart()
    bo = stage.enter(B)
    assert bo.take() == [StepFrom(A, CONFIRM, 0, 0), verdict(0)]
    stage.sends(B, A, RESPONSE)
    assert bo.take() == [StepNoted(H, 4, 0, 0), StepFrom(A, CONFIRM, 0, 0), verdict(0)]


async def test_no_such_session_reaches_a_side_that_is_away(stage: Stage) -> None:
    stage.enter(A), stage.enter(B)
    steps = ((A, B, REQUEST), (B, A, CHALLENGE), (A, B, PROOF), (B, A, RESPONSE), (A, B, CONFIRM))
    for sender, target, body in steps:
        stage.sends(sender, target, body)
    stage.acks(A, VERDICT_ACK)
    stage.acks(B, VERDICT_ACK)
    stage.leave(A)
    stage.sends(B, A, NO_SESSION)
    stage.restart()
    ada = stage.enter(A)
    assert ada.take() == [StepFrom(B, NO_SESSION, 0, 0)]
    stage.acks(A, VERDICT_ACK)  # says nothing of what came after the verdict
    assert stage.enter(A).take() == [StepFrom(B, NO_SESSION, 0, 0)]
    stage.acks(A, GONE_ACK)
    assert stage.enter(A).take() == []


async def test_no_such_session_is_owed_until_its_ack_to_a_side_that_is_there(stage: Stage) -> None:
    stage.enter(A)
    bo = stage.enter(B)
    steps = ((A, B, REQUEST), (B, A, CHALLENGE), (A, B, PROOF), (B, A, RESPONSE), (A, B, CONFIRM))
    for sender, target, body in steps:
        stage.sends(sender, target, body)
    stage.acks(A, VERDICT_ACK)
    stage.acks(B, VERDICT_ACK)
    stage.sends(A, B, NO_SESSION)
    assert bo.take()[-1] == StepFrom(A, NO_SESSION, 0, 0)
    assert stage.enter(B).take() == [StepFrom(A, NO_SESSION, 0, 0)]
    stage.acks(B, GONE_ACK)
    assert stage.enter(B).take() == []


async def test_an_ack_is_for_what_was_given_on_this_connection(stage: Stage) -> None:
    stage.enter(A), stage.enter(B)
    stage.sends(A, B, REQUEST)
    stage.leave(B)
    stage.sends(A, B, WITHDRAWN)
    stage.acks(B, VERDICT_ACK)
    assert stage.enter(B).take() == [StepFrom(A, WITHDRAWN, 0, 0), verdict(3)]


async def test_an_id_that_does_not_exist_behaves_the_same(stage: Stage) -> None:
    ada = stage.enter(A)
    request = new_request(A, "nobody/1")
    h = hashlib.sha256(request).digest()
    stage.sends(A, "nobody/1", request)
    assert ada.take() == [StepNoted(h, 1, 120_000, 135_000)]
    stage.passes(120)
    assert ada.take() == [StepFrom("", b"\x06" + h + b"\x01", 0, 0)]


async def test_a_run_nobody_knows_is_refused(stage: Stage) -> None:
    ada = stage.enter(A)
    for body in (CHALLENGE, WITHDRAWN, NO_SESSION, b"", b"\x09" + bytes(40), b"\x02short"):
        stage.sends(A, B, body)
        refusal = ada.take()[0]
        assert isinstance(refusal, frames.Refusal)
        assert refusal.code == RefusalCode.OUT_OF_TURN


async def test_a_hint_is_short_and_of_a_request(stage: Stage) -> None:
    ada = stage.enter(A)
    stage.sends(A, B, REQUEST, "x" * 81)
    stage.sends(A, B, REQUEST, "😀" * 80 + "x")
    assert [type(frame) for frame in ada.take()] == [frames.Refusal, frames.Refusal]
    stage.sends(A, B, REQUEST, "😀" * 80)
    assert isinstance(ada.take()[0], StepNoted)
    stage.sends(A, B, WITHDRAWN, "hint")
    assert ada.take() == [frames.Refusal(RefusalCode.TOO_LARGE, H)]


async def test_requests_per_account_are_limited(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "limited.sqlite3", Limits(requests=(3, 0.1)))
    ada = stage.enter(A)
    for number in range(4):
        stage.sends(A, f"peer{number}/1", new_request(A, f"peer{number}/1"))
    kinds = [type(frame) for frame in ada.got]
    assert kinds == [StepNoted] * 3 + [frames.Refusal]
    refusal = ada.take()[-1]
    assert isinstance(refusal, frames.Refusal)
    assert (refusal.code, refusal.retry_ms) == (RefusalCode.RETRY_LATER, 10_000)
    stage.time += 10
    stage.sends(A, "peer9/1", new_request(A, "peer9/1"))
    assert isinstance(ada.take()[0], StepNoted)
    stage.runs.stop()
    stage.store.close()


async def test_live_requests_are_limited(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "limited.sqlite3", Limits(live_requests=2))
    ada = stage.enter(A)
    requests = [new_request(A, f"peer{number}/1") for number in range(3)]
    for number, request in enumerate(requests):
        stage.sends(A, f"peer{number}/1", request)
    assert [type(frame) for frame in ada.take()] == [StepNoted, StepNoted, frames.Refusal]
    stage.sends(A, "peer0/1", b"\x07" + hashlib.sha256(requests[0]).digest() + b"\x02")
    ada.take()
    stage.sends(A, "peer2/1", requests[2])
    assert isinstance(ada.take()[0], StepNoted)
    stage.runs.stop()
    stage.store.close()


async def test_stopping_ends_every_run(stage: Stage) -> None:
    ada, bo = stage.enter(A), stage.enter(B)
    stage.sends(A, B, REQUEST)
    ada.take(), bo.take()
    stage.runs.stop()
    stage.commit()
    assert ada.take() == bo.take() == [verdict(2)]
