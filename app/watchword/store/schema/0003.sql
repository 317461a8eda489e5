-- The third schema: how the relay is reached. The password is sealed as all else here is.
create table proxy (
    one         integer primary key check (one = 1),
    choice      text not null check (choice in ('none', 'system', 'this')),
    address     text not null,                  -- scheme://host:port, '' until one was given
    user        text not null,                  -- '' where the proxy wants no sign-in
    password    blob
) strict;
