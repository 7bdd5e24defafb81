-- What colleagues say to each other about the steps of a journey, in threads; no part of its versions.
-- locks: none that others hold, the table is new
-- takes: milliseconds

create table journey_comments (
  id uuid primary key,
  workspace_id uuid not null,
  journey_id uuid not null references journeys(id) on delete cascade,
  -- The first comment of the thread, which is its own; who resolved it, and when, stands there.
  thread_id uuid not null references journey_comments(id) on delete cascade,
  -- A step's id, or `start`.
  step text not null,
  text text not null,
  -- Users named in it.
  mentions text[] not null,
  author_kind text not null check (author_kind in ('user', 'key')),
  author_id text not null,
  author_name text not null,
  created_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by text
);
create index journey_comments_of_journey on journey_comments (workspace_id, journey_id, created_at, id);
create index journey_comments_of_thread on journey_comments (thread_id);
create index journey_comments_naming on journey_comments using gin (mentions);
