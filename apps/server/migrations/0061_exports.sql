-- Files of a workspace's data, made by a job, kept for some days.
-- locks: none but on what it makes
-- takes: milliseconds
create table exports (
  id uuid primary key,
  workspace_id uuid not null,
  -- what it holds: one of the kinds of packages/contract/src/exports.ts
  kind text not null,
  -- only the members of this segment, for kinds of contacts
  segment_id uuid,
  format text not null check (format in ('csv', 'ndjson', 'parquet')),
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'expired')),
  rows_done bigint not null default 0,
  -- 0 to 1
  share double precision not null default 0,
  bytes bigint,
  error text,
  created_at timestamptz not null,
  created_by text not null,
  started_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz
);
create index exports_by_workspace on exports (workspace_id, created_at desc, id desc);
create index exports_to_expire on exports (expires_at) where state = 'done';
