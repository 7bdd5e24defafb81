-- What is known of contacts and how good it is, counted as it changes: one row for each contact, cells that know how many are in them.
-- locks: new tables only
-- takes: milliseconds

create table readiness_states (
  workspace_id uuid primary key,
  -- where the walk over all contacts is; no bucket: it is not under way
  walk_bucket smallint,
  walk_after uuid not null default '00000000-0000-0000-0000-000000000000',
  walk_began_at timestamptz,
  walked_at timestamptz,
  next_cell integer not null default 1,
  -- products changed before this were looked at
  products_to timestamptz,
  claim uuid,
  claimed_until timestamptz
);

create table readiness_cells (
  workspace_id uuid not null,
  id integer not null,
  key text not null,
  n bigint not null default 0,
  latest_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, key)
);

-- contacts to be looked at again; a newer stamp: news came meanwhile
create table readiness_marks (
  bucket smallint not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  stamp uuid not null,
  primary key (bucket, contact_id)
);
create index readiness_marks_by_workspace on readiness_marks (workspace_id, bucket, contact_id);

create table contact_audits (
  bucket smallint not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  cells integer[] not null,
  -- of its e-mail
  domain text,
  audited_at timestamptz not null,
  primary key (bucket, contact_id)
);
create index contact_audits_by_domain on contact_audits (domain) where domain is not null;

create table contact_findings (
  bucket smallint not null,
  contact_id uuid not null,
  code text not null,
  workspace_id uuid not null,
  field text not null,
  value jsonb not null,
  -- what the field would become (JSON null: emptied); null: nothing can be proposed
  proposal jsonb,
  found_at timestamptz not null,
  -- a person said that it is right as it is
  kept_at timestamptz,
  primary key (bucket, contact_id, code)
);
create index contact_findings_by_code on contact_findings (workspace_id, code, contact_id) where kept_at is null;

-- which domains take mail, as DNS said; shared by all workspaces, about no one
create table mail_domains (
  name text primary key,
  takes_mail boolean,
  asked_at timestamptz,
  ask_at timestamptz not null
);
create index mail_domains_due on mail_domains (ask_at);

create table contact_fixes (
  id uuid primary key,
  workspace_id uuid not null,
  code text not null,
  state text not null check (state in ('running', 'done', 'cancelled', 'undoing', 'undone')),
  wanted integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  asked_at timestamptz not null,
  asked_by text not null,
  ended_at timestamptz,
  lease_owner uuid,
  lease_until timestamptz
);
create index contact_fixes_by_workspace on contact_fixes (workspace_id, asked_at desc, id desc);

create table contact_fix_changes (
  bucket smallint not null,
  contact_id uuid not null,
  fix_id uuid not null,
  workspace_id uuid not null,
  field text not null,
  was jsonb not null,
  became jsonb not null,
  undone_at timestamptz,
  primary key (bucket, contact_id, fix_id)
);
create index contact_fix_changes_by_fix on contact_fix_changes (fix_id, bucket, contact_id);
