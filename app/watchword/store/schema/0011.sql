-- Which statements the relay's history told of a room, and where: a text of the past counts by what stands before it
-- (docs/protocol/rooms.md, The past).

-- Where message data stand in the account's history; 0 where that is not known.
alter table received add column place integer not null default 0;

create table room_told (
    room        blob not null check (length(room) = 16),
    digest      blob not null check (length(digest) = 32),      -- of a statement that the room holds
    shared      integer not null check (shared in (0, 1)),      -- whether by message data that were not for this account
    place       integer not null,                               -- the first that tells of it; 0: came live, not found there yet
    data        blob not null,                                  -- digest of the message data
    primary key (room, digest, shared)
) strict, without rowid;

create index room_told_by_data on room_told (data);
