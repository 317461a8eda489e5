-- Taking back ends no session and says what it did; the history of a room that nobody knows does not heap up.

-- How many envelopes that may be taken back were sealed since one that stays.
alter table sessions add column loose integer not null default 0;

-- Whether somebody whom it is for was not sent it when it was taken back: to them it never comes.
alter table recalls add column spared integer not null default 0 check (spared in (0, 1));

-- Whether it was fetched from the relay's history.
alter table room_arrivals add column past integer not null default 0 check (past in (0, 1));
