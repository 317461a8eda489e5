-- The relay's whole memory. There is nothing else to see: sealed bodies, public keys, counts, outcomes.
-- Every table is keyed by mailbox, or by realm and account or handshake, so that it can be spread by that key.

-- One row: which schema this is, and that the file is ours.
CREATE TABLE relay (
    schema_version INTEGER NOT NULL,
    skeleton_source TEXT NOT NULL,       -- the data that look-alike ids were judged by
    served INTEGER NOT NULL DEFAULT 0,   -- seconds that this relay has run in all
    padding INTEGER NOT NULL DEFAULT 0   -- 0 and 1 in turn, so that a commit writes the page; see message_awaited
) STRICT;

-- A part of the relay that an organisation has to itself. A number never comes back.
CREATE TABLE realm (
    realm INTEGER PRIMARY KEY AUTOINCREMENT,  -- 0 is the relay's own
    name TEXT UNIQUE,                    -- NULL: taken away, its rows are about to go; '' of the relay's own
    made_at INTEGER NOT NULL,            -- seconds since 1970
    history INTEGER NOT NULL DEFAULT 0   -- bytes of all bodies that its history holds, each once
) STRICT;

-- A person's id. `skeleton` is what the id looks like: two ids of a realm that look alike share it.
CREATE TABLE account (
    realm INTEGER NOT NULL,
    account TEXT NOT NULL,
    skeleton TEXT NOT NULL,
    made_at INTEGER NOT NULL,            -- seconds since 1970
    PRIMARY KEY (realm, account),
    UNIQUE (realm, skeleton)
) STRICT, WITHOUT ROWID;

-- A device of an account, with the public key it signs in with.
CREATE TABLE terminal (
    -- From 1, and none comes back, neither of these nor of those in `awaited`.
    mailbox INTEGER PRIMARY KEY AUTOINCREMENT,
    realm INTEGER NOT NULL,
    account TEXT NOT NULL,
    device INTEGER NOT NULL,
    key BLOB NOT NULL,                   -- Ed25519, 32 bytes
    made_at INTEGER NOT NULL,            -- seconds since 1970
    by INTEGER NOT NULL,                 -- the device that approved it; 0 of the first and by a certificate
    organisation BLOB,                   -- 16 bytes: whose member this terminal showed that its person is
    member_key BLOB,                     -- Ed25519, 32 bytes: the key that said so
    vouched INTEGER,                     -- counts: of an account's terminals the one that showed it last has most
    UNIQUE (realm, account, device)
) STRICT;

-- Member keys that an account's terminals had shown when one of them was removed: with these nobody joins any more.
CREATE TABLE closed (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    realm INTEGER NOT NULL,
    account TEXT NOT NULL,
    member_key BLOB NOT NULL,            -- Ed25519, 32 bytes
    UNIQUE (realm, account, member_key)
) STRICT;

-- Terminals that were removed: who comes back with such a key is told so, and nobody else is.
CREATE TABLE removed (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    realm INTEGER NOT NULL,
    account TEXT NOT NULL,
    device INTEGER NOT NULL,
    key BLOB NOT NULL,                   -- Ed25519, 32 bytes
    at INTEGER NOT NULL,                 -- when, in seconds served
    UNIQUE (realm, account, device, key)
) STRICT;
CREATE INDEX removed_at ON removed (at);

-- What a terminal that was approved has not fetched yet; gone when it signs in.
CREATE TABLE admission (
    mailbox INTEGER PRIMARY KEY,
    by_key BLOB NOT NULL,                -- the approving terminal's key
    approval BLOB NOT NULL,              -- its signature
    parcel BLOB NOT NULL                 -- sealed, from the account's other desktop
) STRICT;

-- A mailbox of an id that nobody has, in which something waits. The account's first terminal takes it over.
CREATE TABLE awaited (
    mailbox INTEGER PRIMARY KEY,
    realm INTEGER NOT NULL,
    account TEXT NOT NULL,
    device INTEGER NOT NULL,
    UNIQUE (realm, account, device)
) STRICT;

-- How far a mailbox has counted and how full it is; kept in the transaction that changes it.
CREATE TABLE mailbox (
    mailbox INTEGER PRIMARY KEY,
    next_seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    size INTEGER NOT NULL,               -- bytes of all bodies
    gap INTEGER NOT NULL DEFAULT 0       -- 1: there was no room for some message data, and its terminal is not told yet
) STRICT;

-- A sealed message that its terminal has not acknowledged: an envelope, or message data of a company.
CREATE TABLE message (
    mailbox INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,                    -- 16 bytes, chosen by the sender, the same in every repeat
    sender TEXT NOT NULL,
    origin INTEGER NOT NULL,             -- the mailbox of the terminal that sent it, which may take it back
    at INTEGER NOT NULL,                 -- when it was stored, in seconds served, for its expiry
    until INTEGER,                       -- when it expires, if that is before the relay's own time for it
    organisation BLOB,                   -- whose message data, 16 bytes that say nothing; NULL of an envelope
    conversation BLOB,                   -- of message data, 16 bytes that say nothing
    past INTEGER,                        -- of message data that are kept as history, which
    size INTEGER NOT NULL,               -- bytes of the body
    digest BLOB,                         -- SHA-256 of the body, if that stands in `body`
    body BLOB,                           -- otherwise the body
    awaited INTEGER,                     -- the realm, if nobody has the id that it waits for
    UNIQUE (mailbox, seq),
    UNIQUE (id, mailbox, origin)
) STRICT;
CREATE INDEX message_until ON message (until) WHERE until IS NOT NULL;
CREATE INDEX message_organisation ON message (organisation, mailbox, size)
    WHERE organisation IS NOT NULL AND awaited IS NULL;
-- Message data have an entry in one of these two, an envelope for nobody in the second, one for somebody in none:
-- whoever commits such a one writes the page of `relay` instead, or the time it takes would tell who exists.
CREATE INDEX message_awaited ON message (awaited, sender, size) WHERE awaited IS NOT NULL;
CREATE INDEX message_digest ON message (digest) WHERE digest IS NOT NULL;

-- A body that was sent to several mailboxes, or is kept as history, once for all of them.
CREATE TABLE body (
    digest BLOB PRIMARY KEY,             -- SHA-256
    data BLOB NOT NULL
) STRICT;

-- Message data that are kept as history, for whoever is given them later.
CREATE TABLE past (
    past INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order in which they came
    home INTEGER NOT NULL,               -- the realm of the terminal that sent them
    origin INTEGER NOT NULL,             -- the mailbox of the terminal that sent them
    id BLOB NOT NULL,                    -- the message's
    sender TEXT NOT NULL,
    conversation BLOB NOT NULL,          -- 16 bytes that say nothing
    at INTEGER NOT NULL,                 -- when they came, in seconds served
    until INTEGER NOT NULL,              -- when they expire
    size INTEGER NOT NULL,               -- bytes of the body
    digest BLOB NOT NULL,                -- SHA-256 of the body, which stands in `body`
    recalled INTEGER NOT NULL DEFAULT 0, -- 1: taken back from some; nobody is given it who does not have it
    organisation BLOB,                   -- whose message data, 16 bytes that say nothing
    UNIQUE (origin, id)
) STRICT;
CREATE INDEX past_until ON past (until);
CREATE INDEX past_home ON past (home);
CREATE INDEX past_digest ON past (digest);

-- An account's history as a whole: how far it has counted and how full it is.
CREATE TABLE archive (
    archive INTEGER PRIMARY KEY AUTOINCREMENT,
    realm INTEGER NOT NULL,
    account TEXT NOT NULL,
    next_place INTEGER NOT NULL DEFAULT 1,
    count INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0,     -- bytes of all bodies
    UNIQUE (realm, account)
) STRICT;

-- One entry of an account's history.
CREATE TABLE history (
    archive INTEGER NOT NULL,
    place INTEGER NOT NULL,
    past INTEGER NOT NULL,
    conversation BLOB NOT NULL,
    had INTEGER NOT NULL,                -- 1: a terminal of the account acknowledged it, or was given it as history
    PRIMARY KEY (archive, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX history_past ON history (past, archive);
CREATE INDEX history_conversation ON history (archive, conversation, place);

-- How many entries stand in each 1,024 places of an archive: of a conversation, and of all, whose id is empty.
CREATE TABLE shelf (
    archive INTEGER NOT NULL,
    conversation BLOB NOT NULL,
    shelf INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (archive, conversation, shelf)
) STRICT, WITHOUT ROWID;

-- What a terminal took back, and what it was told, in case it asks again.
CREATE TABLE recall (
    mailbox INTEGER NOT NULL,            -- of the terminal that sent the message
    id BLOB NOT NULL,
    taken_back INTEGER NOT NULL,         -- from how many mailboxes
    stays INTEGER NOT NULL,              -- in how many it stays, being on its way
    at INTEGER NOT NULL,                 -- when, in seconds served
    PRIMARY KEY (mailbox, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX recall_at ON recall (at);

-- Counts, sizes and bodies follow the rows, whoever deletes them.
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
END;

-- A passphrase handshake: who, and how it ended. Its steps are never stored; what ended it is, because
-- it is given again with the verdict.
CREATE TABLE handshake (
    realm INTEGER NOT NULL,
    h BLOB NOT NULL,                     -- SHA-256 of the request
    a TEXT NOT NULL,                     -- full id of the requester
    b TEXT NOT NULL,                     -- full id of the responder, whether it exists or not
    at INTEGER NOT NULL,                 -- seconds served when it was opened; with a verdict: when that was given
    status INTEGER,                      -- the verdict's; NULL while there is none
    last BLOB NOT NULL DEFAULT x'',      -- the confirm or abort that ended it
    by TEXT NOT NULL DEFAULT '',         -- who sent that
    owed_a INTEGER NOT NULL DEFAULT 0,   -- bits: 1 the verdict, 2 an abort 04 that came after it
    owed_b INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (realm, h)
) STRICT, WITHOUT ROWID;
CREATE INDEX handshake_owed_a ON handshake (realm, a) WHERE owed_a <> 0;
CREATE INDEX handshake_owed_b ON handshake (realm, b) WHERE owed_b <> 0;
CREATE INDEX handshake_running ON handshake (at) WHERE status IS NULL;
CREATE INDEX handshake_ended ON handshake (at) WHERE status IS NOT NULL;

-- An invitation, known by the SHA-256 of its text only; gone when it is used up or its time is over.
CREATE TABLE invite (
    realm INTEGER NOT NULL,
    invite BLOB NOT NULL,
    made_at INTEGER NOT NULL,            -- seconds since 1970
    uses INTEGER NOT NULL DEFAULT 1,     -- how often it can still be used
    until INTEGER,                       -- when its time is over, in seconds served; NULL: never
    PRIMARY KEY (realm, invite)
) STRICT, WITHOUT ROWID;

-- Whom the operator keeps out: an account of a realm, or a network of addresses (realm -1).
CREATE TABLE blocked (
    realm INTEGER NOT NULL,
    name TEXT NOT NULL,
    made_at INTEGER NOT NULL,            -- seconds since 1970
    PRIMARY KEY (realm, name)
) STRICT, WITHOUT ROWID;

-- What `Check` in the desktop writes and reads back; always empty between two checks.
CREATE TABLE probe (
    data BLOB NOT NULL
) STRICT;
