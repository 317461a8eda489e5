"""What a change or an answer looks like in a room's chat."""

import pytest

from watchword.core.rooms import lines
from watchword.model.room import RoomDeed, RoomLine
from watchword.protocol.rooms.effects import Answered, Done
from watchword.protocol.rooms.statement import (
    DECLINES,
    JOINS,
    LEAVES,
    Act,
    Founds,
    Invites,
    Keeps,
    MakesMember,
    MakesOwner,
    Names,
    TakesOut,
)

KEY = bytes(32)
FOUNDING = Founds(b"", "ada", KEY, bytes(16))


def told(author: str, *acts: Act, me: str = "me") -> list[RoomLine]:
    return lines.of_change(Done(author, acts), me)


def test_a_founding_tells_its_name_and_who_was_invited_the_reader_first() -> None:
    invited = [Invites(name, KEY, 1) for name in ("bo", "cy", "dee", "me")]
    assert told("ada", FOUNDING, Names("Harvest"), Keeps(0), *invited) == [
        RoomLine(RoomDeed.FOUNDED, "ada", name="Harvest"),
        RoomLine(RoomDeed.INVITED, "ada", ("", "bo", "cy"), more=1),
    ]


def test_what_this_user_did_is_said_without_a_name() -> None:
    assert told("me", Names("Autumn"), Keeps(60)) == [
        RoomLine(RoomDeed.NAMED, "", name="Autumn"),
        RoomLine(RoomDeed.KEEPS, "", seconds=60),
    ]
    assert told("ada", Keeps(0)) == [RoomLine(RoomDeed.KEEPS, "ada")]


def test_each_of_the_other_acts() -> None:
    assert told("ada", TakesOut("bo")) == [RoomLine(RoomDeed.TOOK_OUT, "ada", ("bo",))]
    assert told("ada", MakesOwner("me")) == [RoomLine(RoomDeed.MADE_OWNER, "ada", ("",))]
    assert told("ada", MakesMember("bo")) == [RoomLine(RoomDeed.MADE_MEMBER, "ada", ("bo",))]
    assert told("ada") == []


def test_an_owner_who_goes_hands_over_or_leaves() -> None:
    assert told("ada", MakesOwner("bo"), TakesOut("ada")) == [RoomLine(RoomDeed.HANDED_OVER, "ada", ("bo",))]
    assert told("ada", TakesOut("ada")) == [RoomLine(RoomDeed.LEFT, "ada")]


def test_who_is_invited_anew_was_not_taken_out_for_who_reads_it() -> None:
    again = told("ada", TakesOut("bo"), Invites("bo", KEY, 2))
    assert again == [RoomLine(RoomDeed.INVITED, "ada", ("bo",))]


def test_what_is_void_is_told_as_such() -> None:
    done = Done("me", (TakesOut("bo"),))
    assert lines.of_change(done, "me", void=True) == [RoomLine(RoomDeed.TOOK_OUT, "", ("bo",), void=True)]


@pytest.mark.parametrize(
    ("answer", "deed"),
    [(JOINS, RoomDeed.JOINED), (DECLINES, RoomDeed.DECLINED), (LEAVES, RoomDeed.LEFT)],
)
def test_answers(answer: int, deed: RoomDeed) -> None:
    assert lines.of_answer(Answered("bo", answer, share=False), "me") == RoomLine(deed, "bo")
    assert lines.of_answer(Answered("me", answer, share=False), "me") == RoomLine(deed, "")
