"""The small questions all tables share."""

from watchword.store import transaction
from watchword.store.transaction import Tx


def test_one_and_every(tx: Tx) -> None:
    assert transaction.one(tx, "select 1, 'a' where false") is None
    assert transaction.one(tx, "select 1, 'a' union select 2, 'b'") == (1, "a")
    assert transaction.every(tx, "select ? union select 2", (1,)) == [(1,), (2,)]


def test_changed(tx: Tx) -> None:
    tx.execute("insert into inbox values (?, 1)", (bytes(32),))
    assert transaction.changed(tx)
    tx.execute("update inbox set at = 2 where at = 99")
    assert not transaction.changed(tx)
