import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../../platform/db/database.ts";
import { sql, ts } from "../../../platform/db/sql.ts";

export interface ShortLink {
  readonly code: string;
  readonly workspace: Id;
  readonly bucket: number;
  readonly send: Id;
  /** Null: the way out. */
  readonly number: number | null;
  readonly url: string;
}

/** Twelve bits of the code, folded into 256 buckets. */
const lookupBucket = (code: string) => Buffer.from(code.slice(0, 2), "base64url")[0] ?? 0;

/** Written before the text leaves; a link that is there already is the same link. */
export async function writeShortLinks(db: Db, input: { readonly links: readonly ShortLink[]; readonly now: Instant }): Promise<void> {
  const links = [...input.links].sort((a, b) => (a.code < b.code ? -1 : 1));
  if (links.length === 0) return;
  await db.query(sql`
    insert into short_links (lookup_bucket, code, workspace_id, bucket, send_id, number, url, made_at)
    select lookup_bucket, code, workspace_id, bucket, send_id, number, url, ${ts(input.now)}::timestamptz
    from unnest(${links.map((one) => lookupBucket(one.code))}::smallint[], ${links.map((one) => one.code)}::text[], ${links.map((one) => one.workspace)}::uuid[], ${links.map((one) => one.bucket)}::smallint[],
      ${links.map((one) => one.send)}::uuid[], ${links.map((one) => one.number)}::smallint[], ${links.map((one) => one.url)}::text[]) as made (lookup_bucket, code, workspace_id, bucket, send_id, number, url)
    order by lookup_bucket, code
    on conflict (lookup_bucket, code) do nothing`);
}

/** Where a short address leads; null when it is none of ours. */
export async function findShortLink(db: Db, input: { readonly code: string }): Promise<ShortLink | null> {
  if (!/^[A-Za-z0-9_-]{10}$/.test(input.code)) return null;
  const rows = await db.query<ShortLink>(sql`
    select code, workspace_id as workspace, bucket, send_id as send, number, url from short_links where lookup_bucket = ${lookupBucket(input.code)}::smallint and code = ${input.code}`);
  return rows[0] ?? null;
}
