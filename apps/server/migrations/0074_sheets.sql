-- Product sheets judged as they change, web addresses of them looked at, and samples that people review.
-- locks: products, for the index, while it is made
-- takes: seconds on a hundred thousand products

create index products_by_change on products (workspace_id, updated_at, id);

create table sheet_audits (
  product_id uuid primary key,
  workspace_id uuid not null,
  cells integer[] not null,
  problems jsonb not null,
  codes text[] not null,
  audited_at timestamptz not null
);
create index sheet_audits_by_code on sheet_audits using gin (codes);

create table sheet_marks (
  product_id uuid primary key,
  workspace_id uuid not null
);
create index sheet_marks_by_workspace on sheet_marks (workspace_id, product_id);

-- products changed after this one, in order of change, are still to be marked
alter table readiness_states add column products_id uuid not null default '00000000-0000-0000-0000-000000000000';

create table web_addresses (
  workspace_id uuid not null,
  url text not null,
  -- null: not known yet, or nobody answered
  alive boolean,
  status integer,
  asked_at timestamptz,
  ask_at timestamptz not null,
  failures smallint not null default 0,
  products uuid[] not null,
  primary key (workspace_id, url)
);
create index web_addresses_due on web_addresses (ask_at);

create table samples (
  id uuid primary key,
  workspace_id uuid not null,
  subject text not null check (subject in ('contacts', 'products')),
  percent real not null,
  fields text[] not null,
  of integer not null,
  seed text not null,
  strata jsonb not null,
  drawn_at timestamptz not null,
  drawn_by text not null,
  ended_at timestamptz
);
create index samples_by_workspace on samples (workspace_id, drawn_at desc, id desc);

create table sample_items (
  sample_id uuid not null references samples (id) on delete cascade,
  place integer not null,
  workspace_id uuid not null,
  subject_id uuid not null,
  stratum text not null,
  -- by field: right, wrong or unsure
  verdicts jsonb,
  reviewed_at timestamptz,
  reviewed_by text,
  primary key (sample_id, place)
);
