-- Addresses of the workspace's own that journeys call, and the sends that go there.
-- locks: sends and templates, shortly
-- takes: milliseconds; the new column is empty
create table webhooks (
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  url text not null,
  secret bytea not null,
  -- Not in use: what would be called is kept in the outbox.
  active boolean not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (id)
);
create index webhooks_by_workspace on webhooks (workspace_id, created_at, id);

-- Whom a send of the channel webhook is for.
alter table sends add column webhook_id uuid;

alter table templates drop constraint templates_channel_check;
alter table templates add constraint templates_channel_check check (channel in ('email', 'sms', 'push', 'web_push', 'whatsapp', 'onsite', 'webhook'));
