-- The refunds of an order, oldest first: [{"id", "at": milliseconds, "amount": null for everything, "lines": [{"product", "variant", "sku", "name",
-- "quantity", "amount", "ref"}]}]. They are read and moved with their order only, and are few.
-- locks: orders, briefly
-- takes: milliseconds
alter table orders add column refunds jsonb not null default '[]';
