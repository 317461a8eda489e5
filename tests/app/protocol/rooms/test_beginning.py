"""How a room begins: of 0, 1, 2, 1,000 and 1,001; told of; read from the disk (docs/protocol/rooms.md)."""

import pytest
from msgspec.structs import replace

from support.rooms import ORGANISATION, Someone, World, first_change, founding_of
from watchword.protocol.rooms import beginning, passing
from watchword.protocol.rooms.effects import Keep, Send
from watchword.protocol.rooms.events import Around
from watchword.protocol.rooms.statement import MakesOwner, Names
from watchword_wire.errors import PeerError, Refused

ADA, BO = Someone("ada"), Someone("bo")
KEYS = {"ada": ADA.key, "bo": BO.key}


def crowd(many: int, length: int = 1) -> dict[str, bytes]:
    names = [f"m{number}".ljust(length, "x") for number in range(many)]
    return {name: number.to_bytes(32, "big") for number, name in enumerate(names)}


def found(others: list[str], keys: dict[str, bytes], most: int = 1_000, name: str = "Room") -> int:
    """How many a room lists that Ada founds."""
    around = Around({**keys, "ada": ADA.key}, most)
    room, _ = beginning.found(ADA.author, founding_of(ADA), name, 0, others, around)
    return len(room.roster.entries)


@pytest.mark.parametrize("others", [[], ["ada"], ["bo", "bo"], ["bo", "ada"], ["eve"]])
def test_a_room_of_nobody_of_oneself_of_somebody_twice_of_somebody_unknown(others: list[str]) -> None:
    with pytest.raises(Refused):
        found(others, {"bo": BO.key})


@pytest.mark.parametrize(("most", "good"), [(1_000, 999), (64, 63)])
def test_as_many_as_may_be_and_one_more(most: int, good: int) -> None:
    keys = crowd(good + 1)
    assert found(list(keys)[:good], keys, most) == most
    with pytest.raises(Refused):
        found(list(keys), keys, most)


def test_a_thousand_with_the_longest_ids_take_two_changes() -> None:
    keys = crowd(999, 118)
    around = Around({**keys, "ada": ADA.key}, 1_000)
    room, effects = beginning.found(ADA.author, founding_of(ADA), "Room", 0, keys, around)
    assert len(room.path) == 2
    assert len(room.roster.entries) == 1_000
    assert sum(isinstance(effect, Keep) for effect in effects) == 2


def test_a_name_that_is_none() -> None:
    with pytest.raises(Refused):
        found(["bo"], {"bo": BO.key}, name=" ")


def test_the_invitation_goes_to_all_at_once() -> None:
    world = World(ADA, BO, Someone("cy"))
    world.found("ada", "bo", "cy")
    sends = [effect for effect in world.desktops["ada"].seen if isinstance(effect, Send)]
    assert [effect.to for effect in sends] == [("bo", "cy")]
    world.calm()
    assert world["bo"].roster == world["cy"].roster == world["ada"].roster
    assert not world["bo"].is_in("bo")
    assert world["bo"].targets == ("ada",)


def test_what_founds_no_room() -> None:
    around = Around(KEYS, 1_000)
    first = first_change(ADA, BO)
    later = ADA.changes(founding_of(ADA), first.digest, Names("x"))
    by_bo = BO.signs(replace(first.said, author="bo"))
    damaged = bytes([*first.raw[:-1], first.raw[-1] ^ 1])
    for statements in ((), (b"x",), (later.raw, first.raw), (by_bo.raw,), (damaged,)):
        with pytest.raises(PeerError):
            beginning.invited(statements, "bo", around)


@pytest.mark.parametrize("organisation", [ORGANISATION, b""])
def test_a_room_comes_back_from_the_disk_as_it_was(organisation: bytes) -> None:
    world = World(*(Someone(name, organisation) for name in ("ada", "bo", "cy", "di")))
    world.found("ada", "bo", "cy", "di")
    world.calm()
    world.answers("bo")
    world.answers("cy", 2)
    world.calm()
    world.does("ada", MakesOwner("bo"))
    world.calm()
    world.does("bo", Names("Mine"))
    world.calm()
    kept: dict[bytes, bytes] = {}
    for effect in world.desktops["di"].seen:
        if isinstance(effect, Keep):
            kept[effect.digest] = effect.statement
    room = world["di"]
    back = beginning.revived(
        room.founding, "di", room.around, list(kept.values())[::-1], frozenset(), {}, 0.0
    )
    assert (back.head, back.people, back.roster, back.listed) == (room.head, room.people, room.roster, True)
    assert passing.everything(back) == passing.everything(room)
