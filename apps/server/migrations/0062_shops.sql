-- Shops of four kinds, with what their programming interfaces are asked for and the parts their catalogues are composed of.
-- locks: shop_connections and shop_versions, briefly
-- takes: milliseconds

alter table shop_connections drop constraint shop_connections_shop_check;
alter table shop_connections add constraint shop_connections_shop_check check (shop in ('shopify', 'woocommerce', 'prestashop', 'magento'));

-- stands before the shop's own ids where several shops share a workspace
alter table shop_connections add column prefix text not null default '';
-- code of the store its prices and stock belong to; '': none yet
alter table shop_connections add column store text not null default '';
-- keys to its programming interface, sealed; null: it is not asked
alter table shop_connections add column access bytea;
-- names by id of what its rows name by id only: {"currencies": {"1": "EUR"}}
alter table shop_connections add column names jsonb not null default '{}';
-- none: never asked; reading; idle: read to the end; stopped: by a person; failed: needs one
alter table shop_connections add column reading text not null default 'none' check (reading in ('none', 'reading', 'idle', 'stopped', 'failed'));
-- when it is to be asked next, or again after a refusal
alter table shop_connections add column due_at timestamptz;
alter table shop_connections add column refusals integer not null default 0;
alter table shop_connections add column read_at timestamptz;
alter table shop_connections add column read_problem text;
alter table shop_connections add column read_problem_at timestamptz;
-- who reads now, until when
alter table shop_connections add column claim uuid;
alter table shop_connections add column claim_until timestamptz;
create index shop_connections_due on shop_connections (due_at) where due_at is not null;

-- the product of a variant, the order of a refund, who an order is of
alter table shop_versions add column parent text;
-- what stock is counted by
alter table shop_versions add column item text;
-- what the shop sent, of things that are nobody's: products and their parts, refunds that wait for their order
alter table shop_versions add column body jsonb;
create index shop_versions_by_parent on shop_versions (workspace_id, connection_id, kind, parent) where parent is not null;
create index shop_versions_by_item on shop_versions (workspace_id, connection_id, item) where item is not null;

-- How far each part of a shop was read: progress is written with the page it tells of.
create table shop_readings (
  connection_id uuid not null references shop_connections (id) on delete cascade,
  part text not null,
  workspace_id uuid not null,
  -- what changed since; null: everything
  since timestamptz,
  started_at timestamptz not null,
  -- where the next page begins; null with finished_at: the end was reached
  cursor text,
  pages bigint not null default 0,
  rows bigint not null default 0,
  -- as the shop says, when it does
  total bigint,
  finished_at timestamptz,
  -- when it was last read whole
  whole_at timestamptz,
  primary key (connection_id, part)
);

-- Deliveries and rows that could not be read, to be looked at and tried again; the oldest go.
create table shop_refusals (
  connection_id uuid not null references shop_connections (id) on delete cascade,
  id uuid not null,
  workspace_id uuid not null,
  topic text not null,
  reason text not null,
  body jsonb not null,
  refused_at timestamptz not null,
  primary key (connection_id, id)
);
