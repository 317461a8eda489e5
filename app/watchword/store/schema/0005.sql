-- The fifth schema: rooms (docs/protocol/rooms.md). A room is a chat whose conversation is the room's id.

create table rooms (
    chat        integer primary key references chats (id),
    founding    blob not null,                  -- protocol.rooms.statement.Founds
    shown       blob not null,                  -- name and model.room.RoomSummary, as the list of chats shows them
    standing    blob not null check (length(standing) = 32)    -- of list, people and targets: what a message is sealed by
) strict;

-- What was signed: the changes of the path that holds, and of each entry the last answer.
create table statements (
    room        integer not null references rooms (chat),
    digest      blob not null check (length(digest) = 32),
    author      text,                           -- of an answer: whose; null for a change
    key         blob check (length(key) = 32),  -- of an answer: the entry's key
    turn        integer,                        -- of an answer: the entry's turn
    late        integer not null check (late in (0, 1)),
    raw         blob not null,
    primary key (room, digest)
) strict, without rowid;

create unique index statements_answers on statements (room, author, key, turn) where author is not null;

-- What came for rooms, as content, in the order in which it came. A row goes once its room has taken it; a message of
-- somebody who is not known to be in stays for 24 h.
create table room_arrivals (
    seq         integer primary key autoincrement,
    room        blob not null check (length(room) = 16),
    sender      text not null,                  -- account
    key         blob check (length(key) = 32),  -- the identity key of the session that brought it; null: message data
    content     blob not null,
    origin      blob,                           -- of message data: store.rooms.Origin
    at          integer not null
) strict;

create index room_arrivals_by_room on room_arrivals (room, seq);

-- Own texts of a phrase room that no envelope carries yet: they wait until the room's lists agree.
create table room_texts (
    message     integer primary key references messages (id),
    chat        integer not null references chats (id)
) strict;

create index room_texts_by_chat on room_texts (chat, message);

-- Who was in a room when an own text left, and could not be reached.
create table room_missed (
    message     integer not null references messages (id),
    account     text not null,
    primary key (message, account)
) strict, without rowid;

-- A line that tells of a change: model.room.RoomLine.
alter table messages add column line blob;
-- The room that message data are said to; null in all other conversations.
alter table posts add column room blob check (length(room) = 16);
-- What is said to a room by the program itself: kept beside the message data, to be sealed anew for who is left.
alter table posts add column said blob;
create index posts_by_room on posts (room) where room is not null;
