-- The words of a desktop that waits are a secret between it and who types them.

-- 32 bytes, drawn for its words; every row has them. Who waits shows other words from now on: those that it
-- showed before were no secret.
alter table application add column opening blob check (length(opening) = 32);
update application set opening = randomblob(32);
