-- The first schema. Times are milliseconds since 1970 by the wall clock unless a comment says otherwise.
-- Enumerations are kept by their words, which are those of watchword.model.

-- Who this profile is. One row.
create table account (
    one             integer primary key check (one = 1),
    account         text not null,
    device          integer not null check (device >= 1),
    identity_seed   blob not null check (length(identity_seed) = 32),  -- Ed25519 private key
    relay           text not null,              -- address as given, with its key
    relay_key       blob check (length(relay_key) = 32),               -- Ed25519, pinned; null before the first sign-in
    name            text not null,
    registered      integer not null default 0 check (registered in (0, 1)),
    contacts_only   integer not null default 0 check (contacts_only in (0, 1))
) strict;

-- Everybody known by an account id: in the contact list, or only by a chat, a request or a block.
create table contacts (
    account     text primary key,
    name        text not null,                  -- empty: the account id is shown
    listed      integer not null check (listed in (0, 1)),
    blocked     integer not null check (blocked in (0, 1))
) strict, without rowid;

-- One conversation per account.
create table chats (
    id          integer primary key autoincrement,
    account     text not null unique references contacts (account),
    draft       text not null default '',
    read_to     integer not null default 0,     -- messages.id up to which the user has seen it
    moved_at    integer not null                -- orders the sidebar: the last message, or when it was made
) strict;

create table messages (
    id          integer primary key autoincrement,
    chat        integer not null references chats (id),
    kind        text not null,
    mine        integer not null check (mine in (0, 1)),
    text        text not null,
    at          integer not null,
    delivery    text not null,
    notice      text,
    key         blob check (length(key) = 16)   -- the writer's stable id of a text; null for a notice
) strict;

-- The one index that paging needs: (at, id) < (?, ?) order by at desc, id desc.
create index messages_by_time on messages (chat, at, id);
-- What arrives twice stands once.
create unique index messages_by_key on messages (chat, mine, key) where key is not null;
-- Unread: theirs after read_to.
create index messages_theirs on messages (chat, id) where mine = 0 and kind = 'text';
-- Own texts that a session's end left without acknowledgement.
create index messages_open on messages (chat, delivery, at, id)
    where mine = 1 and delivery <> 'delivered';

-- Own content on its way to the relay: waiting (content) or sealed. A row goes when the relay says OK.
create table outbox (
    seq         integer primary key autoincrement,   -- order of writing, and of sending
    id          blob not null unique check (length(id) = 16),    -- the same in every repeat
    account     text not null,                  -- for whom
    message     integer references messages (id),    -- the text that this carries; null for a receipt or an end
    h           blob check (length(h) = 32),    -- the session it is sealed in, or must be
    target      text,                           -- full id, once sealed
    content     blob,                           -- not sealed yet
    sealed      blob,                           -- the envelope, byte for byte what is sent
    check ((content is null) <> (sealed is null)),
    check (sealed is null or (target is not null and h is not null))
) strict;

create index outbox_waiting on outbox (account, seq) where sealed is null;
create index outbox_by_session on outbox (h) where h is not null;

-- SHA-256 of every envelope whose content was taken: a redelivery is acknowledged and nothing more.
create table inbox (
    hash        blob primary key check (length(hash) = 32),
    at          integer not null
) strict, without rowid;

create index inbox_by_time on inbox (at);

-- Sessions by h. Ended ones keep no key.
create table sessions (
    h           blob primary key check (length(h) = 32),
    account     text not null,
    device      integer not null,
    state       text not null check (state in ('open', 'held', 'ended')),
    identity    blob not null check (length(identity) = 32),     -- the peer's Ed25519 key, as signed in this run
    packed      blob,                           -- th2, kx, kenv and the whole ratchet: protocol.ratchet.pack
    opened_at   integer not null,
    ended_at    integer,
    check ((state = 'ended') = (packed is null)),
    check ((state = 'ended') = (ended_at is not null))
) strict, without rowid;

-- A new session with the same peer device ends the older one.
create unique index sessions_alive on sessions (account, device) where state <> 'ended';

-- The identity key this user trusts, per full id.
create table pins (
    account     text not null,
    device      integer not null,
    identity    blob not null check (length(identity) = 32),
    at          integer not null,
    primary key (account, device)
) strict, without rowid;

-- Session requests as the list shows them.
create table requests (
    key         text primary key,
    h           blob check (length(h) = 32),
    role        text not null,
    account     text not null,
    hint        text not null,
    ending      text,                           -- null while it runs
    at          integer not null,
    quiet       integer not null check (quiet in (0, 1)),
    seen        integer not null check (seen in (0, 1)),
    replaces    text not null
) strict, without rowid;

create index requests_by_time on requests (at);
create index requests_by_h on requests (h) where h is not null;

-- Pending runs: the own check has passed, the relay's verdict is not here. At most 24 h.
create table runs (
    h           blob primary key check (length(h) = 32),
    packed      blob not null,                  -- what the protocol keeps of it; no phrase, no w, x or y
    at          integer not null                -- first kept
) strict, without rowid;

-- Nonces nA of requests that arrived, 24 h, with the h of the request.
create table nonces (
    nonce       blob primary key check (length(nonce) = 32),
    h           blob not null check (length(h) = 32),
    at          integer not null
) strict, without rowid;

create index nonces_by_time on nonces (at);

-- How runs and sessions ended, 24 h: what is left of a run once it is erased.
create table endings (
    h           blob primary key check (length(h) = 32),
    ending      text not null,
    at          integer not null
) strict, without rowid;

create index endings_by_time on endings (at);

-- Guesses: what the rules of handshake, Guesses, need per (own account, peer account).
create table guesses (
    own         text not null,
    peer        text not null,
    tally       blob not null,                  -- protocol.guesses.Tally as msgpack
    primary key (own, peer)
) strict, without rowid;
