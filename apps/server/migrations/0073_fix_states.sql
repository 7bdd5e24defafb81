-- A fix is planned contact by contact before any is changed, so that it can be stopped, gone on with and taken back.
-- locks: contact_fix_changes, empty until now
-- takes: milliseconds

alter table contact_fix_changes drop column undone_at;
alter table contact_fix_changes add column state text not null default 'planned' check (state in ('planned', 'done', 'left', 'undone'));
create index contact_findings_kept on contact_findings (workspace_id, code) where kept_at is not null;
