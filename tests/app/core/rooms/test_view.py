"""A room as the window shows it: parts, rights, who is not reached."""

from collections.abc import Iterator

import apsw
import pytest

from support.rooms import Someone, World
from watchword.core.rooms import view
from watchword.model.room import Part, RoomKind, RoomMember, Unreached
from watchword.protocol.rooms.statement import DECLINES, LEAVES, MakesOwner, TakesOut
from watchword.store import contacts, migrate
from watchword.store.transaction import Tx


@pytest.fixture
def tx() -> Iterator[Tx]:
    connection = apsw.Connection(":memory:")
    for sql in migrate.steps().values():
        connection.execute(sql)
    yield connection
    connection.close()


@pytest.fixture
def world() -> World:
    """Ada's room: bo is in, cy declined, dee is invited."""
    found = World(*map(Someone, ("ada", "bo", "cy", "dee", "eve")))
    found.found("ada", "bo", "cy", "dee")
    found.calm()
    found.answers("bo")
    found.answers("cy", DECLINES)
    found.calm()
    return found


def member(tx: Tx, world: World, whose: str, account: str) -> RoomMember:
    shown = view.details(tx, 1, world[whose], None)
    return next(one for one in shown.members if one.account == account)


def test_each_has_a_part(world: World) -> None:
    assert [view.part(world[account]) for account in ("ada", "bo", "cy", "dee")] == [
        Part.IN,
        Part.IN,
        Part.DECLINED,
        Part.INVITED,
    ]
    world.does("ada", TakesOut("bo"), TakesOut("cy"))
    world.calm()
    assert (view.part(world["bo"]), view.part(world["cy"])) == (Part.OUT, Part.DECLINED)


def test_an_owner_who_went_left(world: World) -> None:
    world.does("ada", MakesOwner("bo"), TakesOut("ada"))
    assert view.part(world["ada"]) is Part.LEFT


def test_the_summary(world: World) -> None:
    summary = view.shown(world["dee"]).summary
    assert (summary.kind, summary.part, summary.owner, summary.people) == (
        RoomKind.COMPANY,
        Part.INVITED,
        False,
        2,
    )
    assert summary.invited_by == "ada"
    assert view.shown(world["ada"]).summary.invited_by == ""


def test_names_are_the_own_ones_then_ids(tx: Tx, world: World) -> None:
    contacts.enlist(tx, "bo", "Robert")
    shown = view.details(tx, 1, world["ada"], None)
    assert [(one.name, one.owner, one.mine) for one in shown.members] == [
        ("ada", True, True),
        ("Robert", False, False),
        ("cy", False, False),
        ("dee", False, False),
    ]
    world.does("ada", TakesOut("bo"))
    assert view.details(tx, 1, world["ada"], None).names["bo"] == "Robert"
    named = view.named(tx, None, view.shown(world["dee"]))
    assert named.summary.invited_by == "ada"


def test_an_owner_s_rights(tx: Tx, world: World) -> None:
    bo, cy, dee = (member(tx, world, "ada", account) for account in ("bo", "cy", "dee"))
    assert (bo.may_take_out, bo.may_make_owner, bo.may_make_member, bo.may_invite_anew) == (
        True,
        True,
        False,
        False,
    )
    assert (cy.may_take_out, cy.may_make_owner, cy.may_invite_anew) == (True, False, True)
    assert (dee.may_take_out, dee.may_make_owner, dee.may_invite_anew) == (True, False, True)
    mine = member(tx, world, "ada", "ada")
    assert (mine.may_take_out, mine.may_make_member) == (False, False)
    other = member(tx, world, "bo", "dee")
    assert (other.may_take_out, other.may_make_owner, other.may_invite_anew) == (False, False, False)


def test_whose_key_is_another_is_not_reached_and_may_be_invited_anew(tx: Tx, world: World) -> None:
    keys = {one.account: one.key for one in world.people.values()}
    world.new_directory({**keys, "bo": Someone("bo", generation=2).key}, "ada")
    bo = member(tx, world, "ada", "bo")
    assert (bo.unreached, bo.may_invite_anew, bo.may_make_owner) == (Unreached.LAPSED, True, False)
    assert view.shown(world["ada"]).summary.unreached == 1


def test_in_a_phrase_room_without_a_session_or_with_another_desktop(tx: Tx) -> None:
    people = [Someone(account, b"") for account in ("ada", "bo", "cy")]
    world = World(*people, strangers=[("bo", "cy")])
    world.found("ada", "bo", "cy")
    world.calm()
    assert member(tx, world, "bo", "cy").unreached is Unreached.NO_SESSION
    contacts.block(tx, "cy", blocked=True)
    assert member(tx, world, "bo", "cy").unreached is Unreached.BLOCKED
    contacts.block(tx, "cy", blocked=False)
    world.new_directory({**world["bo"].around.keys, "cy": b"x" * 32}, "bo")
    assert member(tx, world, "bo", "cy").unreached is Unreached.OTHER_KEY


def test_a_standing_is_another_with_list_people_and_targets(world: World) -> None:
    seen = {view.standing(world["ada"])}
    world.answers("dee")
    world.calm()
    seen.add(view.standing(world["ada"]))
    world.answers("bo", LEAVES)
    world.calm()
    seen.add(view.standing(world["ada"]))
    world.does("ada")
    seen.add(view.standing(world["ada"]))
    assert len(seen) == 4


def test_candidates_are_those_with_a_key_who_are_not_listed(tx: Tx, world: World) -> None:
    contacts.enlist(tx, "eve", "Eva")
    found = view.candidates(tx, world["ada"], dict(world["ada"].around.keys), None)
    assert [(one.account, one.name) for one in found] == [("eve", "Eva")]
