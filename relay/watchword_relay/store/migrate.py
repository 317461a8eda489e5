"""Older databases of the relay's SQLite store, brought up to `schema.sql` version by version.

Each step runs in one transaction with all others: a power cut leaves the old database or the new one.
"""

from typing import Final

import apsw

SCHEMA_VERSION: Final = 3

_TO_2 = """ALTER TABLE relay ADD COLUMN served INTEGER NOT NULL DEFAULT 0;
    UPDATE relay SET served = max(
        (SELECT coalesce(max(at), 0) FROM message), (SELECT coalesce(max(at), 0) FROM handshake))"""
"""What was dated by the wall clock goes on from its latest date."""

_TO_3 = """ALTER TABLE message RENAME TO old_message;
    CREATE TABLE message (
        mailbox INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        sender TEXT NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER,
        organisation BLOB,
        size INTEGER NOT NULL,
        digest BLOB,
        body BLOB,
        UNIQUE (mailbox, seq),
        UNIQUE (mailbox, id)
    ) STRICT;
    INSERT INTO message (mailbox, seq, id, sender, at, size, body)
        SELECT mailbox, seq, id, sender, at, length(body), body FROM old_message ORDER BY rowid;
    DROP TABLE old_message;
    CREATE INDEX message_until ON message (until) WHERE until IS NOT NULL;
    CREATE INDEX message_organisation ON message (organisation, size) WHERE organisation IS NOT NULL;
    CREATE INDEX message_digest ON message (digest) WHERE digest IS NOT NULL;
    CREATE TABLE body (digest BLOB PRIMARY KEY, data BLOB NOT NULL) STRICT"""
"""Message data, their own time, and bodies that stand once. The order of arrival, the rowids', stays."""

_STEPS = {1: _TO_2, 2: _TO_3}


def bring_up(db: apsw.Connection, version: int) -> None:
    """Turn a database of an older version into one of SCHEMA_VERSION."""
    with db:
        for older in range(version, SCHEMA_VERSION):
            db.execute(_STEPS[older])
        db.execute("UPDATE relay SET schema_version = ?", (SCHEMA_VERSION,))
