"""The acts of each command, and why it may not be: said before the machine refuses."""

from collections.abc import Callable

import pytest

from support.rooms import Someone, World
from watchword.core.rooms import deeds
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol.rooms.events import Around
from watchword.protocol.rooms.statement import (
    LEAVES,
    LONGEST_KEEP,
    Invites,
    Keeps,
    MakesMember,
    MakesOwner,
    Names,
    TakesOut,
)
from watchword.protocol.rooms.states import Room


def kind(deed: Callable[[], object]) -> Kind:
    with pytest.raises(RefusedBy) as said:
        deed()
    return said.value.situation.kind


@pytest.fixture
def world() -> World:
    """Ada's room: bo and cy are in, dee is invited; eve is not listed."""
    found = World(*map(Someone, ("ada", "bo", "cy", "dee", "eve")))
    found.found("ada", "bo", "cy", "dee")
    found.calm()
    for account in ("bo", "cy"):
        found.answers(account)
    found.calm()
    return found


@pytest.fixture
def ada(world: World) -> Room:
    return world["ada"]


def test_names() -> None:
    assert deeds.named("  Harvest ") == "Harvest"
    assert kind(lambda: deeds.named("")) is Kind.ROOM_NAME
    assert kind(lambda: deeds.named("a\nb")) is Kind.ROOM_NAME


def test_a_message_is_kept_no_longer_than_it_may() -> None:
    assert deeds.kept(60, 0) == 60
    assert deeds.kept(-1, 0) == 0
    assert deeds.kept(60, 30) == 30
    assert deeds.kept(LONGEST_KEEP + 1, 0) == LONGEST_KEEP


def test_who_is_picked() -> None:
    around = Around({"ada": b"a", "bo": b"b", "cy": b"c"}, 3)
    assert deeds.picked(["bo", "cy"], "ada", around, 1) == ("bo", "cy")
    assert kind(lambda: deeds.picked([], "ada", around, 1)) is Kind.ROOM_NOBODY
    assert kind(lambda: deeds.picked(["bo", "bo"], "ada", around, 1)) is Kind.ROOM_TWICE
    assert kind(lambda: deeds.picked(["ada"], "ada", around, 1)) is Kind.ROOM_TWICE
    assert kind(lambda: deeds.picked(["eve"], "ada", around, 1)) is Kind.ROOM_PERSON
    assert kind(lambda: deeds.picked(["bo", "cy"], "ada", around, 2)) is Kind.ROOM_MANY


def test_an_owner_s_acts(world: World, ada: Room) -> None:
    eve = world.people["eve"]
    assert deeds.invite(ada, ["eve"]) == (Invites("eve", eve.key, 1),)
    assert deeds.take_out(ada, "bo") == (TakesOut("bo"),)
    assert deeds.make_owner(ada, "bo") == (MakesOwner("bo"),)
    assert deeds.rename(ada, "Autumn") == (Names("Autumn"),)
    assert deeds.keep(ada, 60, 0) == (Keeps(60),)
    assert deeds.say_again(ada) == ()
    assert deeds.invite_anew(ada, "bo") == (TakesOut("bo"), Invites("bo", world.people["bo"].key, 2))


def test_what_an_owner_may_not(ada: Room) -> None:
    assert kind(lambda: deeds.invite(ada, ["bo"])) is Kind.ROOM_TWICE
    assert kind(lambda: deeds.take_out(ada, "eve")) is Kind.ROOM_NOT_LISTED
    assert kind(lambda: deeds.make_owner(ada, "dee")) is Kind.ROOM_NOT_LISTED
    assert kind(lambda: deeds.make_member(ada, "ada")) is Kind.ROOM_RIGHT
    assert kind(lambda: deeds.make_member(ada, "bo")) is Kind.ROOM_RIGHT


def test_nobody_else_may_anything(world: World) -> None:
    for deed in (
        lambda: deeds.take_out(world["bo"], "cy"),
        lambda: deeds.invite(world["bo"], ["eve"]),
        lambda: deeds.say_again(world["bo"]),
    ):
        assert kind(deed) is Kind.ROOM_RIGHT
    assert kind(lambda: deeds.say_again(world["dee"])) is Kind.ROOM_NOT_IN


def test_a_second_owner_is_over_nobody_who_stands_before(world: World) -> None:
    world.does("ada", MakesOwner("bo"))
    world.calm()
    assert kind(lambda: deeds.take_out(world["bo"], "ada")) is Kind.ROOM_RIGHT
    assert deeds.make_member(world["ada"], "bo") == (MakesMember("bo"),)
    assert deeds.make_member(world["bo"], "bo") == (MakesMember("bo"),)
    assert deeds.owner_leaves(world["bo"], "") == (TakesOut("bo"),)


def test_the_only_owner_names_who_follows(world: World, ada: Room) -> None:
    assert kind(lambda: deeds.owner_leaves(ada, "")) is Kind.ROOM_HEIR
    assert kind(lambda: deeds.owner_leaves(ada, "dee")) is Kind.ROOM_NOT_LISTED
    assert deeds.owner_leaves(ada, "bo") == (MakesOwner("bo"), TakesOut("ada"))
    for account in ("bo", "cy"):
        world.answers(account, LEAVES)
    world.calm()
    alone = deeds.owner_leaves(world["ada"], "")
    assert alone == (TakesOut("bo"), TakesOut("cy"), TakesOut("dee"), TakesOut("ada"))
