"""What the own person does, and what their own desktop refuses (docs/protocol/rooms.md)."""

import pytest

from support.rooms import ORGANISATION, Someone, World
from watchword.protocol.content import Asked, Statements
from watchword.protocol.rooms.effects import Answered, Changed, Send
from watchword.protocol.rooms.events import Do
from watchword.protocol.rooms.statement import (
    DECLINES,
    JOINS,
    LEAVES,
    Act,
    Invites,
    MakesOwner,
    Names,
    TakesOut,
)
from watchword_wire.errors import Refused

NAMES = ("ada", "bo", "cy", "di", "ed")


@pytest.fixture(params=[ORGANISATION, b""])
def world(request: pytest.FixtureRequest) -> World:
    """Ada's room with Bo, an owner too, Cy, and Di, who is invited; Ed has nothing to do with it."""
    made = World(*(Someone(name, request.param) for name in NAMES))
    made.found("ada", "bo", "cy", "di")
    made.calm()
    made.answers("bo")
    made.answers("cy")
    made.calm()
    made.does("ada", MakesOwner("bo"))
    made.calm()
    return made


def test_all_see_who_is_in(world: World) -> None:
    for name in ("ada", "bo", "cy"):
        assert {*world[name].targets, name} == {"ada", "bo", "cy"}
        assert world[name].may_send
    assert not world["di"].may_send


def test_joining_is_told_once_and_the_inviter_shares_what_was(world: World) -> None:
    world.answers("di")
    world.calm()
    for name in NAMES[:4]:
        told = [one for one in world.desktops[name].seen if isinstance(one, Answered) and one.account == "di"]
        assert told == [Answered("di", JOINS, share=name == "ada")]


def test_who_joins_asks_their_inviter_who_else_did(world: World) -> None:
    effects = [one.content for one in _sent(world, "di")]
    assert effects == []
    world.answers("di")
    kinds = [(one.to, type(one.content)) for one in _sent(world, "di")]
    assert kinds == [(("ada", "bo", "cy"), Statements), (("ada",), Asked)]


def _sent(world: World, name: str) -> list[Send]:
    return [effect for effect in world.desktops[name].seen if isinstance(effect, Send)]


@pytest.mark.parametrize("answer", [DECLINES, LEAVES])
def test_to_decline_or_leave_is_final_until_one_is_invited_again(world: World, answer: int) -> None:
    world.answers("di", answer)
    world.calm()
    with pytest.raises(Refused):
        world.answers("di", JOINS)
    again = world.people["di"].invitation(world["ada"].roster.next_turn("di"))
    with pytest.raises(Refused):
        world.does("ada", again)  # somebody listed is invited twice
    world.does("ada", TakesOut("di"), again)
    world.calm()
    world.answers("di", JOINS)
    world.calm()
    world.evens_out(2)
    assert all("di" in world[name].targets for name in ("ada", "bo", "cy"))


def test_who_was_taken_out_hears_it_and_nothing_after_it(world: World) -> None:
    world.does("ada", TakesOut("cy"))
    world.calm()
    assert world["cy"].roster.entry("cy") is None
    assert not world["cy"].may_send
    before = len(world.desktops["cy"].seen)
    world.does("ada", Names("Without Cy"))
    world.says("ada")
    world.calm()
    assert len(world.desktops["cy"].seen) == before
    assert world["cy"].roster.name == "Room"


def test_an_owner_leaves_by_handing_over(world: World) -> None:
    with pytest.raises(Refused):
        world.answers("ada", LEAVES)
    world.does("ada", TakesOut("ada"))
    world.calm()
    assert list(world["cy"].roster.owners) == ["bo"]
    with pytest.raises(Refused):
        world.does("bo", TakesOut("bo"))


@pytest.mark.parametrize(
    ("author", "act"),
    [
        ("cy", Names("x")),
        ("cy", TakesOut("cy")),
        ("bo", TakesOut("ada")),
        ("di", Names("x")),
        ("bo", MakesOwner("di")),  # who did not join
        ("bo", Invites("ed", bytes(32), 1)),  # not the key that is known
        ("bo", Invites("eve", bytes(32), 1)),
        ("bo", Names("")),
    ],
)
def test_what_is_refused_on_the_own_desktop(world: World, author: str, act: Act) -> None:
    before = world[author]
    with pytest.raises(Refused):
        world.does(author, act)
    assert world[author] == before
    assert not world.letters


def test_nothing_is_done_in_somebody_else_s_name(world: World) -> None:
    with pytest.raises(Refused):
        world.feed("ada", Do(world.people["bo"].author, (Names("x"),)))


def test_two_owners_who_remove_each_other_at_once(world: World) -> None:
    assert world.tries("ada", TakesOut("bo"))
    assert not world.tries("bo", TakesOut("ada"))  # ada stands before bo
    world.calm()
    assert all(list(world[name].roster.owners) == ["ada"] for name in ("ada", "bo", "cy"))


def test_somebody_is_invited_by_two_owners_at_once(world: World) -> None:
    ed = world.people["ed"]
    world.does("ada", ed.invitation())
    world.does("bo", ed.invitation())
    world.calm()
    world.answers("ed")
    world.calm()
    world.evens_out(3)
    assert all("ed" in world[name].targets for name in ("ada", "bo", "cy"))
    void = [one for one in world.desktops["bo"].seen if isinstance(one, Changed) and one.undone]
    assert [done.acts for done in void[0].undone] == [(ed.invitation(),)]


def test_whom_a_void_change_invited_hears_that_they_are_not(world: World) -> None:
    world.does("bo", world.people["ed"].invitation())
    world.does("ada", Names("At once"))
    world.calm()
    world.evens_out(2)
    assert world["ed"].roster.entry("ed") is None
    world.does("bo", world.people["ed"].invitation())  # done again, by the same turn
    world.calm()
    world.answers("ed")
    world.calm()
    world.evens_out(2)
    assert "ed" in world["cy"].targets
