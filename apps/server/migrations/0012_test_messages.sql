-- A test message may be rendered with sample values, as nobody in particular.
-- locks: outbox_messages for an instant
-- takes: no time, the table is not read
alter table outbox_messages alter column contact_id drop not null;
