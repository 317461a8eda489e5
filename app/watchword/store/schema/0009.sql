-- Heads of rooms that are not known here, and who named them: until they are, nothing is sent to the room.

create table room_unknown (
    room        integer not null references rooms (chat),
    account     text not null,
    head        blob not null check (length(head) = 32),
    primary key (room, account)
) strict, without rowid;
