import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { InterestDeed as Deed } from "@relance/model/events";
import type { Tx } from "../../platform/db/database.ts";
import { sql, tsArray } from "../../platform/db/sql.ts";

/** Notes what contacts did with products, in any order: of each deed the latest time stays. What they ordered their orders say. */
export async function noteInterests(
  tx: Tx,
  input: {
    readonly workspace: Id;
    readonly deeds: readonly { readonly contact: Id; readonly product: string; readonly did: Deed; readonly at: Instant }[];
  },
): Promise<void> {
  const rows = new Map<string, { contact: Id; product: string } & Partial<Record<Deed, Instant>>>();
  for (const { contact, product, did, at } of input.deeds) {
    const row = rows.get(`${contact} ${product}`) ?? { contact, product };
    row[did] = Math.max(row[did] ?? at, at);
    rows.set(`${contact} ${product}`, row);
  }
  if (rows.size === 0) return;
  const all = [...rows.values()];
  const times = (did: Deed) => tsArray(all.map((row) => row[did] ?? null));
  await tx.query(sql`
    insert into product_interests (bucket, workspace_id, product, contact_id, viewed_at, carted_at, wished_at, unwished_at)
    select r.b, ${input.workspace}::uuid, r.p, r.c, r.v, r.k, r.w, r.u
    from unnest(${all.map((row) => bucketOf(row.contact))}::smallint[], ${all.map((row) => row.product)}::text[], ${all.map((row) => row.contact)}::uuid[], ${times("viewed")}::timestamptz[], ${times("carted")}::timestamptz[], ${times("wished")}::timestamptz[], ${times("unwished")}::timestamptz[]) as r (b, p, c, v, k, w, u)
    order by r.b, r.p, r.c
    on conflict (bucket, workspace_id, product, contact_id) do update set viewed_at = greatest(product_interests.viewed_at, excluded.viewed_at), carted_at = greatest(product_interests.carted_at, excluded.carted_at),
      wished_at = greatest(product_interests.wished_at, excluded.wished_at), unwished_at = greatest(product_interests.unwished_at, excluded.unwished_at)`);
}
