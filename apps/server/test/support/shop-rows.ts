import type { Database } from "../../src/platform/db/database.ts";
import { sql } from "../../src/platform/db/sql.ts";

/** What a workspace has of its shops, in an order of its own. */
export const shopRows = async (db: Database, workspace: string) => ({
  contacts: await db.query(
    sql`select external_id, email, first_name, city from contacts where workspace_id = ${workspace} order by external_id, email`,
  ),
  orders: await db.query(
    sql`select external_id, status, currency, total, refunded, placed_at, contact_id is not null as someone from orders where workspace_id = ${workspace} order by external_id`,
  ),
  lines: await db.query(
    sql`select l.sku, l.quantity, l.total, p.external_id as product, v.external_id as variant from order_lines l left join products p on p.id = l.product_id left join variants v on v.id = l.variant_id where l.workspace_id = ${workspace} order by l.sku, l.total`,
  ),
  carts: await db.query(sql`select external_id, status, total from carts where workspace_id = ${workspace} order by external_id`),
  products: await db.query(
    sql`select p.external_id, p.name, v.external_id as variant, v.options, (select r.amount from prices r where r.variant_id = coalesce(v.id, p.id) order by r.valid_from desc limit 1) as price, (select s.quantity from stock_levels s where s.variant_id = coalesce(v.id, p.id) order by s.recorded_at desc limit 1) as stock from products p left join variants v on v.product_id = p.id where p.workspace_id = ${workspace} order by p.external_id, v.external_id`,
  ),
  categories: await db.query(
    sql`select c.external_id, c.names, p.external_id as parent from categories c left join categories p on p.id = c.parent_id where c.workspace_id = ${workspace} order by c.external_id`,
  ),
  translations: await db.query(
    sql`select t.language, t.name from product_translations t where t.workspace_id = ${workspace} order by t.language, t.name`,
  ),
  events: await db.query(
    sql`select name, occurred_at, live from events where workspace_id = ${workspace} and type = 'track' order by occurred_at, name`,
  ),
  consents: await db.query(sql`select channel, state, changed_at from consents where workspace_id = ${workspace} order by changed_at`),
});
