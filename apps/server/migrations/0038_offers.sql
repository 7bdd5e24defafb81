-- Starts by news of the catalogue and by a schedule.
-- locks: writes of prices and stock levels wait while each gets an index
-- takes: about a second per million prices

-- When a contact last looked at, carted, wished for (and no longer wished for) and ordered a product, by the shop's id. Found by product,
-- so that news of a product reads those concerned and no history.
create table product_interests (
  bucket smallint not null,
  workspace_id uuid not null,
  product text not null,
  contact_id uuid not null,
  viewed_at timestamptz,
  carted_at timestamptz,
  wished_at timestamptz,
  unwished_at timestamptz,
  ordered_at timestamptz,
  primary key (bucket, workspace_id, product, contact_id)
);
create index product_interests_by_contact on product_interests (bucket, contact_id);

-- A batch of changed prices or stock of known products, and the buckets whose owner has still to tell its contacts.
create table catalog_batches (
  id uuid primary key,
  workspace_id uuid not null,
  at timestamptz not null,
  products uuid[] not null
);
create table catalog_news (
  bucket smallint not null,
  batch_id uuid not null,
  workspace_id uuid not null,
  at timestamptz not null,
  primary key (bucket, batch_id)
);
create index catalog_news_by_batch on catalog_news (batch_id);
create index prices_by_time on prices (product_id, valid_from);
create index stock_levels_by_time on stock_levels (product_id, recorded_at);

-- The next day of a schedule that starts a journey, bucket by bucket.
create table journey_schedules (
  bucket smallint not null,
  journey_id uuid not null references journeys (id) on delete cascade,
  -- which start of the journey: a hash of its settings
  start text not null,
  workspace_id uuid not null,
  day date not null,
  due_at timestamptz not null,
  primary key (bucket, journey_id, start)
);
create index journey_schedules_due on journey_schedules (bucket, due_at);
