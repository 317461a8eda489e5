"""What waits in several mailboxes is read from PostgreSQL in order, and no more of it than is asked for."""

import asyncio
import hashlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from support.postgres import Server
from support.relay_stores import fresh, postgres
from support.waiting import until
from watchword_relay.store.contract import Stored
from watchword_relay.store.nodes import Page
from watchword_relay.store.postgres_session import Session, Settings
from watchword_relay.store.postgres_waiting import ALL_BYTES, waiting_of

__all__ = ["postgres"]

Database = psycopg.Connection[tuple[Any, ...]]

DIGEST = hashlib.sha256(b"for several").digest()
NOW = 1_000
BLOCKS = """EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON)
    SELECT * FROM waiting_of(ARRAY[1::bigint], ARRAY[%s::bigint], 0, 0, 2, 1000)"""


@pytest.fixture
def url(postgres: Server) -> str:
    return fresh(postgres)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    session = Session(Settings(url, standbys=0), 5.0)
    session.connect()
    yield session
    session.close()


def put(database: Database, *messages: tuple[int, int], **more: object) -> None:
    """Have messages wait, each a mailbox and a number."""
    said = {"id": bytes(16), "sender": "ada/1", "origin": 0, "at": NOW, "size": 4, **more}
    if "digest" not in said:
        said["body"] = b"body"
    sql = f"INSERT INTO message (mailbox, seq, {', '.join(said)}) VALUES (%s, %s{', %s' * len(said)})"  # noqa: S608 - names of columns
    for mailbox, seq in messages:
        said["id"] = seq.to_bytes(16, "big")
        database.execute(sql.encode(), (mailbox, seq, *said.values()))


def found(
    session: Session, *asked: tuple[int, int], most: int = 64, most_bytes: int = ALL_BYTES
) -> dict[int, list[int]]:
    waiting = waiting_of(session.rows, asked, most, most_bytes, NOW, NOW - 100)
    return {mailbox: [one.seq for one in page.messages] for mailbox, page in waiting.items()}


def test_each_mailbox_is_read_in_order_from_its_own_number(database: Database, session: Session) -> None:
    put(database, (2, 3), (1, 9), (2, 1), (1, 7), (2, 2), (3, 1), (1, 8))
    assert found(session, (2, 1), (9, 0), (1, 0)) == {2: [2, 3], 1: [7, 8, 9]}
    assert found(session, (1, 7), (2, 0), (3, 1), most=2) == {1: [8, 9], 2: [1, 2]}


def test_what_is_over_or_too_old_is_left_out(database: Database, session: Session) -> None:
    put(database, (1, 1), at=NOW - 101)
    put(database, (1, 2), at=NOW - 100)
    put(database, (1, 3), until=NOW)
    put(database, (1, 4), until=NOW + 1)
    assert found(session, (1, 0), most=2) == {1: [2, 4]}


def test_a_body_that_several_wait_for_comes_with_each(database: Database, session: Session) -> None:
    database.execute("INSERT INTO body VALUES (%s, 'for several', 2)", (DIGEST,))
    put(database, (1, 1), (2, 1), digest=DIGEST, organisation=b"o")
    put(database, (1, 2))
    message = Stored(1, (1).to_bytes(16, "big"), "ada/1", b"for several", is_data=True, origin=0)
    own = Stored(2, (2).to_bytes(16, "big"), "ada/1", b"body", is_data=False, origin=0)
    assert waiting_of(session.rows, [(1, 0), (2, 0)], 64, ALL_BYTES, NOW, 0) == {
        1: Page([message, own], more=False),
        2: Page([message], more=False),
    }


def test_what_is_deleted_on_one_machine_and_not_yet_on_the_other_is_left_out(
    database: Database, session: Session
) -> None:
    put(database, (1, 1), digest=DIGEST)
    put(database, (1, 2))
    assert found(session, (1, 0)) == {1: [2]}


def test_a_page_of_which_something_is_deleted_is_not_taken_for_the_last(
    database: Database, session: Session
) -> None:
    put(database, (1, 1), digest=DIGEST)
    put(database, (1, 2), (1, 3))

    def more(most: int, most_bytes: int) -> bool:
        return waiting_of(session.rows, [(1, 0)], most, most_bytes, NOW, 0)[1].more

    assert more(2, ALL_BYTES)
    assert more(64, 8)
    assert not more(64, ALL_BYTES)


async def test_a_body_is_found_that_came_while_its_message_was_read(
    database: Database, session: Session
) -> None:
    """As where messages are on another machine, whose rows are newer than what the statement sees here."""
    database.execute("SELECT pg_advisory_lock(7)")
    # In the order in which they stand: the lock is waited for in the middle of a statement that has begun.
    sql = "SELECT pg_advisory_lock_shared(7), (SELECT count(*) FROM body), convert_from(body_of(%s), 'UTF8')"
    asked = asyncio.create_task(asyncio.to_thread(session.rows, sql, DIGEST))
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    await until(lambda: database.execute(waits).fetchone() == (1,), "the statement waits")
    database.execute("INSERT INTO body VALUES (%s, 'newer', 1)", (DIGEST,))
    database.execute("SELECT pg_advisory_unlock(7)")
    [(_, seen, body)] = await asked
    assert (seen, body) == (0, "newer")


@pytest.mark.parametrize("above", [0, 15_000])
def test_what_else_waits_in_a_mailbox_is_not_read(database: Database, above: int) -> None:
    database.execute(
        """INSERT INTO message (mailbox, seq, id, sender, origin, at, size, body)
        SELECT 1, seq, int8send(seq), 'ada/1', 0, 0, 4, 'body' FROM generate_series(1, 30000) AS seq"""
    )
    database.execute("ANALYZE message")
    for _ in range(8):  # as it is planned for once, and then for always
        [[[plan]]] = database.execute(BLOCKS, (above,)).fetchall()
        blocks = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    assert blocks < 40, "two messages, and not the hundreds of blocks of all"


def test_none_comes_behind_so_many_bytes_of_its_mailbox(database: Database, session: Session) -> None:
    put(database, *((mailbox, seq) for mailbox in (1, 2) for seq in (1, 2, 3, 4)))
    assert found(session, (1, 0), (2, 2), most_bytes=8) == {1: [1, 2], 2: [3, 4]}
    assert found(session, (1, 0), most_bytes=9) == {1: [1, 2, 3]}
    assert found(session, (1, 0), most_bytes=1) == {1: [1]}
