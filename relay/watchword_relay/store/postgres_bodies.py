"""Bodies that several mailboxes wait for, or that history keeps: each once, with how many rows stand for it.

Who adds or takes a row of `message` says so here, in the same transaction; rows of `past` are counted by
triggers (`postgres.sql`). A table that a distributed PostgreSQL is to spread may have none:
`docs/decisions/0094`.
"""

from collections.abc import Iterable

from watchword_relay.store.postgres_session import Transaction

BODY = """INSERT INTO body (digest, data, refs)
    SELECT digest, data, 0 FROM unnest(%s::bytea[], %s::bytea[]) AS new (digest, data)
    ON CONFLICT (digest) DO UPDATE SET refs = body.refs"""
"""Held from here on, whether it was there or not."""
UNUSED = "DELETE FROM body WHERE digest = ANY(%s) AND refs = 0"
_HOLD = "SELECT 1 FROM body WHERE digest = ANY(%s) ORDER BY digest FOR UPDATE"
_COUNT = """UPDATE body SET refs = refs + many
    FROM (SELECT digest AS which, count(*) * %s AS many FROM unnest(%s::bytea[]) AS digest GROUP BY digest
    ) AS more WHERE digest = which"""


def use(db: Transaction, digests: Iterable[bytes | None]) -> None:
    """Count rows that stand for bodies from now on, which are held; those without a digest have their own."""
    used = [digest for digest in digests if digest is not None]
    if used:
        db.rows(_COUNT, 1, used)


def leave(db: Transaction, digests: Iterable[bytes | None]) -> None:
    """Count rows that are gone, and delete the bodies that nothing stands for any more."""
    left = sorted(digest for digest in digests if digest is not None)
    if left:
        db.rows(_HOLD, left)
        db.rows(_COUNT, -1, left)
        db.rows(UNUSED, left)
