import type { Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";

/** What a product is offered for now, in one store or, without, in all of them. */
export interface Offer {
  readonly product: string;
  readonly store: string | null;
  /** The pieces of all its variants; null where stock was never told. */
  readonly stock: number | null;
  /** The lowest price of each currency. */
  readonly prices: Readonly<Record<string, number>>;
}

/** Stock and lowest prices of products by their external ids (or those of variants), as last told; products and stores we do not know are missing. */
export async function currentOffers(
  db: Db,
  input: { readonly workspace: Id; readonly asked: readonly Pick<Offer, "product" | "store">[] },
): Promise<Offer[]> {
  return db.query<Offer>(sql`
    with wanted as (
      select distinct w.product, w.store, s.id as store_id from unnest(${input.asked.map((one) => one.product)}::text[], ${input.asked.map((one) => one.store)}::text[]) as w (product, store)
      left join stores s on s.workspace_id = ${input.workspace} and s.code = w.store where w.store is null or s.id is not null
    ), asked as (
      select w.product, w.store, w.store_id, p.id as product_id, null::uuid as variant_id from wanted w join products p on p.workspace_id = ${input.workspace} and p.external_id = w.product
      union all
      select w.product, w.store, w.store_id, v.product_id, v.id from wanted w join variants v on v.workspace_id = ${input.workspace} and v.external_id = w.product
        where not exists (select 1 from products p where p.workspace_id = v.workspace_id and p.external_id = v.external_id)
    )
    select a.product, a.store,
      (select sum(s.quantity)::bigint from (
        select distinct on (l.variant_id, l.store_id) l.variant_id, l.store_id, l.quantity from stock_levels l
        where l.product_id = a.product_id and (a.variant_id is null or l.variant_id = a.variant_id) and (a.store_id is null or l.store_id = a.store_id) order by l.variant_id, l.store_id, l.recorded_at desc) s) as stock,
      coalesce((select jsonb_object_agg(c.currency, c.amount order by c.currency) from (
        select q.currency, min(q.amount) as amount from (
          select distinct on (r.variant_id, r.store_id) r.variant_id, r.store_id, r.currency, r.amount from prices r
          where r.product_id = a.product_id and (a.variant_id is null or r.variant_id = a.variant_id) and (a.store_id is null or r.store_id = a.store_id) order by r.variant_id, r.store_id, r.valid_from desc) q
        group by q.currency) c), '{}') as prices
    from asked a order by a.product, a.store`);
}
