import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Start } from "@relance/model/journeys";
import type { Tx } from "../../../platform/db/database.ts";
import { sql, tsArray } from "../../../platform/db/sql.ts";

/** A product bought by a contact at a moment: how often do they buy it, or anything of its category? */
export interface Bought {
  readonly workspace: Id;
  readonly contact: Id;
  readonly key: string;
  readonly at: Instant;
  readonly start: Start;
}

const nameOf = ({ contact, key, at, start }: Bought): string =>
  `${contact} ${key} ${at} ${start.kind === "replenishment" ? (start.rhythm ?? "") : ""}`;

/**
 * The median of the times between a contact's own orders of a product or category, up to a moment: milliseconds, exact, from three orders
 * on. Orders of one day count as one; returns and cancelled orders do not. Reads the contact's own orders only.
 * @returns asks for one; null where it is not known or not asked for
 */
export async function rhythmsOf(tx: Tx, bought: readonly Bought[]): Promise<(one: Bought) => number | null> {
  const asked = [
    ...new Map(
      bought.flatMap((one) =>
        one.start.kind === "replenishment" && one.start.rhythm ? [[nameOf(one), { ...one, of: one.start.rhythm }] as const] : [],
      ),
    ).values(),
  ];
  if (asked.length === 0) return () => null;
  const rows = await tx.query<{ n: number; ms: number }>(sql`
    select a.n, (percentile_cont(0.5) within group (order by extract(epoch from g.gap)) * 1000)::float8 as ms
    from unnest(${asked.map((_, n) => n)}::integer[], ${asked.map((one) => bucketOf(one.contact))}::smallint[], ${asked.map((one) => one.contact)}::uuid[], ${asked.map((one) => one.workspace)}::uuid[], ${asked.map((one) => one.key)}::text[], ${tsArray(asked.map((one) => one.at))}::timestamptz[], ${asked.map((one) => one.of)}::text[]) as a (n, b, c, w, product, at, of)
    join products k on k.workspace_id = a.w and k.external_id = a.product
    cross join lateral (
      select d.at - lag(d.at) over (order by d.at) as gap from (
        select min(o.placed_at) as at from orders o
        where o.bucket = a.b and o.contact_id = a.c and o.workspace_id = a.w and o.kind = 'sale' and o.status <> 'cancelled' and o.placed_at <= a.at
          and exists (select 1 from order_lines l join products p on p.id = l.product_id where l.bucket = o.bucket and l.order_id = o.id and case when a.of = 'category' then p.id = k.id or p.category_id = k.category_id else p.id = k.id end)
        group by (o.placed_at at time zone 'UTC')::date
      ) d
    ) g
    where g.gap is not null group by a.n having count(*) >= 2 order by a.n`);
  const known = new Map(rows.map(({ n, ms }) => [nameOf(asked[n]!), Math.round(ms)]));
  return (one) => known.get(nameOf(one)) ?? null;
}
