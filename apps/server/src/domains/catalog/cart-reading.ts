import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { LineSeen } from "@relance/model/events";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, ts } from "../../platform/db/sql.ts";

export interface CartRecord {
  readonly id: Id;
  readonly contact_id: Id;
  readonly contact_name: string;
  readonly external_id: string;
  readonly status: "open" | "checkout" | "ordered" | "emptied";
  readonly currency: string | null;
  readonly total: number;
  readonly lines: LineSeen[];
  readonly url: string | null;
  readonly created_at: Instant;
  readonly updated_at: Instant;
  readonly source: string | null;
}

/** Carts, the last touched first; of one contact, in one state. */
export async function listCartRows(
  db: Db,
  input: { workspace: Id; contact: Id | null; status: CartRecord["status"] | null; after: { at: Instant; id: Id } | null; limit: number },
): Promise<CartRecord[]> {
  const { contact, status, after } = input;
  return db.query<CartRecord>(sql`
    select k.id, k.contact_id, coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, '') as contact_name, k.external_id, k.status, k.currency, k.total, k.lines, k.url, k.created_at, k.updated_at, k.source
    from carts k left join contacts c on c.bucket = k.bucket and c.id = k.contact_id
    where k.workspace_id = ${input.workspace} ${contact === null ? empty : sql`and k.bucket = ${bucketOf(contact)}::smallint and k.contact_id = ${contact}`}
      ${status === null ? empty : sql`and k.status = ${status}`}
      ${after === null ? empty : sql`and (k.updated_at, k.id) < (${ts(after.at)}::timestamptz, ${after.id}::uuid)`}
    order by k.updated_at desc, k.id desc limit ${input.limit}`);
}
