-- Shops that send signed webhooks.
-- locks: new tables only
-- takes: milliseconds

create table shop_connections (
  id uuid primary key,
  workspace_id uuid not null,
  shop text not null check (shop in ('shopify')),
  name text not null,
  -- the shop's own domain; deliveries that name another are refused
  domain text not null,
  -- the secret that signs deliveries, sealed with the installation's key
  secret bytea not null,
  created_at timestamptz not null,
  created_by text not null,
  last_received_at timestamptz,
  -- received = stored + repeated + ignored + refused
  stored bigint not null default 0,
  repeated bigint not null default 0,
  ignored bigint not null default 0,
  refused bigint not null default 0,
  last_problem text,
  last_problem_at timestamptz
);
create index shop_connections_by_workspace on shop_connections (workspace_id, created_at, id);

-- The newest state seen of each thing of a shop: an older delivery that comes later changes nothing.
create table shop_versions (
  workspace_id uuid not null,
  connection_id uuid not null references shop_connections (id) on delete cascade,
  kind text not null,
  external_id text not null,
  updated_at timestamptz not null,
  -- settles which of two states of one second counts, whatever order they come in
  digest text not null,
  primary key (workspace_id, connection_id, kind, external_id)
);
