-- The rights of a person: what was erased at whose asking, and the keyed hashes by which someone erased is not taken in again.
-- locks: new tables only.
-- takes: no time.

create table rights_requests (
  id uuid not null primary key,
  workspace_id uuid not null references workspaces (id),
  kind text not null check (kind in ('erasure', 'access')),
  state text not null check (state in ('waiting', 'running', 'done')),
  person_id uuid,
  connection_id uuid,
  reason text not null check (reason in ('person', 'objection', 'retention', 'unlawful', 'shop')),
  asked_at timestamptz not null,
  asked_by text not null,
  due_at timestamptz not null,
  done_at timestamptz,
  wanted bytea,
  report jsonb not null default '{}'
);
create index rights_requests_of_workspace on rights_requests (workspace_id, asked_at desc, id desc);
create index rights_requests_running on rights_requests (asked_at) where state = 'running';

create table erased_identities (
  lookup_bucket smallint not null,
  workspace_id uuid not null,
  hash text not null,
  kind text not null,
  erased_at timestamptz not null,
  primary key (lookup_bucket, workspace_id, hash)
);
