"""The roster: every act, by whom it may be done, and by whom not (docs/protocol/rooms.md, The roster)."""

import pytest

from support.rooms import NOBODY, Someone, founding_of
from watchword.protocol.rooms.roster import Entry, Gone, Roster, acting, changed, founded
from watchword.protocol.rooms.statement import (
    Act,
    Change,
    Founds,
    Invites,
    Keeps,
    MakesMember,
    MakesOwner,
    Names,
    TakesOut,
    room_id,
    root,
)
from watchword_wire.errors import PeerError

ADA, BO, CY, DI, ED = (Someone(name) for name in ("ada", "bo", "cy", "di", "ed"))
FOUNDING = founding_of(ADA)
ROOM, LATER = room_id(FOUNDING), bytes(32)


def does(
    roster: Roster,
    author: str,
    *acts: Act,
    gone: Gone = NOBODY,
    after: bytes = LATER,
    founding: Founds = FOUNDING,
) -> Roster:
    return changed(roster, Change(ROOM, author, after, acts), founding, gone)


def refused(roster: Roster, author: str, *acts: Act, gone: Gone = NOBODY) -> None:
    with pytest.raises(PeerError):
        does(roster, author, *acts, gone=gone)


FIRST: tuple[Act, ...] = (FOUNDING, Names("Room"), BO.invitation(), CY.invitation(), DI.invitation())
ROOM_OF_FOUR = does(founded(FOUNDING), "ada", *FIRST, after=root(FOUNDING))
THREE_OWNERS = does(ROOM_OF_FOUR, "ada", MakesOwner("bo"), MakesOwner("cy"))


def gone(*accounts: str) -> Gone:
    return lambda entry: entry.account in accounts


def test_a_room_begins_with_its_founder_and_whom_they_invite() -> None:
    assert list(ROOM_OF_FOUR.owners) == ["ada"]
    assert list(ROOM_OF_FOUR.others) == ["bo", "cy", "di"]
    assert ROOM_OF_FOUR.entry("ada") == Entry("ada", ADA.key, 0)
    assert ROOM_OF_FOUR.entry("bo") == Entry("bo", BO.key, 1)


@pytest.mark.parametrize(
    "acts",
    [
        FIRST[1:],
        (FIRST[1], FIRST[0], *FIRST[2:]),
        (*FIRST, FOUNDING),
        FIRST[:2],  # a room of one
        (FIRST[0], *FIRST[2:]),  # without a name
        (Founds(FOUNDING.organisation, "ada", ADA.key, bytes(16)), *FIRST[1:]),
        (*FIRST, ADA.invitation()),
        (*FIRST, BO.invitation()),
        (),
    ],
)
def test_a_first_change_that_founds_no_room(acts: tuple[Act, ...]) -> None:
    with pytest.raises(PeerError):
        does(founded(FOUNDING), "ada", *acts, after=root(FOUNDING))


def test_nobody_but_the_founder_writes_the_first_and_a_room_is_founded_once() -> None:
    with pytest.raises(PeerError):
        does(founded(FOUNDING), "bo", *FIRST, after=root(FOUNDING))
    refused(ROOM_OF_FOUR, "ada", *FIRST)


def test_a_room_of_a_thousand_and_no_more() -> None:
    many = [Invites(f"m{number}", number.to_bytes(32, "big"), 1) for number in range(1_000)]
    full = does(founded(FOUNDING), "ada", FOUNDING, Names("x"), *many[:999], after=root(FOUNDING))
    assert len(full.entries) == 1_000
    refused(full, "ada", many[999])
    assert len(does(full, "ada", TakesOut("m0"), many[999]).entries) == 1_000


def test_a_phrase_room_of_64_and_no_more() -> None:
    founding = founding_of(Someone("ada", b""))
    many = [Invites(f"m{number}", number.to_bytes(32, "big"), 1) for number in range(64)]
    first: list[Act] = [founding, Names("x"), *many[:63]]
    full = does(founded(founding), "ada", *first, after=root(founding), founding=founding)
    assert len(full.entries) == 64
    with pytest.raises(PeerError):
        does(full, "ada", many[63], founding=founding)


@pytest.mark.parametrize("author", ["ada", "bo", "cy"])
def test_what_any_owner_may(author: str) -> None:
    after = does(
        THREE_OWNERS, author, Names("New"), Keeps(60), ED.invitation(), TakesOut("di"), MakesOwner("ed")
    )
    assert (after.name, after.keep, list(after.owners)) == ("New", 60, ["ada", "bo", "cy", "ed"])
    assert does(THREE_OWNERS, author) == THREE_OWNERS  # says the list again


@pytest.mark.parametrize("author", ["di", "ed"])
@pytest.mark.parametrize(
    "act", [None, Names("x"), ED.invitation(), TakesOut("bo"), TakesOut("di"), MakesOwner("di")]
)
def test_what_a_member_and_a_stranger_may(author: str, act: Act | None) -> None:
    refused(THREE_OWNERS, author, *([] if act is None else [act]))


@pytest.mark.parametrize("act", [TakesOut, MakesMember])
def test_an_owner_is_brought_down_by_one_who_stands_before_and_by_themselves(
    act: type[TakesOut] | type[MakesMember],
) -> None:
    for author, whom, good in (
        ("ada", "bo", True),
        ("ada", "cy", True),
        ("bo", "cy", True),
        ("bo", "ada", False),
        ("cy", "bo", False),
        ("cy", "ada", False),
        ("bo", "bo", True),
        ("ada", "ada", True),
    ):
        if good:
            assert whom not in does(THREE_OWNERS, author, act(whom)).owners
        else:
            refused(THREE_OWNERS, author, act(whom))
            assert whom not in does(THREE_OWNERS, author, act(whom), gone=gone(whom)).owners


def test_who_is_made_owner_again_stands_behind_all() -> None:
    again = does(THREE_OWNERS, "ada", MakesMember("bo"), MakesOwner("bo"))
    assert list(again.owners) == ["ada", "cy", "bo"]
    refused(again, "bo", TakesOut("cy"))


@pytest.mark.parametrize(
    "act", [MakesOwner("bo"), MakesMember("di"), TakesOut("ed"), MakesOwner("ed"), MakesMember("ed")]
)
def test_what_does_not_fit_the_list(act: Act) -> None:
    refused(THREE_OWNERS, "ada", act)


def test_a_change_is_done_whole_or_not_at_all() -> None:
    refused(THREE_OWNERS, "cy", Names("x"), TakesOut("di"), TakesOut("ada"))
    assert list(THREE_OWNERS.others) == ["di"]
    assert THREE_OWNERS.past == {}


def test_an_owner_is_left_unless_nobody_is() -> None:
    refused(ROOM_OF_FOUR, "ada", TakesOut("ada"))
    handed_over = does(ROOM_OF_FOUR, "ada", MakesOwner("bo"), TakesOut("ada"))
    assert list(handed_over.owners) == ["bo"]
    out = [TakesOut(name) for name in ("bo", "cy", "di", "ada")]
    assert does(ROOM_OF_FOUR, "ada", *out).entries == ()


def test_who_gave_it_up_in_a_change_may_bring_nobody_down_behind_it() -> None:
    refused(THREE_OWNERS, "ada", MakesMember("ada"), TakesOut("bo"))


def test_whoever_comes_back_comes_by_a_higher_turn_and_nobody_is_invited_twice() -> None:
    refused(ROOM_OF_FOUR, "ada", BO.invitation(2))
    out = does(ROOM_OF_FOUR, "ada", TakesOut("bo"))
    assert (out.entry("bo"), out.next_turn("bo"), out.next_turn("ed")) == (None, 2, 1)
    refused(out, "ada", BO.invitation(1))
    back = does(out, "ada", BO.invitation(2))
    assert list(back.others) == ["cy", "di", "bo"]
    refused(does(back, "ada", TakesOut("bo")), "ada", BO.invitation(2))


def test_one_key_stands_for_one_person() -> None:
    refused(ROOM_OF_FOUR, "ada", Invites("ed", BO.key, 1))
    swapped = does(ROOM_OF_FOUR, "ada", TakesOut("bo"), Invites("ed", BO.key, 1))
    assert swapped.entry("ed") == Entry("ed", BO.key, 1)


def test_where_all_owners_are_gone_the_first_who_is_not_counts_as_one() -> None:
    assert acting(ROOM_OF_FOUR, "bo", gone("ada")) == ROOM_OF_FOUR.entry("bo")
    assert acting(ROOM_OF_FOUR, "cy", gone("ada")) is None
    assert acting(ROOM_OF_FOUR, "cy", gone("ada", "bo")) is not None
    assert acting(ROOM_OF_FOUR, "bo", NOBODY) is None
    assert acting(THREE_OWNERS, "di", gone("ada", "bo")) is None
    assert list(does(ROOM_OF_FOUR, "bo", MakesOwner("bo"), TakesOut("ada"), gone=gone("ada")).owners) == [
        "bo"
    ]


def test_to_learn_of_more_who_are_gone_takes_no_right_away() -> None:
    assert acting(ROOM_OF_FOUR, "bo", gone("ada", "bo", "cy")) is not None
    assert acting(THREE_OWNERS, "bo", gone("ada", "bo")) is not None


def test_rosters_do_not_share_what_a_change_touches() -> None:
    before = (dict(ROOM_OF_FOUR.owners), dict(ROOM_OF_FOUR.others), dict(ROOM_OF_FOUR.past))
    does(ROOM_OF_FOUR, "ada", MakesOwner("bo"), TakesOut("cy"), ED.invitation())
    assert (ROOM_OF_FOUR.owners, ROOM_OF_FOUR.others, ROOM_OF_FOUR.past) == before
