"""What is copied into PostgreSQL while it changes: in the end both are the same, row by row."""

from pathlib import Path

import apsw
import psycopg
import pytest

from support.postgres import Server
from support.relay_stores import fresh, postgres
from watchword_relay.store.contract import StoreUnfit
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_copy import TABLES
from watchword_relay.store.postgres_session import Settings
from watchword_relay.store.sqlite import SqliteStore

__all__ = ["postgres"]

FIRST = """
INSERT INTO realm VALUES (3, 'acme', 1, 0);
INSERT INTO account VALUES (0, 'ada', 'ada', 1), (0, 'bo', 'bo', 1), (0, 'ä', 'ä', 1), (3, 'ada', 'ada', 1);
INSERT INTO terminal VALUES (1, 0, 'ada', 1, x'01', 1, 0, NULL, NULL, NULL),
    (2, 0, 'bo', 1, x'02', 1, 0, NULL, NULL, NULL),
    (3, 0, 'bo', 2, x'03', 1, 1, x'ff', x'fe', 1), (4, 3, 'ada', 1, x'04', 1, 0, NULL, NULL, NULL);
INSERT INTO mailbox VALUES (2, 500, 400, 4000, 0), (3, 2, 1, 3, 0);
INSERT INTO body VALUES (x'aa', x'616161'), (x'bb', x'626262');
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
    INSERT INTO message
    SELECT 2, i, CAST('id' || i AS BLOB), 'ada/1', 1, 5, NULL, NULL, NULL, NULL, 10, NULL, zeroblob(10), NULL
    FROM n;
INSERT INTO message VALUES (3, 1, x'0101', 'ada/1', 1, 5, 99, x'ee', x'cc', 1, 3, x'aa', NULL, NULL);
INSERT INTO past VALUES (1, 0, 1, x'0101', 'ada/1', x'cc', 5, 99, 3, x'aa', 0, x'ee');
INSERT INTO archive (archive, realm, account) VALUES (1, 0, 'bo');
INSERT INTO history VALUES (1, 1, 1, x'cc', 0);
INSERT INTO awaited VALUES (7, 0, 'nobody', 1), (8, 0, 'soon', 1);
INSERT INTO mailbox VALUES (7, 2, 1, 1, 0), (8, 2, 1, 1, 0);
INSERT INTO message VALUES (7, 1, x'0a', 'ada/1', 1, 5, NULL, NULL, NULL, NULL, 1, NULL, x'32', 0),
    (8, 1, x'0b', 'ada/1', 1, 5, NULL, NULL, NULL, NULL, 1, NULL, x'33', 0);
INSERT INTO recall VALUES (1, x'0303', 1, 0, 5);
INSERT INTO handshake (realm, h, a, b, at, status, owed_a) VALUES (0, x'99', 'ada/1', 'bo/1', 5, 2, 1);
INSERT INTO invite VALUES (0, x'77', 1, 3, NULL);
INSERT INTO blocked VALUES (-1, '192.0.2.0/24', 1);
"""
MEANWHILE = """
DELETE FROM message WHERE mailbox = 2 AND seq % 3 = 0;
INSERT INTO message VALUES
    (2, 500, CAST('id3' AS BLOB), 'bo/1', 1, 6, NULL, NULL, NULL, NULL, 1, NULL, x'31', NULL);
UPDATE mailbox SET next_seq = 501, count = count - 132 WHERE mailbox = 2;
UPDATE realm SET name = NULL WHERE realm = 3;
INSERT INTO realm VALUES (4, 'acme', 2, 0);
DELETE FROM terminal WHERE mailbox = 3;
INSERT INTO terminal VALUES (9, 0, 'bo', 2, x'09', 2, 1, NULL, NULL, NULL);
INSERT INTO closed VALUES (1, 0, 'bo', x'fe');
INSERT INTO removed VALUES (1, 0, 'bo', 2, x'03', 6);
INSERT INTO terminal VALUES (8, 0, 'soon', 1, x'08', 2, 0, NULL, NULL, NULL);
DELETE FROM awaited WHERE mailbox = 8;
UPDATE message SET awaited = NULL WHERE mailbox = 8;
UPDATE invite SET uses = uses - 1;
"""
AT_LAST = """
UPDATE history SET had = 1;
UPDATE past SET recalled = 1;
DELETE FROM message WHERE mailbox = 3;
INSERT INTO message VALUES (2, 501, x'0202', 'ä/1', 1, 7, NULL, NULL, NULL, NULL, 3, x'bb', NULL, NULL);
UPDATE handshake SET owed_a = 0;
INSERT INTO account VALUES (0, 'a', 'a', 2), (0, 'zz', 'zz', 2);
DELETE FROM blocked;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a relay's file with something in it."""
    path = tmp_path / "relay.sqlite3"
    SqliteStore(path).close()
    change(path, FIRST)
    return path


def change(path: Path, sql: str) -> None:
    """What a relay does to its file."""
    db = apsw.Connection(str(path))
    with db:
        db.execute(sql)
    db.close()


@pytest.fixture
def target(postgres: Server) -> Settings:
    return Settings(fresh(postgres), standbys=0)


def test_what_changes_while_it_is_copied_is_brought_over(path: Path, target: Settings) -> None:
    source = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    steps = [MEANWHILE]
    bars = []

    def progress(done: int, total: int) -> None:
        bars.append((done, total))
        while steps:
            change(path, steps.pop())

    store = PostgresStore(target)
    moved = store.take_over(source, b"key", progress, lambda: change(path, AT_LAST))
    store.close()
    assert bars[-1][0] == bars[-1][1], "all was counted that there was"
    assert moved.late > 130
    with psycopg.connect(target.url) as db:
        for table in TABLES:
            what = f"SELECT {table.columns} FROM {table.name}"  # noqa: S608 - of constants
            here = set(source.execute(what).fetchall())
            if table.name == "mailbox":  # every terminal has a row there
                here |= {(number, 1, 0, 0, 0) for number in (1, 4, 9)}
            assert set(db.execute(what.encode()).fetchall()) == here, table.name
        refs = db.execute("SELECT digest, refs FROM body ORDER BY digest").fetchall()
        assert refs == [(b"\xaa", 1), (b"\xbb", 1)]
        rows = db.execute("INSERT INTO realm (name, made_at) VALUES ('new', 1) RETURNING realm").fetchall()
        assert rows == [(5,)], "no number comes back"
    source.close()


def test_what_goes_wrong_at_last_leaves_nothing(path: Path, target: Settings) -> None:
    source = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)

    def stop() -> None:
        raise StoreUnfit("the relay makes no room")

    store = PostgresStore(target)
    with pytest.raises(StoreUnfit, match="no room"):
        store.take_over(source, b"key", lambda *_: None, stop)
    assert store.of(0).terminal("ada", 1) is None
    moved = store.take_over(source, b"key", lambda *_: None, lambda: None)
    assert moved.late == 0
    assert store.of(0).terminal("ada", 1) is not None
    store.close()
    source.close()
