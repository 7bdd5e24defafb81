import type { READING_STATES } from "@relance/contract/connectors";
import type { Id, Instant } from "@relance/model/base";
import type { Shop } from "@relance/model/connectors";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";

export type ReadingState = (typeof READING_STATES)[number];
export type ShopNames = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ConnectionRecord {
  id: Id;
  workspace_id: Id;
  shop: Shop;
  name: string;
  domain: string;
  secret: Uint8Array;
  prefix: string;
  store: string;
  access: Uint8Array | null;
  names: ShopNames;
  created_at: Instant;
  last_received_at: Instant | null;
  stored: number;
  repeated: number;
  ignored: number;
  refused: number;
  last_problem: string | null;
  last_problem_at: Instant | null;
  reading: ReadingState;
  due_at: Instant | null;
  refusals: number;
  read_at: Instant | null;
  read_problem: string | null;
  read_problem_at: Instant | null;
}

const columns = sql`id, workspace_id, shop, name, domain, secret, prefix, store, access, names, created_at, last_received_at, stored, repeated, ignored, refused, last_problem, last_problem_at, reading, due_at, refusals, read_at, read_problem, read_problem_at`;

export async function selectConnections(db: Db, input: { workspace: Id }): Promise<ConnectionRecord[]> {
  return db.query<ConnectionRecord>(
    sql`select ${columns} from shop_connections where workspace_id = ${input.workspace} order by created_at, id`,
  );
}

export async function findConnection(db: Db, input: { workspace: Id; id: Id }): Promise<ConnectionRecord | null> {
  const rows = await db.query<ConnectionRecord>(
    sql`select ${columns} from shop_connections where workspace_id = ${input.workspace} and id = ${input.id} order by id`,
  );
  return rows[0] ?? null;
}

/** By its webhook address: the one read that does not know the workspace yet. */
export async function connectionOfHook(db: Db, input: { id: Id }): Promise<ConnectionRecord | null> {
  const rows = await db.query<ConnectionRecord>(sql`select ${columns} from shop_connections where id = ${input.id} order by id`);
  return rows[0] ?? null;
}

export async function insertConnection(
  tx: Tx,
  input: {
    id: Id;
    workspace: Id;
    shop: Shop;
    name: string;
    domain: string;
    secret: Uint8Array;
    access: Uint8Array | null;
    prefix: string;
    store: string;
    by: string;
    now: Instant;
  },
): Promise<void> {
  await tx.query(sql`
    insert into shop_connections (id, workspace_id, shop, name, domain, secret, access, prefix, store, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.shop}, ${input.name}, ${input.domain}, ${input.secret}, ${input.access}, ${input.prefix}, ${input.store}, ${ts(input.now)}::timestamptz, ${input.by})`);
}

/** @returns whether there was one */
export async function writeSecret(tx: Tx, input: { workspace: Id; id: Id; secret: Uint8Array }): Promise<boolean> {
  return (
    (
      await tx.query(
        sql`update shop_connections set secret = ${input.secret} where workspace_id = ${input.workspace} and id = ${input.id} returning id`,
      )
    ).length > 0
  );
}

/** @returns whether there was one */
export async function deleteConnection(tx: Tx, input: { workspace: Id; id: Id }): Promise<boolean> {
  return (
    (await tx.query(sql`delete from shop_connections where workspace_id = ${input.workspace} and id = ${input.id} returning id`)).length > 0
  );
}

export type Outcome = "stored" | "repeated" | "ignored" | "refused";

/** Counts deliveries or rows, in the transaction that stored them. `problem`: of the last that was refused. */
export async function countOutcomes(
  tx: Tx,
  input: { workspace: Id; connection: Id; now: Instant; outcomes: readonly Outcome[]; problem: string | null },
): Promise<void> {
  const { outcomes, problem } = input;
  const of = (name: Outcome) => outcomes.filter((one) => one === name).length;
  await tx.query(sql`
    update shop_connections set last_received_at = ${ts(input.now)}::timestamptz, stored = stored + ${of("stored")}::int, repeated = repeated + ${of("repeated")}::int, ignored = ignored + ${of("ignored")}::int, refused = refused + ${of("refused")}::int,
      last_problem = coalesce(${problem}::text, last_problem), last_problem_at = case when ${problem}::text is null then last_problem_at else ${ts(input.now)}::timestamptz end
    where workspace_id = ${input.workspace} and id = ${input.connection}`);
}

/** Other keys to the shop's programming interface, or none. @returns whether there was one */
export async function writeAccess(tx: Tx, input: { workspace: Id; id: Id; access: Uint8Array | null }): Promise<boolean> {
  return (
    (
      await tx.query(
        sql`update shop_connections set access = ${input.access} where workspace_id = ${input.workspace} and id = ${input.id} returning id`,
      )
    ).length > 0
  );
}
