-- What all migrations together make. Written by `npm run schema`, never by hand; a test compares it with a freshly migrated database.
-- The monthly partitions of partitioned tables are made while the product runs and are left out.

create table api_keys (
  id uuid not null,
  workspace_id uuid not null,
  kind text not null,
  name text not null,
  prefix text not null,
  hash text not null,
  scopes text[] not null,
  created_at timestamp with time zone not null,
  created_by text,
  revoked_at timestamp with time zone,
  revoked_by text,
  public_key text,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_hash_key UNIQUE (hash),
  constraint api_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id),
  constraint api_keys_kind_check CHECK ((kind = ANY (ARRAY['api'::text, 'write'::text])))
);
CREATE INDEX api_keys_by_workspace ON public.api_keys USING btree (workspace_id, created_at);

create table article_counts (
  workspace_id uuid not null,
  counted_at timestamp with time zone not null,
  constraint article_counts_pkey PRIMARY KEY (workspace_id)
);

create table article_reads (
  bucket smallint not null,
  workspace_id uuid not null,
  article_id uuid not null,
  contact_id uuid not null,
  read_at timestamp with time zone not null,
  part_id uuid,
  constraint article_reads_pkey PRIMARY KEY (bucket, workspace_id, article_id, contact_id)
);
CREATE INDEX article_reads_by_contact ON public.article_reads USING btree (bucket, contact_id);
CREATE INDEX article_reads_by_time ON public.article_reads USING btree (workspace_id, read_at);

create table articles (
  id uuid not null,
  workspace_id uuid not null,
  external_id text not null,
  language text not null,
  store_id uuid,
  title text not null,
  summary text,
  url text,
  image_url text,
  author text,
  tags text[] default '{}'::text[] not null,
  published_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  source text not null,
  address text,
  readers integer default 0 not null,
  constraint articles_pkey PRIMARY KEY (id),
  constraint articles_workspace_id_external_id_language_key UNIQUE (workspace_id, external_id, language)
);
CREATE INDEX articles_by_address ON public.articles USING btree (workspace_id, address) WHERE (address IS NOT NULL);
CREATE INDEX articles_by_readers ON public.articles USING btree (workspace_id, readers DESC, published_at DESC, id) WHERE (archived_at IS NULL);
CREATE INDEX articles_by_time ON public.articles USING btree (workspace_id, published_at DESC, id DESC);

create table attribute_changes (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  attribute text not null,
  old_value jsonb,
  new_value jsonb,
  source text not null,
  changed_at timestamp with time zone not null,
  part_id uuid,
  constraint attribute_changes_pkey PRIMARY KEY (bucket, contact_id, id)
);

create table audience_deliveries (
  id uuid not null,
  workspace_id uuid not null,
  audience_id uuid not null,
  tried_at timestamp with time zone not null,
  outcome text not null,
  added integer not null,
  removed integer not null,
  refused integer not null,
  status integer,
  reason text,
  constraint audience_deliveries_pkey PRIMARY KEY (id),
  constraint audience_deliveries_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES audiences(id) ON DELETE CASCADE,
  constraint audience_deliveries_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'later'::text, 'failed'::text, 'emptied'::text])))
);
CREATE INDEX audience_deliveries_latest ON public.audience_deliveries USING btree (audience_id, id);

create table audience_marks (
  bucket smallint not null,
  audience_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamp with time zone not null,
  stamp uuid not null,
  constraint audience_marks_pkey PRIMARY KEY (bucket, audience_id, contact_id)
);
CREATE INDEX audience_marks_due ON public.audience_marks USING btree (audience_id, due_at);

create table audience_members (
  bucket smallint not null,
  audience_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  identifiers text not null,
  sure boolean not null,
  constraint audience_members_pkey PRIMARY KEY (bucket, audience_id, contact_id)
);
CREATE INDEX audience_members_alike ON public.audience_members USING btree (audience_id, identifiers);

create table audience_requests (
  id uuid not null,
  workspace_id uuid not null,
  audience_id uuid not null,
  request text not null,
  asked_at timestamp with time zone not null,
  look_at timestamp with time zone not null,
  constraint audience_requests_pkey PRIMARY KEY (id),
  constraint audience_requests_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES audiences(id) ON DELETE CASCADE
);
CREATE INDEX audience_requests_due ON public.audience_requests USING btree (audience_id, look_at);

create table audiences (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  source text not null,
  source_id uuid not null,
  destination text not null,
  settings jsonb not null,
  secret bytea not null,
  channel text,
  topic text default ''::text not null,
  state text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  lays_left smallint default 2 not null,
  lay_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  refusals integer default 0 not null,
  last_success_at timestamp with time zone,
  problem text,
  problem_at timestamp with time zone,
  claim uuid,
  claimed_until timestamp with time zone,
  refill boolean default false not null,
  constraint audiences_pkey PRIMARY KEY (id),
  constraint audiences_destination_check CHECK ((destination = ANY (ARRAY['webhook'::text, 'meta'::text, 'criteo'::text, 'google'::text]))),
  constraint audiences_source_check CHECK ((source = ANY (ARRAY['segment'::text, 'group'::text]))),
  constraint audiences_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'failed'::text])))
);
CREATE INDEX audiences_by_workspace ON public.audiences USING btree (workspace_id, source_id);

create table audit_log (
  workspace_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null,
  actor_kind text not null,
  actor_id text not null,
  action text not null,
  object_kind text not null,
  object_id text,
  detail jsonb not null,
  constraint audit_log_pkey PRIMARY KEY (workspace_id, id)
);

create table auth_accounts (
  id text not null,
  user_id text not null,
  account_id text not null,
  provider_id text not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint auth_accounts_pkey PRIMARY KEY (id),
  constraint auth_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_users(id) ON DELETE CASCADE
);
CREATE INDEX auth_accounts_by_user ON public.auth_accounts USING btree (user_id);

create table auth_sessions (
  id text not null,
  user_id text not null,
  token text not null,
  expires_at timestamp with time zone not null,
  ip_address text,
  user_agent text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint auth_sessions_pkey PRIMARY KEY (id),
  constraint auth_sessions_token_key UNIQUE (token),
  constraint auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_users(id) ON DELETE CASCADE
);
CREATE INDEX auth_sessions_by_user ON public.auth_sessions USING btree (user_id);

create table auth_users (
  id text not null,
  name text not null,
  email text not null,
  email_verified boolean not null,
  image text,
  locale text default 'fr'::text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint auth_users_pkey PRIMARY KEY (id),
  constraint auth_users_email_key UNIQUE (email)
);

create table auth_verifications (
  id text not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone,
  updated_at timestamp with time zone,
  constraint auth_verifications_pkey PRIMARY KEY (id)
);

create table bucket_leases (
  role text not null,
  bucket smallint not null,
  owner uuid,
  epoch bigint default 0 not null,
  constraint bucket_leases_pkey PRIMARY KEY (role, bucket),
  constraint bucket_leases_role_check CHECK ((role = ANY (ARRAY['engine'::text, 'delivery'::text])))
);

create table carts (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  external_id text not null,
  status text not null,
  store_id uuid,
  currency text,
  total numeric(19,4) not null,
  lines jsonb not null,
  url text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  source text,
  part_id uuid,
  constraint carts_pkey PRIMARY KEY (bucket, id),
  constraint carts_status_check CHECK ((status = ANY (ARRAY['open'::text, 'checkout'::text, 'ordered'::text, 'emptied'::text])))
);
CREATE INDEX carts_by_contact ON public.carts USING btree (bucket, contact_id, updated_at DESC);
CREATE INDEX carts_by_time ON public.carts USING btree (workspace_id, updated_at DESC, id DESC);

create table catalog_batches (
  id uuid not null,
  workspace_id uuid not null,
  at timestamp with time zone not null,
  products uuid[] not null,
  constraint catalog_batches_pkey PRIMARY KEY (id)
);

create table catalog_changes (
  workspace_id uuid not null,
  kind text not null,
  object_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null,
  source text not null,
  what text not null,
  changes jsonb not null,
  constraint catalog_changes_pkey PRIMARY KEY (workspace_id, kind, object_id, id),
  constraint catalog_changes_kind_check CHECK ((kind = ANY (ARRAY['store'::text, 'category'::text, 'product'::text, 'article'::text]))),
  constraint catalog_changes_what_check CHECK ((what = ANY (ARRAY['created'::text, 'changed'::text])))
);

create table catalog_news (
  bucket smallint not null,
  batch_id uuid not null,
  workspace_id uuid not null,
  at timestamp with time zone not null,
  constraint catalog_news_pkey PRIMARY KEY (bucket, batch_id)
);
CREATE INDEX catalog_news_by_batch ON public.catalog_news USING btree (batch_id);

create table categories (
  id uuid not null,
  workspace_id uuid not null,
  external_id text not null,
  parent_id uuid,
  names jsonb not null,
  updated_at timestamp with time zone not null,
  source text default ''::text not null,
  archived_at timestamp with time zone,
  constraint categories_pkey PRIMARY KEY (id),
  constraint categories_workspace_id_external_id_key UNIQUE (workspace_id, external_id)
);

create table category_stores (
  category_id uuid not null,
  store_id uuid not null,
  workspace_id uuid not null,
  names jsonb default '{}'::jsonb not null,
  constraint category_stores_pkey PRIMARY KEY (category_id, store_id)
);

create table code_names (
  workspace_id uuid not null,
  kind text not null,
  slug text not null,
  object_id uuid not null,
  constraint code_names_pkey PRIMARY KEY (workspace_id, kind, slug),
  constraint code_names_workspace_id_kind_object_id_key UNIQUE (workspace_id, kind, object_id),
  constraint code_names_kind_check CHECK ((kind = ANY (ARRAY['group'::text, 'template'::text, 'segment'::text, 'journey'::text])))
);

create table computed_attributes (
  id uuid not null,
  workspace_id uuid not null,
  key text not null,
  name text not null,
  computation jsonb not null,
  state text not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  changed_at timestamp with time zone not null,
  constraint computed_attributes_pkey PRIMARY KEY (id),
  constraint computed_attributes_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'removing'::text, 'archived'::text])))
);
CREATE UNIQUE INDEX computed_attributes_by_key ON public.computed_attributes USING btree (workspace_id, key) WHERE (state <> 'archived'::text);

create table computed_builds (
  bucket smallint not null,
  attribute_id uuid not null,
  workspace_id uuid not null,
  asked_at timestamp with time zone not null,
  constraint computed_builds_pkey PRIMARY KEY (bucket, attribute_id)
);
CREATE INDEX computed_builds_by_attribute ON public.computed_builds USING btree (attribute_id);

create table computed_timers (
  bucket smallint not null,
  attribute_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamp with time zone not null,
  constraint computed_timers_pkey PRIMARY KEY (bucket, attribute_id, contact_id)
);
CREATE INDEX computed_timers_due ON public.computed_timers USING btree (bucket, due_at);

create table consent_proofs (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  channel text not null,
  topic text not null,
  state text not null,
  basis text not null,
  occurred_at timestamp with time zone not null,
  source text not null,
  wording text,
  language text,
  ip text,
  user_agent text,
  expires_on date,
  recorded_by text not null,
  evidence jsonb default '{}'::jsonb not null,
  part_id uuid,
  constraint consent_proofs_pkey PRIMARY KEY (bucket, contact_id, id),
  constraint consent_proofs_state_check CHECK ((state = ANY (ARRAY['granted'::text, 'withdrawn'::text, 'objected'::text])))
);

create table consents (
  bucket smallint not null,
  contact_id uuid not null,
  channel text not null,
  topic text not null,
  workspace_id uuid not null,
  state text not null,
  basis text not null,
  changed_at timestamp with time zone not null,
  expires_on date,
  proof_id uuid not null,
  part_id uuid,
  constraint consents_pkey PRIMARY KEY (bucket, contact_id, channel, topic),
  constraint consents_state_check CHECK ((state = ANY (ARRAY['granted'::text, 'withdrawn'::text, 'objected'::text])))
);

create table contact_audits (
  bucket smallint not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  cells integer[] not null,
  domain text,
  audited_at timestamp with time zone not null,
  constraint contact_audits_pkey PRIMARY KEY (bucket, contact_id)
);
CREATE INDEX contact_audits_by_domain ON public.contact_audits USING btree (domain) WHERE (domain IS NOT NULL);

create table contact_findings (
  bucket smallint not null,
  contact_id uuid not null,
  code text not null,
  workspace_id uuid not null,
  field text not null,
  value jsonb not null,
  proposal jsonb,
  found_at timestamp with time zone not null,
  kept_at timestamp with time zone,
  constraint contact_findings_pkey PRIMARY KEY (bucket, contact_id, code)
);
CREATE INDEX contact_findings_by_code ON public.contact_findings USING btree (workspace_id, code, contact_id) WHERE (kept_at IS NULL);
CREATE INDEX contact_findings_kept ON public.contact_findings USING btree (workspace_id, code) WHERE (kept_at IS NOT NULL);

create table contact_fix_changes (
  bucket smallint not null,
  contact_id uuid not null,
  fix_id uuid not null,
  workspace_id uuid not null,
  field text not null,
  was jsonb not null,
  became jsonb not null,
  state text default 'planned'::text not null,
  constraint contact_fix_changes_pkey PRIMARY KEY (bucket, contact_id, fix_id),
  constraint contact_fix_changes_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'done'::text, 'left'::text, 'undone'::text])))
);
CREATE INDEX contact_fix_changes_by_fix ON public.contact_fix_changes USING btree (fix_id, bucket, contact_id);

create table contact_fixes (
  id uuid not null,
  workspace_id uuid not null,
  code text not null,
  state text not null,
  wanted integer not null,
  done integer default 0 not null,
  skipped integer default 0 not null,
  asked_at timestamp with time zone not null,
  asked_by text not null,
  ended_at timestamp with time zone,
  lease_owner uuid,
  lease_until timestamp with time zone,
  constraint contact_fixes_pkey PRIMARY KEY (id),
  constraint contact_fixes_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'cancelled'::text, 'undoing'::text, 'undone'::text])))
);
CREATE INDEX contact_fixes_by_workspace ON public.contact_fixes USING btree (workspace_id, asked_at DESC, id DESC);

create table contact_parts (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  columns jsonb not null,
  attributes jsonb not null,
  field_times jsonb not null,
  shop boolean not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone,
  constraint contact_parts_pkey PRIMARY KEY (bucket, contact_id, id)
);

create table contacts (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  external_id text,
  email text,
  phone text,
  first_name text,
  last_name text,
  locale text,
  time_zone text,
  country text,
  region text,
  postal_code text,
  city text,
  store_id uuid,
  birth_date date,
  customer_type text,
  latitude double precision,
  longitude double precision,
  attributes jsonb default '{}'::jsonb not null,
  field_times jsonb default '{}'::jsonb not null,
  known boolean not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  last_seen_at timestamp with time zone,
  constraint contacts_pkey PRIMARY KEY (bucket, id)
);
CREATE INDEX contacts_by_birth_date ON public.contacts USING btree (workspace_id, birth_date) WHERE (birth_date IS NOT NULL);
CREATE INDEX contacts_by_email ON public.contacts USING btree (workspace_id, email text_pattern_ops) WHERE (email IS NOT NULL);
CREATE INDEX contacts_by_first_name ON public.contacts USING btree (workspace_id, lower(first_name) text_pattern_ops) WHERE (first_name IS NOT NULL);
CREATE INDEX contacts_by_last_name ON public.contacts USING btree (workspace_id, lower(last_name) text_pattern_ops) WHERE (last_name IS NOT NULL);
CREATE INDEX contacts_by_seen ON public.contacts USING btree (workspace_id, last_seen_at DESC NULLS LAST, id DESC) WHERE known;
CREATE INDEX contacts_by_time ON public.contacts USING btree (workspace_id, created_at DESC, id DESC);

create table counters (
  workspace_id uuid not null,
  name text not null,
  slot smallint not null,
  n bigint not null,
  constraint counters_pkey PRIMARY KEY (workspace_id, name, slot)
);

create table coupon_pools (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  kind text not null,
  prefix text default ''::text not null,
  valid_days integer,
  created_at timestamp with time zone not null,
  created_by text,
  archived_at timestamp with time zone,
  constraint coupon_pools_pkey PRIMARY KEY (id),
  constraint coupon_pools_kind_check CHECK ((kind = ANY (ARRAY['generated'::text, 'list'::text])))
);
CREATE INDEX coupon_pools_by_workspace ON public.coupon_pools USING btree (workspace_id, name);

create table coupon_stock (
  pool_id uuid not null,
  code text not null,
  workspace_id uuid not null,
  constraint coupon_stock_pkey PRIMARY KEY (pool_id, code)
);

create table coupons (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  pool_id uuid not null,
  code text not null,
  given_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  part_id uuid,
  constraint coupons_pkey PRIMARY KEY (bucket, id)
);
CREATE INDEX coupons_by_code ON public.coupons USING btree (pool_id, code);
CREATE INDEX coupons_by_contact ON public.coupons USING btree (bucket, contact_id, pool_id, given_at DESC);
CREATE INDEX coupons_by_time ON public.coupons USING btree (pool_id, given_at DESC, id DESC);

create table engagement_totals (
  workspace_id uuid not null,
  subject text not null,
  kind text not null,
  machine boolean not null,
  slot smallint not null,
  n bigint default 0 not null,
  sends bigint default 0 not null,
  constraint engagement_totals_pkey PRIMARY KEY (workspace_id, subject, kind, machine, slot)
);

create table engagements (
  bucket smallint not null,
  send_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  kind text not null,
  machine boolean not null,
  link integer,
  url text,
  at timestamp with time zone not null,
  detail jsonb default '{}'::jsonb not null,
  part_id uuid,
  constraint engagements_pkey PRIMARY KEY (bucket, send_id, id)
);
CREATE INDEX engagements_by_contact ON public.engagements USING btree (bucket, contact_id, at DESC);
CREATE INDEX engagements_by_kind ON public.engagements USING btree (workspace_id, kind, at, bucket, contact_id, send_id, machine);
CREATE INDEX engagements_human_clicks ON public.engagements USING btree (workspace_id, at DESC) WHERE ((kind = 'clicked'::text) AND (NOT machine));

create table erased_identities (
  lookup_bucket smallint not null,
  workspace_id uuid not null,
  hash text not null,
  kind text not null,
  erased_at timestamp with time zone not null,
  constraint erased_identities_pkey PRIMARY KEY (lookup_bucket, workspace_id, hash)
);

create table event_keys (
  lookup_bucket smallint not null,
  key uuid not null,
  workspace_id uuid not null,
  received_at timestamp with time zone not null,
  constraint event_keys_pkey PRIMARY KEY (lookup_bucket, key)
);
CREATE INDEX event_keys_by_age ON public.event_keys USING btree (received_at);

create table event_names (
  workspace_id uuid not null,
  name text not null,
  first_seen_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  properties jsonb default '{}'::jsonb not null,
  constraint event_names_pkey PRIMARY KEY (workspace_id, name)
);

create table events (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  type text not null,
  name text not null,
  occurred_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  properties jsonb not null,
  context jsonb not null,
  amount numeric(19,4),
  currency text,
  message_id text not null,
  source_id uuid,
  live boolean default true not null,
  part_id uuid,
  constraint events_pkey PRIMARY KEY (bucket, contact_id, occurred_at, id)
) partition by range (occurred_at);
CREATE INDEX events_by_name ON ONLY public.events USING btree (bucket, contact_id, name, occurred_at DESC) INCLUDE (amount);
CREATE INDEX events_recent ON ONLY public.events USING btree (workspace_id, name, occurred_at DESC, contact_id);

create table exports (
  id uuid not null,
  workspace_id uuid not null,
  kind text not null,
  segment_id uuid,
  format text not null,
  state text not null,
  rows_done bigint default 0 not null,
  share double precision default 0 not null,
  bytes bigint,
  error text,
  created_at timestamp with time zone not null,
  created_by text not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint exports_pkey PRIMARY KEY (id),
  constraint exports_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'ndjson'::text, 'parquet'::text]))),
  constraint exports_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text, 'expired'::text])))
);
CREATE INDEX exports_by_workspace ON public.exports USING btree (workspace_id, created_at DESC, id DESC);
CREATE INDEX exports_to_expire ON public.exports USING btree (expires_at) WHERE (state = 'done'::text);

create table forgotten_sends (
  lookup_bucket smallint not null,
  hash text not null,
  send_id uuid not null,
  workspace_id uuid not null,
  at timestamp with time zone not null,
  constraint forgotten_sends_pkey PRIMARY KEY (lookup_bucket, hash, send_id)
);

create table form_collects (
  workspace_id uuid not null,
  form_id uuid not null,
  kind text not null,
  what text not null,
  required boolean not null,
  constraint form_collects_pkey PRIMARY KEY (workspace_id, form_id, kind, what),
  constraint form_collects_form_id_fkey FOREIGN KEY (form_id) REFERENCES forms(id) ON DELETE CASCADE,
  constraint form_collects_kind_check CHECK ((kind = ANY (ARRAY['question'::text, 'consent'::text])))
);

create table form_submissions (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  form_id uuid not null,
  form_version integer not null,
  state text not null,
  language text not null,
  address text,
  answers jsonb not null,
  consents smallint[] not null,
  page text,
  ip_hash text,
  user_agent text,
  submitted_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  mails smallint default 0 not null,
  mailed_at timestamp with time zone,
  part_id uuid,
  constraint form_submissions_pkey PRIMARY KEY (bucket, contact_id, id),
  constraint form_submissions_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'confirmed'::text, 'expired'::text])))
);
CREATE INDEX form_submissions_by_form ON public.form_submissions USING btree (workspace_id, form_id, submitted_at DESC, id);
CREATE INDEX form_submissions_due ON public.form_submissions USING btree (expires_at) WHERE (state = 'pending'::text);

create table form_versions (
  form_id uuid not null,
  version integer not null,
  workspace_id uuid not null,
  content jsonb not null,
  published_at timestamp with time zone not null,
  published_by text,
  constraint form_versions_pkey PRIMARY KEY (form_id, version),
  constraint form_versions_form_id_fkey FOREIGN KEY (form_id) REFERENCES forms(id) ON DELETE CASCADE
);

create table forms (
  id uuid not null,
  workspace_id uuid not null,
  key text not null,
  name text not null,
  draft jsonb not null,
  live_version integer,
  created_at timestamp with time zone not null,
  created_by text,
  changed_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  constraint forms_pkey PRIMARY KEY (id),
  constraint forms_workspace_id_key_key UNIQUE (workspace_id, key)
);
CREATE INDEX forms_by_workspace ON public.forms USING btree (workspace_id, name);

create table group_members (
  bucket smallint not null,
  group_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  added_at timestamp with time zone not null,
  added_by text not null,
  part_id uuid,
  constraint group_members_pkey PRIMARY KEY (bucket, group_id, contact_id)
);
CREATE INDEX group_members_by_contact ON public.group_members USING btree (bucket, contact_id);

create table groups (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  description text default ''::text not null,
  created_at timestamp with time zone not null,
  created_by text,
  archived_at timestamp with time zone,
  constraint groups_pkey PRIMARY KEY (id)
);
CREATE INDEX groups_by_workspace ON public.groups USING btree (workspace_id, name);

create table held_starts (
  bucket smallint not null,
  contact_id uuid not null,
  journey_id uuid not null,
  key text not null,
  workspace_id uuid not null,
  memory jsonb not null,
  asked_until timestamp with time zone not null,
  part_id uuid,
  constraint held_starts_pkey PRIMARY KEY (bucket, contact_id, journey_id, key),
  constraint held_starts_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);

create table identities (
  lookup_bucket smallint not null,
  workspace_id uuid not null,
  kind text not null,
  value text not null,
  contact_id uuid not null,
  source text not null,
  created_at timestamp with time zone not null,
  said_at timestamp with time zone,
  part_id uuid,
  constraint identities_pkey PRIMARY KEY (lookup_bucket, workspace_id, kind, value)
);
CREATE INDEX identities_by_contact ON public.identities USING btree (contact_id);

create table identity_conflicts (
  bucket smallint not null,
  contact_id uuid not null,
  kind text not null,
  value text not null,
  workspace_id uuid not null,
  holder_id uuid,
  source text not null,
  claimed_at timestamp with time zone not null,
  decision text,
  decided_at timestamp with time zone,
  decided_by text,
  part_id uuid,
  constraint identity_conflicts_pkey PRIMARY KEY (bucket, contact_id, kind, value),
  constraint identity_conflicts_decision_check CHECK ((decision = ANY (ARRAY['join'::text, 'take'::text, 'apart'::text])))
);
CREATE INDEX identity_conflicts_open ON public.identity_conflicts USING btree (workspace_id, claimed_at, contact_id) WHERE (decision IS NULL);

create table import_refusals (
  import_id uuid not null,
  row_number bigint not null,
  workspace_id uuid not null,
  field text not null,
  code text not null,
  message text not null,
  cells jsonb not null,
  table_number smallint default 0 not null,
  params jsonb,
  constraint import_refusals_pkey PRIMARY KEY (import_id, table_number, row_number),
  constraint import_refusals_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id) ON DELETE CASCADE
);

create table import_rows (
  import_id uuid not null,
  group_key text not null,
  table_number smallint not null,
  row_number bigint not null,
  workspace_id uuid not null,
  payload text not null,
  cells jsonb,
  who text,
  products text[],
  line_total numeric,
  quantity numeric,
  order_total numeric,
  placed_at timestamp with time zone,
  named boolean not null,
  price_changes timestamp with time zone[],
  constraint import_rows_pkey PRIMARY KEY (import_id, group_key, table_number, row_number)
) with (toast_tuple_target=8160);

create table imports (
  id uuid not null,
  workspace_id uuid not null,
  file_name text not null,
  file_path text default ''::text not null,
  file_bytes bigint not null,
  shape jsonb not null,
  state text not null,
  mapping jsonb,
  report jsonb default '{}'::jsonb not null,
  rows_done bigint default 0 not null,
  rows_total bigint,
  cursor text,
  error text,
  lease_owner uuid,
  lease_until timestamp with time zone,
  created_at timestamp with time zone not null,
  created_by text not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  bytes_done bigint default 0 not null,
  reason jsonb,
  constraint imports_pkey PRIMARY KEY (id),
  constraint imports_state_check CHECK ((state = ANY (ARRAY['uploaded'::text, 'checking'::text, 'checked'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX imports_by_workspace ON public.imports USING btree (workspace_id, created_at DESC, id DESC);

create table inbox (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  kind text not null,
  data jsonb not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  attempts smallint default 0 not null,
  suspected smallint default 0 not null,
  constraint inbox_pkey PRIMARY KEY (bucket, workspace_id, id)
);

create table inbox_quarantine (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  kind text not null,
  data jsonb not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  reason text not null,
  quarantined_at timestamp with time zone not null,
  constraint inbox_quarantine_pkey PRIMARY KEY (bucket, workspace_id, id)
);

create table inbox_totals (
  bucket smallint not null,
  slot smallint not null,
  enqueued bigint default 0 not null,
  taken bigint default 0 not null,
  quarantined bigint default 0 not null,
  constraint inbox_totals_pkey PRIMARY KEY (bucket, slot)
);

create table instance_settings (
  name text not null,
  value jsonb not null,
  changed_at timestamp with time zone not null,
  constraint instance_settings_pkey PRIMARY KEY (name)
);

create table invitations (
  token_hash text not null,
  workspace_id uuid,
  role text not null,
  created_at timestamp with time zone not null,
  created_by text,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  used_by text,
  constraint invitations_pkey PRIMARY KEY (token_hash),
  constraint invitations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
);

create table journals (
  id uuid not null,
  n bigint not null,
  marked_at timestamp with time zone not null,
  constraint journals_pkey PRIMARY KEY (id)
);

create table journey_changes (
  bucket smallint not null,
  journey_id uuid not null,
  version integer not null,
  workspace_id uuid not null,
  asked_at timestamp with time zone not null,
  constraint journey_changes_pkey PRIMARY KEY (bucket, journey_id, version),
  constraint journey_changes_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);

create table journey_comments (
  id uuid not null,
  workspace_id uuid not null,
  journey_id uuid not null,
  thread_id uuid not null,
  step text not null,
  text text not null,
  mentions text[] not null,
  author_kind text not null,
  author_id text not null,
  author_name text not null,
  created_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  resolved_by text,
  constraint journey_comments_pkey PRIMARY KEY (id),
  constraint journey_comments_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE,
  constraint journey_comments_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES journey_comments(id) ON DELETE CASCADE,
  constraint journey_comments_author_kind_check CHECK ((author_kind = ANY (ARRAY['user'::text, 'key'::text])))
);
CREATE INDEX journey_comments_naming ON public.journey_comments USING gin (mentions);
CREATE INDEX journey_comments_of_journey ON public.journey_comments USING btree (workspace_id, journey_id, created_at, id);
CREATE INDEX journey_comments_of_thread ON public.journey_comments USING btree (thread_id);

create table journey_date_builds (
  bucket smallint not null,
  journey_id uuid not null,
  workspace_id uuid not null,
  asked_at timestamp with time zone not null,
  constraint journey_date_builds_pkey PRIMARY KEY (bucket, journey_id),
  constraint journey_date_builds_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);

create table journey_dates (
  bucket smallint not null,
  journey_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamp with time zone not null,
  part_id uuid,
  constraint journey_dates_pkey PRIMARY KEY (bucket, journey_id, contact_id)
);
CREATE INDEX journey_dates_due ON public.journey_dates USING btree (bucket, due_at);

create table journey_lookbacks (
  bucket smallint not null,
  journey_id uuid not null,
  workspace_id uuid not null,
  asked_at timestamp with time zone not null,
  after_contact uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  constraint journey_lookbacks_pkey PRIMARY KEY (bucket, journey_id),
  constraint journey_lookbacks_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);

create table journey_pauses (
  journey_id uuid not null,
  paused_at timestamp with time zone not null,
  workspace_id uuid not null,
  paused_by text not null,
  reason text default ''::text not null,
  resumed_at timestamp with time zone,
  resumed_by text,
  constraint journey_pauses_pkey PRIMARY KEY (journey_id, paused_at),
  constraint journey_pauses_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);

create table journey_reviews (
  journey_id uuid not null,
  number integer not null,
  workspace_id uuid not null,
  revision integer not null,
  state text not null,
  note text not null,
  asked_at timestamp with time zone not null,
  asked_by text not null,
  asked_by_name text not null,
  decided_at timestamp with time zone,
  decided_by text,
  decided_by_name text,
  answer text,
  constraint journey_reviews_pkey PRIMARY KEY (journey_id, number),
  constraint journey_reviews_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE,
  constraint journey_reviews_state_check CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'returned'::text])))
);

create table journey_schedules (
  bucket smallint not null,
  journey_id uuid not null,
  start text not null,
  workspace_id uuid not null,
  day date not null,
  due_at timestamp with time zone not null,
  constraint journey_schedules_pkey PRIMARY KEY (bucket, journey_id, start),
  constraint journey_schedules_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);
CREATE INDEX journey_schedules_due ON public.journey_schedules USING btree (bucket, due_at);

create table journey_starts (
  workspace_id uuid not null,
  kind text not null,
  name text not null,
  journey_id uuid not null,
  constraint journey_starts_pkey PRIMARY KEY (workspace_id, kind, name, journey_id),
  constraint journey_starts_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);

create table journey_totals (
  journey_id uuid not null,
  slot smallint not null,
  workspace_id uuid not null,
  entered bigint default 0 not null,
  completed bigint default 0 not null,
  left_early bigint default 0 not null,
  failed bigint default 0 not null,
  reached_goal bigint default 0 not null,
  constraint journey_totals_pkey PRIMARY KEY (journey_id, slot)
);

create table journey_versions (
  journey_id uuid not null,
  version integer not null,
  workspace_id uuid not null,
  graph jsonb not null,
  published_at timestamp with time zone not null,
  published_by text,
  choices jsonb default '{}'::jsonb not null,
  constraint journey_versions_pkey PRIMARY KEY (journey_id, version),
  constraint journey_versions_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);

create table journeys (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  description text default ''::text not null,
  state text not null,
  draft jsonb not null,
  draft_revision integer default 1 not null,
  live_version integer,
  created_at timestamp with time zone not null,
  created_by text,
  changed_at timestamp with time zone not null,
  constraint journeys_pkey PRIMARY KEY (id),
  constraint journeys_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'live'::text, 'paused'::text, 'archived'::text])))
);
CREATE INDEX journeys_by_workspace ON public.journeys USING btree (workspace_id, name);

create table kept_rows (
  bucket smallint not null,
  contact_id uuid not null,
  part_id uuid not null,
  table_name text not null,
  digest text not null,
  workspace_id uuid not null,
  merged_into uuid not null,
  content jsonb not null,
  constraint kept_rows_pkey PRIMARY KEY (bucket, contact_id, part_id, table_name, digest)
);

create table mail_domains (
  name text not null,
  takes_mail boolean,
  asked_at timestamp with time zone,
  ask_at timestamp with time zone not null,
  constraint mail_domains_pkey PRIMARY KEY (name)
);
CREATE INDEX mail_domains_due ON public.mail_domains USING btree (ask_at);

create table members (
  workspace_id uuid not null,
  user_id text not null,
  role text not null,
  added_at timestamp with time zone not null,
  added_by text,
  constraint members_pkey PRIMARY KEY (workspace_id, user_id),
  constraint members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id),
  constraint members_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'editor'::text, 'approver'::text, 'admin'::text])))
);
CREATE INDEX members_by_user ON public.members USING btree (user_id);

create table merges (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  winner_id uuid not null,
  loser_id uuid not null,
  evidence jsonb not null,
  undo jsonb default '{}'::jsonb not null,
  merged_at timestamp with time zone not null,
  undone_at timestamp with time zone,
  undone_by text,
  constraint merges_pkey PRIMARY KEY (bucket, id)
);
CREATE INDEX merges_by_loser ON public.merges USING btree (loser_id);
CREATE INDEX merges_by_winner ON public.merges USING btree (bucket, winner_id);

create table object_keys (
  lookup_bucket smallint not null,
  object_id uuid not null,
  workspace_id uuid not null,
  bucket smallint not null,
  constraint object_keys_pkey PRIMARY KEY (lookup_bucket, object_id)
);

create table object_types (
  id uuid not null,
  workspace_id uuid not null,
  key text not null,
  names jsonb not null,
  fields jsonb not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  archived_at timestamp with time zone,
  constraint object_types_pkey PRIMARY KEY (id),
  constraint object_types_workspace_id_key_key UNIQUE (workspace_id, key)
);

create table objects (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  type text not null,
  external_id text not null,
  contact_id uuid not null,
  fields jsonb not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  source text not null,
  part_id uuid,
  constraint objects_pkey PRIMARY KEY (bucket, id)
);
CREATE INDEX objects_by_contact ON public.objects USING btree (bucket, contact_id, type);
CREATE INDEX objects_by_time ON public.objects USING btree (workspace_id, type, updated_at DESC, id DESC) WHERE (removed_at IS NULL);

create table order_keys (
  lookup_bucket smallint not null,
  workspace_id uuid not null,
  external_id text not null,
  order_id uuid not null,
  bucket smallint not null,
  constraint order_keys_pkey PRIMARY KEY (lookup_bucket, workspace_id, external_id)
);
CREATE INDEX order_keys_by_order ON public.order_keys USING btree (order_id);

create table order_lines (
  bucket smallint not null,
  order_id uuid not null,
  line integer not null,
  workspace_id uuid not null,
  product_id uuid,
  variant_id uuid,
  sku text,
  name text,
  quantity numeric(19,4) not null,
  unit_price numeric(19,4) not null,
  total numeric(19,4) not null,
  attributes jsonb default '{}'::jsonb not null,
  constraint order_lines_pkey PRIMARY KEY (bucket, order_id, line)
);

create table orders (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid,
  external_id text not null,
  kind text not null,
  status text not null,
  store_id uuid,
  currency text not null,
  total numeric(19,4) not null,
  discount numeric(19,4),
  shipping numeric(19,4),
  tax numeric(19,4),
  refunded numeric(19,4) default 0 not null,
  coupon text,
  placed_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  source text not null,
  attributes jsonb default '{}'::jsonb not null,
  refunds jsonb default '[]'::jsonb not null,
  part_id uuid,
  constraint orders_pkey PRIMARY KEY (bucket, id),
  constraint orders_kind_check CHECK ((kind = ANY (ARRAY['sale'::text, 'return'::text])))
);
CREATE INDEX orders_by_contact ON public.orders USING btree (bucket, contact_id, placed_at DESC);
CREATE INDEX orders_by_time ON public.orders USING btree (workspace_id, placed_at DESC, id DESC);

create table outbox_messages (
  bucket smallint not null,
  send_id uuid not null,
  workspace_id uuid not null,
  contact_id uuid,
  channel text not null,
  address text not null,
  subject text,
  html text,
  body text not null,
  headers jsonb default '{}'::jsonb not null,
  arrived_at timestamp with time zone not null,
  part_id uuid,
  constraint outbox_messages_pkey PRIMARY KEY (bucket, send_id)
);
CREATE INDEX outbox_by_time ON public.outbox_messages USING btree (workspace_id, arrived_at DESC, send_id DESC);

create table prediction_refreshes (
  workspace_id uuid not null,
  id uuid not null,
  state text not null,
  asked_at timestamp with time zone not null,
  asked_by text not null,
  phase text default 'gather'::text not null,
  done smallint default 0 not null,
  lease_owner uuid,
  lease_until timestamp with time zone,
  ended_at timestamp with time zone,
  result jsonb,
  error text,
  constraint prediction_refreshes_pkey PRIMARY KEY (workspace_id, id),
  constraint prediction_refreshes_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE UNIQUE INDEX prediction_refreshes_one_active ON public.prediction_refreshes USING btree (workspace_id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));

create table prediction_settings (
  workspace_id uuid not null,
  bounds jsonb,
  rates jsonb default '{}'::jsonb not null,
  changed_at timestamp with time zone not null,
  constraint prediction_settings_pkey PRIMARY KEY (workspace_id)
);

create table predictions (
  bucket smallint not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  orders integer not null,
  first_on date not null,
  last_on date not null,
  spent numeric(19,4) not null,
  valued integer not null,
  mean_value double precision not null,
  recency_score smallint not null,
  frequency_score smallint not null,
  monetary_score smallint not null,
  worth_score smallint not null,
  rfm_group text not null,
  rfm_before text,
  alive double precision,
  orders_30 double precision,
  orders_90 double precision,
  orders_365 double precision,
  churn double precision,
  next_order_on date,
  value_365 double precision,
  total_value double precision,
  computed_at timestamp with time zone not null,
  part_id uuid,
  constraint predictions_pkey PRIMARY KEY (bucket, contact_id)
);
CREATE INDEX predictions_by_cell ON public.predictions USING btree (workspace_id, recency_score, worth_score, spent DESC, contact_id);
CREATE INDEX predictions_by_group ON public.predictions USING btree (workspace_id, rfm_group, spent DESC, contact_id);

create table prices (
  workspace_id uuid not null,
  product_id uuid not null,
  variant_id uuid not null,
  store_id uuid not null,
  currency text not null,
  amount numeric(19,4) not null,
  valid_from timestamp with time zone not null,
  constraint prices_pkey PRIMARY KEY (product_id, variant_id, store_id, valid_from),
  constraint prices_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id) ON DELETE CASCADE
);
CREATE INDEX prices_by_time ON public.prices USING btree (product_id, valid_from);

create table product_images (
  product_id uuid not null,
  place smallint not null,
  workspace_id uuid not null,
  url text not null,
  options jsonb default '{}'::jsonb not null,
  constraint product_images_pkey PRIMARY KEY (product_id, place),
  constraint product_images_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id) ON DELETE CASCADE
);

create table product_interests (
  bucket smallint not null,
  workspace_id uuid not null,
  product text not null,
  contact_id uuid not null,
  viewed_at timestamp with time zone,
  carted_at timestamp with time zone,
  wished_at timestamp with time zone,
  unwished_at timestamp with time zone,
  ordered_at timestamp with time zone,
  part_id uuid,
  constraint product_interests_pkey PRIMARY KEY (bucket, workspace_id, product, contact_id)
);
CREATE INDEX product_interests_by_contact ON public.product_interests USING btree (bucket, contact_id);

create table product_translations (
  product_id uuid not null,
  language text not null,
  workspace_id uuid not null,
  name text not null,
  description text,
  url text,
  image_url text,
  updated_at timestamp with time zone not null,
  constraint product_translations_pkey PRIMARY KEY (product_id, language),
  constraint product_translations_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id) ON DELETE CASCADE
);

create table products (
  id uuid not null,
  workspace_id uuid not null,
  external_id text not null,
  sku text,
  name text not null,
  brand text,
  category_id uuid,
  attributes jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  source text not null,
  archived_at timestamp with time zone,
  constraint products_pkey PRIMARY KEY (id),
  constraint products_workspace_id_external_id_key UNIQUE (workspace_id, external_id)
);
CREATE INDEX products_by_category ON public.products USING btree (workspace_id, category_id, name, id);
CREATE INDEX products_by_change ON public.products USING btree (workspace_id, updated_at, id);
CREATE INDEX products_by_name ON public.products USING btree (workspace_id, name, id);

create table providers (
  id uuid not null,
  workspace_id uuid not null,
  channel text not null,
  kind text not null,
  name text not null,
  settings jsonb not null,
  secrets bytea,
  active boolean not null,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  constraint providers_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX providers_one_active ON public.providers USING btree (workspace_id, channel) WHERE active;

create table readiness_cells (
  workspace_id uuid not null,
  id integer not null,
  key text not null,
  n bigint default 0 not null,
  latest_at timestamp with time zone,
  constraint readiness_cells_pkey PRIMARY KEY (workspace_id, id),
  constraint readiness_cells_workspace_id_key_key UNIQUE (workspace_id, key)
);

create table readiness_marks (
  bucket smallint not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  stamp uuid not null,
  constraint readiness_marks_pkey PRIMARY KEY (bucket, contact_id)
);
CREATE INDEX readiness_marks_by_workspace ON public.readiness_marks USING btree (workspace_id, bucket, contact_id);

create table readiness_states (
  workspace_id uuid not null,
  walk_bucket smallint,
  walk_after uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  walk_began_at timestamp with time zone,
  walked_at timestamp with time zone,
  next_cell integer default 1 not null,
  products_to timestamp with time zone,
  claim uuid,
  claimed_until timestamp with time zone,
  products_id uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  constraint readiness_states_pkey PRIMARY KEY (workspace_id)
);

create table refused_messages (
  workspace_id uuid not null,
  id uuid not null,
  received_at timestamp with time zone not null,
  reason text not null,
  field text,
  body jsonb not null,
  source_id uuid,
  constraint refused_messages_pkey PRIMARY KEY (workspace_id, id)
);

create table rehearsal_people (
  bucket smallint not null,
  rehearsal_id uuid not null,
  run_id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  place integer not null,
  entered_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  state text not null,
  outcome text,
  became text[] not null,
  story jsonb not null,
  part_id uuid,
  constraint rehearsal_people_pkey PRIMARY KEY (bucket, rehearsal_id, run_id)
);
CREATE INDEX rehearsal_people_by_contact ON public.rehearsal_people USING btree (bucket, contact_id);
CREATE INDEX rehearsal_people_by_place ON public.rehearsal_people USING btree (rehearsal_id, place);

create table rehearsals (
  workspace_id uuid not null,
  id uuid not null,
  journey_id uuid not null,
  name text not null,
  graph jsonb not null,
  other jsonb,
  from_at timestamp with time zone not null,
  until_at timestamp with time zone not null,
  state text not null,
  asked_at timestamp with time zone not null,
  asked_by text not null,
  done real default 0 not null,
  at timestamp with time zone,
  lease_owner uuid,
  lease_until timestamp with time zone,
  ended_at timestamp with time zone,
  result jsonb,
  other_result jsonb,
  shared jsonb,
  error text,
  constraint rehearsals_pkey PRIMARY KEY (workspace_id, id),
  constraint rehearsals_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX rehearsals_by_journey ON public.rehearsals USING btree (journey_id, asked_at DESC);
CREATE UNIQUE INDEX rehearsals_one_active ON public.rehearsals USING btree (workspace_id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));

create table rights_requests (
  id uuid not null,
  workspace_id uuid not null,
  kind text not null,
  state text not null,
  person_id uuid,
  connection_id uuid,
  reason text not null,
  asked_at timestamp with time zone not null,
  asked_by text not null,
  due_at timestamp with time zone not null,
  done_at timestamp with time zone,
  wanted bytea,
  report jsonb default '{}'::jsonb not null,
  constraint rights_requests_pkey PRIMARY KEY (id),
  constraint rights_requests_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id),
  constraint rights_requests_kind_check CHECK ((kind = ANY (ARRAY['erasure'::text, 'access'::text]))),
  constraint rights_requests_reason_check CHECK ((reason = ANY (ARRAY['person'::text, 'objection'::text, 'retention'::text, 'unlawful'::text, 'shop'::text]))),
  constraint rights_requests_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text])))
);
CREATE INDEX rights_requests_of_workspace ON public.rights_requests USING btree (workspace_id, asked_at DESC, id DESC);
CREATE INDEX rights_requests_running ON public.rights_requests USING btree (asked_at) WHERE (state = 'running'::text);

create table rule_grounds (
  workspace_id uuid not null,
  grounds jsonb not null,
  constraint rule_grounds_pkey PRIMARY KEY (workspace_id)
);

create table runs (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  journey_id uuid not null,
  version integer not null,
  key text not null,
  state text not null,
  step_id text not null,
  visit integer not null,
  wake_at timestamp with time zone,
  listens text[],
  memory jsonb not null,
  entered_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  outcome text,
  attempts smallint default 0 not null,
  lease_epoch bigint not null,
  part_id uuid,
  constraint runs_pkey PRIMARY KEY (bucket, id),
  constraint runs_check CHECK (((state = 'waiting'::text) = (ended_at IS NULL))),
  constraint runs_check1 CHECK (((state <> 'waiting'::text) OR (wake_at IS NOT NULL) OR (listens IS NOT NULL))),
  constraint runs_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'completed'::text, 'left'::text, 'failed'::text])))
);
CREATE INDEX runs_by_contact ON public.runs USING btree (bucket, contact_id, entered_at DESC);
CREATE INDEX runs_by_journey ON public.runs USING btree (journey_id, entered_at DESC, id DESC);
CREATE INDEX runs_due ON public.runs USING btree (bucket, wake_at) WHERE ((state = 'waiting'::text) AND (wake_at IS NOT NULL));
CREATE UNIQUE INDEX runs_one_active ON public.runs USING btree (bucket, contact_id, journey_id, key) WHERE (state = 'waiting'::text);

create table sample_items (
  sample_id uuid not null,
  place integer not null,
  workspace_id uuid not null,
  subject_id uuid not null,
  stratum text not null,
  verdicts jsonb,
  reviewed_at timestamp with time zone,
  reviewed_by text,
  constraint sample_items_pkey PRIMARY KEY (sample_id, place),
  constraint sample_items_sample_id_fkey FOREIGN KEY (sample_id) REFERENCES samples(id) ON DELETE CASCADE
);

create table samples (
  id uuid not null,
  workspace_id uuid not null,
  subject text not null,
  percent real not null,
  fields text[] not null,
  of integer not null,
  seed text not null,
  strata jsonb not null,
  drawn_at timestamp with time zone not null,
  drawn_by text not null,
  ended_at timestamp with time zone,
  constraint samples_pkey PRIMARY KEY (id),
  constraint samples_subject_check CHECK ((subject = ANY (ARRAY['contacts'::text, 'products'::text])))
);
CREATE INDEX samples_by_workspace ON public.samples USING btree (workspace_id, drawn_at DESC, id DESC);

create table schema_migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (number)
);

create table segment_announcements (
  bucket smallint not null,
  segment_id uuid not null,
  workspace_id uuid not null,
  from_generation integer not null,
  cause text not null,
  constraint segment_announcements_pkey PRIMARY KEY (bucket, segment_id)
);
CREATE INDEX segment_announcements_by_segment ON public.segment_announcements USING btree (segment_id);

create table segment_builds (
  bucket smallint not null,
  segment_id uuid not null,
  workspace_id uuid not null,
  asked_at timestamp with time zone not null,
  generation integer not null,
  constraint segment_builds_pkey PRIMARY KEY (bucket, segment_id, generation)
);
CREATE INDEX segment_builds_by_segment ON public.segment_builds USING btree (segment_id);

create view segment_members as
 SELECT m.bucket,
    m.segment_id,
    m.contact_id,
    m.workspace_id,
    m.entered_at
   FROM segment_memberships m
     JOIN segments g ON g.id = m.segment_id AND g.generation = m.generation;

create table segment_memberships (
  bucket smallint not null,
  segment_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  entered_at timestamp with time zone not null,
  generation integer not null,
  constraint segment_memberships_pkey PRIMARY KEY (bucket, segment_id, generation, contact_id)
);
CREATE INDEX segment_memberships_by_contact ON public.segment_memberships USING btree (bucket, contact_id);

create table segment_moves (
  bucket smallint not null,
  contact_id uuid not null,
  id uuid not null,
  segment_id uuid not null,
  workspace_id uuid not null,
  entered boolean not null,
  cause text not null,
  moved_at timestamp with time zone not null,
  part_id uuid,
  constraint segment_moves_pkey PRIMARY KEY (bucket, contact_id, id)
);
CREATE INDEX segment_moves_recent ON public.segment_moves USING brin (moved_at);

create table segment_references (
  workspace_id uuid not null,
  segment_id uuid not null,
  kind text not null,
  name text not null,
  constraint segment_references_pkey PRIMARY KEY (workspace_id, kind, name, segment_id),
  constraint segment_references_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES segments(id) ON DELETE CASCADE
);

create table segment_totals (
  segment_id uuid not null,
  slot smallint not null,
  members bigint default 0 not null,
  generation integer not null,
  constraint segment_totals_pkey PRIMARY KEY (segment_id, generation, slot)
);

create table segment_wakes (
  bucket smallint not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamp with time zone not null,
  constraint segment_wakes_pkey PRIMARY KEY (bucket, contact_id)
);
CREATE INDEX segment_wakes_due ON public.segment_wakes USING btree (bucket, due_at);

create table segments (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  description text default ''::text not null,
  state text not null,
  rule jsonb not null,
  version integer not null,
  created_at timestamp with time zone not null,
  created_by text,
  changed_at timestamp with time zone not null,
  built_at timestamp with time zone,
  generation integer default 1 not null,
  next_generation integer,
  last_generation integer default 1 not null,
  live_rule jsonb,
  live_version integer,
  constraint segments_pkey PRIMARY KEY (id),
  constraint segments_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'archived'::text])))
);
CREATE INDEX segments_by_workspace ON public.segments USING btree (workspace_id, name);

create table send_stops (
  workspace_id uuid not null,
  stopped_at timestamp with time zone not null,
  stopped_by text not null,
  reason text not null,
  resumed_at timestamp with time zone,
  resumed_by text,
  constraint send_stops_pkey PRIMARY KEY (workspace_id, stopped_at)
);
CREATE UNIQUE INDEX send_stops_open ON public.send_stops USING btree (workspace_id) WHERE (resumed_at IS NULL);

create table send_totals (
  workspace_id uuid not null,
  subject text not null,
  state text not null,
  reason text not null,
  slot smallint not null,
  n bigint default 0 not null,
  constraint send_totals_pkey PRIMARY KEY (workspace_id, subject, state, reason, slot)
);

create table sender_keys (
  workspace_id uuid not null,
  domain text not null,
  id uuid not null,
  selector text not null,
  public_key text not null,
  private_key bytea not null,
  created_at timestamp with time zone not null,
  constraint sender_keys_pkey PRIMARY KEY (workspace_id, domain)
);
CREATE UNIQUE INDEX sender_keys_id ON public.sender_keys USING btree (workspace_id, id);

create table sends (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  class text not null,
  topic text default ''::text not null,
  template_id uuid not null,
  template_version integer not null,
  journey_id uuid,
  journey_version integer,
  step_id text,
  run_id uuid,
  visit integer,
  campaign_id uuid,
  key text not null,
  state text not null,
  due_at timestamp with time zone not null,
  patience_until timestamp with time zone not null,
  reason text,
  decision jsonb,
  data jsonb default '{}'::jsonb not null,
  address text,
  language text,
  provider_id uuid,
  attempts smallint default 0 not null,
  unfinished smallint default 0 not null,
  refusals smallint default 0 not null,
  repeats smallint default 0 not null,
  claimed_by uuid,
  claimed_until timestamp with time zone,
  lease_epoch bigint not null,
  created_at timestamp with time zone not null,
  gate_at timestamp with time zone,
  handed_at timestamp with time zone,
  accepted_at timestamp with time zone,
  ended_at timestamp with time zone,
  message_id text,
  provider_reference text,
  answer text,
  delivery text,
  priority smallint default 50 not null,
  exclusive_group text,
  tags text[] default '{}'::text[] not null,
  at_once boolean default false not null,
  webhook_id uuid,
  part_id uuid,
  constraint sends_pkey PRIMARY KEY (bucket, id),
  constraint sends_class_check CHECK ((class = ANY (ARRAY['marketing'::text, 'transactional'::text]))),
  constraint sends_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'claimed'::text, 'handing'::text, 'held'::text, 'accepted'::text, 'skipped'::text, 'failed'::text, 'uncertain'::text])))
);
CREATE INDEX sends_by_contact ON public.sends USING btree (bucket, contact_id, created_at DESC);
CREATE INDEX sends_by_journey ON public.sends USING btree (journey_id, step_id, created_at DESC) WHERE (journey_id IS NOT NULL);
CREATE INDEX sends_by_time ON public.sends USING btree (workspace_id, created_at DESC, id DESC);
CREATE INDEX sends_claimed ON public.sends USING btree (bucket, claimed_until) WHERE (state = ANY (ARRAY['claimed'::text, 'handing'::text]));
CREATE INDEX sends_due ON public.sends USING btree (workspace_id, channel, class, due_at, id) WHERE (state = ANY (ARRAY['waiting'::text, 'held'::text]));
CREATE UNIQUE INDEX sends_key ON public.sends USING btree (bucket, key);
CREATE INDEX sends_uncertain ON public.sends USING btree (workspace_id, handed_at) WHERE (state = 'uncertain'::text);

create table sheet_audits (
  product_id uuid not null,
  workspace_id uuid not null,
  cells integer[] not null,
  problems jsonb not null,
  codes text[] not null,
  audited_at timestamp with time zone not null,
  constraint sheet_audits_pkey PRIMARY KEY (product_id)
);
CREATE INDEX sheet_audits_by_code ON public.sheet_audits USING gin (codes);

create table sheet_marks (
  product_id uuid not null,
  workspace_id uuid not null,
  constraint sheet_marks_pkey PRIMARY KEY (product_id)
);
CREATE INDEX sheet_marks_by_workspace ON public.sheet_marks USING btree (workspace_id, product_id);

create table shop_connections (
  id uuid not null,
  workspace_id uuid not null,
  shop text not null,
  name text not null,
  domain text not null,
  secret bytea not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  last_received_at timestamp with time zone,
  stored bigint default 0 not null,
  repeated bigint default 0 not null,
  ignored bigint default 0 not null,
  refused bigint default 0 not null,
  last_problem text,
  last_problem_at timestamp with time zone,
  prefix text default ''::text not null,
  store text default ''::text not null,
  access bytea,
  names jsonb default '{}'::jsonb not null,
  reading text default 'none'::text not null,
  due_at timestamp with time zone,
  refusals integer default 0 not null,
  read_at timestamp with time zone,
  read_problem text,
  read_problem_at timestamp with time zone,
  claim uuid,
  claim_until timestamp with time zone,
  constraint shop_connections_pkey PRIMARY KEY (id),
  constraint shop_connections_reading_check CHECK ((reading = ANY (ARRAY['none'::text, 'reading'::text, 'idle'::text, 'stopped'::text, 'failed'::text]))),
  constraint shop_connections_shop_check CHECK ((shop = ANY (ARRAY['shopify'::text, 'woocommerce'::text, 'prestashop'::text, 'magento'::text])))
);
CREATE INDEX shop_connections_by_workspace ON public.shop_connections USING btree (workspace_id, created_at, id);
CREATE INDEX shop_connections_due ON public.shop_connections USING btree (due_at) WHERE (due_at IS NOT NULL);

create table shop_readings (
  connection_id uuid not null,
  part text not null,
  workspace_id uuid not null,
  since timestamp with time zone,
  started_at timestamp with time zone not null,
  cursor text,
  pages bigint default 0 not null,
  rows bigint default 0 not null,
  total bigint,
  finished_at timestamp with time zone,
  whole_at timestamp with time zone,
  refused bigint default 0 not null,
  constraint shop_readings_pkey PRIMARY KEY (connection_id, part),
  constraint shop_readings_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES shop_connections(id) ON DELETE CASCADE
);

create table shop_refusals (
  connection_id uuid not null,
  id uuid not null,
  workspace_id uuid not null,
  topic text not null,
  reason text not null,
  body jsonb not null,
  refused_at timestamp with time zone not null,
  constraint shop_refusals_pkey PRIMARY KEY (connection_id, id),
  constraint shop_refusals_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES shop_connections(id) ON DELETE CASCADE
);

create table shop_versions (
  workspace_id uuid not null,
  connection_id uuid not null,
  kind text not null,
  external_id text not null,
  updated_at timestamp with time zone not null,
  digest text not null,
  parent text,
  item text,
  body jsonb,
  constraint shop_versions_pkey PRIMARY KEY (workspace_id, connection_id, kind, external_id),
  constraint shop_versions_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES shop_connections(id) ON DELETE CASCADE
);
CREATE INDEX shop_versions_by_item ON public.shop_versions USING btree (workspace_id, connection_id, item) WHERE (item IS NOT NULL);
CREATE INDEX shop_versions_by_parent ON public.shop_versions USING btree (workspace_id, connection_id, kind, parent) WHERE (parent IS NOT NULL);

create table short_links (
  lookup_bucket smallint not null,
  code text not null,
  workspace_id uuid not null,
  bucket smallint not null,
  send_id uuid not null,
  number smallint,
  url text not null,
  made_at timestamp with time zone not null,
  constraint short_links_pkey PRIMARY KEY (lookup_bucket, code)
);

create table source_hours (
  workspace_id uuid not null,
  source_id uuid not null,
  hour timestamp with time zone not null,
  slot smallint not null,
  stored bigint not null,
  duplicate bigint not null,
  refused bigint not null,
  last_received_at timestamp with time zone not null,
  constraint source_hours_pkey PRIMARY KEY (workspace_id, source_id, hour, slot)
);

create table sources (
  id uuid not null,
  workspace_id uuid not null,
  kind text not null,
  name text not null,
  key_id uuid,
  created_at timestamp with time zone not null,
  last_received_at timestamp with time zone,
  constraint sources_pkey PRIMARY KEY (id)
);
CREATE INDEX sources_by_workspace ON public.sources USING btree (workspace_id);

create table split_choices (
  journey_id uuid not null,
  step_id text not null,
  workspace_id uuid not null,
  counts text not null,
  since timestamp with time zone not null,
  counted_to timestamp with time zone not null,
  ways jsonb not null,
  shares jsonb,
  winner text,
  decided_at timestamp with time zone,
  decision jsonb,
  looked_at timestamp with time zone,
  look_at timestamp with time zone not null,
  constraint split_choices_pkey PRIMARY KEY (journey_id, step_id),
  constraint split_choices_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);
CREATE INDEX split_choices_due ON public.split_choices USING btree (look_at) WHERE (winner IS NULL);

create table split_people (
  bucket smallint not null,
  contact_id uuid not null,
  journey_id uuid not null,
  step_id text not null,
  workspace_id uuid not null,
  run_id uuid not null,
  exit text not null,
  arrived_at timestamp with time zone not null,
  part_id uuid,
  constraint split_people_pkey PRIMARY KEY (bucket, contact_id, journey_id, step_id)
);
CREATE INDEX split_people_by_time ON public.split_people USING btree (journey_id, step_id, arrived_at);

create table sql_answers (
  bucket smallint not null,
  answer_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  constraint sql_answers_pkey PRIMARY KEY (bucket, answer_id, contact_id)
);
CREATE INDEX sql_answers_by_contact ON public.sql_answers USING btree (bucket, contact_id);

create table sql_runs (
  answer_id uuid not null,
  workspace_id uuid not null,
  ran_at timestamp with time zone not null,
  constraint sql_runs_pkey PRIMARY KEY (answer_id)
);

create table sql_segments (
  segment_id uuid not null,
  workspace_id uuid not null,
  every_minutes integer,
  next_at timestamp with time zone,
  ran_at timestamp with time zone not null,
  took_ms integer not null,
  cost double precision not null,
  named integer not null,
  digest text not null,
  problem jsonb,
  constraint sql_segments_pkey PRIMARY KEY (segment_id),
  constraint sql_segments_every_minutes_check CHECK ((every_minutes >= 15))
);
CREATE INDEX sql_segments_due ON public.sql_segments USING btree (next_at) WHERE (next_at IS NOT NULL);

create table start_timers (
  bucket smallint not null,
  journey_id uuid not null,
  contact_id uuid not null,
  start text not null,
  key text not null,
  workspace_id uuid not null,
  due_at timestamp with time zone not null,
  armed_at timestamp with time zone not null,
  memory jsonb not null,
  part_id uuid,
  constraint start_timers_pkey PRIMARY KEY (bucket, contact_id, journey_id, start, key)
);
CREATE INDEX start_timers_by_journey ON public.start_timers USING btree (journey_id);
CREATE INDEX start_timers_due ON public.start_timers USING btree (bucket, due_at);

create table step_totals (
  journey_id uuid not null,
  version integer not null,
  step_id text not null,
  slot smallint not null,
  workspace_id uuid not null,
  arrived bigint default 0 not null,
  passed bigint default 0 not null,
  constraint step_totals_pkey PRIMARY KEY (journey_id, version, step_id, slot)
);

create table stock_levels (
  workspace_id uuid not null,
  product_id uuid not null,
  variant_id uuid not null,
  store_id uuid not null,
  quantity integer not null,
  recorded_at timestamp with time zone not null,
  constraint stock_levels_pkey PRIMARY KEY (product_id, variant_id, store_id, recorded_at),
  constraint stock_levels_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id) ON DELETE CASCADE
);
CREATE INDEX stock_levels_by_time ON public.stock_levels USING btree (product_id, recorded_at);

create table stores (
  id uuid not null,
  workspace_id uuid not null,
  code text not null,
  name text not null,
  country text not null,
  languages text[] not null,
  currency text not null,
  time_zone text not null,
  url text,
  sender jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  latitude double precision,
  longitude double precision,
  updated_at timestamp with time zone,
  source text default ''::text not null,
  archived_at timestamp with time zone,
  constraint stores_pkey PRIMARY KEY (id),
  constraint stores_workspace_id_code_key UNIQUE (workspace_id, code)
);

create table suppressions (
  lookup_bucket smallint not null,
  workspace_id uuid not null,
  channel text not null,
  address_hash text not null,
  reason text not null,
  detail jsonb default '{}'::jsonb not null,
  suppressed_at timestamp with time zone not null,
  lifted_at timestamp with time zone,
  constraint suppressions_pkey PRIMARY KEY (lookup_bucket, workspace_id, channel, address_hash),
  constraint suppressions_reason_check CHECK ((reason = ANY (ARRAY['hard_bounce'::text, 'complaint'::text, 'unsubscribed'::text, 'erased'::text, 'manual'::text])))
);
CREATE INDEX suppressions_by_time ON public.suppressions USING btree (workspace_id, suppressed_at DESC);

create table syncs (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  kind text not null,
  settings jsonb not null,
  secret bytea not null,
  every jsonb not null,
  mapping jsonb,
  cursor jsonb default '{}'::jsonb not null,
  import_id uuid,
  next_cursor jsonb default '{}'::jsonb not null,
  stopped boolean default false not null,
  due_at timestamp with time zone not null,
  failures integer default 0 not null,
  problem text,
  problem_at timestamp with time zone,
  succeeded_at timestamp with time zone,
  counts jsonb,
  claim uuid,
  claim_until timestamp with time zone,
  created_at timestamp with time zone not null,
  created_by text not null,
  reason jsonb,
  alerted_at timestamp with time zone,
  constraint syncs_pkey PRIMARY KEY (id),
  constraint syncs_kind_check CHECK ((kind = ANY (ARRAY['https'::text, 'products'::text, 'articles'::text, 'sftp'::text, 'postgres'::text, 'mysql'::text])))
);
CREATE INDEX syncs_by_workspace ON public.syncs USING btree (workspace_id, created_at, id);
CREATE INDEX syncs_due ON public.syncs USING btree (due_at) WHERE (NOT stopped);

create table tasks (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  journey_id uuid not null,
  run_id uuid not null,
  visit integer not null,
  title text not null,
  note text not null,
  created_at timestamp with time zone not null,
  done_at timestamp with time zone,
  done_by text,
  part_id uuid,
  constraint tasks_pkey PRIMARY KEY (bucket, id)
);
CREATE INDEX tasks_by_time ON public.tasks USING btree (workspace_id, ((done_at IS NULL)), created_at DESC, id DESC);
CREATE UNIQUE INDEX tasks_by_visit ON public.tasks USING btree (bucket, run_id, visit);

create table template_versions (
  template_id uuid not null,
  version integer not null,
  workspace_id uuid not null,
  content jsonb not null,
  compiled jsonb not null,
  published_at timestamp with time zone not null,
  published_by text,
  shows_articles boolean default false not null,
  constraint template_versions_pkey PRIMARY KEY (template_id, version),
  constraint template_versions_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id) ON DELETE CASCADE
);

create table templates (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  channel text not null,
  class text default 'marketing'::text not null,
  topic text default ''::text not null,
  draft jsonb not null,
  live_version integer,
  created_at timestamp with time zone not null,
  created_by text,
  changed_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  constraint templates_pkey PRIMARY KEY (id),
  constraint templates_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text, 'push'::text, 'web_push'::text, 'whatsapp'::text, 'onsite'::text, 'webhook'::text])))
);
CREATE INDEX templates_by_workspace ON public.templates USING btree (workspace_id, name);

create table topics (
  id uuid not null,
  workspace_id uuid not null,
  key text not null,
  names jsonb not null,
  created_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  constraint topics_pkey PRIMARY KEY (id),
  constraint topics_workspace_id_key_key UNIQUE (workspace_id, key)
);

create table variants (
  id uuid not null,
  workspace_id uuid not null,
  product_id uuid not null,
  external_id text not null,
  sku text,
  options jsonb default '{}'::jsonb not null,
  image_url text,
  updated_at timestamp with time zone not null,
  attributes jsonb default '{}'::jsonb not null,
  constraint variants_pkey PRIMARY KEY (id),
  constraint variants_workspace_id_external_id_key UNIQUE (workspace_id, external_id),
  constraint variants_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id) ON DELETE CASCADE
);
CREATE INDEX variants_by_product ON public.variants USING btree (product_id);

create table visits (
  bucket smallint not null,
  run_id uuid not null,
  visit integer not null,
  workspace_id uuid not null,
  journey_id uuid not null,
  contact_id uuid not null,
  step_id text not null,
  arrived_at timestamp with time zone not null,
  left_at timestamp with time zone,
  exit text,
  reason jsonb not null,
  part_id uuid,
  constraint visits_pkey PRIMARY KEY (bucket, run_id, visit)
);

create table web_addresses (
  workspace_id uuid not null,
  url text not null,
  alive boolean,
  status integer,
  asked_at timestamp with time zone,
  ask_at timestamp with time zone not null,
  failures smallint default 0 not null,
  products uuid[] not null,
  constraint web_addresses_pkey PRIMARY KEY (workspace_id, url)
);
CREATE INDEX web_addresses_due ON public.web_addresses USING btree (ask_at);

create table webhooks (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  url text not null,
  secret bytea not null,
  active boolean not null,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  constraint webhooks_pkey PRIMARY KEY (id)
);
CREATE INDEX webhooks_by_workspace ON public.webhooks USING btree (workspace_id, created_at, id);

create table workers (
  id uuid not null,
  roles text[] not null,
  host text not null,
  pid integer not null,
  started_at timestamp with time zone not null,
  heartbeat_at timestamp with time zone not null,
  constraint workers_pkey PRIMARY KEY (id)
);

create table workspaces (
  id uuid not null,
  name text not null,
  kind text not null,
  locale text default 'fr'::text not null,
  time_zone text default 'Europe/Paris'::text not null,
  currency text default 'EUR'::text not null,
  settings jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  constraint workspaces_pkey PRIMARY KEY (id),
  constraint workspaces_kind_check CHECK ((kind = ANY (ARRAY['regular'::text, 'demo'::text])))
);
