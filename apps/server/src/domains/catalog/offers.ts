import type { Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";

/** What a product is offered for now. */
export interface Offer {
  readonly product: string;
  /** The pieces of all its variants in all stores; null where stock was never told. */
  readonly stock: number | null;
  /** The lowest price of each currency. */
  readonly prices: Readonly<Record<string, number>>;
}

/** Stock and lowest prices of products by their external ids (or those of variants), as last told; products we do not know are missing. */
export async function currentOffers(db: Db, input: { readonly workspace: Id; readonly externalIds: readonly string[] }): Promise<Map<string, Offer>> {
  const rows = await db.query<{ product: string; stock: number | null; prices: Record<string, number> }>(sql`
    with asked as (
      select p.external_id as product, p.id as product_id, null::uuid as variant_id from products p where p.workspace_id = ${input.workspace} and p.external_id = any(${input.externalIds}::text[])
      union all
      select v.external_id, v.product_id, v.id from variants v where v.workspace_id = ${input.workspace} and v.external_id = any(${input.externalIds}::text[])
        and not exists (select 1 from products p where p.workspace_id = v.workspace_id and p.external_id = v.external_id)
    )
    select a.product,
      (select sum(s.quantity)::bigint from (
        select distinct on (l.variant_id, l.store_id) l.variant_id, l.store_id, l.quantity from stock_levels l
        where l.product_id = a.product_id and (a.variant_id is null or l.variant_id = a.variant_id) order by l.variant_id, l.store_id, l.recorded_at desc) s) as stock,
      coalesce((select jsonb_object_agg(c.currency, c.amount order by c.currency) from (
        select q.currency, min(q.amount) as amount from (
          select distinct on (r.variant_id, r.store_id) r.variant_id, r.store_id, r.currency, r.amount from prices r
          where r.product_id = a.product_id and (a.variant_id is null or r.variant_id = a.variant_id) order by r.variant_id, r.store_id, r.valid_from desc) q
        group by q.currency) c), '{}') as prices
    from asked a order by a.product`);
  return new Map(rows.map((row) => [row.product, { product: row.product, stock: row.stock, prices: row.prices }]));
}
