-- Message data that the relay took but for some whose mailbox is full.

-- JSON array of account ids, a part of the targets and the own account; null before the relay took any.
alter table posts add column missing text;
