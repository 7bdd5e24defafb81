create table journeys (
  id uuid primary key,
  workspace_id uuid not null,
  name text not null,
  description text not null default '',
  state text not null check (state in ('draft', 'live', 'paused', 'archived')),
  -- the graph being edited
  draft jsonb not null,
  draft_revision integer not null default 1,
  live_version integer,
  created_at timestamptz not null,
  created_by text,
  changed_at timestamptz not null
);
create index journeys_by_workspace on journeys (workspace_id, name);

create table journey_versions (
  journey_id uuid not null references journeys (id) on delete cascade,
  version integer not null,
  workspace_id uuid not null,
  graph jsonb not null,
  published_at timestamptz not null,
  published_by text,
  primary key (journey_id, version)
);

-- A pause is a row with a witness; the open one has no resumed_at.
create table journey_pauses (
  journey_id uuid not null references journeys (id) on delete cascade,
  paused_at timestamptz not null,
  workspace_id uuid not null,
  paused_by text not null,
  reason text not null default '',
  resumed_at timestamptz,
  resumed_by text,
  primary key (journey_id, paused_at)
);

-- What live journeys listen to. kind: event (name) | segment (id) | date (attribute) | group (id)
create table journey_starts (
  workspace_id uuid not null,
  kind text not null,
  name text not null,
  journey_id uuid not null references journeys (id) on delete cascade,
  primary key (workspace_id, kind, name, journey_id)
);

-- One contact inside one journey. state:
--   waiting    has wake_at and/or listens to something; leaves by a timer, an event or an exit rule
--   completed  reached an end; left: stopped by an exit rule, a pause choice or a person; failed: a step could not be done
create table runs (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  journey_id uuid not null,
  version integer not null,
  -- what distinguishes concurrent runs of one contact: '' or a cart, order… id
  key text not null,
  state text not null check (state in ('waiting', 'completed', 'left', 'failed')),
  step_id text not null,
  visit integer not null,
  wake_at timestamptz,
  -- event names and facts this run waits for, null when it only waits for time
  listens text[],
  -- why it is here, what it waits for, the starting event: read by advance()
  memory jsonb not null,
  entered_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  attempts smallint not null default 0,
  lease_epoch bigint not null,
  primary key (bucket, id),
  check ((state = 'waiting') = (ended_at is null)),
  check (state <> 'waiting' or wake_at is not null or listens is not null)
);
create unique index runs_one_active on runs (bucket, contact_id, journey_id, key) where state = 'waiting';
create index runs_due on runs (bucket, wake_at) where state = 'waiting' and wake_at is not null;
create index runs_by_journey on runs (journey_id, entered_at desc, id desc);
create index runs_by_contact on runs (bucket, contact_id, entered_at desc);

-- One row per arrival at a step; visit numbers of a run are 1…n without gap (book B10).
create table visits (
  bucket smallint not null,
  run_id uuid not null,
  visit integer not null,
  workspace_id uuid not null,
  journey_id uuid not null,
  contact_id uuid not null,
  step_id text not null,
  arrived_at timestamptz not null,
  left_at timestamptz,
  -- the edge taken, null for an end
  exit text,
  -- the decision with its facts at that instant
  reason jsonb not null,
  primary key (bucket, run_id, visit)
);

-- Next date-based start of a contact in a journey (birthday 09:00 local…).
create table journey_dates (
  bucket smallint not null,
  journey_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamptz not null,
  primary key (bucket, journey_id, contact_id)
);
create index journey_dates_due on journey_dates (bucket, due_at);

-- Live numbers per step; slots spread the writers. Sums equal a recount of visits (book B12).
create table step_totals (
  journey_id uuid not null,
  version integer not null,
  step_id text not null,
  slot smallint not null,
  workspace_id uuid not null,
  arrived bigint not null default 0,
  passed bigint not null default 0,
  primary key (journey_id, version, step_id, slot)
);
create table journey_totals (
  journey_id uuid not null,
  slot smallint not null,
  workspace_id uuid not null,
  entered bigint not null default 0,
  completed bigint not null default 0,
  left_early bigint not null default 0,
  failed bigint not null default 0,
  reached_goal bigint not null default 0,
  primary key (journey_id, slot)
);

-- Buckets in which the next dates of a journey that starts by date are still to be computed; done by the bucket's owner.
create table journey_date_builds (
  bucket smallint not null,
  journey_id uuid not null references journeys (id) on delete cascade,
  workspace_id uuid not null,
  asked_at timestamptz not null,
  primary key (bucket, journey_id)
);
