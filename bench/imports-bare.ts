import type { Id } from "../packages/model/src/base/index.ts";
import type { Database } from "../apps/server/src/platform/db/database.ts";
import { sql, type Sql } from "../apps/server/src/platform/db/sql.ts";

/**
 * The rows that an import of `plain` (see `imports.ts`) ends in, by one bare statement a table from the copied file: what a program that
 * trusts the file, checks nothing, knows nobody and is never cut would have to write all the same. Partitions must be there.
 */
export async function bareImport(db: Database, workspace: Id): Promise<void> {
  await db.transaction(async (tx) => {
    for (const statement of statements(workspace)) await tx.query(statement);
  });
}

const BUCKET = sql`get_byte(uuid_send(id), 15)::smallint`;
const KEY = (text: Sql): Sql => sql`substring(sha256(convert_to(${text}, 'UTF8')) for 16)`;

function statements(workspace: Id): Sql[] {
  const w = sql`${workspace}::uuid`;
  return [
    sql`create temporary table people on commit drop as select customer_id, email, at, id, ${BUCKET} as bucket from (select customer_id, max(email) as email, min(placed_at) at time zone 'UTC' as at, uuidv7() as id from plain group by customer_id) p`,
    sql`create temporary table goods on commit drop as select sku, name, price, uuidv7() as id from (select sku, max(name) as name, max(unit_price) as price from plain group by sku) p`,
    sql`create temporary table sold on commit drop as
      select s.*, p.bucket, p.id as contact, uuidv7() as id, uuidv7() as event, 'import:order:' || s.order_id as message
      from (select order_id, min(placed_at) at time zone 'UTC' as at, min(customer_id) as customer_id, sum(quantity * unit_price) as total,
        jsonb_agg(jsonb_build_object('product_id', sku, 'sku', sku, 'name', name, 'quantity', quantity, 'price', unit_price)) as products from plain group by order_id) s join people p using (customer_id)`,
    sql`insert into contacts (bucket, id, workspace_id, external_id, email, field_times, known, created_at, updated_at) select bucket, id, ${w}, customer_id, email, jsonb_build_object('email', extract(epoch from at) * 1000), true, at, at from people order by bucket, id`,
    sql`insert into identities (lookup_bucket, workspace_id, kind, value, contact_id, source, created_at)
      select get_byte(sha256(convert_to(k || v, 'UTF8')), 0), ${w}, k, v, id, 'import', at from people cross join lateral (values ('user_id', customer_id), ('email', email)) i (k, v) order by 1, 3, 4`,
    sql`insert into attribute_changes (bucket, contact_id, id, workspace_id, attribute, new_value, source, changed_at)
      select bucket, id, uuidv7(), ${w}, k, to_jsonb(v), 'import', at from people cross join lateral (values ('external_id', customer_id), ('email', email)) i (k, v) order by 1, 2, 3`,
    sql`insert into products (id, workspace_id, external_id, sku, name, attributes, created_at, updated_at, source) select id, ${w}, sku, sku, name, jsonb_build_object('price', price), current_timestamp, current_timestamp, 'import' from goods`,
    sql`insert into order_keys (lookup_bucket, workspace_id, external_id, order_id, bucket) select get_byte(sha256(convert_to(order_id, 'UTF8')), 0), ${w}, order_id, id, bucket from sold order by 1, 3`,
    sql`insert into orders (bucket, id, workspace_id, contact_id, external_id, kind, status, currency, total, placed_at, updated_at, source) select bucket, id, ${w}, contact, order_id, 'sale', 'completed', 'EUR', total, at, at, 'import' from sold order by bucket, id`,
    sql`insert into order_lines (bucket, order_id, line, workspace_id, product_id, sku, name, quantity, unit_price, total)
      select s.bucket, s.id, row_number() over (partition by s.bucket, s.id), ${w}, g.id, p.sku, p.name, p.quantity, p.unit_price, p.quantity * p.unit_price from plain p join sold s using (order_id) join goods g using (sku)`,
    sql`insert into event_keys (lookup_bucket, key, workspace_id, received_at)
      select get_byte(k, 15), encode(k, 'hex')::uuid, ${w}, current_timestamp from (select ${KEY(sql`message`)} as k from sold union all select ${KEY(sql`'import:contact:' || customer_id`)} from people) m order by 1, 2`,
    sql`insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, currency, message_id, live)
      select bucket, contact, event, ${w}, 'track', 'Order Completed', at, current_timestamp, jsonb_build_object('order_id', order_id, 'total', total, 'currency', 'EUR', 'products', products), '{}'::jsonb, total, 'EUR', message, false from sold
      union all select bucket, id, uuidv7(), ${w}, 'identify', 'Identified', at, current_timestamp, '{}', '{}', null::numeric, null, 'import:contact:' || customer_id, false from people order by 1, 2`,
    sql`insert into inbox (bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at)
      select bucket, uuidv7(), ${w}, contact, 'event', jsonb_build_object('event', event, 'name', 'Order Completed', 'live', false), at, current_timestamp from sold
      union all select bucket, uuidv7(), ${w}, id, k, '{}'::jsonb, at, current_timestamp from people cross join (values ('event'), ('contact.changed')) f (k) order by 1, 2`,
  ];
}
