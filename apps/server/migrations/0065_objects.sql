-- Objects of contacts with a schema of the workspace's own: subscriptions, loyalty cards, appointments.
-- locks: none but on what it makes
-- takes: milliseconds
create table object_types (
  id uuid primary key,
  workspace_id uuid not null,
  -- named in events and rules, never changed: subscription
  key text not null,
  -- {"one": {"fr": "Abonnement", "en": "Subscription"}, "many": {…}}
  names jsonb not null,
  -- [{"key": "ends_on", "names": {"fr": "Fin", "en": "End"}, "kind": "date"}]
  fields jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  archived_at timestamptz,
  unique (workspace_id, key)
);

-- What is known of each now; how it came to be is told by the contact's events of the type. id is made of workspace, type and external id.
create table objects (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  type text not null,
  external_id text not null,
  contact_id uuid not null,
  fields jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- late news of one that is gone does not bring it back
  removed_at timestamptz,
  source text not null,
  primary key (bucket, id)
);
create index objects_by_contact on objects (bucket, contact_id, type);
create index objects_by_time on objects (workspace_id, type, updated_at desc, id desc) where removed_at is null;

-- In which bucket an object is: that of its contact. lookup_bucket is the object's own.
create table object_keys (
  lookup_bucket smallint not null,
  object_id uuid not null,
  workspace_id uuid not null,
  bucket smallint not null,
  primary key (lookup_bucket, object_id)
)
