-- The sixth schema: several desktops of one account, messages taken back, roaming history (docs/protocol/rooms.md, wire.md).

-- Whether a text came from the relay's history: it stands in the past, and counts as read.
alter table messages add column past integer not null default 0 check (past in (0, 1));
-- Of an own text: the device that wrote it; 0 for this one.
alter table messages add column device integer not null default 0;
drop index messages_theirs;
create index messages_theirs on messages (chat, id) where mine = 0 and kind = 'text' and past = 0;

-- Whether they were fetched from the relay's history.
alter table received add column past integer not null default 0 check (past in (0, 1));

-- Own messages that are taken back, or were: `taken` and `remains` as the relay counts terminals, null until it answered.
create table recalls (
    id          blob primary key check (length(id) = 16),      -- by which the relay knows the message
    message     integer not null references messages (id),
    waited      integer not null check (waited in (0, 1)),     -- whether the relay had not said OK to it then
    taken       integer,
    remains     integer
) strict, without rowid;

create unique index recalls_by_message on recalls (message);

-- By which envelope the relay knows an own text of a passphrase session that it has; while it may be taken back.
create table sends (
    message     integer primary key references messages (id),
    id          blob not null check (length(id) = 16)
) strict;

-- How far the relay's history was fetched: of the account (conversation empty), and of rooms joined later.
create table histories (
    conversation    blob primary key,
    place           integer not null default 0,     -- up to here it is kept here
    total           integer not null default 0,     -- how many there are, as the relay said last
    rest            integer not null default 0,     -- how many of them are not kept here
    begun_at        integer not null,               -- what is fetched is of the past, by this moment
    open            integer not null check (open in (0, 1)),    -- whether more may come
    news            integer not null default 0 check (news in (0, 1)),  -- whether all was here once: more was missed
    seen_at         integer not null default 0      -- the last sign-in with it
) strict, without rowid;

-- Where in a chat the past stands: under `until_at`, and each text not above the one before.
create table pasts (
    chat        integer primary key references chats (id),
    until_at    integer not null,
    last_at     integer not null
) strict;

-- History that is to be shared with somebody, until the relay says that it did.
create table shares (
    conversation    blob not null check (length(conversation) = 16),
    account         text not null,
    primary key (conversation, account)
) strict, without rowid;

-- Receipts for own texts that another desktop of this account wrote and that are not here yet; the oldest are let go.
create table early_receipts (
    seq         integer primary key autoincrement,
    key         blob not null check (length(key) = 16),
    account     text not null,
    unique (key, account)
) strict;
