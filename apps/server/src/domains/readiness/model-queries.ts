import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { join, sql } from "../../platform/db/sql.ts";

/** So many of the newest of a part are asked where they came from: a figure for people, and no scan of all there are. */
const NEWEST = 1000;

export interface PartOrigin {
  readonly part: string;
  readonly source: string | null;
  readonly n: number;
  readonly latest: Instant;
}

/** What brought the newest of each part of the model, and when they were last told; products carry the sources of their variants, prices and stock. */
export async function selectOrigins(db: Db, workspace: Id): Promise<PartOrigin[]> {
  const ofProducts = sql`select p.id, p.source, p.updated_at as at from products p where p.workspace_id = ${workspace} order by p.updated_at desc, p.id desc limit ${NEWEST}`;
  const parts = [
    sql`select 'product' as part, f.source, f.at from (${ofProducts}) f`,
    sql`select 'variant', f.source, v.updated_at from (${ofProducts}) f join variants v on v.product_id = f.id`,
    sql`select 'price', f.source, r.at from (${ofProducts}) f cross join lateral (select max(k.valid_from) as at from prices k where k.product_id = f.id) r where r.at is not null`,
    sql`select 'stock', f.source, r.at from (${ofProducts}) f cross join lateral (select max(k.recorded_at) as at from stock_levels k where k.product_id = f.id) r where r.at is not null`,
    sql`select 'category', c.source, c.updated_at from categories c where c.workspace_id = ${workspace}`,
    sql`select 'store', s.source, coalesce(s.updated_at, s.created_at) from stores s where s.workspace_id = ${workspace}`,
    sql`select 'article', f.source, f.at from (select a.source, a.updated_at as at from articles a where a.workspace_id = ${workspace} order by a.published_at desc, a.id desc limit ${NEWEST}) f`,
    sql`select 'order', f.source, f.at from (select o.source, o.updated_at as at from orders o where o.workspace_id = ${workspace} order by o.placed_at desc, o.id desc limit ${NEWEST}) f`,
    sql`select 'cart', f.source, f.at from (select c.source, c.updated_at as at from carts c where c.workspace_id = ${workspace} order by c.updated_at desc, c.id desc limit ${NEWEST}) f`,
    sql`select 'object:' || t.id, f.source, f.at from object_types t cross join lateral (
      select o.source, o.updated_at as at from objects o where o.workspace_id = t.workspace_id and o.type = t.key and o.removed_at is null order by o.updated_at desc, o.id desc limit ${NEWEST}
    ) f where t.workspace_id = ${workspace} and t.archived_at is null`,
  ];
  return db.query<PartOrigin>(
    sql`select m.part, m.source, count(*) as n, max(m.at) as latest from (${join(parts, " union all ")}) m group by m.part, m.source order by m.part, m.source`,
  );
}
