-- locks: none but on what it makes
-- takes: milliseconds
-- Pools of discount codes. `generated`: a code is made when it is given; `list`: the shop's own codes, given one after another.
create table coupon_pools (
  id uuid primary key,
  workspace_id uuid not null,
  name text not null,
  kind text not null check (kind in ('generated', 'list')),
  prefix text not null default '',
  valid_days integer,
  created_at timestamptz not null,
  created_by text,
  archived_at timestamptz
);
create index coupon_pools_by_workspace on coupon_pools (workspace_id, name);

-- Codes of a list not yet given; giving takes the row away.
create table coupon_stock (
  pool_id uuid not null,
  code text not null,
  workspace_id uuid not null,
  primary key (pool_id, code)
);

-- Codes given, each to one contact (book B14).
create table coupons (
  bucket smallint not null,
  id uuid not null,
  workspace_id uuid not null,
  contact_id uuid not null,
  pool_id uuid not null,
  code text not null,
  given_at timestamptz not null,
  expires_at timestamptz,
  primary key (bucket, id)
);
create index coupons_by_contact on coupons (bucket, contact_id, pool_id, given_at desc);
create index coupons_by_code on coupons (pool_id, code);
