"""`rooms.json`, made by formulas written apart from the product: read, weighed, made again byte by byte."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.rooms import NOBODY
from vectors.make_rooms import made
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.protocol import content, second_desktop
from watchword.protocol.company import certificate
from watchword.protocol.company.message_data import Author
from watchword.protocol.rooms import people, statement
from watchword.protocol.rooms.roster import Entry
from watchword.protocol.rooms.standing import Facts, held
from watchword.protocol.rooms.statement import Answer, Change, Founds, Statement

VECTORS = json.loads(Path(__file__).with_name("rooms.json").read_text(encoding="utf-8"))
KINDS = ["company_room", "phrase_room"]


def value(kind: str, name: str) -> bytes:
    return bytes.fromhex(VECTORS[kind][name])


def statements(kind: str, name: str) -> list[Statement]:
    return [statement.decode(bytes.fromhex(one["statement"])) for one in VECTORS[kind][name]]


def founding(kind: str) -> Founds:
    first = statements(kind, "changes")[0].said
    assert isinstance(first, Change)
    founds = first.acts[0]
    assert isinstance(founds, Founds)
    return founds


def author(kind: str, account: str) -> Author:
    terminal = Secret(bytes.fromhex(VECTORS[kind]["terminal_seeds"][account]))
    organisation = value(kind, "organisation")
    vouched = b""
    if organisation:
        member = Secret(bytes.fromhex(VECTORS[kind]["member_seeds"][account]))
        key = ed25519_public(terminal.expose())
        vouched = certificate.issue(member, organisation, f"{account}/1", key)
    return Author(f"{account}/1", vouched, terminal)


def test_the_file_is_what_its_script_writes() -> None:
    assert made() == VECTORS


@pytest.mark.parametrize("kind", KINDS)
def test_the_room_s_id(kind: str) -> None:
    assert statement.root(founding(kind)) == value(kind, "root")
    assert statement.room_id(founding(kind)) == value(kind, "room")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["changes", "answers"])
def test_statements_are_read_and_made_again(kind: str, name: str) -> None:
    for one, shown in zip(statements(kind, name), VECTORS[kind][name], strict=True):
        statement.verify(one)
        key = bytes.fromhex(VECTORS[kind]["keys"][shown["author"]])
        statement.vouched(one, key, value(kind, "organisation"))
        assert (one.signed.said.hex(), one.digest.hex()) == (shown["said"], shown["digest"])
        assert statement.sign(author(kind, shown["author"]), one.said) == one


@pytest.mark.parametrize("kind", KINDS)
def test_the_path_that_holds_and_its_roster(kind: str) -> None:
    found = held(statements(kind, "changes"), Facts(founding(kind), NOBODY, NOBODY))
    assert [one.statement.digest.hex() for one in found.path] == VECTORS[kind]["holds"]
    roster = found.roster
    assert (roster.name, roster.keep) == (VECTORS[kind]["name"], VECTORS[kind]["keep"])
    assert [list(roster.owners), list(roster.others)] == [VECTORS[kind]["owners"], VECTORS[kind]["others"]]


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_in(kind: str) -> None:
    roster = held(statements(kind, "changes"), Facts(founding(kind), NOBODY, NOBODY)).roster
    answers: dict[Entry, Statement] = {}
    for one in statements(kind, "answers"):
        assert isinstance(one.said, Answer)
        people.check(one, founding(kind))
        answers[people.entry_of(one)] = one
    there = [entry.account for entry in people.everybody(answers, roster)]
    assert there == VECTORS[kind]["in"]
    assert people.digest(answers, roster) == value(kind, "people")
    assert people.bits(answers, roster) == value(kind, "bits")


@pytest.mark.parametrize("kind", KINDS)
def test_contents(kind: str) -> None:
    head, room = bytes.fromhex(VECTORS[kind]["holds"][-1]), value(kind, "room")
    first, joins = (bytes.fromhex(VECTORS[kind][name][0]["statement"]) for name in ("changes", "answers"))
    receipt = content.encode(content.Receipt((value(kind, "seed"),)))
    for name, said in (
        ("statements", content.Statements(room, (first, joins), ("bo", "陈"), 1_700_000_000_000)),
        ("asked", content.Asked(room, head, value(kind, "bits"))),
        ("said", content.RoomMessage(room, head, value(kind, "people"), receipt)),
    ):
        assert content.decode(value(kind, name)) == said
        assert content.encode(said) == value(kind, name)


def test_the_words_of_a_key_and_a_parcel() -> None:
    seed = Secret(value("second_desktop", "new_seed"))
    key = ed25519_public(seed.expose())
    digits: Any = tuple(VECTORS["second_desktop"]["digits"])
    opening = Secret(value("second_desktop", "opening"))
    candidate = second_desktop.Candidate("ada", "acme", key)
    assert second_desktop.key_digits("ada", key, opening) == digits
    assert second_desktop.proof(candidate, digits, opening) == value("second_desktop", "proof")
    assert second_desktop.is_meant(candidate, digits, value("second_desktop", "proof"))
    answering = second_desktop.answer_key(candidate, digits, value("second_desktop", "relay_key"))
    assert answering == Secret(value("second_desktop", "answer_key"))
    approving = ed25519_public(value("second_desktop", "approving_seed"))
    found = second_desktop.opened(seed, "ada/2", approving, answering, value("second_desktop", "parcel"))
    assert (found.name, [one.account for one in found.contacts]) == ("Ada", ["bo", "eve"])
    assert [one.blocked for one in found.contacts] == [False, True]
    assert found.company is not None
    assert found.company.member == Secret(bytes([0xD3]) * 32)
    assert (found.company.updates, found.company.file) == ("https://keys.example/acme", b"a company file")


def test_nothing_of_the_file_is_left_out() -> None:
    # fmt: off
    room = {
        "organisation", "seed", "member_seeds", "terminal_seeds", "keys", "root", "room", "changes",
        "holds", "answers", "name", "keep", "owners", "others", "in", "people", "bits", "statements",
        "asked", "said",
    }
    # fmt: on
    assert set(VECTORS["company_room"]) == set(VECTORS["phrase_room"]) == room
    # fmt: off
    assert set(VECTORS["second_desktop"]) == {
        "approving_seed", "new_seed", "opening", "relay_key", "digits", "proof", "answer_key", "text",
        "parcel",
    }
    # fmt: on
