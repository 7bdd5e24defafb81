-- The codes a pool has given, newest first, for the page that lists them.
-- locks: coupons, against writes while the index is made.
-- takes: a second for a million codes.
create index coupons_by_time on coupons (pool_id, given_at desc, id desc);
