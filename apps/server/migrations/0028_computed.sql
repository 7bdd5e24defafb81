-- Computed attributes: one value per contact told from their events, kept in contacts.attributes under its key.
-- locks: new tables only
-- takes: milliseconds

create table computed_attributes (
  id uuid primary key,
  workspace_id uuid not null,
  key text not null,
  name text not null,
  -- { event, where, window, measure }: packages/model/src/computed
  computation jsonb not null,
  -- building: values are being computed for everyone; live: kept true; removing: values are being taken out
  state text not null check (state in ('building', 'live', 'removing', 'archived')),
  created_at timestamptz not null,
  created_by text not null,
  changed_at timestamptz not null
);
create unique index computed_attributes_by_key on computed_attributes (workspace_id, key) where state <> 'archived';

-- When time alone may next change a value (an event leaves its window, or one dated ahead comes due).
create table computed_timers (
  bucket smallint not null,
  attribute_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamptz not null,
  primary key (bucket, attribute_id, contact_id)
);
create index computed_timers_due on computed_timers (bucket, due_at);

-- Buckets still to compute; done by the bucket's owner inside its turns, like segment_builds.
create table computed_builds (
  bucket smallint not null,
  attribute_id uuid not null,
  workspace_id uuid not null,
  asked_at timestamptz not null,
  primary key (bucket, attribute_id)
);
create index computed_builds_by_attribute on computed_builds (attribute_id);
