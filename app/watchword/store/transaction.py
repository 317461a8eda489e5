"""What the typed modules of the store run over: one open transaction of the encrypted database."""

from collections.abc import Callable
from typing import Any, TypeVar

import apsw

T = TypeVar("T")

Tx = apsw.Connection
"""A connection inside a transaction that `database` began and will commit or take back."""

Work = Callable[[Tx], T]
"""A plain function over a transaction. It runs in the store's thread, once, and waits for nothing."""

Row = tuple[Any, ...]
"""A row: its columns have the types that the strict tables of `schema/` give them."""

Values = tuple[int | str | bytes | None, ...]


def one(tx: Tx, sql: str, values: Values = ()) -> Row | None:
    """The first row of a question, or None."""
    cursor = tx.execute(sql, values)
    found: Row | None = cursor.fetchone()
    # At once, whoever else holds the cursor: a statement under way lets no savepoint end.
    cursor.close()
    return found


def every(tx: Tx, sql: str, values: Values = ()) -> list[Row]:
    """All rows of a question."""
    found: list[Row] = tx.execute(sql, values).fetchall()
    return found


def changed(tx: Tx) -> bool:
    """Whether the last insert, update or delete touched a row."""
    return tx.changes() > 0
