"""Which texts of the history count: what the history told before them decides, not what they say."""

from support.rooms import ORGANISATION, Someone, World
from watchword.protocol.rooms.past import UNKNOWN, Evidence, Past, PastText
from watchword.protocol.rooms.statement import JOINS, LEAVES, MakesOwner, TakesOut
from watchword.protocol.rooms.states import Room

NAMES = ("ada", "bo", "cy", "di")


def room_of(*names: str) -> World:
    """Ada's room, with some who joined."""
    world = World(*(Someone(name, ORGANISATION) for name in NAMES))
    world.found("ada", *names)
    world.calm()
    for name in names:
        world.answers(name)
        world.calm()
    return world


def invites(world: World, name: str, turn: int = 1) -> None:
    world.does("ada", world.people[name].invitation(turn))
    world.calm()


def takes_out(world: World, name: str) -> bytes:
    world.does("ada", TakesOut(name))
    world.calm()
    return world["ada"].head


def own(digest: bytes, place: int) -> Evidence:
    return Evidence(digest, shared=False, place=place)


def shared(digest: bytes, place: int) -> Evidence:
    return Evidence(digest, shared=True, place=place)


def heads(room: Room) -> list[bytes]:
    return [one.statement.digest for one in room.path]


def was_for_me(head: bytes, place: int, account: str = "cy") -> PastText:
    return PastText(account, head, shared=False, place=place)


def was_for_others(head: bytes, place: int, account: str = "cy") -> PastText:
    return PastText(account, head, shared=True, place=place)


def test_what_stands_behind_the_removal_is_passed_over_whatever_list_it_names() -> None:
    world = room_of("bo", "cy")
    [founded] = heads(world["bo"])
    out = takes_out(world, "cy")
    past = Past(world["bo"], [own(founded, 10), own(out, 20)])
    assert past.counts(was_for_me(founded, 15))
    assert not past.counts(was_for_me(founded, 21))
    assert not past.counts(was_for_me(out, 15)), "who names the removal knows of it"
    assert past.counts(was_for_me(out, 21, "ada"))
    assert past.counts(was_for_me(founded, 21, "bo")), "of the own account"
    assert not past.counts(was_for_me(founded, 15, "di")), "who was never listed"


def test_what_is_told_first_decides_and_what_has_no_place_yet_does_not() -> None:
    world = room_of("bo", "cy")
    [founded] = heads(world["bo"])
    out = takes_out(world, "cy")
    past = Past(world["bo"], [own(founded, 10), own(out, UNKNOWN)])
    assert past.counts(was_for_me(founded, 15)), "it may have come after all of the past"
    past.learn(own(out, 14))
    past.learn(own(out, 30))
    assert not past.counts(was_for_me(founded, 15))


def test_who_comes_back_is_heard_from_then_on() -> None:
    world = room_of("bo", "cy")
    [founded] = heads(world["bo"])
    out = takes_out(world, "cy")
    invites(world, "cy", 2)
    world.answers("cy")
    world.calm()
    back = world["ada"].head
    past = Past(world["bo"], [own(founded, 10), own(out, 20), own(back, 30)])
    assert past.counts(was_for_me(founded, 15))
    assert not past.counts(was_for_me(founded, 25))
    assert past.counts(was_for_me(back, 35))


def test_who_left_is_heard_until_they_said_so() -> None:
    world = room_of("bo", "cy")
    [founded] = heads(world["bo"])
    world.answers("cy", LEAVES)
    world.calm()
    [leaving] = [one for entry, one in world["bo"].answers.items() if entry.account == "cy"]
    past = Past(world["bo"], [own(founded, 10), own(leaving.digest, 20)])
    assert past.counts(was_for_me(founded, 15))
    assert not past.counts(was_for_me(founded, 21))
    late = Past(world["bo"], [shared(founded, 10), shared(leaving.digest, 20)])
    assert late.counts(was_for_others(founded, 15))
    assert not late.counts(was_for_others(founded, 21))


def test_who_did_not_join_is_not_heard() -> None:
    world = room_of("bo")
    invites(world, "cy")
    founded, invited = heads(world["bo"])
    evidence = [own(founded, 10), own(invited, 20)]
    assert not Past(world["bo"], evidence).counts(was_for_me(invited, 21))
    world.answers("cy", JOINS)
    world.calm()
    assert Past(world["bo"], evidence).counts(was_for_me(invited, 21))


def test_who_speaks_to_somebody_not_listed_yet_is_not_heard() -> None:
    """A removed member names an outsider, who is invited later: nothing before it tells of the removal."""
    world = room_of("bo", "cy")
    [founded] = heads(world["bo"])
    out = takes_out(world, "cy")
    invites(world, "di")
    invited = world["ada"].head
    past = Past(world["di"], [own(founded, 30), own(out, 30), own(invited, 30)])
    assert not past.counts(was_for_me(founded, 25))
    assert past.counts(was_for_me(invited, 31, "ada"))


def test_of_what_is_shared_the_order_in_which_it_was_said_decides() -> None:
    """The list that came with the invitation says nothing of when; what others named by then does."""
    world = room_of("bo", "cy")
    [founded] = heads(world["bo"])
    out = takes_out(world, "cy")
    invites(world, "di")
    invited = world["ada"].head
    with_invitation = [own(one, 5) for one in (founded, out, invited)]
    past = Past(world["di"], [*with_invitation, shared(founded, 10), shared(out, 20)])
    assert past.counts(was_for_others(founded, 15))
    assert not past.counts(was_for_others(founded, 21))
    silent = Past(world["di"], with_invitation)
    assert silent.counts(was_for_others(founded, 15))
    silent.learn(shared(out, 18))  # the head of a text of somebody who is in
    assert not silent.counts(was_for_others(founded, 19))


def test_what_came_to_this_user_before_it_was_shared_counts_too() -> None:
    """Invited before the removal, di got it by themselves; it is not given again with what is shared."""
    world = room_of("bo", "cy")
    [founded] = heads(world["bo"])
    invites(world, "di")
    invited = world["ada"].head
    out = takes_out(world, "cy")
    for place in (UNKNOWN, 6):
        past = Past(world["di"], [own(founded, 5), own(invited, 5), own(out, place), shared(founded, 10)])
        assert not past.counts(was_for_others(founded, 15))
        assert past.counts(was_for_others(invited, 15, "bo"))


def test_a_desktop_needs_no_history_for_what_it_said_itself() -> None:
    world = room_of("bo", "cy")
    [founded] = heads(world["ada"])
    assert Past(world["ada"], []).counts(was_for_me(founded, 15))
    takes_out(world, "cy")
    assert not Past(world["ada"], []).counts(was_for_others(founded, 15))


def test_a_void_head_is_as_old_as_where_it_parts() -> None:
    world = room_of("bo", "cy")
    world.does("ada", MakesOwner("bo"))
    world.calm()
    founded, parts = heads(world["bo"])
    world.does("bo", TakesOut("cy"), world.people["di"].invitation())
    void = world["bo"].head
    out = takes_out(world, "cy")
    assert world["bo"].head == out != void
    past = Past(world["bo"], [own(founded, 10), own(parts, 12), own(out, 20), own(void, 13)])
    assert past.counts(was_for_me(void, 15))
    assert not past.counts(was_for_me(void, 21))
    assert not past.counts(was_for_me(void, 15, "di"))
