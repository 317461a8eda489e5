"""Nothing overtakes what was refused, until the sender shows that it has heard of it."""

import os

from watchword_relay.turns import LAPSE_SECONDS, MOST_ACCOUNTS, MOST_IDS, Turns
from watchword_wire.frames import RefusalCode

BO, CY = ["bo/1"], ["cy/1"]


def ids(count: int) -> list[bytes]:
    return [os.urandom(16) for _ in range(count)]


def test_where_nothing_was_refused_every_message_is_looked_at() -> None:
    assert Turns().refusal(os.urandom(16), BO, 1.0) is None


def test_all_that_follows_is_refused_until_the_first_comes_again() -> None:
    first, second, third = ids(3)
    turns = Turns()
    turns.refused(RefusalCode.RETRY_LATER, first, 10.0, 4.0)
    assert turns.refusal(second, BO, 11.0) == (RefusalCode.RETRY_LATER, 3_000)
    assert turns.refusal(third, CY, 15.0) == (RefusalCode.RETRY_LATER, 0)
    assert turns.refusal(first, BO, 16.0) is None
    assert turns.refusal(second, BO, 16.0) is None
    assert turns.refusal(third, CY, 16.0) is None


def test_refused_again_it_holds_again() -> None:
    first, second = ids(2)
    turns = Turns()
    turns.refused(RefusalCode.FULL, first, 10.0, 0.0)
    assert turns.refusal(second, BO, 10.0) is not None
    assert turns.refusal(first, BO, 11.0) is None
    turns.refused(RefusalCode.FULL, first, 11.0, 0.0)
    # Sent right behind the first, before its sender could know.
    assert turns.refusal(second, BO, 11.0) == (RefusalCode.FULL, 0)


def test_who_gave_the_first_up_starts_over_with_the_next() -> None:
    first, second, third, other = ids(4)
    turns = Turns()
    turns.refused(RefusalCode.RETRY_LATER, first, 10.0, 1.0)
    assert turns.refusal(second, BO, 10.0) is not None
    assert turns.refusal(third, BO, 10.0) is not None
    assert turns.refusal(other, BO, 12.0) is not None
    assert turns.refusal(second, BO, 12.0) is None


def test_who_starts_over_with_something_else_waits_for_a_while_only() -> None:
    first, other = ids(2)
    turns = Turns()
    turns.refused(RefusalCode.RETRY_LATER, first, 10.0, 1.0)
    assert turns.refusal(other, BO, 10.0 + LAPSE_SECONDS) is None


def test_a_full_mailbox_holds_its_own_only() -> None:
    first, second, third = ids(3)
    turns = Turns()
    turns.refused_for(BO, first, 10.0)
    assert turns.refusal(second, BO, 10.0) == (RefusalCode.QUOTA, 0)
    assert turns.refusal(third, CY, 10.0) is None
    assert turns.refusal(first, BO, 11.0) is None
    assert turns.refusal(second, BO, 11.0) is None


def test_a_message_for_two_keeps_its_turn_with_both() -> None:
    first, second, third = ids(3)
    turns = Turns()
    turns.refused_for(BO, first, 10.0)
    assert turns.refusal(second, [*BO, *CY], 10.0) is not None
    assert turns.refusal(third, CY, 10.0) is not None
    assert turns.refusal(first, BO, 11.0) is None
    assert turns.refusal(third, CY, 11.0) is None


def test_one_of_its_targets_still_held_lifts_none() -> None:
    at_bo, at_cy, both, next_one = ids(4)
    turns = Turns()
    turns.refused_for(CY, at_cy, 10.0)
    turns.refused_for(BO, at_bo, 10.0)
    turns.refused_for(BO, both, 10.0)
    assert turns.refusal(both, [*BO, *CY], 11.0) is not None
    assert turns.refusal(next_one, BO, 11.0) is not None


def test_what_is_remembered_is_bounded() -> None:
    turns = Turns()
    turns.refused(RefusalCode.RETRY_LATER, ids(1)[0], 10.0, 1.0)
    for message_id in ids(10 * MOST_IDS):
        turns.refusal(message_id, BO, 10.0)
    for number in range(10 * MOST_ACCOUNTS):
        turns.refused_for([f"{number}/1"], os.urandom(16), 10.0)
        turns.refused_for(["x" * 200_000], os.urandom(16), 10.0)
    assert len(turns) <= MOST_IDS + MOST_ACCOUNTS
