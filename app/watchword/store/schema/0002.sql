-- The way to the relay: none, the system's proxy, or this one. The password is as sealed as all else here.
create table proxy (
    one         integer primary key check (one = 1),
    choice      text not null check (choice in ('none', 'system', 'this')),
    address     text not null,                  -- scheme://host:port, '' until one was given
    user        text not null,                  -- '' where the proxy wants no sign-in
    password    blob
) strict;
