create table segments (
  id uuid primary key,
  workspace_id uuid not null,
  name text not null,
  description text not null default '',
  -- building: the first membership is being computed; live: kept exact
  state text not null check (state in ('building', 'live', 'archived')),
  rule jsonb not null,
  version integer not null,
  created_at timestamptz not null,
  created_by text,
  changed_at timestamptz not null,
  built_at timestamptz
);
create index segments_by_workspace on segments (workspace_id, name);

-- What a segment's rule mentions, so that a change re-asks only the segments concerned.
-- kind: event (name) | attribute (name) | group (id) | segment (id) | consent (channel) | message
create table segment_references (
  workspace_id uuid not null,
  segment_id uuid not null references segments (id) on delete cascade,
  kind text not null,
  name text not null,
  primary key (workspace_id, kind, name, segment_id)
);

create table segment_members (
  bucket smallint not null,
  segment_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  entered_at timestamptz not null,
  primary key (bucket, segment_id, contact_id)
);
create index segment_members_by_contact on segment_members (bucket, contact_id);

-- When time alone can next change the answer for a contact; one row per (segment, contact) that has such a moment.
create table segment_timers (
  bucket smallint not null,
  segment_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamptz not null,
  primary key (bucket, segment_id, contact_id)
);
create index segment_timers_due on segment_timers (bucket, due_at);

-- Entered and left, with the cause (event, change, time, build).
create table segment_moves (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  segment_id uuid not null,
  workspace_id uuid not null,
  entered boolean not null,
  cause text not null,
  moved_at timestamptz not null,
  primary key (bucket, contact_id, id)
);

-- Sum of entered minus left per segment; slots spread the writers (book B13).
create table segment_totals (
  segment_id uuid not null,
  slot smallint not null,
  members bigint not null default 0,
  primary key (segment_id, slot)
);

-- Buckets whose membership is still to be computed after a segment was made or its rule changed. The bucket's owner does it inside its
-- turns, so no fact can slip between the reading and the writing.
create table segment_builds (
  bucket smallint not null,
  segment_id uuid not null,
  workspace_id uuid not null,
  version integer not null,
  asked_at timestamptz not null,
  primary key (bucket, segment_id)
);
create index segment_builds_by_segment on segment_builds (segment_id);
