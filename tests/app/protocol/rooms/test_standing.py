"""Which path holds: forks, gaps, removed owners who go back, keys that lapsed (docs/protocol/rooms.md)."""

from collections.abc import Iterable

import pytest

from support.rooms import NOBODY, Someone, first_change, founding_of
from watchword.protocol.rooms.roster import Entry, Gone, Person
from watchword.protocol.rooms.standing import Facts, Held, held
from watchword.protocol.rooms.statement import (
    Act,
    MakesMember,
    MakesOwner,
    Names,
    Statement,
    TakesOut,
    root,
)

ADA, BO, CY, DI = (Someone(name) for name in ("ada", "bo", "cy", "di"))
FOUNDING = founding_of(ADA)
FIRST = first_change(ADA, BO, CY, DI)
FACTS = Facts(FOUNDING, NOBODY, NOBODY)
PEOPLE = {one.account: one for one in (ADA, BO, CY, DI)}


def after(before: Statement, author: str, *acts: Act) -> Statement:
    return PEOPLE[author].changes(FOUNDING, before.digest, *acts)


OWNERS = after(FIRST, "ada", MakesOwner("bo"), MakesOwner("cy"))


def path(*changes: Statement, facts: Facts = FACTS) -> list[bytes]:
    return digests(held([FIRST, OWNERS, *changes], facts))


def digests(found: Held) -> list[bytes]:
    return [one.statement.digest for one in found.path]


def holds(tip: Statement, *changes: Statement, facts: Facts = FACTS) -> bool:
    """Whether this is the last of the path, in whatever order they come."""
    one, other = path(*changes, facts=facts), path(*changes[::-1], facts=facts)
    assert one == other
    return one[-1] == tip.digest


def lapsed(*accounts: str) -> Gone:
    return lambda entry: entry.account in accounts


def test_of_two_at_once_the_better_standing_holds() -> None:
    of_ada, of_bo, of_cy = (after(OWNERS, name, Names(f"By {name}")) for name in ("ada", "bo", "cy"))
    assert holds(of_ada, of_ada, of_bo, of_cy)
    assert holds(of_bo, of_bo, of_cy)


def test_a_longer_path_of_worse_standing_does_not_hold() -> None:
    line = [after(OWNERS, "cy", Names("0"))]
    for number in range(1, 10):
        line.append(after(line[-1], "cy", Names(str(number))))
    of_bo = after(OWNERS, "bo", Names("x"))
    assert holds(of_bo, *line, of_bo)
    joined = after(line[-1], "ada", Names("by ada"))
    assert holds(joined, *line, of_bo, joined)


def test_of_two_by_one_person_the_smaller_digest_holds() -> None:
    one, other = after(OWNERS, "ada", Names("1")), after(OWNERS, "ada", Names("2"))
    assert holds(min(one, other, key=lambda change: change.digest), one, other)


def test_a_removed_owner_cannot_go_back_behind_the_removal() -> None:
    """The first change after the parting is by somebody who stands worse than the removed one."""
    of_cy = after(OWNERS, "cy", Names("x"))
    removal = after(of_cy, "ada", TakesOut("bo"))
    back = after(OWNERS, "bo", Names("mine"), TakesOut("cy"), MakesOwner("di"))
    further = after(back, "di", Names("ours"))
    assert holds(removal, of_cy, removal, back, further)
    assert holds(further, of_cy, back, further)  # before it, bo stood better than cy


def test_an_owner_who_gave_it_up_cannot_go_back_once_somebody_wrote_after_them() -> None:
    left = after(OWNERS, "ada", TakesOut("ada"))
    settled = after(left, "bo")
    evil = after(OWNERS, "ada", TakesOut("bo"), TakesOut("cy"), MakesOwner("di"))
    evil_and_left = [
        after(OWNERS, "ada", TakesOut("bo"), MakesOwner("di"), Names(str(number)), TakesOut("ada"))
        for number in range(20)
    ]
    assert holds(left, left, evil)
    assert holds(settled, left, settled, evil, *evil_and_left)


def test_to_be_made_a_member_by_oneself_is_to_give_it_up_too() -> None:
    left, evil = after(OWNERS, "ada", MakesMember("ada")), after(OWNERS, "ada", TakesOut("bo"))
    assert holds(left, left, evil)


def test_what_nobody_had_a_right_to_is_refused_and_what_follows_it_passed_over() -> None:
    wrong = after(OWNERS, "di", Names("x"))
    follows = after(wrong, "ada", Names("y"))
    found = held([FIRST, OWNERS, wrong, follows], FACTS)
    assert digests(found) == [FIRST.digest, OWNERS.digest]
    assert found.refused == {wrong.digest}


def test_a_gap_is_passed_over() -> None:
    missing = after(OWNERS, "ada", Names("x"))
    assert path(after(missing, "ada", Names("y"))) == [FIRST.digest, OWNERS.digest]
    assert digests(held([OWNERS], FACTS)) == []


def test_a_change_of_another_room_or_by_another_key_has_no_place() -> None:
    other = founding_of(ADA, bytes(16))
    elsewhere = ADA.changes(other, OWNERS.digest, Names("x"))
    impostor = Someone("ada", generation=2).changes(FOUNDING, OWNERS.digest, Names("x"))
    stranger = Someone("ada", bytes(16)).changes(FOUNDING, OWNERS.digest, Names("x"))
    for one in (elsewhere, impostor, stranger):
        assert path(one) == [FIRST.digest, OWNERS.digest]


def test_two_foundings_of_one_room_by_its_founder_are_weighed_like_any_two() -> None:
    other = first_change(ADA, BO, name="Another")
    one, two = held([FIRST, other], FACTS), held([other, FIRST], FACTS)
    assert digests(one) == digests(two) == [min(FIRST.digest, other.digest)]


def test_a_founding_by_somebody_else_is_none() -> None:
    founding = founding_of(ADA)
    theirs = BO.changes(founding, root(founding), founding, Names("x"), CY.invitation())
    assert digests(held([theirs], FACTS)) == []


# --- a company renews keys --------------------------------------------------------------


def facts(*gone: str, late: Iterable[Statement] = ()) -> Facts:
    return Facts(FOUNDING, lapsed(*gone), lapsed(*gone), frozenset(one.digest for one in late))


def test_what_was_there_before_a_key_lapsed_stays() -> None:
    of_ada = after(OWNERS, "ada", TakesOut("cy"))
    assert holds(of_ada, of_ada, after(OWNERS, "cy", Names("back")), facts=facts("ada"))


def test_what_comes_late_counts_for_nothing() -> None:
    stolen = after(OWNERS, "ada", TakesOut("bo"), MakesOwner("di"))
    helped = after(stolen, "di", Names("ours"))
    late = facts("ada", late=[stolen, helped])
    assert path(stolen, helped, facts=late) == [FIRST.digest, OWNERS.digest]


def test_what_comes_late_counts_once_an_owner_of_before_wrote_after_it() -> None:
    last = after(OWNERS, "ada", Names("my last"))
    settled = after(last, "bo")
    assert holds(settled, last, settled, facts=facts("ada", late=[last, settled]))


def test_what_comes_late_counts_once_the_company_gives_the_key_again() -> None:
    last = after(OWNERS, "ada", Names("my last"))
    assert holds(last, last, facts=facts(late=[last]))


def test_a_lapsed_owner_is_taken_out_by_any_owner_and_a_founder_s_new_key_comes_in_again() -> None:
    renewed = Someone("ada", generation=2)
    done = after(OWNERS, "cy", TakesOut("ada"), renewed.invitation())

    def gone(entry: Entry) -> bool:
        return entry.person == Person("ada", ADA.key)

    found = held([FIRST, OWNERS, done], Facts(FOUNDING, gone, gone))
    assert digests(found)[-1] == done.digest
    assert found.roster.entry("ada") == Entry("ada", renewed.key, 1)
    assert list(found.roster.owners) == ["bo", "cy"]
    with_new_key = renewed.changes(FOUNDING, OWNERS.digest, Names("still mine"))
    assert path(with_new_key) == [FIRST.digest, OWNERS.digest]


def test_a_room_whose_only_owner_lapsed_goes_on() -> None:
    taken = after(FIRST, "bo", MakesOwner("bo"), TakesOut("ada"))
    found = held([FIRST, taken], facts("ada"))
    assert list(found.roster.owners) == ["bo"]
    assert digests(held([FIRST, taken], FACTS)) == [FIRST.digest]
    assert digests(held([FIRST, after(FIRST, "cy", MakesOwner("cy"))], facts("ada"))) == [FIRST.digest]


def test_a_member_whom_a_lapsed_founder_took_out_does_not_come_back_as_the_next_in_the_list() -> None:
    removal = after(FIRST, "ada", TakesOut("bo"))
    usurps = after(FIRST, "bo", MakesOwner("bo"), TakesOut("ada"))
    follows = after(removal, "cy", MakesOwner("cy"))
    known = facts("ada")
    assert digests(held([FIRST, usurps, removal], known))[-1] == removal.digest
    assert digests(held([FIRST, removal, follows, usurps], known))[-1] == follows.digest


@pytest.mark.parametrize("many", [10, 300])
def test_the_same_path_however_many(many: int) -> None:
    line = [FIRST, OWNERS]
    for number in range(many):
        line.append(after(line[-1], ("ada", "bo", "cy")[number % 3], Names(str(number))))
    found = held(line[::-1], FACTS)
    assert digests(found) == [one.digest for one in line]
    assert found.roster.name == str(many - 1)
