-- Contacts that were joined keep what each of them was, so that they can be separated again.
-- locks: each table with rows of contacts, for a moment (columns without a default)
-- takes: milliseconds

-- What each of several joined contacts would be alone; kept up as they live on. A contact that was never joined has none.
create table contact_parts (
  bucket smallint not null,
  -- the joined contact
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  columns jsonb not null,
  attributes jsonb not null,
  field_times jsonb not null,
  -- holds a shop's own id
  shop boolean not null,
  created_at timestamptz not null,
  last_seen_at timestamptz,
  primary key (bucket, contact_id, id)
);

-- Rows that had no place beside those of the contact theirs was joined to.
create table kept_rows (
  bucket smallint not null,
  contact_id uuid not null,
  part_id uuid not null,
  table_name text not null,
  digest text not null,
  workspace_id uuid not null,
  merged_into uuid not null,
  content jsonb not null,
  primary key (bucket, contact_id, part_id, table_name, digest)
);

alter table merges alter column undo set default '{}';
alter table merges add column undone_by text;

-- The part a row belongs to; null: the contact's own.
alter table identities add column part_id uuid;
alter table events add column part_id uuid;
alter table orders add column part_id uuid;
alter table objects add column part_id uuid;
alter table carts add column part_id uuid;
alter table product_interests add column part_id uuid;
alter table attribute_changes add column part_id uuid;
alter table group_members add column part_id uuid;
alter table identity_conflicts add column part_id uuid;
alter table consent_proofs add column part_id uuid;
alter table consents add column part_id uuid;
alter table predictions add column part_id uuid;
alter table runs add column part_id uuid;
alter table visits add column part_id uuid;
alter table journey_dates add column part_id uuid;
alter table held_starts add column part_id uuid;
alter table start_timers add column part_id uuid;
alter table tasks add column part_id uuid;
alter table split_people add column part_id uuid;
alter table coupons add column part_id uuid;
alter table sends add column part_id uuid;
alter table engagements add column part_id uuid;
alter table outbox_messages add column part_id uuid;
alter table form_submissions add column part_id uuid;
alter table segment_moves add column part_id uuid;
alter table rehearsal_people add column part_id uuid;
