import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";

export interface ConnectionRecord { id: Id; workspace_id: Id; shop: "shopify"; name: string; domain: string; secret: Uint8Array; created_at: Instant; last_received_at: Instant | null; stored: number; repeated: number; ignored: number; refused: number; last_problem: string | null; last_problem_at: Instant | null }

const columns = sql`id, workspace_id, shop, name, domain, secret, created_at, last_received_at, stored, repeated, ignored, refused, last_problem, last_problem_at`;

export async function selectConnections(db: Db, input: { workspace: Id }): Promise<ConnectionRecord[]> {
  return db.query<ConnectionRecord>(sql`select ${columns} from shop_connections where workspace_id = ${input.workspace} order by created_at, id`);
}

export async function findConnection(db: Db, input: { workspace: Id; id: Id }): Promise<ConnectionRecord | null> {
  const rows = await db.query<ConnectionRecord>(sql`select ${columns} from shop_connections where workspace_id = ${input.workspace} and id = ${input.id} order by id`);
  return rows[0] ?? null;
}

/** By its webhook address: the one read that does not know the workspace yet. */
export async function connectionOfHook(db: Db, input: { id: Id }): Promise<ConnectionRecord | null> {
  const rows = await db.query<ConnectionRecord>(sql`select ${columns} from shop_connections where id = ${input.id} order by id`);
  return rows[0] ?? null;
}

export async function insertConnection(tx: Tx, input: { id: Id; workspace: Id; shop: string; name: string; domain: string; secret: Uint8Array; by: string; now: Instant }): Promise<void> {
  await tx.query(sql`
    insert into shop_connections (id, workspace_id, shop, name, domain, secret, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.shop}, ${input.name}, ${input.domain}, ${input.secret}, ${ts(input.now)}::timestamptz, ${input.by})`);
}

/** @returns whether there was one */
export async function writeSecret(tx: Tx, input: { workspace: Id; id: Id; secret: Uint8Array }): Promise<boolean> {
  return (await tx.query(sql`update shop_connections set secret = ${input.secret} where workspace_id = ${input.workspace} and id = ${input.id} returning id`)).length > 0;
}

/** @returns whether there was one */
export async function deleteConnection(tx: Tx, input: { workspace: Id; id: Id }): Promise<boolean> {
  return (await tx.query(sql`delete from shop_connections where workspace_id = ${input.workspace} and id = ${input.id} returning id`)).length > 0;
}

/**
 * Notes the state of a thing when it is newer than what was seen; deliveries of one thing wait for each other here.
 * @returns whether it is
 */
export async function takeVersion(tx: Tx, input: { workspace: Id; connection: Id; kind: string; externalId: string; at: Instant; digest: string }): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into shop_versions (workspace_id, connection_id, kind, external_id, updated_at, digest)
    values (${input.workspace}, ${input.connection}, ${input.kind}, ${input.externalId}, ${ts(input.at)}::timestamptz, ${input.digest})
    on conflict (workspace_id, connection_id, kind, external_id) do update set updated_at = excluded.updated_at, digest = excluded.digest where (shop_versions.updated_at, shop_versions.digest) < (excluded.updated_at, excluded.digest)
    returning external_id`);
  return rows.length > 0;
}

export type Outcome = "stored" | "repeated" | "ignored" | "refused";

/** Counts one delivery, in the transaction that stored it. */
export async function countDelivery(tx: Tx, input: { workspace: Id; connection: Id; now: Instant; outcome: Outcome; problem: string | null }): Promise<void> {
  const { outcome, problem } = input;
  const one = (name: Outcome) => (outcome === name ? 1 : 0);
  await tx.query(sql`
    update shop_connections set last_received_at = ${ts(input.now)}::timestamptz, stored = stored + ${one("stored")}::int, repeated = repeated + ${one("repeated")}::int, ignored = ignored + ${one("ignored")}::int, refused = refused + ${one("refused")}::int,
      last_problem = coalesce(${problem}::text, last_problem), last_problem_at = case when ${problem}::text is null then last_problem_at else ${ts(input.now)}::timestamptz end
    where workspace_id = ${input.workspace} and id = ${input.connection}`);
}
