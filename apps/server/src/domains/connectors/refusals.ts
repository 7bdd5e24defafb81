import type { Id, Instant } from "@relance/model/base";
import type { JsonObject } from "@relance/model/events";
import type { Db, Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts } from "../../platform/db/sql.ts";

export interface Refused {
  readonly id: Id;
  readonly topic: string;
  readonly reason: string;
  readonly body: JsonObject;
}
const MOST = 500;

/** Keeps what could not be read, the newest 500 of a connection. */
export async function keepRefusals(
  tx: Tx,
  input: { workspace: Id; connection: Id; now: Instant; refusals: readonly Refused[] },
): Promise<void> {
  const { workspace, connection, refusals } = input;
  if (refusals.length === 0) return;
  await tx.query(sql`
    insert into shop_refusals (connection_id, id, workspace_id, topic, reason, body, refused_at)
    select ${connection}::uuid, r.id, ${workspace}::uuid, r.topic, r.reason, r.body, ${ts(input.now)}::timestamptz
    from unnest(${refusals.map((one) => one.id)}::uuid[], ${refusals.map((one) => one.topic)}::text[], ${refusals.map((one) => one.reason)}::text[], ${jsonArray(refusals.map((one) => one.body))}::jsonb[]) as r (id, topic, reason, body) order by r.id`);
  await tx.query(sql`
    delete from shop_refusals where workspace_id = ${workspace} and connection_id = ${connection}
      and id <= (select r.id from shop_refusals r where r.workspace_id = ${workspace} and r.connection_id = ${connection} order by r.id desc offset ${MOST} limit 1)`);
}

export async function selectRefusals(db: Db, input: { workspace: Id; connection: Id }): Promise<(Refused & { refused_at: Instant })[]> {
  return db.query(
    sql`select id, topic, reason, body, refused_at from shop_refusals where workspace_id = ${input.workspace} and connection_id = ${input.connection} order by id desc limit ${MOST}`,
  );
}

export async function findRefusal(db: Db, input: { workspace: Id; connection: Id; id: Id }): Promise<Refused | null> {
  const rows = await db.query<Refused>(
    sql`select id, topic, reason, body from shop_refusals where workspace_id = ${input.workspace} and connection_id = ${input.connection} and id = ${input.id} order by id`,
  );
  return rows[0] ?? null;
}

export async function dropRefusal(db: Db, input: { workspace: Id; connection: Id; id: Id }): Promise<void> {
  await db.query(
    sql`delete from shop_refusals where workspace_id = ${input.workspace} and connection_id = ${input.connection} and id = ${input.id}`,
  );
}

/** Forgets what was refused before `before`. */
export async function dropRefusals(db: Db, input: { before: Instant }): Promise<void> {
  await db.query(sql`delete from shop_refusals where refused_at < ${ts(input.before)}::timestamptz`);
}
