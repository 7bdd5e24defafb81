create table workspaces (
  id uuid primary key,
  name text not null,
  kind text not null check (kind in ('regular', 'demo')),
  locale text not null default 'fr',
  time_zone text not null default 'Europe/Paris',
  currency text not null default 'EUR',
  -- sender name and address, postal address, caps, quiet hours, tracking, identity rules
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  archived_at timestamptz
);

create table members (
  workspace_id uuid not null references workspaces (id),
  user_id text not null,
  role text not null check (role in ('viewer', 'editor', 'approver', 'admin')),
  added_at timestamptz not null,
  added_by text,
  primary key (workspace_id, user_id)
);
create index members_by_user on members (user_id);

-- kind api: secret, scoped, for servers. kind write: public, may only send events.
create table api_keys (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  kind text not null check (kind in ('api', 'write')),
  name text not null,
  -- first characters, shown in lists
  prefix text not null,
  -- SHA-256 of the whole key, hex
  hash text not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  created_by text,
  revoked_at timestamptz,
  revoked_by text
);
create index api_keys_by_workspace on api_keys (workspace_id, created_at);

create table audit_log (
  workspace_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  action text not null,
  object_kind text not null,
  object_id text,
  detail jsonb not null,
  primary key (workspace_id, id)
);
