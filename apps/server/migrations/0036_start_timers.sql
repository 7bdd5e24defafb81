-- locks: none but on what it makes
-- takes: milliseconds
-- Starts that come when time has passed and nothing else happened: a cart left, a product used up. One row per contact, journey, start and
-- key; the event that armed it is in the memory the run begins with.
create table start_timers (
  bucket smallint not null,
  journey_id uuid not null,
  contact_id uuid not null,
  -- which start of the journey: a hash of its settings
  start text not null,
  key text not null,
  workspace_id uuid not null,
  due_at timestamptz not null,
  armed_at timestamptz not null,
  memory jsonb not null,
  primary key (bucket, contact_id, journey_id, start, key)
);
create index start_timers_due on start_timers (bucket, due_at);
create index start_timers_by_journey on start_timers (journey_id);

-- What journeys ask people of the team to do about a contact.
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
  created_at timestamptz not null,
  done_at timestamptz,
  done_by text,
  primary key (bucket, id)
);
create unique index tasks_by_visit on tasks (bucket, run_id, visit);
create index tasks_by_time on tasks (workspace_id, (done_at is null), created_at desc, id desc);
