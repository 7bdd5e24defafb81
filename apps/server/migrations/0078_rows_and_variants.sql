-- What a variant says otherwise than its product; and what the reason of a refused row speaks of, so that it can be said in any language.
-- locks: variants and import_refusals, for an instant.
-- takes: an instant whatever their size.
alter table variants add column attributes jsonb default '{}'::jsonb not null;
alter table import_refusals add column params jsonb;
