import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts, tsArray } from "../../platform/db/sql.ts";

/** Statements on the mail domains of contacts' addresses; the table is the installation's, about no one. */
export async function knownDomains(db: Db, input: { names: readonly string[] }): Promise<Map<string, boolean | null>> {
  const rows = await db.query<{ name: string; takes_mail: boolean | null }>(
    sql`select name, takes_mail from mail_domains where name = any(${input.names as string[]}::text[]) order by name`,
  );
  return new Map(rows.map((row) => [row.name, row.takes_mail]));
}

export async function noteDomains(tx: Tx, input: { names: readonly string[]; now: Instant }): Promise<void> {
  if (input.names.length === 0) return;
  await tx.query(sql`
    insert into mail_domains (name, ask_at) select r.name, ${ts(input.now)}::timestamptz from unnest(${[...input.names].sort()}::text[]) as r (name) order by r.name on conflict (name) do nothing`);
}

export async function dueDomains(db: Db, input: { now: Instant; limit: number }): Promise<{ name: string; takes_mail: boolean | null }[]> {
  return db.query(
    sql`select name, takes_mail from mail_domains where ask_at <= ${ts(input.now)} order by ask_at, name limit ${input.limit}`,
  );
}

/** What DNS said; null: it gave no answer, and what was known stays. */
export async function writeDomains(
  tx: Tx,
  input: { now: Instant; rows: readonly { name: string; takesMail: boolean | null; askAt: Instant }[] },
): Promise<void> {
  const { rows } = input;
  await tx.query(sql`
    update mail_domains d set takes_mail = coalesce(r.takes_mail, d.takes_mail), asked_at = ${ts(input.now)}, ask_at = r.ask_at
    from unnest(${rows.map((one) => one.name)}::text[], ${rows.map((one) => one.takesMail)}::boolean[], ${tsArray(rows.map((one) => one.askAt))}::timestamptz[]) as r (name, takes_mail, ask_at) where d.name = r.name`);
}

/** Marks everyone with an address at these domains. */
export async function markAtDomains(tx: Tx, input: { names: readonly string[]; stamp: Id }): Promise<void> {
  await tx.query(sql`
    insert into readiness_marks (bucket, contact_id, workspace_id, stamp)
    select a.bucket, a.contact_id, a.workspace_id, ${input.stamp}::uuid from contact_audits a where a.domain = any(${input.names as string[]}::text[]) order by a.bucket, a.contact_id
    on conflict (bucket, contact_id) do update set stamp = excluded.stamp`);
}
