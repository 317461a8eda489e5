-- Why somebody in a room was not reached by an own text.

-- A value of `model.room.Unreached`; empty where it was not kept.
alter table room_missed add column why text not null default '';
