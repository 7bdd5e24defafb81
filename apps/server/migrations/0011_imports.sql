-- A file on its way into the common model. state:
--   uploaded   the file is here, a mapping is proposed     checking  rows are being read into import_rows
--   checked    every row was read; counts and problems are known; nothing of the workspace has changed
--   running    rows are becoming contacts, orders, products   done, failed, cancelled   ends; failed may be run again
create table imports (
  id uuid primary key,
  workspace_id uuid not null,
  file_name text not null,
  file_path text not null,
  file_bytes bigint not null,
  -- {"separator": ",", "encoding": "utf-8", "columns": […], "sample": [[…]]}
  shape jsonb not null,
  state text not null check (state in ('uploaded', 'checking', 'checked', 'running', 'done', 'failed', 'cancelled')),
  mapping jsonb,
  -- counts: rows = created + updated + unchanged + refused (book B17), by kind, with money totals
  report jsonb not null default '{}',
  rows_done bigint not null default 0,
  rows_total bigint,
  -- last group applied; written in the transaction that applied it, so a killed run goes on where it was
  cursor text,
  error text,
  lease_owner uuid,
  lease_until timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index imports_by_workspace on imports (workspace_id, created_at desc, id desc);

-- Rows read and understood, waiting to be applied; group_key gathers the lines of one order. Unlogged: after a crash of the
-- server it is empty and the file is read again.
create unlogged table import_rows (
  import_id uuid not null,
  group_key text not null,
  row_number bigint not null,
  workspace_id uuid not null,
  payload jsonb not null,
  primary key (import_id, group_key, row_number)
);

create table import_refusals (
  import_id uuid not null references imports (id) on delete cascade,
  row_number bigint not null,
  workspace_id uuid not null,
  field text not null,
  code text not null,
  message text not null,
  cells jsonb not null,
  primary key (import_id, row_number)
);
