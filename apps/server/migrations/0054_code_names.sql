-- The name an object has in files (segments/vip.yaml): given once, kept when the object is renamed in the app.
-- locks: new table only
-- takes: milliseconds

create table code_names (
  workspace_id uuid not null,
  kind text not null check (kind in ('group', 'template', 'segment', 'journey')),
  slug text not null,
  object_id uuid not null,
  primary key (workspace_id, kind, slug),
  unique (workspace_id, kind, object_id)
);
