create table templates (
  id uuid primary key,
  workspace_id uuid not null,
  name text not null,
  channel text not null check (channel in ('email', 'sms', 'push')),
  -- marketing | transactional
  class text not null default 'marketing',
  topic text not null default '',
  -- editable content: {version, variants: {fr: {subject, preheader, source (mjml|html), text}, en: …}, fallback: 'fr'}
  draft jsonb not null,
  live_version integer,
  created_at timestamptz not null,
  created_by text,
  changed_at timestamptz not null,
  archived_at timestamptz
);
create index templates_by_workspace on templates (workspace_id, name);

-- Immutable; compiled holds HTML with Liquid, text part and numbered links per language.
create table template_versions (
  template_id uuid not null references templates (id) on delete cascade,
  version integer not null,
  workspace_id uuid not null,
  content jsonb not null,
  compiled jsonb not null,
  published_at timestamptz not null,
  published_by text,
  primary key (template_id, version)
);
