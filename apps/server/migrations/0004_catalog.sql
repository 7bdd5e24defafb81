create table stores (
  id uuid primary key,
  workspace_id uuid not null,
  code text not null,
  name text not null,
  country text not null,
  languages text[] not null,
  currency text not null,
  time_zone text not null,
  url text,
  -- sender name, e-mail, postal address
  sender jsonb not null default '{}',
  created_at timestamptz not null,
  unique (workspace_id, code)
);

create table categories (
  id uuid primary key,
  workspace_id uuid not null,
  external_id text not null,
  parent_id uuid,
  -- {"fr": "…", "en": "…"}
  names jsonb not null,
  updated_at timestamptz not null,
  unique (workspace_id, external_id)
);

create table products (
  id uuid primary key,
  workspace_id uuid not null,
  external_id text not null,
  sku text,
  name text not null,
  brand text,
  category_id uuid,
  attributes jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  source text not null,
  unique (workspace_id, external_id)
);
create index products_by_name on products (workspace_id, name, id);

create table variants (
  id uuid primary key,
  workspace_id uuid not null,
  product_id uuid not null references products (id) on delete cascade,
  external_id text not null,
  sku text,
  -- {"colour": "rouge", "size": "24"}
  options jsonb not null default '{}',
  image_url text,
  updated_at timestamptz not null,
  unique (workspace_id, external_id)
);
create index variants_by_product on variants (product_id);

create table product_translations (
  product_id uuid not null references products (id) on delete cascade,
  language text not null,
  workspace_id uuid not null,
  name text not null,
  description text,
  url text,
  image_url text,
  updated_at timestamptz not null,
  primary key (product_id, language)
);

-- Price and stock of a variant (or of the product itself: variant_id = product_id) in a store, with history.
create table prices (
  workspace_id uuid not null,
  product_id uuid not null references products (id) on delete cascade,
  variant_id uuid not null,
  store_id uuid not null,
  currency text not null,
  amount numeric(19, 4) not null,
  valid_from timestamptz not null,
  primary key (product_id, variant_id, store_id, valid_from)
);
create table stock_levels (
  workspace_id uuid not null,
  product_id uuid not null references products (id) on delete cascade,
  variant_id uuid not null,
  store_id uuid not null,
  quantity integer not null,
  recorded_at timestamptz not null,
  primary key (product_id, variant_id, store_id, recorded_at)
);

-- Orders of contacts. contact_id is null for a sale without a customer; bucket is then the order id's own.
-- kind: sale | return (a credit note, negative lines)
create table orders (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid,
  external_id text not null,
  kind text not null check (kind in ('sale', 'return')),
  status text not null,
  store_id uuid,
  currency text not null,
  total numeric(19, 4) not null,
  discount numeric(19, 4),
  shipping numeric(19, 4),
  tax numeric(19, 4),
  refunded numeric(19, 4) not null default 0,
  coupon text,
  placed_at timestamptz not null,
  updated_at timestamptz not null,
  source text not null,
  attributes jsonb not null default '{}',
  primary key (bucket, id)
);
create index orders_by_contact on orders (bucket, contact_id, placed_at desc);
create index orders_by_time on orders (workspace_id, placed_at desc, id desc);

-- Which row an order's external id names. lookup_bucket is the hash of (workspace, external id), not of the contact.
create table order_keys (
  lookup_bucket smallint not null,
  workspace_id uuid not null,
  external_id text not null,
  order_id uuid not null,
  -- where the order's row is: its contact's bucket
  bucket smallint not null,
  primary key (lookup_bucket, workspace_id, external_id)
);
create index order_keys_by_order on order_keys (order_id);

create table order_lines (
  bucket smallint not null,
  order_id uuid not null,
  line integer not null,
  workspace_id uuid not null,
  product_id uuid,
  variant_id uuid,
  sku text,
  name text,
  quantity numeric(19, 4) not null,
  unit_price numeric(19, 4) not null,
  total numeric(19, 4) not null,
  attributes jsonb not null default '{}',
  primary key (bucket, order_id, line)
);

-- One row per cart; lines as last seen. external_id '': the contact's only cart, of a shop that sends no cart ids; its id is the contact's.
create table carts (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  external_id text not null,
  status text not null check (status in ('open', 'checkout', 'ordered', 'emptied')),
  store_id uuid,
  currency text,
  total numeric(19, 4) not null,
  lines jsonb not null,
  url text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (bucket, id)
);
create index carts_by_contact on carts (bucket, contact_id, updated_at desc);
