-- Customers' value: RFM scores and predictions, refreshed every night and on demand.
-- locks: new tables only
-- takes: milliseconds

create table prediction_settings (
  workspace_id uuid primary key,
  -- {"recency": [d, d, d, d], "frequency": […], "monetary": […]}, null for quintiles
  bounds jsonb,
  -- {"CAD": 0.62}: what one unit of another currency is worth in the workspace's own
  rates jsonb not null default '{}',
  changed_at timestamptz not null
);

-- waiting: asked for. running: its lease is renewed with each slice. done: result holds the summary. failed, cancelled: what was written stays.
create table prediction_refreshes (
  workspace_id uuid not null,
  id uuid not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  asked_at timestamptz not null,
  asked_by text not null,
  -- gather | fit | write
  phase text not null default 'gather',
  -- buckets done of this phase, of 256
  done smallint not null default 0,
  lease_owner uuid,
  lease_until timestamptz,
  ended_at timestamptz,
  result jsonb,
  error text,
  primary key (workspace_id, id)
);
create unique index prediction_refreshes_one_active on prediction_refreshes (workspace_id) where state in ('waiting', 'running');

-- One row per contact with an order. What rules compare and screens show is what is kept here, always.
create table predictions (
  bucket smallint not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  -- days with an order, the first and the last of them
  orders integer not null,
  first_on date not null,
  last_on date not null,
  -- net of refunds and returns, in the workspace's currency
  spent numeric(19, 4) not null,
  -- of the days with an amount: how many, and their mean
  valued integer not null,
  mean_value double precision not null,
  recency_score smallint not null,
  frequency_score smallint not null,
  monetary_score smallint not null,
  -- mean of the last two, halves up: the second axis of the map
  worth_score smallint not null,
  rfm_group text not null,
  -- thirty days before, by the same bounds; null when there was no order yet
  rfm_before text,
  -- null while the workspace has too little data to predict from
  alive double precision,
  orders_30 double precision,
  orders_90 double precision,
  orders_365 double precision,
  churn double precision,
  next_order_on date,
  value_365 double precision,
  total_value double precision,
  computed_at timestamptz not null,
  primary key (bucket, contact_id)
);
create index predictions_by_cell on predictions (workspace_id, recency_score, worth_score, spent desc, contact_id);
create index predictions_by_group on predictions (workspace_id, rfm_group, spent desc, contact_id);
