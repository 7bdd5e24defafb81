create table contacts (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  -- the shop's own id for the person (userId of the Segment spec)
  external_id text,
  email text,
  phone text,
  first_name text,
  last_name text,
  locale text,
  time_zone text,
  country text,
  region text,
  postal_code text,
  city text,
  store_id uuid,
  birth_date date,
  customer_type text,
  latitude double precision,
  longitude double precision,
  attributes jsonb not null default '{}',
  -- when each field was last said, by its name ({"email": 1763900000000, "attributes.plan": …}, milliseconds): the newest word wins
  -- whatever order the words arrive in, and every field shows how fresh it is
  field_times jsonb not null default '{}',
  -- known: has a user id, an e-mail or a phone; otherwise an anonymous visitor
  known boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  last_seen_at timestamptz,
  primary key (bucket, id)
);
create index contacts_by_time on contacts (workspace_id, created_at desc, id desc);
create index contacts_by_seen on contacts (workspace_id, last_seen_at desc nulls last, id desc) where known;
create index contacts_by_email on contacts (workspace_id, email text_pattern_ops) where email is not null;
create index contacts_by_last_name on contacts (workspace_id, lower(last_name) text_pattern_ops) where last_name is not null;
create index contacts_by_first_name on contacts (workspace_id, lower(first_name) text_pattern_ops) where first_name is not null;
create index contacts_by_birth_date on contacts (workspace_id, birth_date) where birth_date is not null;

-- Which contact an identifier names. lookup_bucket is the hash of (workspace, kind, value), not of the contact.
-- kind: user_id | email | phone | anonymous_id | shop_id
create table identities (
  lookup_bucket smallint not null,
  workspace_id uuid not null,
  kind text not null,
  value text not null,
  contact_id uuid not null,
  source text not null,
  created_at timestamptz not null,
  primary key (lookup_bucket, workspace_id, kind, value)
);
create index identities_by_contact on identities (contact_id);

-- What a contact claimed and did not get: an identifier of another known contact (holder_id), or a new address for itself from a
-- source that may not change one (a public write key). Kept for a person to look at; the first claim counts.
create table identity_conflicts (
  bucket smallint not null,
  contact_id uuid not null,
  kind text not null,
  value text not null,
  workspace_id uuid not null,
  holder_id uuid,
  source text not null,
  claimed_at timestamptz not null,
  primary key (bucket, contact_id, kind, value)
);

-- loser was folded into winner; evidence says which identifiers of which message joined them. undo holds what un-merge needs.
create table merges (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  winner_id uuid not null,
  loser_id uuid not null,
  evidence jsonb not null,
  undo jsonb not null,
  merged_at timestamptz not null,
  undone_at timestamptz,
  primary key (bucket, id)
);
create index merges_by_winner on merges (bucket, winner_id);
create index merges_by_loser on merges (loser_id);

-- History of every attribute: as-of rules, freshness, explanation.
create table attribute_changes (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  attribute text not null,
  old_value jsonb,
  new_value jsonb,
  source text not null,
  changed_at timestamptz not null,
  primary key (bucket, contact_id, id)
);

create table groups (
  id uuid primary key,
  workspace_id uuid not null,
  name text not null,
  description text not null default '',
  created_at timestamptz not null,
  created_by text,
  archived_at timestamptz
);
create index groups_by_workspace on groups (workspace_id, name);

create table group_members (
  bucket smallint not null,
  group_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  added_at timestamptz not null,
  added_by text not null,
  primary key (bucket, group_id, contact_id)
);
create index group_members_by_contact on group_members (bucket, contact_id);
