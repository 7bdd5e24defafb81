-- Lists at Google: told by requests that Google works off later, told anew before its members expire, emptied and refilled when one was lost.
-- locks: audiences and audience_deliveries, for a moment
-- takes: milliseconds; audience_deliveries is read once

alter table audiences drop constraint audiences_destination_check;
alter table audiences add constraint audiences_destination_check check (destination in ('webhook', 'meta', 'criteo', 'google'));
-- the list there is to be emptied before anything else is told
alter table audiences add column refill boolean not null default false;

alter table audience_deliveries drop constraint audience_deliveries_outcome_check;
alter table audience_deliveries add constraint audience_deliveries_outcome_check check (outcome in ('done', 'later', 'failed', 'emptied'));

-- What a destination took and has not yet said the outcome of.
create table audience_requests (
  id uuid primary key,
  workspace_id uuid not null,
  audience_id uuid not null references audiences (id) on delete cascade,
  -- its number there
  request text not null,
  asked_at timestamptz not null,
  look_at timestamptz not null
);
create index audience_requests_due on audience_requests (audience_id, look_at);
