-- The relay's whole memory. There is nothing else to see: sealed bodies, public keys, counts, outcomes.
-- Every table is keyed by mailbox, account or handshake, so that it can be spread by that key.

-- One row: which schema this is, and that the file is ours.
CREATE TABLE relay (
    schema_version INTEGER NOT NULL,
    skeleton_source TEXT NOT NULL,       -- the data that look-alike ids were judged by
    served INTEGER NOT NULL DEFAULT 0    -- seconds that this relay has run in all
) STRICT;

-- A person's id. `skeleton` is what the id looks like: two ids that look alike share it.
CREATE TABLE account (
    account TEXT PRIMARY KEY,
    skeleton TEXT NOT NULL UNIQUE,
    made_at INTEGER NOT NULL             -- seconds since 1970
) STRICT, WITHOUT ROWID;

-- A device of an account, with the public key it signs in with.
CREATE TABLE terminal (
    mailbox INTEGER PRIMARY KEY,         -- from 1; 0 is the mailbox of everybody who does not exist
    account TEXT NOT NULL,
    device INTEGER NOT NULL,
    key BLOB NOT NULL,                   -- Ed25519, 32 bytes
    UNIQUE (account, device)
) STRICT;

-- How far a mailbox has counted and how full it is; kept in the transaction that changes it.
CREATE TABLE mailbox (
    mailbox INTEGER PRIMARY KEY,
    next_seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    size INTEGER NOT NULL                -- bytes of all bodies
) STRICT;

-- A sealed message that its terminal has not acknowledged: an envelope, or message data of a company.
CREATE TABLE message (
    mailbox INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,                    -- 16 bytes, chosen by the sender, the same in every repeat
    sender TEXT NOT NULL,
    at INTEGER NOT NULL,                 -- when it was stored, in seconds served, for its expiry
    until INTEGER,                       -- when it expires, if that is before the relay's own time for it
    organisation BLOB,                   -- whose message data, 16 bytes that say nothing; NULL of an envelope
    size INTEGER NOT NULL,               -- bytes of the body
    digest BLOB,                         -- SHA-256 of the body, if that stands in `body`
    body BLOB,                           -- otherwise the body
    UNIQUE (mailbox, seq),
    UNIQUE (mailbox, id)
) STRICT;
CREATE INDEX message_until ON message (until) WHERE until IS NOT NULL;
CREATE INDEX message_organisation ON message (organisation, size) WHERE organisation IS NOT NULL;
CREATE INDEX message_digest ON message (digest) WHERE digest IS NOT NULL;

-- A body that was sent to several mailboxes, once for all of them; gone with the last of its messages.
CREATE TABLE body (
    digest BLOB PRIMARY KEY,             -- SHA-256
    data BLOB NOT NULL
) STRICT;

-- A passphrase handshake: who, and how it ended. Its steps are never stored; what ended it is, because
-- it is given again with the verdict.
CREATE TABLE handshake (
    h BLOB PRIMARY KEY,                  -- SHA-256 of the request
    a TEXT NOT NULL,                     -- full id of the requester
    b TEXT NOT NULL,                     -- full id of the responder, whether it exists or not
    at INTEGER NOT NULL,                 -- seconds served when it was opened; with a verdict: when that was given
    status INTEGER,                      -- the verdict's; NULL while there is none
    last BLOB NOT NULL DEFAULT x'',      -- the confirm or abort that ended it
    by TEXT NOT NULL DEFAULT '',         -- who sent that
    owed_a INTEGER NOT NULL DEFAULT 0,   -- bits: 1 the verdict, 2 an abort 04 that came after it
    owed_b INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX handshake_owed_a ON handshake (a) WHERE owed_a <> 0;
CREATE INDEX handshake_owed_b ON handshake (b) WHERE owed_b <> 0;
CREATE INDEX handshake_running ON handshake (at) WHERE status IS NULL;
CREATE INDEX handshake_ended ON handshake (at) WHERE status IS NOT NULL;

-- A single-use invitation, known by the SHA-256 of its text only.
CREATE TABLE invite (
    invite BLOB PRIMARY KEY,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What `Check` in the desktop writes and reads back; always empty between two checks.
CREATE TABLE probe (
    data BLOB NOT NULL
) STRICT;
