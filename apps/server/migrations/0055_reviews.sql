-- Reviews of journeys' drafts: who asked, with which note, and what an approver answered. Each is of one revision of the draft.
-- locks: a new table only
-- takes: milliseconds

create table journey_reviews (
  journey_id uuid not null,
  -- counts reviews of the journey, from 1; the last one is in force
  number integer not null,
  workspace_id uuid not null,
  revision integer not null,
  state text not null check (state in ('open', 'approved', 'returned')),
  note text not null,
  asked_at timestamptz not null,
  asked_by text not null,
  asked_by_name text not null,
  decided_at timestamptz,
  decided_by text,
  decided_by_name text,
  answer text,
  primary key (journey_id, number),
  foreign key (journey_id) references journeys (id) on delete cascade
);
