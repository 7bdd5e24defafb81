-- Rows of a part of a shop that could not be read.
-- locks: shop_readings, briefly
-- takes: milliseconds
alter table shop_readings add column refused bigint not null default 0;
