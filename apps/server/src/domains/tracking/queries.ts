import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts, tsArray } from "../../platform/db/sql.ts";

export interface EngagementRecord {
  readonly id: Id;
  readonly kind: string;
  readonly machine: boolean;
  readonly link: number | null;
  readonly url: string | null;
  readonly at: Instant;
  readonly detail: { readonly hidden?: boolean };
}

/** Engagements of one send, oldest first, at most 500. */
export async function selectEngagements(
  db: Db,
  input: { readonly workspace: Id; readonly bucket: number; readonly send: Id; readonly since?: Instant },
): Promise<EngagementRecord[]> {
  return db.query<EngagementRecord>(sql`
    select id, kind, machine, link, url, at, detail from engagements
    where bucket = ${input.bucket}::smallint and send_id = ${input.send} and workspace_id = ${input.workspace} and at >= ${ts(input.since ?? 0)}::timestamptz
    order by at, id limit 500`);
}

interface OfSend {
  readonly bucket: number;
  readonly send: Id;
}

/** Engagements of several sends of a workspace, each's oldest first, at most 500 of each. */
export async function engagementsOf(
  db: Db,
  input: { readonly workspace: Id; readonly sends: readonly OfSend[] },
): Promise<(EngagementRecord & OfSend)[]> {
  return db.query<EngagementRecord & OfSend>(sql`
    select s.bucket, s.send, e.id, e.kind, e.machine, e.link, e.url, e.at, e.detail
    from unnest(${input.sends.map((one) => one.bucket)}::smallint[], ${input.sends.map((one) => one.send)}::uuid[]) as s (bucket, send)
    cross join lateral (
      select g.id, g.kind, g.machine, g.link, g.url, g.at, g.detail from engagements g
      where g.bucket = s.bucket and g.send_id = s.send and g.workspace_id = ${input.workspace} order by g.at, g.id limit 500) e
    order by s.bucket, s.send, e.at, e.id`);
}

export interface NewEngagement extends EngagementRecord, OfSend {
  readonly contact: Id;
}

export async function insertEngagements(tx: Tx, input: { readonly workspace: Id; readonly rows: readonly NewEngagement[] }): Promise<void> {
  const { workspace, rows } = input;
  await tx.query(sql`
    insert into engagements (bucket, send_id, id, workspace_id, contact_id, kind, machine, link, url, at, detail)
    select r.bucket, r.send, r.id, ${workspace}::uuid, r.contact, r.kind, r.machine, r.link, r.url, r.at, r.detail
    from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.send)}::uuid[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.machine)}::boolean[],
      ${rows.map((row) => row.link)}::integer[], ${rows.map((row) => row.url)}::text[], ${tsArray(rows.map((row) => row.at))}::timestamptz[], ${jsonArray(rows.map((row) => row.detail))}::jsonb[]) as r (bucket, send, id, contact, kind, machine, link, url, at, detail)
    order by r.bucket, r.send, r.id`);
}

export async function markMachine(
  tx: Tx,
  input: { readonly workspace: Id; readonly rows: readonly (OfSend & { readonly id: Id })[] },
): Promise<void> {
  const { workspace, rows } = input;
  await tx.query(sql`
    update engagements g set machine = true
    from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.send)}::uuid[], ${rows.map((row) => row.id)}::uuid[]) as r (bucket, send, id)
    where g.bucket = r.bucket and g.send_id = r.send and g.id = r.id and g.workspace_id = ${workspace}`);
}

export interface TotalsChange {
  readonly subject: string;
  readonly kind: string;
  readonly machine: boolean;
  readonly n: number;
  readonly sends: number;
}

export async function addEngagementTotals(
  tx: Tx,
  input: { readonly workspace: Id; readonly slot: number; readonly changes: readonly TotalsChange[] },
): Promise<void> {
  const rows = input.changes.filter((one) => one.n !== 0 || one.sends !== 0);
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into engagement_totals (workspace_id, subject, kind, machine, slot, n, sends)
    select ${input.workspace}::uuid, r.subject, r.kind, r.machine, ${input.slot}::smallint, sum(r.n), sum(r.sends)
    from unnest(${rows.map((row) => row.subject)}::text[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.machine)}::boolean[], ${rows.map((row) => row.n)}::bigint[], ${rows.map((row) => row.sends)}::bigint[]) as r (subject, kind, machine, n, sends)
    group by r.subject, r.kind, r.machine order by r.subject, r.kind, r.machine
    on conflict (workspace_id, subject, kind, machine, slot) do update set n = engagement_totals.n + excluded.n, sends = engagement_totals.sends + excluded.sends`);
}

export async function selectTotals(
  db: Db,
  input: { readonly workspace: Id; readonly subject: string; readonly prefix: boolean },
): Promise<{ kind: string; machine: boolean; times: number; sends: number }[]> {
  const { workspace, subject, prefix } = input;
  return db.query(sql`
    select kind, machine, sum(n)::bigint as times, sum(sends)::bigint as sends from engagement_totals
    where workspace_id = ${workspace} and (subject = ${subject} or (${prefix} and starts_with(subject, ${`${subject}:`})))
    group by kind, machine order by kind, machine`);
}

/** Which bucket a send of the workspace lies in, by the engagements it has or the ledger's id; null when it is not there. */
export async function selectSendBucket(db: Db, input: { readonly workspace: Id; readonly send: Id }): Promise<number | null> {
  const rows = await db.query<{ bucket: number }>(
    sql`select s.bucket from sends s where s.workspace_id = ${input.workspace} and s.id = ${input.send} order by s.bucket limit 1`,
  );
  return rows[0]?.bucket ?? null;
}
