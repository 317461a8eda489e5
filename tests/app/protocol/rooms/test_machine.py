"""Messages, a relay that withholds, strangers, keys that lapse (docs/protocol/rooms.md)."""

import pytest

from support.rooms import ORGANISATION, Someone, World
from watchword.protocol.content import Asked, Statements
from watchword.protocol.rooms.effects import Answered, Changed, Differ, Drop, Effect, Send, Settle, Show
from watchword.protocol.rooms.events import Around, Arrived, Questioned, Told
from watchword.protocol.rooms.statement import (
    JOINS,
    LEAVES,
    Answer,
    MakesOwner,
    Names,
    TakesOut,
    root,
)

NAMES = ("ada", "bo", "cy", "di", "ed")
TOKEN = bytes(16)


def room_of(
    *names: str, organisation: bytes = ORGANISATION, apart: tuple[tuple[str, str], ...] = ()
) -> World:
    """Ada's room, with some who joined; Ed is not invited."""
    world = World(*(Someone(name, organisation) for name in NAMES), strangers=apart)
    world.found("ada", *names)
    world.calm()
    for name in names:
        world.answers(name)
    world.calm()
    world.evens_out(2)
    for desktop in world.desktops.values():
        desktop.seen.clear()
    return world


@pytest.fixture
def world() -> World:
    return room_of("bo", "cy", "di")


def arrives(world: World, target: str, sender: str, **named: bytes) -> tuple[Effect, ...]:
    room = world[target]
    parts = {"head": room.head, "people": room.people, "token": TOKEN, **named}
    return world.feed(target, Arrived(sender, **parts))


def waits(world: World) -> bool:
    return bool(world["bo"].waiting)


def may_send(world: World, name: str) -> bool:
    return world[name].may_send


def sent(effects: tuple[Effect, ...] | list[Effect]) -> list[Send]:
    return [effect for effect in effects if isinstance(effect, Send)]


# --- messages ---------------------------------------------------------------------------


def test_a_message_of_somebody_who_is_in_is_shown(world: World) -> None:
    assert arrives(world, "bo", "cy") == (Show(TOKEN),)
    assert arrives(world, "bo", "bo") == (Show(TOKEN),)  # of another terminal of mine


def test_a_message_of_somebody_who_left_was_taken_out_or_was_never_there_is_passed_over(world: World) -> None:
    world.answers("di", LEAVES)
    world.does("ada", TakesOut("cy"))
    world.calm()
    for name in ("cy", "di", "ed"):
        assert arrives(world, "bo", name) == (Drop(TOKEN),)


def test_what_came_in_a_session_counts_though_it_ended_and_in_no_other() -> None:
    world = room_of("bo", "cy", "di", organisation=b"")
    keys = {name: one.key for name, one in world.people.items() if name != "cy"}
    world.feed("bo", Around(keys, 64))  # cy's session with bo ended, after cy had said something
    room, key = world["bo"], world.people["cy"].key
    said = Arrived("cy", b"?" * 32, room.people, TOKEN, key)
    assert world.feed("bo", said) == (Show(TOKEN),)
    assert may_send(world, "bo")  # nobody could ask cy which list that is
    assert arrives(world, "bo", "cy", key=world.people["di"].key) == (Drop(TOKEN),)


def test_a_message_of_somebody_whose_joining_is_not_heard_of_waits_for_it() -> None:
    world = World(*(Someone(name) for name in NAMES))
    world.found("ada", "bo", "cy")
    world.calm()
    world.answers("bo")
    world.calm()
    world.answers("cy")
    joining = [letter for letter in world.letters if letter[1] == "bo"]
    world.letters = []  # withheld
    world.says("cy")
    world.calm()
    assert Show((1).to_bytes(16, "big")) not in world.desktops["bo"].seen
    assert waits(world)
    world.letters = joining
    world.calm()
    assert any(isinstance(effect, Show) for effect in world.desktops["bo"].seen)
    assert not waits(world)


def test_whoever_said_something_without_having_joined_is_asked_and_their_joining_comes() -> None:
    world = World(*(Someone(name) for name in NAMES))
    world.found("ada", "bo", "cy")
    world.calm()
    world.answers("bo")
    world.calm()
    world.answers("cy")
    world.letters = []
    world.says("cy")
    world.calm()
    world.passes(6.0)
    world.calm()
    assert any(isinstance(effect, Show) for effect in world.desktops["bo"].seen)


@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_said_before_somebody_was_taken_out_waits_for_no_later_invitation(at_once: bool) -> None:
    world = room_of("bo", "cy")
    acts = TakesOut("bo"), world.people["bo"].invitation(2)
    for some in [acts] if at_once else [acts[:1], acts[1:]]:
        world.does("ada", *some)
    world.says("bo")  # has not heard of it
    said = [letter for sender, target, letter in world.letters if (sender, target) == ("bo", "ada")]
    world.hand("bo", "ada", said[-1])
    if at_once:
        assert [one.account for one in world["ada"].waiting] == ["bo"]
    else:
        assert world["ada"].waiting == ()
        assert isinstance(world.desktops["ada"].seen[-1], Drop)


def test_what_waits_is_bounded_and_given_up_after_a_day_and_strangers_keep_nobody_out() -> None:
    world = World(*(Someone(name) for name in NAMES))
    world.found("ada", "bo", "cy")
    world.calm()
    unknown = b"\x55" * 32
    for sender in ("ed", "eve0", "eve1", "cy"):
        for number in range(40):
            arrives(world, "bo", sender, head=unknown, token=number.to_bytes(16, "big"))
    waiting = [one.account for one in world["bo"].waiting]
    assert [waiting.count(name) for name in ("ed", "eve0", "eve1", "cy")] == [32, 32, 0, 32]
    dropped = sum(isinstance(effect, Drop) for effect in world.desktops["bo"].seen)
    assert dropped == 4 * 40 - len(waiting)
    assert world["bo"].differing == ()  # a stranger stops nothing
    world.passes(24 * 3600.0)
    assert not waits(world)
    assert sum(isinstance(effect, Drop) for effect in world.desktops["bo"].seen) == 4 * 40


def test_an_owner_cannot_answer_for_somebody() -> None:
    world = World(*(Someone(name) for name in NAMES))
    world.found("ada", "bo", "cy")
    world.calm()
    room, cy = world["bo"], world.people["cy"]
    forged = world.people["ada"].answers(room.founding)
    swapped = world.people["ada"].signs(Answer(room.id, "ada", cy.key, 1, JOINS))
    world.feed("bo", Told("ada", (forged.raw, swapped.raw)))
    assert world["bo"].targets == ("ada",)


def test_old_statements_again_change_nothing(world: World) -> None:
    world.answers("di", LEAVES)
    world.calm()
    before = world["bo"]
    old = [one.statement.raw for one in before.path]
    joins = world.people["di"].answers(before.founding).raw
    assert world.feed("bo", Told("di", (*old, joins))) == ()
    assert world["bo"] == before


# --- lists that differ ------------------------------------------------------------------


def test_a_removal_that_the_relay_withholds_stops_what_would_go_to_the_removed(world: World) -> None:
    world.does("ada", TakesOut("di"))
    world.letters = [letter for letter in world.letters if letter[1] != "bo"]
    world.calm()
    assert "di" in world["bo"].targets  # bo cannot know
    world.says("cy")
    world.calm()
    assert not may_send(world, "bo")
    world.passes(6.0)
    world.calm()
    assert may_send(world, "bo")
    assert "di" not in world["bo"].targets
    assert not any(isinstance(effect, Differ) for effect in world.desktops["bo"].seen)


def test_lists_that_go_on_differing_are_told_and_told_when_it_is_over(world: World) -> None:
    arrives(world, "bo", "cy", head=b"\x55" * 32)
    world.passes(30.0)
    assert world["bo"].differing == ()
    world.passes(31.0)
    assert world.desktops["bo"].seen[-1] == Differ(("cy",))
    assert arrives(world, "bo", "cy") == (Show(TOKEN), Differ(()))
    assert may_send(world, "bo")


def test_a_member_who_names_heads_that_do_not_exist_is_stopped_by_any_owner_s_word(world: World) -> None:
    arrives(world, "bo", "cy", head=b"\x55" * 32)
    assert not may_send(world, "bo")
    arrives(world, "bo", "di")  # a member's word is no owner's
    assert not may_send(world, "bo")
    arrives(world, "bo", "ada")
    assert may_send(world, "bo")
    arrives(world, "bo", "cy", head=b"\x56" * 32)
    world.does("ada")  # says the list again
    world.calm()
    assert may_send(world, "bo")


def test_an_owner_goes_on_by_saying_the_list_again(world: World) -> None:
    arrives(world, "ada", "cy", head=b"\x55" * 32)
    assert not may_send(world, "ada")
    world.does("ada")
    assert may_send(world, "ada")


def test_one_is_asked_once_a_minute_and_answers_once_a_minute(world: World) -> None:
    for _ in range(5):
        arrives(world, "bo", "cy", head=b"\x55" * 32)
        world.passes(6.0)
    assert [one.to for one in sent(world.desktops["bo"].seen)] == [("cy",)]
    asked = Questioned("cy", b"\x55" * 32, b"")
    first = sent(world.feed("di", asked))
    assert [type(one.content) for one in first] == [Statements, Asked]
    assert sent(world.feed("di", asked)) == []
    world.passes(61.0)
    assert sent(world.feed("di", asked))


def test_of_one_unknown_head_one_person_is_asked(world: World) -> None:
    for name in ("ada", "cy", "di"):
        arrives(world, "bo", name, head=b"\x55" * 32)
    world.passes(6.0)
    assert len(sent(world.desktops["bo"].seen)) == 1


def test_nobody_but_those_listed_gets_an_answer_and_who_was_taken_out_up_to_that(world: World) -> None:
    assert world.feed("bo", Questioned("ed", bytes(32), b"")) == ()
    world.does("ada", TakesOut("di"))
    world.does("ada", Names("Without Di"))
    world.calm()
    [reply] = sent(world.feed("bo", Questioned("di", world["di"].path[0].statement.digest, b"")))
    assert isinstance(reply.content, Statements)
    removal = next(n for n, one in enumerate(world["bo"].path) if TakesOut("di") in one.change.acts)
    assert list(reply.content.statements) == [one.statement.raw for one in world["bo"].path[: removal + 1]]
    world.answers("cy", LEAVES)
    world.calm()
    assert world.feed("bo", Questioned("cy", bytes(32), b"")) == ()


def test_answers_that_went_astray_are_exchanged(world: World) -> None:
    world.does("ada", world.people["ed"].invitation())
    world.calm()
    world.answers("ed")
    world.letters = [letter for letter in world.letters if letter[1] not in ("bo", "cy")]
    world.calm()
    assert "ed" not in world["bo"].targets
    world.evens_out(3)
    assert "ed" in world["bo"].targets
    assert "ed" in world["cy"].targets


# --- changes ----------------------------------------------------------------------------


def test_strangers_tell_nothing(world: World) -> None:
    good = world.people["ada"].changes(world["ada"].founding, world["ada"].head, Names("New")).raw
    assert world.feed("bo", Told("ed", (good,))) == ()
    assert any(isinstance(effect, Changed) for effect in world.feed("bo", Told("cy", (good,))))


def test_who_left_by_themselves_may_be_spoken_to_by_who_has_not_heard(world: World) -> None:
    world.does("ada", MakesOwner("bo"))
    world.calm()
    before = world["bo"].head
    assert not world["bo"].has_left(before), "who is in has not left"
    world.does("bo", TakesOut("bo"))
    assert world["bo"].has_left(before)
    assert not world["bo"].has_left(world["bo"].head)
    assert arrives(world, "bo", "cy", head=before) == (Show(TOKEN),)
    world.answers("cy", LEAVES)
    assert world["cy"].has_left(before)
    world.does("ada", TakesOut("di"))
    world.calm()
    assert not world["di"].has_left(before), "taken out by somebody else"


def test_another_terminal_of_mine_is_sent_nothing_whatever_it_asks_or_names(world: World) -> None:
    room = world["bo"]
    asked = world.feed("bo", Questioned("bo", root(room.founding), b""))
    named = arrives(world, "bo", "bo", head=b"\x55" * 32)
    effects = (*asked, *named, *later(world, 61.0))
    assert all("bo" not in effect.to for effect in effects if isinstance(effect, Send))


def later(world: World, seconds: float) -> tuple[Effect, ...]:
    world.passes(seconds)
    return tuple(world.desktops["bo"].seen)


def test_another_terminal_of_mine_changes_the_room(world: World) -> None:
    good = world.people["ada"].changes(world["ada"].founding, world["ada"].head, Names("New")).raw
    world.feed("ada", Told("ada", (good,)))
    assert world["ada"].roster.name == "New"


def test_the_first_owner_left_says_the_list_again_behind_one_who_gave_it_up(world: World) -> None:
    world.does("ada", MakesOwner("bo"), MakesOwner("cy"))
    world.calm()
    world.does("ada", TakesOut("ada"))
    world.calm()
    assert Settle() in world.desktops["bo"].seen
    assert all(Settle() not in world.desktops[name].seen for name in ("ada", "cy", "di"))
    world.does("bo")
    world.calm()
    assert world["cy"].path[-1].change.acts == ()


def test_who_holds_what_is_void_is_sent_what_holds(world: World) -> None:
    world.does("ada", MakesOwner("bo"))
    world.calm()
    founding, head = world["ada"].founding, world["ada"].head
    of_bo = world.people["bo"].changes(founding, head, Names("By Bo"))
    world.does("ada", Names("By Ada"))
    world.letters = []
    effects = world.feed("ada", Told("bo", (of_bo.raw,)))
    [reply] = sent(effects)
    assert reply.to == ("bo",)
    assert isinstance(reply.content, Statements)
    assert reply.content.statements[0] == world["ada"].path[-1].statement.raw


# --- phrase rooms -----------------------------------------------------------------------


def test_statements_are_passed_on_between_two_without_a_session() -> None:
    world = room_of("bo", "cy", "di", organisation=b"", apart=(("bo", "cy"),))
    assert set(world["bo"].targets) == {"ada", "di"}
    assert world["bo"].unreached == ("cy",)
    world.does("ada", MakesOwner("bo"))
    world.calm()
    world.does("bo", Names("By Bo"))
    world.calm()
    assert world["cy"].roster.name == "By Bo"  # through ada and di


def test_passing_on_ends() -> None:
    world = room_of("bo", "cy", "di", organisation=b"")
    world.does("ada", Names("New"))
    assert len(world.letters) == 3
    world.deliver()
    assert len(world.letters) == 2  # all were reached: nothing is passed on


def test_another_key_than_the_pinned_one_is_no_target() -> None:
    world = room_of("bo", "cy", organisation=b"")
    other = Someone("cy", b"", generation=2)
    world.feed("bo", Around({**world["bo"].around.keys, "cy": other.key}, 64))
    assert world["bo"].targets == ("ada",)
    assert world["bo"].unreached == ("cy",)
    assert world["ada"].targets == ("bo", "cy")


# --- company rooms: keys and directories ------------------------------------------------


def renewed(world: World, *accounts: str) -> dict[str, bytes]:
    keys = {name: one.key for name, one in world.people.items()}
    return {**keys, **{name: Someone(name, generation=2).key for name in accounts}}


def test_a_member_s_new_key_is_no_target_until_an_owner_invites_it_and_it_accepts(world: World) -> None:
    keys = renewed(world, "di")
    world.people["di"] = world.desktops["di"].who = Someone("di", generation=2)
    world.new_directory(keys)
    assert "di" not in world["bo"].targets
    assert "di" in world["bo"].unreached
    world.does("ada", TakesOut("di"), world.people["di"].invitation(2))
    world.calm()
    assert "di" not in world["bo"].targets
    world.answers("di")
    world.calm()
    assert "di" in world["bo"].targets


def test_a_founder_whose_key_is_renewed_does_not_end_the_room(world: World) -> None:
    keys = renewed(world, "ada")
    world.people["ada"] = world.desktops["ada"].who = Someone("ada", generation=2)
    world.new_directory(keys)
    assert Settle() in world.desktops["bo"].seen  # first of the list
    assert not world.tries("ada", Names("Still mine"))
    assert not world.tries("cy", Names("Mine"))
    world.does("bo", MakesOwner("bo"), TakesOut("ada"), world.people["ada"].invitation(1))
    world.calm()
    world.answers("ada")
    world.calm()
    world.evens_out(2)
    for name in ("ada", "bo", "cy", "di"):
        assert list(world[name].roster.owners) == ["bo"]
        assert {*world[name].targets, name} == {"ada", "bo", "cy", "di"}


def test_a_stolen_key_changes_nothing_after_it_was_renewed(world: World) -> None:
    world.does("ada", MakesOwner("bo"))
    world.calm()
    thief, founding, before = world.people["ada"], world["bo"].founding, world["bo"]
    world.new_directory(renewed(world, "ada"))
    world.does("bo")
    world.calm()
    held = world["cy"].head
    for after in (before.path[0].statement.digest, before.head, held):
        grab = thief.changes(founding, after, TakesOut("bo"), MakesOwner("di"))
        ours = world.people["di"].changes(founding, grab.digest, Names("Ours"))
        world.feed("cy", Told("di", (grab.raw, ours.raw)))  # di helps
        assert world["cy"].head == held


def test_desktops_with_different_directories_come_together_with_the_same(world: World) -> None:
    world.does("ada", MakesOwner("bo"))
    world.calm()
    keys = renewed(world, "ada")
    world.new_directory(keys, "bo", "cy")
    world.does("bo", TakesOut("ada"))
    world.calm()
    assert "ada" in world["di"].roster.owners  # by di's older file bo may not
    world.says("cy")
    world.calm()
    assert not may_send(world, "di")
    world.passes(6.0)
    world.calm()
    assert not may_send(world, "di")
    world.new_directory(keys, "di")
    world.passes(61.0)
    world.calm()
    assert world["di"].head == world["cy"].head
    assert may_send(world, "di")


def test_a_colleague_whom_an_older_directory_does_not_have_is_no_target_yet() -> None:
    world = room_of("bo", "cy")
    older = {name: one.key for name, one in world.people.items() if name != "ed"}
    world.new_directory(older, "cy")
    world.does("ada", world.people["ed"].invitation())
    world.calm()
    world.answers("ed")
    world.calm()
    assert "ed" in world["bo"].targets
    assert "ed" in world["cy"].unreached
    assert world["cy"].head == world["bo"].head
    world.new_directory(world["bo"].around.keys, "cy")
    assert "ed" in world["cy"].targets


# --- a thousand -------------------------------------------------------------------------


def test_a_thousand_are_told_of_alike() -> None:
    people = [Someone(f"m{number:03}") for number in range(1_000)]
    world = World(*people[:3])
    around = Around({one.account: one.key for one in people}, 1_000)
    for desktop in world.desktops.values():
        desktop.around = around
    world.found("m000", *(one.account for one in people[1:]))
    world.letters = [letter for letter in world.letters if letter[1] in world.desktops]
    world.calm()
    founding = world["m000"].founding
    joining = [one.answers(founding).raw for one in people[1:]]
    for at in range(0, 999, 64):
        for name in ("m000", "m001", "m002"):
            world.feed(name, Told("m000", tuple(joining[at : at + 64])))
    world.letters.clear()
    assert len(world["m000"].targets) == len(world["m002"].targets) == 999
    assert world["m000"].people == world["m001"].people == world["m002"].people
    assert sum(isinstance(effect, Answered) for effect in world.desktops["m000"].seen) == 999
