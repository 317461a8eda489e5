-- Several desktops of one account.

-- This desktop waits until another of its account approves it. One row, until the account's own row is there.
create table application (
    one             integer primary key check (one = 1),
    account         text not null,
    identity_seed   blob not null check (length(identity_seed) = 32),  -- Ed25519 private key
    relay           text not null,              -- address as given, with its key
    relay_key       blob check (length(relay_key) = 32)                -- Ed25519, pinned; null before it was met
) strict;

-- Whether the relay said that this desktop was taken out of the account; until it signs in again.
alter table account add column removed integer not null default 0 check (removed in (0, 1));

-- The newest company file for every member that was taken, as it came: what a further desktop is given. One row.
create table company_file (
    one     integer primary key check (one = 1),
    data    blob not null
) strict;

-- A member's keys that came from another desktop of their own, before a company file that they open. One row.
create table member_keys (
    one         integer primary key check (one = 1),
    root_key    blob not null check (length(root_key) = 32),           -- Ed25519, pinned
    member      blob not null check (length(member) = 32),             -- the member key's seed
    updates     text not null                   -- where newer company files lie; may be empty
) strict;
