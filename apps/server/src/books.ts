import { inboxEquation, type Equation } from "./platform/books.ts";
import { sql } from "./platform/db/sql.ts";

/** The live equations of the product (RELIABILITY §4), asked in production by the auditor and by tests alike. */
export const EQUATIONS: readonly Equation[] = [
  inboxEquation,
  {
    name: "B3",
    says: "what waits or is held is due before its patience ends; who is under way has a claim that ends",
    broken: (buckets) => sql`
      select s.id::text as what from sends s where s.bucket = any(${buckets}::smallint[]) and s.state in ('waiting', 'held', 'claimed', 'handing')
        and ((s.state in ('claimed', 'handing')) <> (s.claimed_until is not null) or (s.state in ('waiting', 'held') and s.due_at > s.patience_until)) order by 1`,
  },
  {
    name: "B10",
    says: "a waiting run stands at its last visit, which is open",
    broken: (buckets) => sql`
      select r.id::text as what from runs r left join visits v on v.bucket = r.bucket and v.run_id = r.id and v.visit = r.visit
      where r.bucket = any(${buckets}::smallint[]) and r.state = 'waiting' and (v.run_id is null or v.left_at is not null) order by 1`,
  },
  {
    name: "B11",
    says: "each waiting run waits for a moment or for news",
    broken: (buckets) => sql`
      select r.id::text as what from runs r where r.bucket = any(${buckets}::smallint[]) and r.state = 'waiting' and r.wake_at is null and r.listens is null order by 1`,
  },
  {
    name: "B13",
    says: "nobody is a member of a segment who is not a contact, unless news of a merge still waits",
    broken: (buckets) => sql`
      select m.contact_id::text as what from segment_members m
      where m.bucket = any(${buckets}::smallint[]) and not exists (select 1 from contacts c where c.bucket = m.bucket and c.id = m.contact_id)
        and not exists (select 1 from inbox i where i.bucket = m.bucket and i.contact_id = m.contact_id) order by 1`,
  },
  {
    name: "B14",
    says: "a discount code has one holder",
    broken: (buckets) => sql`
      select distinct g.code as what from coupons g join coupons o on o.pool_id = g.pool_id and o.code = g.code and o.id <> g.id where g.bucket = any(${buckets}::smallint[]) order by 1`,
  },
  {
    name: "B21",
    says: "what belongs to a contact, a product or a category lies in its workspace",
    broken: (buckets) => sql`
      select 'order ' || o.id as what from orders o join contacts c on c.bucket = o.bucket and c.id = o.contact_id where o.bucket = any(${buckets}::smallint[]) and c.workspace_id <> o.workspace_id
      union all select 'cart ' || k.id from carts k join contacts c on c.bucket = k.bucket and c.id = k.contact_id where k.bucket = any(${buckets}::smallint[]) and c.workspace_id <> k.workspace_id
      union all select 'object ' || o.id from objects o join contacts c on c.bucket = o.bucket and c.id = o.contact_id where o.bucket = any(${buckets}::smallint[]) and c.workspace_id <> o.workspace_id
      union all select 'variant ' || v.id from variants v join products p on p.id = v.product_id where get_byte(uuid_send(v.id), 15) = any(${buckets}::smallint[]) and p.workspace_id <> v.workspace_id
      union all select 'product ' || p.id from products p join categories c on c.id = p.category_id where get_byte(uuid_send(p.id), 15) = any(${buckets}::smallint[]) and c.workspace_id <> p.workspace_id
      union all select 'category ' || c.id from categories c join categories p on p.id = c.parent_id where get_byte(uuid_send(c.id), 15) = any(${buckets}::smallint[]) and p.workspace_id <> c.workspace_id
      order by 1`,
  },
  {
    name: "B22",
    says: "each object is found where its key says",
    broken: (buckets) => sql`
      select o.id::text as what from objects o where o.bucket = any(${buckets}::smallint[])
        and not exists (select 1 from object_keys k where k.lookup_bucket = get_byte(uuid_send(o.id), 15) and k.object_id = o.id and k.bucket = o.bucket) order by 1`,
  },
];
