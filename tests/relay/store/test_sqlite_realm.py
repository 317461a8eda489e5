"""What is particular to realms in the SQLite store: of one that was erased no row is left in any table."""

from pathlib import Path

import apsw
import pytest

from watchword_relay.store.contract import (
    VOID,
    Admission,
    Batch,
    Ended,
    Membership,
    Owed,
    Put,
    RealmStore,
    Run,
    Terminal,
)
from watchword_relay.store.history import Past, TakeBack
from watchword_relay.store.sqlite import SqliteStore

NOT_A_REALMS = {"relay", "probe", "sqlite_sequence"}
"""The tables that hold nothing of any realm."""


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    db = apsw.Connection(str(path))
    tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    found = {str(name): db.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables}  # noqa: S608 - of the schema
    db.close()
    return found


def person(realm: RealmStore, account: str) -> Terminal:
    _, terminal = realm.register(account, account, b"k" * 32, None, 1)
    assert terminal is not None
    return terminal


def fill(store: SqliteStore, realm: RealmStore) -> None:
    """Have something of a realm in every table that can hold something of it."""
    ada, bo = person(realm, "ada"), person(realm, "bo")
    admission = Admission(bo.key, b"a" * 64, b"parcel")
    _, second = realm.admit(bo.mailbox, 2, b"2" * 32, admission, 1, asked=True)
    assert second is not None
    realm.vouch(bo.mailbox, Membership(b"acme" * 4, b"m" * 32))
    _, gone = realm.admit(bo.mailbox, 3, b"3" * 32, admission, 1, asked=True)
    assert gone is not None
    realm.remove(bo.mailbox, gone.device, 1)
    realm.add_invite(b"invite" * 5, 1)
    store.block(realm.number, "bo", 1)
    batch = Batch()
    batch.opened = [Run(realm.number, bytes([number]) * 32, "ada/1", "bo/1", 1) for number in (1, 2)]
    ended = Ended(b"\1" * 32, "ada/1", "bo/1", 0, b"last", "ada/1", Owed.VERDICT, Owed.VERDICT, 2)
    batch.ended = [(realm.number, ended)]
    for number in range(5):
        place = bytes([number]) * 16, "ada/1", b"body" * 100
        data = {"organisation": b"acme" * 4, "conversation": b"c" * 16, "shared": True, "origin": ada.mailbox}
        batch.puts += [
            Put(mailbox, number + 1, *place, 1, realm=realm.number, target="no/1")._replace(**data)  # type: ignore[arg-type]  # as the fields are
            for mailbox in (bo.mailbox, second.mailbox, VOID)
        ]
        both = [ada.mailbox, bo.mailbox]
        batch.pasts.append(
            Past(ada.mailbox, place[0], "ada/1", b"c" * 16, place[2], 1, 1_000, b"acme" * 4, both)
        )
    store.commit(batch)
    batch = Batch()
    batch.recalls = [TakeBack(ada.mailbox, bytes(16), frozenset(), frozenset(), 2)]
    store.commit(batch)


def test_of_what_is_for_a_mailbox_that_is_no_more_no_body_stays(tmp_path: Path) -> None:
    path = tmp_path / "relay.sqlite3"
    store = SqliteStore(path)
    batch = Batch()
    batch.puts = [Put(9, 1, bytes(16), "ada/1", b"body", 1, shared=True, target="bo/1")]
    store.commit(batch)
    assert rows(path)["body"] == []
    store.close()


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
def test_nothing_is_left_of_a_realm_that_was_erased(tmp_path: Path, at_once: int) -> None:
    path = tmp_path / "relay.sqlite3"
    store = SqliteStore(path)
    fill(store, store.of(store.realm("")))
    before = rows(path)
    store.add_realm("acme", 1)
    fill(store, store.of(store.realm("acme")))
    grown = {table for table, found in rows(path).items() if found != before[table]}
    # The bodies are the same bytes in both realms.
    assert grown | NOT_A_REALMS | {"body"} == set(before)
    store.take_away("acme")
    (number,) = store.taken_away()
    while store.erase(number, at_once):
        pass
    after = rows(path)
    del before["sqlite_sequence"], after["sqlite_sequence"]  # numbers do not come back
    assert after == before
    store.close()
