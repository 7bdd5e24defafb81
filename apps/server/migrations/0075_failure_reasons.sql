-- Why a source could not be read, or an import failed, as a code with what its sentence speaks of: each reader reads it in their language.
-- locks: syncs and imports, for a moment (columns without a default)
-- takes: milliseconds
-- {"code", "params"}; null: none, or of an earlier release, which kept the English sentence only
alter table syncs add column reason jsonb;
alter table imports add column reason jsonb;
-- when the administrators were told of the failures in a row; null: not told, or it works again
alter table syncs add column alerted_at timestamptz;
