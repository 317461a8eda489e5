"""Who is in, and what two desktops compare (docs/protocol/rooms.md, Answers)."""

import pytest

from support.rooms import NOBODY, Someone, first_change, founding_of
from watchword.protocol.rooms import people
from watchword.protocol.rooms.roster import Entry, changed, founded
from watchword.protocol.rooms.standing import change_of
from watchword.protocol.rooms.statement import DECLINES, LEAVES, Change, MakesOwner, Statement
from watchword_wire.errors import PeerError

ADA, BO, CY, DI = (Someone(name) for name in ("ada", "bo", "cy", "di"))
FOUNDING = founding_of(ADA)
ROSTER = changed(founded(FOUNDING), change_of(first_change(ADA, BO, CY, DI)), FOUNDING, NOBODY)


def said(*statements: Statement) -> dict[Entry, Statement]:
    found: dict[Entry, Statement] = {}
    for one in statements:
        if people.is_news(found, one):
            found[people.entry_of(one)] = one
    return found


def names(answers: dict[Entry, Statement]) -> list[str]:
    return [entry.account for entry in people.everybody(answers, ROSTER)]


def test_the_founder_is_in_and_others_when_they_say_so() -> None:
    assert names({}) == ["ada"]
    made_owner = changed(ROSTER, Change(bytes(16), "ada", bytes(32), (MakesOwner("bo"),)), FOUNDING, NOBODY)
    assert [entry.account for entry in people.everybody({}, made_owner)] == ["ada"]  # bo was not asked
    assert names(said(CY.answers(FOUNDING), DI.answers(FOUNDING, answer=DECLINES))) == ["ada", "cy"]


@pytest.mark.parametrize("last", [DECLINES, LEAVES])
def test_leaving_is_the_last_word_in_whatever_order_it_comes(last: int) -> None:
    joins, leaves = BO.answers(FOUNDING), BO.answers(FOUNDING, answer=last)
    assert names(said(joins, leaves, joins)) == names(said(leaves, joins)) == ["ada"]
    assert people.is_out(said(joins, leaves), Entry("bo", BO.key, 1))


def test_an_owner_who_said_that_they_leave_is_in_no_more() -> None:
    assert names(said(ADA.answers(FOUNDING, turn=0, answer=LEAVES))) == []


def test_an_answer_is_for_one_turn() -> None:
    assert names(said(BO.answers(FOUNDING, turn=2))) == ["ada"]
    assert names(said(BO.answers(FOUNDING, turn=0), BO.answers(FOUNDING))) == ["ada", "bo"]


def test_an_answer_by_another_key_or_of_another_room_is_none() -> None:
    people.check(BO.answers(FOUNDING), FOUNDING)
    with pytest.raises(PeerError):
        people.check(BO.answers(founding_of(ADA, bytes(16))), FOUNDING)
    with pytest.raises(PeerError):
        people.check(Someone("bo", b"").answers(FOUNDING), FOUNDING)
    with pytest.raises(PeerError):
        people.answer_of(first_change(ADA, BO))


def test_bits_say_who_is_in_and_are_read_again() -> None:
    answers = said(CY.answers(FOUNDING), DI.answers(FOUNDING))
    assert people.bits(answers, ROSTER) == bytes([0b10110000])
    assert people.in_by(bytes([0b10110000]), ROSTER.entries) == {"ada", "cy", "di"}
    assert people.in_by(b"", ROSTER.entries) == frozenset()
    assert people.in_by(b"\xff" * 125, ROSTER.entries) == {"ada", "bo", "cy", "di"}


def test_the_digest_is_of_who_is_in() -> None:
    joined = people.digest(said(BO.answers(FOUNDING)), ROSTER)
    assert len(joined) == 8
    assert joined != people.digest({}, ROSTER)
    assert joined == people.digest(said(BO.answers(FOUNDING), CY.answers(FOUNDING, answer=LEAVES)), ROSTER)
