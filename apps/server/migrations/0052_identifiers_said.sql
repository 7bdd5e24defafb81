-- When an identifier was last said of its contact, so that a workspace can keep the newest of a kind.
-- locks: identities, for a moment (a column without a default)
-- takes: milliseconds

-- null: said before this was kept; created_at counts. Kept up for kinds with a limit only.
alter table identities add column said_at timestamptz;
