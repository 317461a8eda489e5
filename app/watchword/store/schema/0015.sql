-- That the relay has the account is known by its pinned key.

-- Written with that key, and never read.
alter table account drop column registered;
