-- Sources that are read again and again: files at an address, queries of other databases. What one reading brings is an import.
-- locks: nothing that is there
-- takes: milliseconds
create table syncs (
  id uuid primary key,
  workspace_id uuid not null,
  name text not null,
  kind text not null check (kind in ('https', 'postgres')),
  -- what may be shown. https: {"address"}; postgres: {"host", "port", "database", "user", "tls", "query", "cursor"}
  settings jsonb not null,
  -- sealed. https: {"url", "authorization"}; postgres: {"password"}
  secret bytea not null,
  -- {"minutes": 60}, or {"at": "03:00"} in the workspace's zone
  every jsonb not null,
  -- null: until a person has run the first import, whose mapping it becomes
  mapping jsonb,
  -- how far it was read. https: {"etag", "modified"}; postgres: {"top"}
  cursor jsonb not null default '{}',
  -- the import under way, and how far the source is read once that is done; the import is made after its id is written here
  import_id uuid,
  next_cursor jsonb not null default '{}',
  stopped boolean not null default false,
  due_at timestamptz not null,
  -- in a row
  failures integer not null default 0,
  problem text,
  problem_at timestamptz,
  succeeded_at timestamptz,
  -- of the last that succeeded: {"rows", "created", "updated", "unchanged", "refused"}
  counts jsonb,
  -- who reads now, until when
  claim uuid,
  claim_until timestamptz,
  created_at timestamptz not null,
  created_by text not null
);
create index syncs_by_workspace on syncs (workspace_id, created_at, id);
create index syncs_due on syncs (due_at) where not stopped;
