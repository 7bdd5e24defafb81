import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";

export interface EngagementRecord { readonly id: Id; readonly kind: string; readonly machine: boolean; readonly link: number | null; readonly url: string | null; readonly at: Instant; readonly detail: { readonly hidden?: boolean } }

/** Engagements of one send, oldest first, at most 500. */
export async function selectEngagements(db: Db, input: { readonly workspace: Id; readonly bucket: number; readonly send: Id; readonly since?: Instant }): Promise<EngagementRecord[]> {
  return db.query<EngagementRecord>(sql`
    select id, kind, machine, link, url, at, detail from engagements
    where bucket = ${input.bucket}::smallint and send_id = ${input.send} and workspace_id = ${input.workspace} and at >= ${ts(input.since ?? 0)}::timestamptz
    order by at, id limit 500`);
}

export async function insertEngagement(tx: Tx, input: { readonly bucket: number; readonly send: Id; readonly id: Id; readonly workspace: Id; readonly contact: Id; readonly kind: string; readonly machine: boolean; readonly link: number | null; readonly url: string | null; readonly now: Instant; readonly detail: unknown }): Promise<void> {
  const { bucket, send, id, workspace, contact, kind, machine, link, url, now, detail } = input;
  await tx.query(sql`
    insert into engagements (bucket, send_id, id, workspace_id, contact_id, kind, machine, link, url, at, detail)
    values (${bucket}::smallint, ${send}, ${id}, ${workspace}, ${contact}, ${kind}, ${machine}, ${link}, ${url}, ${ts(now)}::timestamptz, ${json(detail)}::jsonb)`);
}

export async function markMachine(tx: Tx, input: { readonly workspace: Id; readonly bucket: number; readonly send: Id; readonly ids: readonly Id[] }): Promise<void> {
  await tx.query(sql`
    update engagements set machine = true
    where bucket = ${input.bucket}::smallint and send_id = ${input.send} and workspace_id = ${input.workspace} and id = any(${input.ids}::uuid[])`);
}

export interface TotalsChange { readonly subject: string; readonly kind: string; readonly machine: boolean; readonly n: number; readonly sends: number }

export async function addEngagementTotals(tx: Tx, input: { readonly workspace: Id; readonly slot: number; readonly changes: readonly TotalsChange[] }): Promise<void> {
  const rows = input.changes.filter((one) => one.n !== 0 || one.sends !== 0);
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into engagement_totals (workspace_id, subject, kind, machine, slot, n, sends)
    select ${input.workspace}::uuid, r.subject, r.kind, r.machine, ${input.slot}::smallint, sum(r.n), sum(r.sends)
    from unnest(${rows.map((row) => row.subject)}::text[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.machine)}::boolean[], ${rows.map((row) => row.n)}::bigint[], ${rows.map((row) => row.sends)}::bigint[]) as r (subject, kind, machine, n, sends)
    group by r.subject, r.kind, r.machine order by r.subject, r.kind, r.machine
    on conflict (workspace_id, subject, kind, machine, slot) do update set n = engagement_totals.n + excluded.n, sends = engagement_totals.sends + excluded.sends`);
}

export async function selectTotals(db: Db, input: { readonly workspace: Id; readonly subject: string; readonly prefix: boolean }): Promise<{ kind: string; machine: boolean; times: number; sends: number }[]> {
  const { workspace, subject, prefix } = input;
  return db.query(sql`
    select kind, machine, sum(n)::bigint as times, sum(sends)::bigint as sends from engagement_totals
    where workspace_id = ${workspace} and (subject = ${subject} or (${prefix} and starts_with(subject, ${`${subject}:`})))
    group by kind, machine order by kind, machine`);
}

/** Which bucket a send of the workspace lies in, by the engagements it has or the ledger's id; null when it is not there. */
export async function selectSendBucket(db: Db, input: { readonly workspace: Id; readonly send: Id }): Promise<number | null> {
  const rows = await db.query<{ bucket: number }>(sql`select s.bucket from sends s where s.workspace_id = ${input.workspace} and s.id = ${input.send} order by s.bucket limit 1`);
  return rows[0]?.bucket ?? null;
}
