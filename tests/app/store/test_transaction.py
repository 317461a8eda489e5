"""The small questions all tables share."""

import apsw

from watchword.store import transaction
from watchword.store.transaction import Tx


def test_one_and_every(tx: Tx) -> None:
    assert transaction.one(tx, "select 1, 'a' where false") is None
    assert transaction.one(tx, "select 1, 'a' union select 2, 'b'") == (1, "a")
    assert transaction.every(tx, "select ? union select 2", (1,)) == [(1,), (2,)]


def test_what_gives_a_row_back_is_over_whoever_else_holds_its_cursor(tx: Tx) -> None:
    held = []

    def hold(cursor: apsw.Cursor, _sql: str, _values: object) -> bool:
        held.append(cursor)
        return True

    tx.exec_trace = hold
    for number in range(2):
        found = transaction.one(tx, "insert into inbox values (?, 1) returning at", (bytes([number]) * 32,))
        assert found == (1,)
        tx.execute("savepoint job")
        tx.execute("release job")
    assert len(held) == 6


def test_changed(tx: Tx) -> None:
    tx.execute("insert into inbox values (?, 1)", (bytes(32),))
    assert transaction.changed(tx)
    tx.execute("update inbox set at = 2 where at = 99")
    assert not transaction.changed(tx)
