-- Who owns which bucket, for each kind of work. One row per role and bucket for ever; epoch grows at every change of owner
-- and fences the former one. A lease lives as long as its owner's heartbeat in workers: one row renewed, not 256.
-- locks: none  takes: instant
create table bucket_leases (
  role text not null check (role in ('engine', 'delivery')),
  bucket smallint not null,
  owner uuid,
  epoch bigint not null default 0,
  primary key (role, bucket)
);
insert into bucket_leases (role, bucket) select r, g::smallint from generate_series(0, 255) g, unnest(array['engine', 'delivery']) r;

-- Processes that share the work; a row whose heartbeat is old is a dead process.
create table workers (
  id uuid primary key,
  roles text[] not null,
  host text not null,
  pid integer not null,
  started_at timestamptz not null,
  heartbeat_at timestamptz not null
);

-- What happened to a contact, written in the transaction that made it happen; the engine takes it bucket by bucket.
-- kind: one of FACT_KINDS in packages/model/src/events/fact.ts
create table inbox (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  kind text not null,
  data jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  -- turns begun with this row alone after a batch with it failed; counted before the work
  attempts smallint not null default 0,
  -- turns begun with this row after its worker died; counted before the work, so that a row that kills the process is found out
  suspected smallint not null default 0,
  -- workspace second: a turn takes from each workspace in turn, so that a giant's backlog starves nobody
  primary key (bucket, workspace_id, id)
);

-- Inbox rows that failed five times, with the reason; replayed by hand.
create table inbox_quarantine (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  kind text not null,
  data jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  reason text not null,
  quarantined_at timestamptz not null,
  primary key (bucket, workspace_id, id)
);

-- enqueued = taken + quarantined + depth, per bucket and summed over slots (book B9); written in the same transaction as the
-- inbox rows. Slot 0 belongs to the bucket's owner (taken, quarantined), slots 1 to 7 to whoever enqueues: writers seldom wait.
create table inbox_totals (
  bucket smallint not null,
  slot smallint not null,
  enqueued bigint not null default 0,
  taken bigint not null default 0,
  quarantined bigint not null default 0,
  primary key (bucket, slot)
);

-- Maintained counts of a workspace (contacts, events…); several slots per name so that processes do not queue on one row.
create table counters (
  workspace_id uuid not null,
  name text not null,
  slot smallint not null,
  n bigint not null,
  primary key (workspace_id, name, slot)
);

-- Instance-wide facts: install id, secrets' key check, first-run state.
create table instance_settings (
  name text primary key,
  value jsonb not null,
  changed_at timestamptz not null
);
