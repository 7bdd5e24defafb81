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

-- People and their sessions; columns are those better-auth works with, names are ours.
create table auth_users (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null,
  image text,
  locale text not null default 'fr',
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create table auth_sessions (
  id text primary key,
  user_id text not null references auth_users (id) on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index auth_sessions_by_user on auth_sessions (user_id);
create table auth_accounts (
  id text primary key,
  user_id text not null references auth_users (id) on delete cascade,
  account_id text not null,
  provider_id text not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index auth_accounts_by_user on auth_accounts (user_id);
create table auth_verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz,
  updated_at timestamptz
);

-- One-time links: the first administrator's set-up, and invitations. token_hash: SHA-256, hex.
create table invitations (
  token_hash text primary key,
  -- null: the set-up of the whole installation
  workspace_id uuid references workspaces (id),
  role text not null,
  created_at timestamptz not null,
  created_by text,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by text
);
