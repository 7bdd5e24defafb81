-- How far each safety journal beside the database had come, as the database remembers it; and what an older database forgot having sent.
-- locks: none
-- takes: no time

create table journals (
  id uuid primary key,
  -- the last mark; the journal's own is never lower, unless the database went back in time
  n bigint not null,
  marked_at timestamptz not null
);

-- Hand-overs a journal knows and a restored database does not: each keeps one message of the same template to the same address from leaving.
create table forgotten_sends (
  lookup_bucket smallint not null,
  -- keyed hash of address, channel and template
  hash text not null,
  send_id uuid not null,
  workspace_id uuid not null,
  at timestamptz not null,
  primary key (lookup_bucket, hash, send_id)
);
