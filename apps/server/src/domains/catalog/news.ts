import { BUCKETS, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import type { Chance } from "../../platform/ports.ts";

/** News of a batch of the catalogue for the contacts of one bucket. */
export interface CatalogNews {
  readonly bucket: number;
  readonly batch_id: Id;
  readonly workspace_id: Id;
  readonly at: Instant;
}

/** Tells every bucket once that prices or stock of these products changed at `now`, however many products and contacts. */
export async function tellBatch(
  tx: Tx,
  input: { readonly workspace: Id; readonly chance: Chance; readonly now: Instant; readonly products: readonly Id[] },
): Promise<void> {
  if (input.products.length === 0) return;
  const id = input.chance.id(input.now);
  await tx.query(
    sql`insert into catalog_batches (id, workspace_id, at, products) values (${id}, ${input.workspace}, ${ts(input.now)}, ${[...new Set(input.products)].sort()}::uuid[])`,
  );
  await tx.query(sql`
    insert into catalog_news (bucket, batch_id, workspace_id, at)
    select b, ${id}::uuid, ${input.workspace}::uuid, ${ts(input.now)}::timestamptz from unnest(${Array.from({ length: BUCKETS }, (_, bucket) => bucket)}::smallint[]) as b order by b`);
}

/** Takes the news of the oldest batch, in some buckets; empty when there is none. Ids of batches grow with time, so each bucket's first is one look into its key. */
export async function takeNews(tx: Tx, input: { readonly buckets: readonly number[]; readonly limit: number }): Promise<CatalogNews[]> {
  return tx.query<CatalogNews>(sql`
    with first as (
      select f.batch_id from unnest(${input.buckets as number[]}::smallint[]) as b (bucket) cross join lateral (select n.batch_id from catalog_news n where n.bucket = b.bucket order by n.batch_id limit 1) f order by f.batch_id limit 1
    ),
    taken as (select s.bucket, s.batch_id from catalog_news s join first on first.batch_id = s.batch_id where s.bucket = any(${input.buckets as number[]}::smallint[]) order by s.bucket limit ${input.limit})
    delete from catalog_news n using taken t where n.bucket = t.bucket and n.batch_id = t.batch_id returning n.bucket, n.batch_id, n.workspace_id, n.at`);
}

/** Forgets batches that every bucket has taken. Bounded: what is left goes at the next call. */
export async function dropToldBatches(db: Db): Promise<void> {
  await db.query(sql`
    delete from catalog_batches where id = any(array(select b.id from catalog_batches b where not exists (select 1 from catalog_news n where n.batch_id = b.id) order by b.at, b.id limit 1000 for update))`);
}
