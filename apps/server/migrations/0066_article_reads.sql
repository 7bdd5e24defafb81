-- Who read which content item, and how many did lately: what the most-read articles of messages are chosen by.
-- locks: writes of content items and publishing of templates wait while columns are added (no rewrite)
-- takes: milliseconds, and about a second per hundred thousand content items with an address

-- where it stands, without scheme, `www.`, marks of campaigns and a last slash: how page views and clicks find it
alter table articles add column address text;
-- people who read it in the last thirty days, told anew each hour
alter table articles add column readers integer not null default 0;
update articles set address = nullif(rtrim(regexp_replace(regexp_replace(url, '^https?://(www\.)?', '', 'i'), '[?#].*$', ''), '/'), '') where url is not null;
create index articles_by_address on articles (workspace_id, address) where address is not null;
create index articles_by_readers on articles (workspace_id, readers desc, published_at desc, id) where archived_at is null;

create table article_reads (
  bucket smallint not null,
  workspace_id uuid not null,
  article_id uuid not null,
  contact_id uuid not null,
  -- the last time
  read_at timestamptz not null,
  part_id uuid,
  primary key (bucket, workspace_id, article_id, contact_id)
);
create index article_reads_by_contact on article_reads (bucket, contact_id);
create index article_reads_by_time on article_reads (workspace_id, read_at);

-- when a workspace's readers were counted last
create table article_counts (
  workspace_id uuid primary key,
  counted_at timestamptz not null
);

-- Whether messages of this version show articles; only then are they chosen.
alter table template_versions add column shows_articles boolean not null default false;
