-- Segments whose rule is a query: when it is run, and what its runs answered. A rule names the answer it stands for, so that a refresh is
-- a changed rule like any other.
-- locks: none
-- takes: no time

create table sql_segments (
  segment_id uuid primary key,
  workspace_id uuid not null,
  -- null: on demand only
  every_minutes integer check (every_minutes >= 15),
  next_at timestamptz,
  ran_at timestamptz not null,
  took_ms integer not null,
  cost double precision not null,
  named integer not null,
  -- of the sorted ids of the answer: an answer that is the same changes nothing
  digest text not null,
  -- why the last run failed; the answer before stays
  problem jsonb
);
create index sql_segments_due on sql_segments (next_at) where next_at is not null;

create table sql_runs (
  answer_id uuid primary key,
  workspace_id uuid not null,
  ran_at timestamptz not null
);

create table sql_answers (
  bucket smallint not null,
  answer_id uuid not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  primary key (bucket, answer_id, contact_id)
);
create index sql_answers_by_contact on sql_answers (bucket, contact_id);
