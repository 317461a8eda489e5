"""Older databases of the relay's SQLite store, brought up to `schema.sql` version by version.

Each step runs in one transaction with all others: a power cut leaves the old database or the new one.
"""

from typing import Final

import apsw

SCHEMA_VERSION: Final = 15

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

_TO_4 = """CREATE TABLE realm (
        realm INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, made_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO realm (realm, name, made_at) VALUES (0, '', 0);

    ALTER TABLE terminal RENAME TO old_terminal;
    CREATE TABLE terminal (
        mailbox INTEGER PRIMARY KEY AUTOINCREMENT,
        realm INTEGER NOT NULL,
        account TEXT NOT NULL,
        device INTEGER NOT NULL,
        key BLOB NOT NULL,
        made_at INTEGER NOT NULL,
        by INTEGER NOT NULL,
        organisation BLOB,
        member_key BLOB,
        vouched INTEGER,
        UNIQUE (realm, account, device)
    ) STRICT;
    INSERT INTO terminal (mailbox, realm, account, device, key, made_at, by)
        SELECT mailbox, 0, account, device, key, made_at, 0 FROM old_terminal JOIN account USING (account);
    DROP TABLE old_terminal;
    CREATE TABLE admission (
        mailbox INTEGER PRIMARY KEY, by_key BLOB NOT NULL, approval BLOB NOT NULL, parcel BLOB NOT NULL
    ) STRICT;

    ALTER TABLE account RENAME TO old_account;
    CREATE TABLE account (
        realm INTEGER NOT NULL,
        account TEXT NOT NULL,
        skeleton TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        PRIMARY KEY (realm, account),
        UNIQUE (realm, skeleton)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO account SELECT 0, account, skeleton, made_at FROM old_account;
    DROP TABLE old_account;

    ALTER TABLE invite RENAME TO old_invite;
    CREATE TABLE invite (
        realm INTEGER NOT NULL,
        invite BLOB NOT NULL,
        made_at INTEGER NOT NULL,
        PRIMARY KEY (realm, invite)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO invite SELECT 0, invite, made_at FROM old_invite;
    DROP TABLE old_invite;

    DROP INDEX handshake_owed_a; DROP INDEX handshake_owed_b;
    DROP INDEX handshake_running; DROP INDEX handshake_ended;
    ALTER TABLE handshake RENAME TO old_handshake;
    CREATE TABLE handshake (
        realm INTEGER NOT NULL,
        h BLOB NOT NULL,
        a TEXT NOT NULL,
        b TEXT NOT NULL,
        at INTEGER NOT NULL,
        status INTEGER,
        last BLOB NOT NULL DEFAULT x'',
        by TEXT NOT NULL DEFAULT '',
        owed_a INTEGER NOT NULL DEFAULT 0,
        owed_b INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (realm, h)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO handshake SELECT 0, h, a, b, at, status, last, by, owed_a, owed_b FROM old_handshake;
    DROP TABLE old_handshake;
    CREATE INDEX handshake_owed_a ON handshake (realm, a) WHERE owed_a <> 0;
    CREATE INDEX handshake_owed_b ON handshake (realm, b) WHERE owed_b <> 0;
    CREATE INDEX handshake_running ON handshake (at) WHERE status IS NULL;
    CREATE INDEX handshake_ended ON handshake (at) WHERE status IS NOT NULL;

    DROP INDEX message_organisation;
    CREATE INDEX message_organisation ON message (organisation, mailbox, size)
        WHERE organisation IS NOT NULL"""
"""Realms: all that was there is the relay's own. Terminals keep their mailboxes; no number comes back now."""

_TO_5 = """ALTER TABLE realm ADD COLUMN history INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE message RENAME TO old_message;
    CREATE TABLE message (
        mailbox INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        sender TEXT NOT NULL,
        origin INTEGER NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER,
        organisation BLOB,
        conversation BLOB,
        past INTEGER,
        size INTEGER NOT NULL,
        digest BLOB,
        body BLOB,
        UNIQUE (mailbox, seq),
        UNIQUE (id, mailbox)
    ) STRICT;
    INSERT INTO message (mailbox, seq, id, sender, origin, at, until, organisation, size, digest, body)
        SELECT mailbox, seq, id, sender, 0, at, until, organisation, size, digest, body
        FROM old_message ORDER BY rowid;
    DROP TABLE old_message;
    CREATE INDEX message_until ON message (until) WHERE until IS NOT NULL;
    CREATE INDEX message_organisation ON message (organisation, mailbox, size) WHERE organisation IS NOT NULL;
    CREATE INDEX message_digest ON message (digest) WHERE digest IS NOT NULL;
    CREATE TABLE past (
        past INTEGER PRIMARY KEY AUTOINCREMENT,
        home INTEGER NOT NULL,
        origin INTEGER NOT NULL,
        id BLOB NOT NULL,
        sender TEXT NOT NULL,
        conversation BLOB NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER NOT NULL,
        size INTEGER NOT NULL,
        digest BLOB NOT NULL,
        UNIQUE (origin, id)
    ) STRICT;
    CREATE INDEX past_until ON past (until);
    CREATE INDEX past_home ON past (home);
    CREATE INDEX past_digest ON past (digest);
    CREATE TABLE archive (
        archive INTEGER PRIMARY KEY AUTOINCREMENT,
        realm INTEGER NOT NULL,
        account TEXT NOT NULL,
        next_place INTEGER NOT NULL DEFAULT 1,
        count INTEGER NOT NULL DEFAULT 0,
        size INTEGER NOT NULL DEFAULT 0,
        UNIQUE (realm, account)
    ) STRICT;
    CREATE TABLE history (
        archive INTEGER NOT NULL,
        place INTEGER NOT NULL,
        past INTEGER NOT NULL,
        conversation BLOB NOT NULL,
        had INTEGER NOT NULL,
        PRIMARY KEY (archive, place)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX history_past ON history (past, archive);
    CREATE INDEX history_conversation ON history (archive, conversation, place);
    CREATE TABLE recall (
        mailbox INTEGER NOT NULL,
        id BLOB NOT NULL,
        taken_back INTEGER NOT NULL,
        stays INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (mailbox, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recall_at ON recall (at);
    CREATE TABLE void (
        origin INTEGER NOT NULL,
        id BLOB NOT NULL,
        copies INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (origin, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX void_until ON void (until);
    CREATE TRIGGER message_gone AFTER DELETE ON message WHEN OLD.digest IS NOT NULL BEGIN
        DELETE FROM body WHERE digest = OLD.digest
            AND NOT EXISTS (SELECT 1 FROM message WHERE digest = OLD.digest)
            AND NOT EXISTS (SELECT 1 FROM past WHERE digest = OLD.digest);
    END;
    CREATE TRIGGER past_made AFTER INSERT ON past BEGIN
        UPDATE realm SET history = history + NEW.size WHERE realm = NEW.home;
    END;
    CREATE TRIGGER past_gone AFTER DELETE ON past BEGIN
        UPDATE realm SET history = history - OLD.size WHERE realm = OLD.home;
        DELETE FROM body WHERE digest = OLD.digest
            AND NOT EXISTS (SELECT 1 FROM message WHERE digest = OLD.digest)
            AND NOT EXISTS (SELECT 1 FROM past WHERE digest = OLD.digest);
    END;
    CREATE TRIGGER history_made AFTER INSERT ON history BEGIN
        UPDATE archive SET next_place = NEW.place + 1, count = count + 1,
            size = size + (SELECT size FROM past WHERE past = NEW.past) WHERE archive = NEW.archive;
    END;
    CREATE TRIGGER history_gone AFTER DELETE ON history BEGIN
        UPDATE archive SET count = count - 1,
            size = size - (SELECT size FROM past WHERE past = OLD.past) WHERE archive = OLD.archive;
        DELETE FROM past WHERE past = OLD.past AND NOT EXISTS (SELECT 1 FROM history WHERE past = OLD.past);
    END;"""
"""History and recall. Of what waits it is not known which terminal sent it: it cannot be taken back."""

_TO_6 = """CREATE TABLE closed (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        realm INTEGER NOT NULL,
        account TEXT NOT NULL,
        member_key BLOB NOT NULL,
        UNIQUE (realm, account, member_key)
    ) STRICT"""
"""Member keys that open the door no more, because a terminal was removed: from now on."""

_TO_7 = """DROP TRIGGER message_gone;
    DROP TRIGGER past_gone;
    ALTER TABLE message RENAME TO old_message;
    CREATE TABLE message (
        mailbox INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        sender TEXT NOT NULL,
        origin INTEGER NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER,
        organisation BLOB,
        conversation BLOB,
        past INTEGER,
        size INTEGER NOT NULL,
        digest BLOB,
        body BLOB,
        UNIQUE (mailbox, seq),
        UNIQUE (id, mailbox, origin)
    ) STRICT;
    INSERT INTO message SELECT mailbox, seq, id, sender, origin, at, until, organisation, conversation, past,
        size, digest, body FROM old_message ORDER BY rowid;
    DROP TABLE old_message;
    CREATE INDEX message_until ON message (until) WHERE until IS NOT NULL;
    CREATE INDEX message_organisation ON message (organisation, mailbox, size) WHERE organisation IS NOT NULL;
    CREATE INDEX message_digest ON message (digest) WHERE digest IS NOT NULL;
    CREATE TRIGGER message_gone AFTER DELETE ON message WHEN OLD.digest IS NOT NULL BEGIN
        DELETE FROM body WHERE digest = OLD.digest
            AND NOT EXISTS (SELECT 1 FROM message WHERE digest = OLD.digest)
            AND NOT EXISTS (SELECT 1 FROM past WHERE digest = OLD.digest);
    END;
    CREATE TRIGGER past_gone AFTER DELETE ON past BEGIN
        UPDATE realm SET history = history - OLD.size WHERE realm = OLD.home;
        DELETE FROM body WHERE digest = OLD.digest
            AND NOT EXISTS (SELECT 1 FROM message WHERE digest = OLD.digest)
            AND NOT EXISTS (SELECT 1 FROM past WHERE digest = OLD.digest);
    END"""
"""An id is its terminal's: what another sends under the same one is another message."""

_TO_8 = "ALTER TABLE past ADD COLUMN recalled INTEGER NOT NULL DEFAULT 0"
"""What was taken back from some: from now on."""

_TO_9 = """CREATE TABLE removed (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        realm INTEGER NOT NULL,
        account TEXT NOT NULL,
        device INTEGER NOT NULL,
        key BLOB NOT NULL,
        at INTEGER NOT NULL,
        UNIQUE (realm, account, device, key)
    ) STRICT;
    CREATE INDEX removed_at ON removed (at)"""
"""Who was removed, to be told so: from now on."""

_TO_10 = """ALTER TABLE past ADD COLUMN organisation BLOB;
    UPDATE past SET organisation = (SELECT organisation FROM message WHERE message.past = past.past
        AND message.digest = past.digest) WHERE digest IN (SELECT digest FROM message WHERE past IS NOT NULL);
    CREATE TABLE shelf (
        archive INTEGER NOT NULL,
        conversation BLOB NOT NULL,
        shelf INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (archive, conversation, shelf)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO shelf SELECT archive, x'', place >> 10, count(*) FROM history GROUP BY 1, 3;
    INSERT INTO shelf SELECT archive, conversation, place >> 10, count(*) FROM history GROUP BY 1, 2, 3;
    DROP TRIGGER history_made;
    DROP TRIGGER history_gone;
    CREATE TRIGGER history_made AFTER INSERT ON history BEGIN
        UPDATE archive SET next_place = NEW.place + 1, count = count + 1,
            size = size + (SELECT size FROM past WHERE past = NEW.past) WHERE archive = NEW.archive;
        INSERT INTO shelf VALUES (NEW.archive, x'', NEW.place >> 10, 1),
            (NEW.archive, NEW.conversation, NEW.place >> 10, 1)
            ON CONFLICT (archive, conversation, shelf) DO UPDATE SET count = count + 1;
    END;
    CREATE TRIGGER history_gone AFTER DELETE ON history BEGIN
        UPDATE archive SET count = count - 1,
            size = size - (SELECT size FROM past WHERE past = OLD.past) WHERE archive = OLD.archive;
        UPDATE shelf SET count = count - 1 WHERE archive = OLD.archive
            AND conversation IN (x'', OLD.conversation) AND shelf = OLD.place >> 10;
        DELETE FROM shelf WHERE archive = OLD.archive AND conversation IN (x'', OLD.conversation)
            AND shelf = OLD.place >> 10 AND count = 0;
        DELETE FROM past WHERE past = OLD.past AND NOT EXISTS (SELECT 1 FROM history WHERE past = OLD.past);
    END"""
"""Entries counted shelf by shelf; whose history it is, as far as a message that waits still says so."""

_TO_11 = "ALTER TABLE mailbox ADD COLUMN gap INTEGER NOT NULL DEFAULT 0"
"""What a full mailbox of one of several desktops did not get: from now on."""

_TO_12 = """DROP TABLE void;
    CREATE TABLE void (
        origin INTEGER NOT NULL,
        number INTEGER NOT NULL,
        id BLOB NOT NULL,
        realm INTEGER NOT NULL,
        target TEXT NOT NULL,
        size INTEGER NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (origin, number),
        UNIQUE (origin, id, target)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX void_until ON void (until);
    CREATE TABLE nobody (
        realm INTEGER NOT NULL,
        target TEXT NOT NULL,
        count INTEGER NOT NULL,
        size INTEGER NOT NULL,
        PRIMARY KEY (realm, target)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER void_made AFTER INSERT ON void BEGIN
        INSERT INTO nobody VALUES (NEW.realm, NEW.target, 1, NEW.size)
            ON CONFLICT (realm, target) DO UPDATE SET count = count + 1, size = size + NEW.size;
    END;
    CREATE TRIGGER void_gone AFTER DELETE ON void BEGIN
        UPDATE nobody SET count = count - 1, size = size - OLD.size
            WHERE realm = OLD.realm AND target = OLD.target;
        DELETE FROM nobody WHERE realm = OLD.realm AND target = OLD.target AND count = 0;
    END;"""
"""What is for nobody waits and is counted by target: from now on."""

_TO_13 = """ALTER TABLE invite ADD COLUMN uses INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE invite ADD COLUMN until INTEGER;
    CREATE TABLE blocked (
        realm INTEGER NOT NULL,
        name TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        PRIMARY KEY (realm, name)
    ) STRICT, WITHOUT ROWID"""
"""Invitations for several, and for a time; who is kept out."""

_TO_14 = """DROP TABLE void;
    DROP TABLE nobody;
    CREATE TABLE awaited (
        mailbox INTEGER PRIMARY KEY,
        realm INTEGER NOT NULL,
        account TEXT NOT NULL,
        device INTEGER NOT NULL,
        UNIQUE (realm, account, device)
    ) STRICT;
    ALTER TABLE message ADD COLUMN awaited INTEGER;
    DROP INDEX message_organisation;
    CREATE INDEX message_organisation ON message (organisation, mailbox, size)
        WHERE organisation IS NOT NULL AND awaited IS NULL;
    CREATE INDEX message_awaited ON message (awaited, sender, size) WHERE awaited IS NOT NULL"""
"""What is for ids that nobody has waits for them: from now on. What was only counted before is forgotten."""

_TO_15 = "ALTER TABLE relay ADD COLUMN padding INTEGER NOT NULL DEFAULT 0"
"""What a commit of envelopes writes, so that it writes as much for somebody as for nobody."""

_STEPS = {
    1: _TO_2,
    2: _TO_3,
    3: _TO_4,
    4: _TO_5,
    5: _TO_6,
    6: _TO_7,
    7: _TO_8,
    8: _TO_9,
    9: _TO_10,
    10: _TO_11,
    11: _TO_12,
    12: _TO_13,
    13: _TO_14,
    14: _TO_15,
}


def bring_up(db: apsw.Connection, version: int) -> None:
    """Turn a database of an older version into one of SCHEMA_VERSION."""
    with db:
        for older in range(version, SCHEMA_VERSION):
            db.execute(_STEPS[older])
        db.execute("UPDATE relay SET schema_version = ?", (SCHEMA_VERSION,))
