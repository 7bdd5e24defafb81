-- What a person decided of a conflict between contacts. Kept, so that the same claim does not come back.
-- locks: identity_conflicts, for a moment (columns without a default)
-- takes: milliseconds

alter table identity_conflicts add column decision text check (decision in ('join', 'take', 'apart'));
alter table identity_conflicts add column decided_at timestamptz;
-- Who decided; null: a merge by the rules.
alter table identity_conflicts add column decided_by text;
create index identity_conflicts_open on identity_conflicts (workspace_id, claimed_at, contact_id) where decision is null;
