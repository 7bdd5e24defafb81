-- What becomes of people inside earlier versions, as chosen when this one was published, per step of theirs; who stays is left out.
-- locks: publishing, for an instant
-- takes: no time
alter table journey_versions add column choices jsonb not null default '{}';

-- Buckets in which the choices of a version are still to be applied; done by the bucket's owner, a batch of runs a turn.
create table journey_changes (
  bucket smallint not null,
  journey_id uuid not null references journeys (id) on delete cascade,
  version integer not null,
  workspace_id uuid not null,
  asked_at timestamptz not null,
  primary key (bucket, journey_id, version)
);
