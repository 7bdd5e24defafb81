-- locks: carts, briefly: a column without a default is written in the catalogue only.
-- takes: no time, whatever the number of carts.
-- Who told a cart as it is now: files and sources tell carts too. Null: told before this was kept.
alter table carts add column source text;
