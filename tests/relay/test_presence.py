"""Presence is told to those who watch each other, and to nobody else."""

from watchword_relay.presence import Presence

A, B = "ada", "bo"


def test_one_sided_watching_tells_nothing() -> None:
    presence = Presence()
    presence.enter(A, "ada/1")
    presence.enter(B, "bo/1")
    assert presence.watch(A, "ada/1", [B]) == []
    assert not presence.mutual(A, B)


def test_both_are_told_when_both_watch() -> None:
    presence = Presence()
    presence.enter(A, "ada/1")
    presence.enter(B, "bo/1")
    presence.watch(A, "ada/1", [B])
    assert presence.watch(B, "bo/1", [A, "cy"]) == [(B, A, True), (A, B, True)]
    assert presence.mutual(A, B)
    assert presence.mutual(B, A)


def test_leaving_is_told_and_ends_the_list() -> None:
    presence = Presence()
    presence.enter(A, "ada/1")
    presence.enter(B, "bo/1")
    presence.watch(A, "ada/1", [B])
    presence.watch(B, "bo/1", [A])
    assert presence.leave(B, "bo/1") == [(A, B, False)]
    presence.enter(B, "bo/1")
    assert not presence.mutual(A, B)


def test_no_longer_watching_is_told_to_both() -> None:
    presence = Presence()
    presence.enter(A, "ada/1")
    presence.enter(B, "bo/1")
    presence.watch(A, "ada/1", [B])
    presence.watch(B, "bo/1", [A])
    assert sorted(presence.watch(A, "ada/1", [])) == [(A, B, False), (B, A, False)]
    assert presence.leave(A, "ada/1") == []


def test_an_account_is_here_with_any_of_its_terminals() -> None:
    presence = Presence()
    presence.enter(B, "bo/1")
    presence.watch(B, "bo/1", [A])
    presence.enter(A, "ada/1")
    presence.enter(A, "ada/2")
    presence.watch(A, "ada/1", [B])
    presence.watch(A, "ada/2", [B])
    assert sorted(presence.terminals(A)) == ["ada/1", "ada/2"]
    assert presence.leave(A, "ada/1") == [(B, A, True)]
    assert presence.mutual(A, B)
    assert presence.leave(A, "ada/2") == [(B, A, False)]
    assert presence.terminals(A) == []


def test_nobody_watches_themselves() -> None:
    presence = Presence()
    presence.enter(A, "ada/1")
    assert presence.watch(A, "ada/1", [A]) == []
    assert not presence.mutual(A, A)


def test_who_comes_and_goes_of_an_account_that_stays_is_told_too() -> None:
    presence = Presence()
    assert presence.enter(A, "ada/10") == presence.enter(B, "bo/1") == []
    presence.watch(A, "ada/10", [B])
    presence.watch(B, "bo/1", [A])
    assert presence.enter(A, "ada/2") == [(B, A, True)]
    assert presence.devices(A) == [2, 10]
    assert presence.leave(A, "ada/10") == [(B, A, False)]  # its list was all that A watched
    assert presence.devices(A) == [2]
    assert presence.watch(A, "ada/2", [B]) == [(A, B, True), (B, A, True)]
    presence.enter(A, "ada/10")
    assert presence.leave(A, "ada/10") == [(B, A, True)]
    assert presence.leave(A, "ada/2") == [(B, A, False)]
    assert presence.devices(A) == []
