create table providers (
  id uuid primary key,
  workspace_id uuid not null,
  channel text not null,
  -- outbox | smtp | …
  kind text not null,
  name text not null,
  -- settings without secrets
  settings jsonb not null,
  -- AES-256-GCM, key id in the blob
  secrets bytea,
  active boolean not null,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create unique index providers_one_active on providers (workspace_id, channel) where active;

-- The send ledger (DESIGN §7): one row before any provider is called, one known state at every moment.
--   waiting  planned, not yet taken                       claimed  a delivery worker holds it, nothing on the wire
--   handing  being handed to the provider, attempt counted held     refused for now by the gate, due again at due_at
--   accepted the provider took it                          skipped  the gate said no for good
--   failed   the provider or the rendering said no for good uncertain handed over, answer never came
create table sends (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  class text not null check (class in ('marketing', 'transactional')),
  topic text not null default '',
  template_id uuid not null,
  template_version integer not null,
  journey_id uuid,
  journey_version integer,
  step_id text,
  run_id uuid,
  visit integer,
  campaign_id uuid,
  -- what makes the send unique: run:visit:channel, campaign:contact:variant, test:…
  key text not null,
  state text not null check (state in ('waiting', 'claimed', 'handing', 'held', 'accepted', 'skipped', 'failed', 'uncertain')),
  -- when it may next be taken (waiting, held)
  due_at timestamptz not null,
  -- held beyond this becomes skipped: patience ran out
  patience_until timestamptz not null,
  -- code of why it is held, skipped, failed, uncertain or tried again
  reason text,
  -- the gate's checks in order with the facts at that instant
  decision jsonb,
  -- variables of the run given to the template
  data jsonb not null default '{}',
  address text,
  language text,
  provider_id uuid,
  -- times it was taken up, counted before the work
  attempts smallint not null default 0,
  -- of those, the last ones in a row that no worker lived to finish: at 3 it is quarantined as failed
  unfinished smallint not null default 0,
  -- temporary refusals so far: the place in the back-off
  refusals smallint not null default 0,
  -- times a transactional send was repeated although it may have gone out: at most 1
  repeats smallint not null default 0,
  claimed_by uuid,
  claimed_until timestamptz,
  -- epoch of the delivery lease of the last write by a worker, 0 before the first
  lease_epoch bigint not null,
  created_at timestamptz not null,
  gate_at timestamptz,
  handed_at timestamptz,
  accepted_at timestamptz,
  ended_at timestamptz,
  -- deterministic Message-ID, fixed before the first attempt
  message_id text,
  provider_reference text,
  -- the provider's last words, at most 500 characters
  answer text,
  -- delivered | bounced | complained, by provider news after acceptance
  delivery text,
  primary key (bucket, id)
);
create unique index sends_key on sends (bucket, key);
-- by workspace and channel, so that one with millions due cannot hide another's few
create index sends_due on sends (workspace_id, channel, class, due_at, id) where state in ('waiting', 'held');
create index sends_claimed on sends (bucket, claimed_until) where state in ('claimed', 'handing');
create index sends_by_contact on sends (bucket, contact_id, created_at desc);
create index sends_by_time on sends (workspace_id, created_at desc, id desc);
create index sends_by_journey on sends (journey_id, step_id, created_at desc) where journey_id is not null;

-- Counts of the ledger by what they belong to; slots spread the writers. planned = sum of the states (book B2).
-- reason: sends.reason, '' without one; of accepted sends what came back since (delivered, bounced, complained).
create table send_totals (
  workspace_id uuid not null,
  -- all | journey:<id>:<step> | campaign:<id> | template:<id>
  subject text not null,
  state text not null,
  reason text not null,
  slot smallint not null,
  n bigint not null default 0,
  primary key (workspace_id, subject, state, reason, slot)
);

-- Stop-all is a row with a witness; the open one has no resumed_at.
create table send_stops (
  workspace_id uuid not null,
  stopped_at timestamptz not null,
  stopped_by text not null,
  reason text not null,
  resumed_at timestamptz,
  resumed_by text,
  primary key (workspace_id, stopped_at)
);
create unique index send_stops_open on send_stops (workspace_id) where resumed_at is null;

-- What came back: delivered, bounced, complained, opened, clicked, unsubscribed; human and machine apart.
create table engagements (
  bucket smallint not null,
  send_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  kind text not null,
  machine boolean not null,
  -- number of the link in the template version
  link integer,
  url text,
  at timestamptz not null,
  detail jsonb not null default '{}',
  primary key (bucket, send_id, id)
);
create index engagements_by_contact on engagements (bucket, contact_id, at desc);

-- Counts of engagements by what the send belongs to; slots spread the writers. n: every one, sends: each message once.
create table engagement_totals (
  workspace_id uuid not null,
  -- all | template:<id> | journey:<id>:<step>
  subject text not null,
  kind text not null,
  machine boolean not null,
  slot smallint not null,
  n bigint not null default 0,
  sends bigint not null default 0,
  primary key (workspace_id, subject, kind, machine, slot)
);

-- The built-in outbox: messages as they would have arrived.
create table outbox_messages (
  bucket smallint not null,
  send_id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  address text not null,
  subject text,
  html text,
  body text not null,
  headers jsonb not null default '{}',
  arrived_at timestamptz not null,
  primary key (bucket, send_id)
);
create index outbox_by_time on outbox_messages (workspace_id, arrived_at desc, send_id desc);
