-- Starts whose filter did not match yet: asked again at each news of the contact, until the time is up. A handful of rows at any time.
create table held_starts (
  bucket smallint not null,
  contact_id uuid not null,
  journey_id uuid not null references journeys (id) on delete cascade,
  key text not null,
  workspace_id uuid not null,
  memory jsonb not null,
  asked_until timestamptz not null,
  primary key (bucket, contact_id, journey_id, key)
);
