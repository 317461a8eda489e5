"""Counting and the check of the limit are one transaction; only a valid code takes back."""

from watchword.protocol.guesses import BLOCKED_AT, NOTICE_AT, Limit, Tally
from watchword.store import guesses
from watchword.store.transaction import Tx

NOW = 1_700_000_000.0
MINUTE = 60.0


def run(number: int) -> bytes:
    return number.to_bytes(32, "big")


def count(tx: Tx, number: int, now: float = NOW, peer: str = "bo") -> Limit:
    return guesses.count(tx, "ada", peer, run(number), now).limit


def test_nothing_is_counted_at_first(tx: Tx) -> None:
    assert guesses.load(tx, "ada", "bo") == Tally()


def test_a_guess_is_counted_and_taken_back_by_its_own_run(tx: Tx) -> None:
    assert count(tx, 1) is Limit.OPEN
    assert count(tx, 2) is Limit.OPEN
    guesses.take_back(tx, "ada", "bo", run(1))
    guesses.take_back(tx, "ada", "bo", run(99))
    assert [guess.h for guess in guesses.load(tx, "ada", "bo").guesses] == [run(2)]
    guesses.take_back(tx, "ada", "bo", run(2))
    assert guesses.load(tx, "ada", "bo") == Tally()


def test_at_the_limit_nothing_is_added(tx: Tx) -> None:
    for number in range(NOTICE_AT):
        assert count(tx, number) is Limit.OPEN
    assert count(tx, 50, NOW + MINUTE - 1) is Limit.WAIT
    assert guesses.load(tx, "ada", "bo").count == NOTICE_AT
    assert count(tx, 50, NOW + MINUTE) is Limit.OPEN
    assert guesses.load(tx, "ada", "bo").count == NOTICE_AT + 1


def test_ten_block(tx: Tx) -> None:
    now = NOW
    for number in range(BLOCKED_AT):
        assert count(tx, number, now) is Limit.OPEN
        now += 2**10 * MINUTE
    assert count(tx, 50, now) is Limit.BLOCKED
    assert guesses.load(tx, "ada", "bo").count == BLOCKED_AT


def test_accounts_are_counted_apart(tx: Tx) -> None:
    for number in range(NOTICE_AT):
        count(tx, number)
    assert count(tx, 50) is Limit.WAIT
    assert count(tx, 50, peer="cy") is Limit.OPEN
    assert guesses.count(tx, "another own account", "bo", run(50), NOW).limit is Limit.OPEN


def test_a_new_phrase_is_the_other_way_out_from_three_on(tx: Tx) -> None:
    count(tx, 1)
    guesses.agree_new_phrase(tx, "ada", "bo")
    assert guesses.load(tx, "ada", "bo").count == 1
    count(tx, 2)
    count(tx, 3)
    guesses.agree_new_phrase(tx, "ada", "bo")
    assert guesses.load(tx, "ada", "bo") == Tally()
