-- What the rule language asks for beyond attributes and events: where stores are, and what happened with messages of everyone at once.
-- locks: stores and engagements, for a moment
-- takes: as long as reading engagements once

alter table stores add column latitude double precision;

alter table stores add column longitude double precision;

create index engagements_by_kind on engagements (workspace_id, kind, at, bucket, contact_id, send_id, machine);

-- The zone of each workspace and the places of its stores, as memberships were last computed with them.
create table rule_grounds (
  workspace_id uuid primary key,
  grounds jsonb not null
);
