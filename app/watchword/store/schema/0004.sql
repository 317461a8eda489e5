-- The fourth schema: message data that have not left are sealed anew when a newer company file says otherwise.

-- Whether the envelopes of passphrase sessions carry the data: then they stand in the outbox, and the row here goes
-- with the last of them.
alter table posts add column inside integer not null default 0 check (inside in (0, 1));
-- Whether something of a conversation waits that was written before.
create index posts_unsealed on posts (conversation, seq) where data is null;
create index posts_by_message on posts (message) where message is not null;

-- The message data's id: what came twice, sealed differently, waits no more once one of both was opened.
alter table received add column message blob check (length(message) = 16);
