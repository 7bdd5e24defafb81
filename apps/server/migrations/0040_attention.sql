-- How a send stands beside others to the same contact, as its journey said when it was planned.
-- locks: sends, for the time of a change of the catalogue (constant defaults: no row is written)
-- takes: milliseconds

alter table sends
  add column priority smallint not null default 50,
  -- journeys of one group exclude each other
  add column exclusive_group text,
  add column tags text[] not null default '{}',
  -- does not wait for the contact's best hour
  add column at_once boolean not null default false;
