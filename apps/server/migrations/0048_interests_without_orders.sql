-- Who ordered a product is read from orders: rows that say nothing else about a contact and a product go. The column goes with a later
-- release, for a process of the release before still writes it.
-- locks: rows of product_interests that only say "ordered"
-- takes: seconds for a million orders
delete from product_interests where viewed_at is null and carted_at is null and wished_at is null;
