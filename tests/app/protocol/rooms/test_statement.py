"""Statements: form, bounds, one encoding, whose word it is (docs/protocol/rooms.md, Statements)."""

import msgspec
import pytest
from msgspec.structs import replace

from support.rooms import ORGANISATION, Someone, first_change, founding_of
from watchword.protocol.rooms.statement import (
    JOINS,
    LEAVES,
    MOST_ACTS,
    Act,
    Answer,
    Change,
    Founds,
    Invites,
    Keeps,
    Names,
    Said,
    Signed,
    Statement,
    TakesOut,
    decode,
    room_id,
    root,
    sign,
    verify,
    vouched,
)
from watchword_wire.errors import PeerError

ADA, BO = Someone("ada"), Someone("bo")
ADA_ALONE, BO_ALONE = Someone("ada", b""), Someone("bo", b"")
FOUNDING = founding_of(ADA)
ROOM, ROOT = room_id(FOUNDING), root(FOUNDING)
GOOD = ADA.changes(FOUNDING, ROOT, FOUNDING, Names("Room"), BO.invitation())


def encoded(said: object, by: Signed = GOOD.signed) -> bytes:
    return msgspec.msgpack.encode(replace(by, said=msgspec.msgpack.encode(said)))


def taken(raw: bytes) -> Statement:
    """As a desktop takes it from Ada."""
    found = decode(raw)
    verify(found)
    vouched(found, ADA.key, ORGANISATION)
    return found


def test_a_statement_comes_back_and_is_its_authors() -> None:
    for one in (GOOD, BO.answers(FOUNDING), first_change(ADA_ALONE, BO_ALONE)):
        found = decode(one.raw)
        assert found == one
        verify(found)
    vouched(GOOD, ADA.key, ORGANISATION)
    vouched(ADA_ALONE.answers(FOUNDING), ADA_ALONE.key, b"")


def test_any_of_a_persons_terminals_may_speak_in_a_company_and_one_in_a_phrase_room() -> None:
    second = sign(ADA.at(2), GOOD.said)
    verify(second)
    vouched(second, ADA.key, ORGANISATION)
    assert second.digest == GOOD.digest
    with pytest.raises(PeerError):
        vouched(sign(ADA_ALONE.at(2), GOOD.said), ADA_ALONE.key, b"")


@pytest.mark.parametrize("organisation", [ORGANISATION, b""])
def test_nobody_speaks_for_another(organisation: bytes) -> None:
    ada, bo = Someone("ada", organisation), Someone("bo", organisation)
    mine = bo.answers(founding_of(ada))
    with pytest.raises(PeerError):
        vouched(mine, ada.key, organisation)
    as_ada = replace(mine.said, author="ada")
    with pytest.raises(PeerError):
        bo.signs(as_ada)  # the terminal is not that account's
    stolen = replace(mine.signed, said=msgspec.msgpack.encode(as_ada), full_id="ada/1")
    with pytest.raises(PeerError):
        verify(decode(msgspec.msgpack.encode(stolen)))


def test_a_member_of_another_company_with_the_same_name_is_another() -> None:
    with pytest.raises(PeerError):
        vouched(ADA.answers(FOUNDING), ADA.key, bytes(16))
    with pytest.raises(PeerError):
        vouched(ADA.answers(FOUNDING), ADA.key, b"")
    with pytest.raises(PeerError):
        vouched(ADA_ALONE.answers(FOUNDING), ADA_ALONE.key, ORGANISATION)


def test_every_bit_counts() -> None:
    for at in range(len(GOOD.raw)):
        bad = bytearray(GOOD.raw)
        bad[at] ^= 1 << at % 8
        with pytest.raises(PeerError):
            taken(bytes(bad))


@pytest.mark.parametrize(
    "said",
    [
        Change(ROOM[:-1], "ada", ROOT, ()),
        Change(ROOM, "ada", ROOT[:-1], ()),
        Change(ROOM, "a b", ROOT, ()),
        Change(ROOM, "bo", ROOT, ()),
        Change(ROOM, "ada", ROOT, (Names("x"),) * (MOST_ACTS + 1)),
        Answer(ROOM, "ada", ADA.key[:-1], 1, JOINS),
        Answer(ROOM, "ada", ADA.key, -1, JOINS),
        Answer(ROOM, "ada", ADA.key, 2**32, JOINS),
        Answer(ROOM, "ada", ADA.key, 1, 0),
        Answer(ROOM, "ada", ADA.key, 1, LEAVES + 1),
    ],
)
def test_bounds_of_changes_and_answers(said: Said) -> None:
    with pytest.raises(PeerError):
        decode(encoded(said))


@pytest.mark.parametrize(
    "act",
    [
        Names(""),
        Names(" x"),
        Names("x" * 65),
        Names("line\nbreak"),
        Keeps(-1),
        Keeps(366 * 24 * 3600 + 1),
        Invites("bo", BO.key, 0),
        Invites("bo", BO.key, 2**32),
        Invites("bo", BO.key[:-1], 1),
        Invites("", BO.key, 1),
        TakesOut("x" * 119),
        Founds(b"x", "ada", ADA.key, bytes(16)),
        Founds(ORGANISATION, "ada", ADA.key, bytes(15)),
        Founds(ORGANISATION, "a/b", ADA.key, bytes(16)),
    ],
)
def test_bounds_of_acts(act: Act) -> None:
    with pytest.raises(PeerError):
        decode(encoded(Change(ROOM, "ada", ROOT, (act,))))


def test_as_much_as_may_be_said() -> None:
    names = tuple(f"m{number:03}" for number in range(1_000))
    long = Change(ROOM, "ada", ROOT, tuple(Invites(name.ljust(50, "x"), BO.key, 1) for name in names))
    assert isinstance(ADA.signs(long), Statement)
    too_long = Change(ROOM, "ada", ROOT, tuple(Invites(name.ljust(51, "x"), BO.key, 1) for name in names))
    with pytest.raises(PeerError):
        ADA.signs(too_long)


def test_one_encoding() -> None:
    parts = msgspec.msgpack.decode(GOOD.signed.said)
    longer = msgspec.msgpack.encode([*parts, "more"])
    for said in (longer, b"\xdc\x00\x05" + GOOD.signed.said[1:]):
        with pytest.raises(PeerError):
            decode(msgspec.msgpack.encode(replace(GOOD.signed, said=said)))
    with pytest.raises(PeerError):
        decode(msgspec.msgpack.encode([*msgspec.msgpack.decode(GOOD.raw), 1]))
    for part in ("certificate", "signature", "terminal_key"):
        with pytest.raises(PeerError):
            decode(msgspec.msgpack.encode(replace(GOOD.signed, **{part: b"x"})))


def test_a_rooms_id_is_made_of_all_of_its_founding() -> None:
    others = (
        replace(FOUNDING, organisation=bytes(16)),
        replace(FOUNDING, account="bo"),
        replace(FOUNDING, key=BO.key),
        replace(FOUNDING, seed=bytes(16)),
    )
    assert len({room_id(one) for one in (FOUNDING, *others)}) == 5
    assert root(replace(FOUNDING, organisation=b"")) == root(replace(FOUNDING, organisation=bytes(16)))
