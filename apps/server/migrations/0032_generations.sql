-- A changed rule is computed beside the membership in force, which stays until the new one is whole and then switches at once:
-- memberships have a generation, and a segment says which one is in force.
-- locks: access exclusive on the segment tables, for a rewrite of none of them (a constant default is stored in the catalog); primary keys are built anew
-- takes: about a second per million memberships

alter table segments add column generation integer not null default 1;
-- the one being computed, null when none is
alter table segments add column next_generation integer;
-- numbers are never used twice
alter table segments add column last_generation integer not null default 1;
-- the rule in force, and the version it was; null while the first membership is being computed
alter table segments add column live_rule jsonb;
alter table segments add column live_version integer;
update segments set live_rule = rule, live_version = version, state = case when state = 'building' then 'live' else state end, built_at = coalesce(built_at, changed_at);

alter table segment_members rename to segment_memberships;
alter table segment_memberships add column generation integer not null default 1;
alter table segment_memberships alter column generation drop default;
alter table segment_memberships drop constraint segment_members_pkey;
alter table segment_memberships add primary key (bucket, segment_id, generation, contact_id);
alter index segment_members_by_contact rename to segment_memberships_by_contact;

-- Who is in, by the generation in force.
create view segment_members as
select m.bucket, m.segment_id, m.contact_id, m.workspace_id, m.entered_at
from segment_memberships m join segments g on g.id = m.segment_id and g.generation = m.generation;


-- How many rows each generation has; slots spread the writers (book B13).
alter table segment_totals add column generation integer not null default 1;
alter table segment_totals alter column generation drop default;
alter table segment_totals drop constraint segment_totals_pkey;
alter table segment_totals add primary key (segment_id, generation, slot);

alter table segment_builds add column generation integer not null default 1;
alter table segment_builds alter column generation drop default;
alter table segment_builds drop constraint segment_builds_pkey;
alter table segment_builds add primary key (bucket, segment_id, generation);
alter table segment_builds drop column version;

-- Buckets whose owner has still to tell the difference between the generation told of last and the one in force, each contact once.
create table segment_announcements (
  bucket smallint not null,
  segment_id uuid not null,
  workspace_id uuid not null,
  from_generation integer not null,
  cause text not null,
  primary key (bucket, segment_id)
);
create index segment_announcements_by_segment on segment_announcements (segment_id);
