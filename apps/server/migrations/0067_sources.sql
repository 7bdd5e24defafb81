-- What each sender of events did, and write keys that can be shown again: they are public, in the pages of the shop.
-- locks: api_keys and refused_messages, for a moment (columns without a default)
-- takes: milliseconds

-- The write key itself. Null for API keys, which are secret, and for write keys made before.
alter table api_keys add column public_key text;

-- The key that sent the message; null: none (a file, a shop's webhook), or stored before.
alter table refused_messages add column source_id uuid;

-- Messages by sender and hour: received = stored + duplicate + refused. Spread over slots as counters are. Kept 35 days, and the newest hour of each.
create table source_hours (
  workspace_id uuid not null,
  source_id uuid not null,
  hour timestamptz not null,
  slot smallint not null,
  stored bigint not null,
  duplicate bigint not null,
  refused bigint not null,
  last_received_at timestamptz not null,
  primary key (workspace_id, source_id, hour, slot)
);
