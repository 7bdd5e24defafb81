-- Short addresses in text messages, and where each leads.
-- locks: new table only
-- takes: milliseconds

create table short_links (
  lookup_bucket smallint not null,
  -- ten signs of a keyed hash of the send and the link's place: nobody can guess one, and rendering again gives the same
  code text not null,
  workspace_id uuid not null,
  bucket smallint not null,
  send_id uuid not null,
  -- null: the way out, not counted as a click
  number smallint,
  url text not null,
  made_at timestamptz not null,
  primary key (lookup_bucket, code)
);
