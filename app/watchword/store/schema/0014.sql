-- Why a relay lets this desktop in no more outlasts the program; a late joiner's chat says who shared what stands there;
-- desktops of one account tell each other what they took back; what nobody fetched from the relay is told.

-- A value of `model.errors.Kind`, told by the relay; null while it lets this desktop in.
alter table account add column cut_off text check (cut_off in ('desktop-removed', 'relay-realm-gone'));
update account set cut_off = 'desktop-removed' where removed = 1;
alter table account drop column removed;

-- Of a room joined late: at what time its chat says who shared what was said before, once some of that is shown; 0 for
-- right above it. Null: it is said, or there is nothing to say.
alter table histories add column sharer_at integer;

-- Own texts that another desktop of this account took back and that are not here yet; the oldest are let go.
create table early_recalls (
    seq         integer primary key autoincrement,
    key         blob not null unique check (length(key) = 16),
    device      integer not null,               -- which desktop says so
    taken       integer not null,               -- as in recalls
    remains     integer not null,
    some        integer not null check (some in (0, 1))     -- whether somebody has it, as far as that one knows
) strict;

-- Until when the relay keeps it (ms), as it said; 0 where that is not known.
alter table sends add column due_at integer not null default 0;
