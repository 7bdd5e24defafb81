-- The catalogue as people see and change it: stores and categories with a past, images per option, content items, who changed what.
-- locks: brief exclusive locks on stores, categories, products
-- takes: one pass over products to count them
alter table stores add column updated_at timestamptz, add column source text not null default '', add column archived_at timestamptz;

alter table categories add column source text not null default '', add column archived_at timestamptz;

-- Where a category is shown, and under which names when they differ there. No row: in every store.
create table category_stores (
  category_id uuid not null,
  store_id uuid not null,
  workspace_id uuid not null,
  names jsonb not null default '{}',
  primary key (category_id, store_id)
);

alter table products add column archived_at timestamptz;

create index products_by_category on products (workspace_id, category_id, name, id);

-- The images of a product in order. options {"colour": "rouge"}: of the variants of that colour, {} of all.
create table product_images (
  product_id uuid not null references products (id) on delete cascade,
  place smallint not null,
  workspace_id uuid not null,
  url text not null,
  options jsonb not null default '{}',
  primary key (product_id, place)
);

-- Content items: articles, recipes, guides; one row per language.
create table articles (
  id uuid primary key,
  workspace_id uuid not null,
  external_id text not null,
  language text not null,
  -- null: of every store
  store_id uuid,
  title text not null,
  summary text,
  url text,
  image_url text,
  author text,
  tags text[] not null default '{}',
  published_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  source text not null,
  unique (workspace_id, external_id, language)
);
create index articles_by_time on articles (workspace_id, published_at desc, id desc);

-- What changed of a store, category, product or article, by whom. Prices and stock keep their own history.
create table catalog_changes (
  workspace_id uuid not null,
  kind text not null check (kind in ('store', 'category', 'product', 'article')),
  object_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  source text not null,
  what text not null check (what in ('created', 'changed')),
  -- [{"path": ["translations", "fr", "name"], "from": "…", "to": "…"}]
  changes jsonb not null,
  primary key (workspace_id, kind, object_id, id)
);

create index carts_by_time on carts (workspace_id, updated_at desc, id desc);

insert into counters (workspace_id, name, slot, n)
select workspace_id, 'products', 0, count(*) from products group by workspace_id;

insert into counters (workspace_id, name, slot, n)
select workspace_id, 'products.in:' || category_id::text, 0, count(*) from products where category_id is not null group by workspace_id, category_id;

insert into counters (workspace_id, name, slot, n)
select workspace_id, 'carts', 0, count(*) from carts group by workspace_id
