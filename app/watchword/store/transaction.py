"""What the typed modules of the store run over: one open transaction of the encrypted database."""

from collections.abc import Callable
from typing import TypeVar

import apsw

T = TypeVar("T")

Tx = apsw.Connection
"""A connection inside a transaction that `database` began and will commit or take back."""

Work = Callable[[Tx], T]
"""A plain function over a transaction. It runs in the store's thread, once, and waits for nothing."""


def changed(tx: Tx) -> bool:
    """Whether the last insert, update or delete touched a row."""
    return tx.changes() > 0
