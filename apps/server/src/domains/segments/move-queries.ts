import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { rowSet } from "../../platform/db/row-set.ts";
import { empty, sql, ts } from "../../platform/db/sql.ts";
import type { Cause } from "./touched.ts";

export interface Change {
  readonly segment: Id;
  readonly generation: number;
  /** Of the generation in force; who comes into one to come keeps the moment of entry of the one in force. */
  readonly inForce: boolean;
  readonly contact: Id;
  readonly entered: boolean;
}

interface Row {
  readonly segment_id: Id;
  readonly generation: number;
  readonly contact_id: Id;
}

/** Writes entries and departures of any generations. @returns those that were news, in the order given */
export async function changeMembership<Of extends Change>(
  tx: Tx,
  input: { workspace: Id; changes: readonly Of[]; now: Instant },
): Promise<readonly Of[]> {
  const old = new Set(
    [...(await enter(tx, input)), ...(await leave(tx, input))].map((row) => `${row.segment_id} ${row.generation} ${row.contact_id}`),
  );
  return old.size === 0 ? input.changes : input.changes.filter((one) => !old.has(`${one.segment} ${one.generation} ${one.contact}`));
}

const rowsOf = (changes: readonly Change[]) =>
  rowSet(changes, {
    contact_id: ["uuid", (one) => one.contact],
    bucket: ["smallint", (one) => bucketOf(one.contact)],
    segment_id: ["uuid", (one) => one.segment],
    generation: ["integer", (one) => one.generation],
    in_force: ["boolean", (one) => one.inForce],
  });

/** @returns those that were in already: mostly none, so that a turn's thousands of entries need not come back. Sorted, because neighbours in an index cost half. */
async function enter(tx: Tx, input: { workspace: Id; changes: readonly Change[]; now: Instant }): Promise<Row[]> {
  const changes = input.changes.filter((one) => one.entered);
  if (changes.length === 0) return [];
  // Of what is in force the bucket's owner knows who is in; of a generation to come nobody asked. Looking twice costs a third more.
  const guard = changes.every((one) => one.inForce) ? empty : sql`on conflict (bucket, segment_id, generation, contact_id) do nothing`;
  return tx.query(sql`
    with asked as materialized (select r.bucket, r.segment_id, r.generation, r.contact_id, r.in_force from ${rowsOf(changes)} r), come as (
      insert into segment_memberships (bucket, segment_id, generation, contact_id, workspace_id, entered_at)
      select a.bucket, a.segment_id, a.generation, a.contact_id, ${input.workspace}::uuid, case when a.in_force then ${ts(input.now)}::timestamptz else
        coalesce((select f.entered_at from segment_members f where f.bucket = a.bucket and f.segment_id = a.segment_id and f.contact_id = a.contact_id), ${ts(input.now)}::timestamptz) end
      from asked a order by a.bucket, a.segment_id, a.generation, a.contact_id
      ${guard} returning bucket, segment_id, generation, contact_id
    )
    select a.segment_id, a.generation, a.contact_id from asked a
    where not exists (select 1 from come c where c.bucket = a.bucket and c.segment_id = a.segment_id and c.generation = a.generation and c.contact_id = a.contact_id)`);
}

/** @returns those that were not in */
async function leave(tx: Tx, input: { changes: readonly Change[] }): Promise<Row[]> {
  const changes = input.changes.filter((one) => !one.entered);
  if (changes.length === 0) return [];
  return tx.query(sql`
    with asked as materialized (select r.bucket, r.segment_id, r.generation, r.contact_id from ${rowsOf(changes)} r), gone as (
      delete from segment_memberships m using asked a where m.bucket = a.bucket and m.segment_id = a.segment_id and m.generation = a.generation and m.contact_id = a.contact_id
      returning m.bucket, m.segment_id, m.generation, m.contact_id
    )
    select a.segment_id, a.generation, a.contact_id from asked a
    where not exists (select 1 from gone g where g.bucket = a.bucket and g.segment_id = a.segment_id and g.generation = a.generation and g.contact_id = a.contact_id)`);
}

export interface Move {
  readonly workspace: Id;
  readonly segment: Id;
  readonly contact: Id;
  readonly entered: boolean;
  readonly cause: Cause;
  readonly id: Id;
}

/** Writes history. */
export async function writeMoves(tx: Tx, input: { moves: readonly Move[]; now: Instant }): Promise<void> {
  if (input.moves.length === 0) return;
  const rows = rowSet(input.moves, {
    id: ["uuid", (one) => one.id],
    bucket: ["smallint", (one) => bucketOf(one.contact)],
    contact_id: ["uuid", (one) => one.contact],
    segment_id: ["uuid", (one) => one.segment],
    workspace_id: ["uuid", (one) => one.workspace],
    entered: ["boolean", (one) => one.entered],
    cause: ["text", (one) => one.cause],
  });
  await tx.query(sql`
    insert into segment_moves (bucket, contact_id, id, segment_id, workspace_id, entered, cause, moved_at)
    select m.bucket, m.contact_id, m.id, m.segment_id, m.workspace_id, m.entered, m.cause, ${ts(input.now)}::timestamptz from ${rows} m order by m.bucket, m.contact_id, m.id`);
}
