-- Buckets in which the past has still to be looked at for a journey that was published: what was bought before counts from the first day.
-- Done by the bucket's owner, some contacts at a time.
-- locks: none but on what it makes
-- takes: milliseconds
create table journey_lookbacks (
  bucket smallint not null,
  journey_id uuid not null references journeys (id) on delete cascade,
  workspace_id uuid not null,
  asked_at timestamptz not null,
  -- the contacts up to this one are done
  after_contact uuid not null default '00000000-0000-0000-0000-000000000000',
  primary key (bucket, journey_id)
);
