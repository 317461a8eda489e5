"""What is taken at all: each reason to refuse, and how long it says to wait."""

import os
from pathlib import Path
from typing import cast

import pytest

from watchword_relay.connection import RelayConnection
from watchword_relay.gate import IN_VAIN, RETRY_SECONDS, Gate
from watchword_relay.letters import Letter, of_send
from watchword_relay.limits import MESSAGE_COST, DiskWatch, Limits, TokenBucket
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import Level
from watchword_wire.frames import RefusalCode, Send
from watchword_wire.limits import BODY_BYTES, TARGETS

LIMITS = Limits(unwritten_bytes=1_000)


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(DiskWatch(tmp_path, LIMITS), LIMITS)


@pytest.fixture
def me() -> Mailbox:
    box = Mailbox(1, "ada/1", 1, Level(0, 0))
    box.bucket = TokenBucket(2 * MESSAGE_COST, MESSAGE_COST, 10.0)
    box.writes = TokenBucket(2, 0.5, 10.0)
    return box


def message(body: bytes = b"", targets: int = 1) -> Letter:
    return of_send(Send(os.urandom(16), [f"bo/{number}" for number in range(1, targets + 1)], body))


def test_what_the_account_may_send_is_taken_and_then_waits_for_its_tokens(gate: Gate, me: Mailbox) -> None:
    assert [gate.refusal(me, message(), 0, 10.0) for _ in range(2)] == [None, None]
    third = message()
    assert gate.refusal(me, third, 0, 10.5) == (RefusalCode.RETRY_LATER, 500)
    me.turns.heard(0)
    assert gate.refusal(me, third, 0, 11.0) is None


def test_each_target_counts(gate: Gate, me: Mailbox) -> None:
    assert gate.refusal(me, message(targets=3), 0, 10.0) == (RefusalCode.RETRY_LATER, 1_000)


def test_a_full_disk_and_a_full_memory_hold_up_what_follows(gate: Gate, me: Mailbox) -> None:
    first, second = message(), message()
    gate.disk.low = True
    assert gate.refusal(me, first, 0, 10.0) == (RefusalCode.FULL, 0)
    gate.disk.low = False
    assert gate.refusal(me, second, 0, 10.0) == (RefusalCode.FULL, 0)
    me.turns.heard(0)
    assert gate.refusal(me, first, 1_001, 10.0) == (RefusalCode.RETRY_LATER, 1_000)
    me.turns.heard(0)
    assert gate.refusal(me, first, 1_000, 11.0) is None
    assert gate.refusal(me, second, 0, 11.0) is None


def test_an_operator_may_take_shorter_messages_only(tmp_path: Path, me: Mailbox) -> None:
    limits = Limits(message_bytes=5_000)
    me.bucket = TokenBucket(10**6, 1, 10.0)
    gate = Gate(DiskWatch(tmp_path, limits), limits)
    assert gate.refusal(me, message(bytes(5_000)), 0, 10.0) is None
    assert gate.refusal(me, message(bytes(5_001)), 0, 10.0) == (RefusalCode.TOO_LARGE, 0)


def test_what_is_too_large_is_never_taken_and_holds_nothing_up(gate: Gate, me: Mailbox) -> None:
    for large in (message(bytes(BODY_BYTES + 1)), message(targets=TARGETS + 1)):
        assert gate.refusal(me, large, 0, 10.0) == (RefusalCode.TOO_LARGE, 0)
    assert gate.refusal(me, message(), 0, 10.0) is None


def test_who_had_too_much_written_waits_until_that_is_no_debt_any_more(gate: Gate, me: Mailbox) -> None:
    me.bucket = TokenBucket(10**6, 1, 10.0)
    for _ in range(2):
        assert gate.refusal(me, message(), 0, 10.0) is None
        me.has_written(10.0)
    assert gate.refusal(me, message(), 0, 10.0) is None
    me.has_written(10.0)
    late = message()
    assert gate.refusal(me, late, 0, 10.0) == (RefusalCode.RETRY_LATER, 2_000)
    me.turns.heard(0)
    assert gate.refusal(me, late, 0, 11.5) == (RefusalCode.RETRY_LATER, 500)
    me.turns.heard(0)
    assert gate.refusal(me, late, 0, 12.0) is None


def test_who_does_not_care_about_refusals_is_not_read_for_a_while(gate: Gate, me: Mailbox) -> None:
    rests: list[float] = []

    class Line:
        def rest(self, seconds: float) -> None:
            rests.append(seconds)

    me.connection = cast("RelayConnection", Line())
    gate.disk.low = True
    for _ in range(IN_VAIN - 1):
        assert gate.refusal(me, message(), 0, 10.0) is not None
    assert not rests
    for _ in range(IN_VAIN):
        assert gate.refusal(me, message(), 0, 10.0) is not None
    assert rests == [RETRY_SECONDS]
    gate.disk.low = False
    me.turns.heard(0)
    assert gate.refusal(me, message(), 0, 10.0) is None
    gate.disk.low = True
    for _ in range(IN_VAIN - 1):
        assert gate.refusal(me, message(), 0, 10.0) is not None
    assert rests == [RETRY_SECONDS]
