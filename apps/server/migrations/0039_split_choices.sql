-- locks: none but on what it makes
-- takes: milliseconds
-- Which way each person took at a split that chooses by results: they keep it, and are counted once.
create table split_people (
  bucket smallint not null,
  contact_id uuid not null,
  journey_id uuid not null,
  step_id text not null,
  workspace_id uuid not null,
  run_id uuid not null,
  exit text not null,
  arrived_at timestamptz not null,
  primary key (bucket, contact_id, journey_id, step_id)
);
create index split_people_by_time on split_people (journey_id, step_id, arrived_at);

-- What is known of such a split: people whose time to convert is over, and what follows from them.
create table split_choices (
  journey_id uuid not null references journeys (id) on delete cascade,
  step_id text not null,
  workspace_id uuid not null,
  -- what is counted (goal or click, days, ways); another begins anew
  counts text not null,
  since timestamptz not null,
  -- people who came until then are in the counts
  counted_to timestamptz not null,
  -- {exit: [people, converted]}
  ways jsonb not null,
  -- of newcomers, where the best path is sought: {exit: share of 1}
  shares jsonb,
  winner text,
  decided_at timestamptz,
  -- the counts and intervals the winner was decided by
  decision jsonb,
  looked_at timestamptz,
  look_at timestamptz not null,
  primary key (journey_id, step_id)
);
create index split_choices_due on split_choices (look_at) where winner is null;
