-- Rehearsals of journeys: what was asked, how far it came, what it found, and the people with their paths. Kept thirty days.
-- locks: new tables only
-- takes: milliseconds

create table rehearsals (
  workspace_id uuid not null,
  id uuid not null,
  journey_id uuid not null,
  name text not null,
  -- the graph as it was when the rehearsal was asked for
  graph jsonb not null,
  -- a second graph played over the same period: { "kind": "live" | "journey", "journey", "name", "version", "graph" }
  other jsonb,
  from_at timestamptz not null,
  until_at timestamptz not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  asked_at timestamptz not null,
  asked_by text not null,
  -- share done, 0 to 1, and the moment of the past it stands at
  done real not null default 0,
  at timestamptz,
  lease_owner uuid,
  lease_until timestamptz,
  ended_at timestamptz,
  result jsonb,
  other_result jsonb,
  -- { "both", "onlyThis", "onlyOther" }: people who would enter
  shared jsonb,
  error text,
  primary key (workspace_id, id)
);
create unique index rehearsals_one_active on rehearsals (workspace_id) where state in ('waiting', 'running');
create index rehearsals_by_journey on rehearsals (journey_id, asked_at desc);

create table rehearsal_people (
  bucket smallint not null,
  rehearsal_id uuid not null,
  run_id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  -- in the order of entry, from 1
  place integer not null,
  entered_at timestamptz not null,
  ended_at timestamptz,
  state text not null,
  outcome text,
  -- 'accepted' and the reasons of sends that were held, skipped or failed
  became text[] not null,
  story jsonb not null,
  primary key (bucket, rehearsal_id, run_id)
);
create index rehearsal_people_by_place on rehearsal_people (rehearsal_id, place);
create index rehearsal_people_by_contact on rehearsal_people (bucket, contact_id);
