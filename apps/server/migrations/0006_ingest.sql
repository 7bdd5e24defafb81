create table sources (
  id uuid primary key,
  workspace_id uuid not null,
  kind text not null,
  name text not null,
  key_id uuid,
  created_at timestamptz not null,
  last_received_at timestamptz
);
create index sources_by_workspace on sources (workspace_id);

-- Partitioned by month of occurred_at; partitions are made ahead by a job and on demand before an insert.
create table events (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  -- track | page | screen | group | identify | alias
  type text not null,
  -- event name; 'Page Viewed' and 'Screen Viewed' for page and screen calls
  name text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  properties jsonb not null,
  context jsonb not null,
  -- money of the event (revenue, total or value), lifted out so that an index-only scan can sum it
  amount numeric(19, 4),
  currency text,
  message_id text not null,
  source_id uuid,
  -- false for history that was imported: it counts in rules but starts no journey
  live boolean not null default true,
  primary key (bucket, contact_id, occurred_at, id)
) partition by range (occurred_at);
create index events_by_name on events (bucket, contact_id, name, occurred_at desc) include (amount);
create index events_recent on events (workspace_id, name, occurred_at desc, contact_id);

-- Every message id ever accepted, so that a repeated one is dropped even when its corrected time differs.
-- key: SHA-256 of (workspace, messageId) cut to 16 bytes; lookup_bucket is that key's bucket.
create table event_keys (
  lookup_bucket smallint not null,
  key uuid not null,
  workspace_id uuid not null,
  received_at timestamptz not null,
  primary key (lookup_bucket, key)
);
create index event_keys_by_age on event_keys (received_at);

-- Names and property paths seen, for the builders' suggestions and the tracking plan.
create table event_names (
  workspace_id uuid not null,
  name text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  -- {"price": "number", "products[].sku": "string"}
  properties jsonb not null default '{}',
  primary key (workspace_id, name)
);

-- Messages that could not be accepted inside an otherwise good batch, for the inspector; kept 30 days.
create table refused_messages (
  workspace_id uuid not null,
  id uuid not null,
  received_at timestamptz not null,
  reason text not null,
  field text,
  body jsonb not null,
  primary key (workspace_id, id)
);
