-- Append-only proof of every consent given, refused or withdrawn (COMPLIANCE §2.5).
create table consent_proofs (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  channel text not null,
  topic text not null,
  state text not null check (state in ('granted', 'withdrawn', 'objected')),
  basis text not null,
  occurred_at timestamptz not null,
  source text not null,
  wording text,
  language text,
  ip text,
  user_agent text,
  expires_on date,
  recorded_by text not null,
  evidence jsonb not null default '{}',
  primary key (bucket, contact_id, id)
);

-- The latest state per channel and topic ('' = all marketing on the channel), derived from the proofs in the same transaction.
create table consents (
  bucket smallint not null,
  contact_id uuid not null,
  channel text not null,
  topic text not null,
  workspace_id uuid not null,
  state text not null check (state in ('granted', 'withdrawn', 'objected')),
  basis text not null,
  changed_at timestamptz not null,
  expires_on date,
  proof_id uuid not null,
  primary key (bucket, contact_id, channel, topic)
);

-- Addresses nothing may be sent to. address_hash: HMAC-SHA-256 with the workspace's pepper, hex; survives erasure.
create table suppressions (
  lookup_bucket smallint not null,
  workspace_id uuid not null,
  channel text not null,
  address_hash text not null,
  reason text not null check (reason in ('hard_bounce', 'complaint', 'unsubscribed', 'erased', 'manual')),
  detail jsonb not null default '{}',
  suppressed_at timestamptz not null,
  lifted_at timestamptz,
  primary key (lookup_bucket, workspace_id, channel, address_hash)
);
create index suppressions_by_time on suppressions (workspace_id, suppressed_at desc);

create table topics (
  id uuid primary key,
  workspace_id uuid not null,
  key text not null,
  -- {"fr": "…", "en": "…"}
  names jsonb not null,
  created_at timestamptz not null,
  archived_at timestamptz,
  unique (workspace_id, key)
);
