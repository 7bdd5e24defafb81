-- When time alone may next change a segment of a contact: one row per contact instead of one per contact and segment, so that an event
-- which a hundred segments ask about moves no hundred timers.
-- locks: segment_timers, while it is copied
-- takes: a second per million timers; engines of the version before stop at their turn until they are replaced

create table segment_wakes (
  bucket smallint not null,
  contact_id uuid not null,
  workspace_id uuid not null,
  due_at timestamptz not null,
  primary key (bucket, contact_id)
);

insert into segment_wakes (bucket, contact_id, workspace_id, due_at)
select bucket, contact_id, workspace_id, min(due_at) from segment_timers group by bucket, contact_id, workspace_id;

create index segment_wakes_due on segment_wakes (bucket, due_at);

drop table segment_timers;
