-- The second schema: company encryption (docs/protocol/company.md). A chat is with one account, by a passphrase
-- session, or a company's conversation with one member or several.

-- References to chats hold again as soon as its rows stand in the new table.
pragma defer_foreign_keys = on;
create temp table chats_before as select id, account, draft, read_to, moved_at from chats;
drop table chats;

create table chats (
    id              integer primary key autoincrement,
    account         text unique references contacts (account),         -- null: a company's conversation
    conversation    blob unique check (length(conversation) = 16),     -- null: a passphrase chat
    draft           text not null default '',
    read_to         integer not null default 0,     -- messages.id up to which the user has seen it
    moved_at        integer not null,               -- orders the sidebar: the last message, or when it was made
    check ((account is null) <> (conversation is null))
) strict;

insert into chats (id, account, draft, read_to, moved_at)
    select id, account, draft, read_to, moved_at from temp.chats_before;
drop table temp.chats_before;

-- Who is in a company's conversation, this account left out.
create table members (
    chat        integer not null references chats (id),
    account     text not null references contacts (account),
    primary key (chat, account)
) strict, without rowid;

-- Who wrote a row of a company's conversation; empty for own ones and in passphrase chats.
alter table messages add column sender text not null default '';
drop index messages_by_key;
-- What arrives twice stands once, whoever else uses the same key.
create unique index messages_by_key on messages (chat, mine, sender, key) where key is not null;

-- The company that this desktop belongs to: protocol.company.company_file.pack. One row.
create table membership (
    one         integer primary key check (one = 1),
    session     integer not null check (session in (0, 1)),    -- whether its policy asks for passphrase sessions too
    packed      blob not null
) strict;

-- Own content on its way as message data: waiting (content) or sealed (data). A row goes when the relay says OK, or
-- when it went into the envelopes of passphrase sessions.
create table posts (
    seq             integer primary key autoincrement,   -- the order of writing, kept within a conversation
    id              blob not null unique check (length(id) = 16),      -- the message data's, the same in every repeat
    conversation    blob not null check (length(conversation) = 16),
    targets         text not null,                  -- account ids, a JSON array
    message         integer references messages (id),                  -- the text that this carries; null for a receipt
    content         blob,                           -- not sealed yet
    data            blob,                           -- the message data, byte for byte what is sent
    closed          blob,                           -- why it waits: model.company.Closed
    check ((content is null) <> (data is null))
) strict;

create index posts_by_conversation on posts (conversation, seq);

-- Message data of others that are not open yet, byte for byte.
create table received (
    seq             integer primary key autoincrement,
    digest          blob not null unique check (length(digest) = 32),
    sender          text not null,                  -- full id, as the relay or the session says
    conversation    blob not null,                  -- as the head says
    vouched         integer not null check (vouched in (0, 1)),        -- whether the sender was shown to be a member
    h               blob check (length(h) = 32),    -- the session in whose envelope they came
    data            blob not null,
    closed          blob,                           -- why they wait; null until they were tried
    at              integer not null
) strict;

create index received_by_sender on received (sender, vouched);
create index received_by_conversation on received (conversation) where closed is not null;

-- Message data whose content was taken, for good: a repeat is acknowledged and nothing more.
create table digests (
    digest      blob primary key check (length(digest) = 32)
) strict, without rowid;

-- What an own text of a company's conversation still lacks: a receipt of each recipient.
create table recipients (
    message     integer not null references messages (id),
    account     text not null,
    key         blob not null check (length(key) = 16),     -- the text's, by which receipts name it
    delivered   integer not null default 0 check (delivered in (0, 1)),
    h           blob check (length(h) = 32),        -- the session it was sealed in besides, if any
    primary key (message, account)
) strict, without rowid;

create index recipients_by_key on recipients (account, key);
create index recipients_by_session on recipients (h) where h is not null;

-- What Message info shows: model.company.Sealing.
create table sealings (
    message     integer primary key references messages (id),
    packed      blob not null
) strict;

-- Whether another envelope carries the same text.
create index outbox_by_message on outbox (message) where message is not null;
