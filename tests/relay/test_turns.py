"""Nothing overtakes what was refused, until the sender has heard of every refusal."""

import pytest

from watchword_relay.turns import MOST_ACCOUNTS, Turns
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode

BO, CY = ["bo/1"], ["cy/1"]
ID = bytes(16)


def test_where_nothing_was_refused_every_message_is_looked_at() -> None:
    assert Turns().refusal(BO, 1.0) is None


def test_all_that_follows_is_refused_until_the_sender_has_heard() -> None:
    turns = Turns()
    turns.refused(RefusalCode.RETRY_LATER, 14.0)
    turns.told(ID)
    assert turns.refusal(BO, 11.0) == (RefusalCode.RETRY_LATER, 3_000)
    assert turns.refusal(CY, 15.0) == (RefusalCode.RETRY_LATER, 0)
    turns.heard(1)
    assert turns.refusal(BO, 16.0) is None
    assert turns.refusal(CY, 16.0) is None


def test_who_has_heard_of_some_has_not_heard_of_what_came_since() -> None:
    turns = Turns()
    turns.refused(RefusalCode.FULL, 10.0)
    turns.told(ID)
    assert turns.refusal(BO, 10.0) is not None
    turns.told(ID)
    turns.heard(1)
    assert turns.refusal(BO, 10.0) == (RefusalCode.FULL, 0)
    turns.told(ID)
    turns.heard(3)
    assert turns.refusal(BO, 10.0) is None


def test_what_is_about_no_message_does_not_count() -> None:
    turns = Turns()
    turns.told(b"")
    turns.refused(RefusalCode.FULL, 10.0)
    turns.told(ID)
    turns.heard(1)
    assert turns.refusal(BO, 10.0) is None


def test_refused_again_it_holds_again() -> None:
    turns = Turns()
    turns.refused(RefusalCode.FULL, 10.0)
    turns.told(ID)
    turns.heard(1)
    turns.refused(RefusalCode.RETRY_LATER, 11.0)
    turns.told(ID)
    turns.heard(1)
    assert turns.refusal(BO, 11.0) == (RefusalCode.RETRY_LATER, 0)


def test_a_full_mailbox_holds_its_own_only() -> None:
    turns = Turns()
    turns.refused_for(BO)
    turns.told(ID)
    assert turns.refusal(BO, 10.0) == (RefusalCode.QUOTA, 0)
    assert turns.refusal(CY, 10.0) is None
    turns.heard(1)
    assert turns.refusal(BO, 10.0) is None


def test_a_message_for_two_keeps_its_turn_with_both() -> None:
    turns = Turns()
    turns.refused_for(BO)
    turns.told(ID)
    assert turns.refusal([*BO, *CY], 10.0) is not None
    turns.told(ID)
    assert turns.refusal(CY, 10.0) == (RefusalCode.QUOTA, 0)


def test_all_terminals_of_an_account_wait_together_and_message_data_with_them() -> None:
    turns = Turns()
    turns.refused_for(["bo/2"])
    turns.told(ID)
    assert turns.refusal(BO, 10.0) is not None
    assert turns.refusal(["bo"], 10.0) is not None


def test_with_very_many_held_all_are() -> None:
    turns = Turns()
    turns.refused_for(["x" * 200_000])
    turns.refused_for([f"{number}/1" for number in range(MOST_ACCOUNTS)])
    turns.told(ID)
    assert turns.refusal(BO, 10.0) is None
    turns.refused_for(CY)
    turns.told(ID)
    assert turns.refusal(BO, 10.0) == (RefusalCode.QUOTA, 0)
    turns.heard(2)
    assert turns.refusal(BO, 10.0) is None


@pytest.mark.parametrize("refusals", [-1, 2])
def test_nobody_hears_of_what_was_not_said(refusals: int) -> None:
    turns = Turns()
    turns.told(ID)
    with pytest.raises(PeerError):
        turns.heard(refusals)
