"""What an operator's command says of a database that it may not write."""

from pathlib import Path

import pytest

from support.disks import read_only
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.database import connect, transaction, troubles
from watchword_relay.store.sqlite import SqliteStore


def test_a_database_of_another_user_is_told_from_one_that_does_not_work(tmp_path: Path) -> None:
    file = tmp_path / "relay.sqlite3"
    SqliteStore(file).close()
    with read_only(file), pytest.raises(StoreTrouble, match="cannot be written by this user"):
        SqliteStore(file).add_realm("acme", 1)
    with pytest.raises(StoreTrouble, match="cannot be written by this user"), troubles():
        connect(tmp_path / "nowhere" / "relay.sqlite3", None)
    db = connect(file, None)
    with pytest.raises(StoreTrouble, match="does not work: SQLError"), transaction(db):
        db.execute("nonsense")
    db.close()
    assert [one.name for one in tmp_path.iterdir()] == ["relay.sqlite3"]
