"""Invitations, accounts, and who is kept out, as an operator says it."""

import json
from pathlib import Path
from typing import Any

import pytest

from watchword_relay import accounts, folder
from watchword_relay.commands import people
from watchword_relay.commands.people import Wish
from watchword_relay.config import Unfit
from watchword_relay.store.contract import OWN, Registered
from watchword_relay.store.queues import Blocked, Choice
from watchword_relay.store.sqlite import SqliteStore

ADDRESS = "wss://relay.example:8470#" + "k" * 43


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A relay's folder that has run for 1,000 s, with a realm and two accounts."""
    folder.prepare(tmp_path)
    store = SqliteStore(tmp_path / folder.DATABASE)
    store.keep_served(1_000)
    store.add_realm("acme", 1)
    store.of(OWN).register("bo", "bo", b"k" * 32, None, 86_400)
    store.of(store.realm("acme")).register("ada", "ada", b"k" * 32, None, 0)
    store.close()
    return tmp_path


def registered(data: Path, invite: str, realm: str = "", served: int = 1_000) -> Registered:
    store = SqliteStore(data / folder.DATABASE)
    store.keep_served(served)
    found = store.of(store.realm(realm))
    outcome, _ = found.register("new", "new", b"n" * 32, accounts.invite_hash(invite), 2)
    store.close()
    return outcome


def told(answer: str) -> Any:
    return json.loads(answer)


def test_an_invitation_is_a_link_with_the_relays_key(data: Path) -> None:
    assert "." not in people.invite(data, Wish())  # it has never listened: nobody knows where it is
    folder.keep_address(data, ADDRESS)
    link = people.invite(data, Wish())
    assert link.startswith(ADDRESS + ".")
    realms = people.invite(data, Wish("acme"))
    assert realms.startswith(ADDRESS.replace("#", "/acme#") + ".")
    assert registered(data, link.rpartition(".")[2]) is Registered.DONE
    assert registered(data, realms.rpartition(".")[2], "acme") is Registered.DONE


def test_what_an_invitation_is_to_be(data: Path) -> None:
    folder.keep_address(data, ADDRESS)
    made = told(people.invite(data, Wish(uses=3, ends="2h"), json=True))
    assert (made["uses"], made["seconds"], made["link"]) == (3, 7_200, f"{ADDRESS}.{made['invite']}")
    assert registered(data, made["invite"], served=8_200) is Registered.INVITE_WRONG
    ever = told(people.invite(data, Wish(ends=people.NEVER), json=True))
    assert ever["seconds"] is None
    assert registered(data, ever["invite"], served=10**9) is Registered.DONE


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(uses=0), "once at least"),
        (Wish(uses=10**20), "1,000,000 times at most"),
        (Wish(ends="59m"), "an hour at least"),
        (Wish(ends="soon"), "a number with s, m, h or d"),
        (Wish(realm="none"), "no realm 'none'"),
    ],
)
def test_invitations_that_are_none(data: Path, wish: Wish, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        people.invite(data, wish)


def test_an_invitation_is_taken_back_by_its_link_or_its_text(data: Path) -> None:
    folder.keep_address(data, ADDRESS)
    links = [people.invite(data, Wish()), people.invite(data, Wish())]
    assert "nobody comes in" in people.revoke(data, links[0])
    assert told(people.revoke(data, links[1].rpartition(".")[2], json=True)) == {"revoked": 1}
    for link in links:
        assert registered(data, link.rpartition(".")[2]) is Registered.INVITE_WRONG
        with pytest.raises(Unfit, match="no such invitation"):
            people.revoke(data, link)


def test_all_accounts(data: Path) -> None:
    people.block(data, "bo")
    rows = [line.split() for line in people.people(data).splitlines()]
    assert rows[1] == ["-", "bo", "1970-01-02", "1", "0", "0", "bytes", "blocked"]
    assert rows[2] == ["acme", "ada", "1970-01-01", "1", "0", "0", "bytes", "-"]
    alone = told(people.people(data, "acme", json=True))
    assert alone == [
        {"realm": "acme", "account": "ada", "made": 0, "desktops": 1, "messages": 0}
        | {"bytes": 0, "blocked": False}
    ]


def test_whom_an_operator_blocks(data: Path) -> None:
    assert people.blocked(data) == "nothing"
    assert people.block(data, "Bo") == "account bo blocked"
    assert people.block(data, "bo") == "account bo is blocked already"
    assert told(people.block(data, "ada", "acme", json=True)) == {
        "blocked": "ada",
        "new": True,
        "known": True,
    }
    assert people.block(data, "192.0.2.777") == "account 192.0.2.777 blocked: nobody has that id yet"
    people.unblock(data, "192.0.2.777")
    assert people.block(data, "192.0.2.7/24") == "network 192.0.2.0/24 blocked"
    assert people.block(data, "2001:db8::5") == "network 2001:db8::5/128 blocked"
    store = SqliteStore(data / folder.DATABASE)
    kept = [Blocked(one.realm, one.name, 0) for one in store.blocked()]
    assert kept == [
        Blocked(-1, "192.0.2.0/24", 0),
        Blocked(-1, "2001:db8::5/128", 0),
        Blocked(OWN, "bo", 0),
        Blocked(store.realm("acme"), "ada", 0),
    ]
    assert [one.blocked for one in store.people(Choice())] == [True, True]
    store.close()
    assert [row["name"] for row in told(people.blocked(data, json=True))] == [one.name for one in kept]
    assert people.blocked(data).splitlines()[1].split()[:3] == ["network", "-", "192.0.2.0/24"]
    assert people.unblock(data, "192.0.2.0/24") == "192.0.2.0/24 may come in again"
    with pytest.raises(Unfit, match="not blocked"):
        people.unblock(data, "192.0.2.0/24")
    with pytest.raises(Unfit, match="neither an account id nor an address"):
        people.block(data, "a/b")
