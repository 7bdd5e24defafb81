-- Segments and groups kept in step with a destination outside: an address of one's own, or a list at an advertising network.
-- locks: new tables only
-- takes: milliseconds

create table audiences (
  id uuid primary key,
  workspace_id uuid not null,
  name text not null,
  source text not null check (source in ('segment', 'group')),
  source_id uuid not null,
  destination text not null check (destination in ('webhook', 'meta', 'criteo')),
  settings jsonb not null,
  -- the signing secret or the network's credentials, sealed
  secret bytea not null,
  -- only contacts with consent here; no channel: consent is not asked (an address of one's own)
  channel text,
  topic text not null default '',
  state text not null check (state in ('active', 'paused', 'failed')),
  created_at timestamptz not null,
  created_by text not null,
  -- how often all members are still to be marked: at the start, and once more when every turn that did not know of it has ended
  lays_left smallint not null default 2,
  lay_at timestamptz not null,
  due_at timestamptz not null,
  refusals integer not null default 0,
  last_success_at timestamptz,
  problem text,
  problem_at timestamptz,
  claim uuid,
  claimed_until timestamptz
);
create index audiences_by_workspace on audiences (workspace_id, source_id);

-- Contacts to look at again at an instant: something about them changed since they were last told.
create table audience_marks (
  bucket smallint not null,
  audience_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamptz not null,
  -- another one with each change: a mark that changed while its contact was being told stays
  stamp uuid not null,
  primary key (bucket, audience_id, contact_id)
);
create index audience_marks_due on audience_marks (audience_id, due_at);

-- What the destination holds, or may hold when not sure: written before it is told.
create table audience_members (
  bucket smallint not null,
  audience_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  identifiers text not null,
  sure boolean not null,
  primary key (bucket, audience_id, contact_id)
);
create index audience_members_alike on audience_members (audience_id, identifiers);

create table audience_deliveries (
  id uuid primary key,
  workspace_id uuid not null,
  audience_id uuid not null references audiences (id) on delete cascade,
  tried_at timestamptz not null,
  outcome text not null check (outcome in ('done', 'later', 'failed')),
  added integer not null,
  removed integer not null,
  refused integer not null,
  status integer,
  reason text
);
create index audience_deliveries_latest on audience_deliveries (audience_id, id);
