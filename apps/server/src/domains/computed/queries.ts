import { bucketOf, BUCKETS, type Id, type Instant } from "@relance/model/base";
import type { Computation } from "@relance/model/computed";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, sql, ts, tsArray, type Sql } from "../../platform/db/sql.ts";

export interface ComputedRow {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly key: string;
  readonly name: string;
  readonly computation: Computation;
  readonly state: "building" | "live" | "removing";
  readonly created_at: Instant;
  readonly changed_at: Instant;
  readonly to_build: number;
}

export async function selectComputed(db: Db, input: { workspaces: readonly Id[]; id?: Id }): Promise<ComputedRow[]> {
  return db.query<ComputedRow>(sql`
    select a.id, a.workspace_id, a.key, a.name, a.computation, a.state, a.created_at, a.changed_at, (select count(*) from computed_builds b where b.attribute_id = a.id) as to_build
    from computed_attributes a where a.workspace_id = any(${input.workspaces as Id[]}::uuid[]) and a.state <> 'archived' ${input.id ? sql`and a.id = ${input.id}` : empty} order by lower(a.name), a.id`);
}

/** @returns false when the key is taken */
export async function insertComputed(
  tx: Tx,
  input: { id: Id; workspace: Id; key: string; name: string; computation: Computation; by: string; now: Instant },
): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into computed_attributes (id, workspace_id, key, name, computation, state, created_at, created_by, changed_at)
    values (${input.id}, ${input.workspace}, ${input.key}, ${input.name}, ${json(input.computation)}, 'building', ${ts(input.now)}, ${input.by}, ${ts(input.now)})
    on conflict (workspace_id, key) where state <> 'archived' do nothing returning id`);
  return rows.length === 1;
}

export async function updateComputed(
  tx: Tx,
  input: { workspace: Id; id: Id; name: string | null; computation: Computation | null; now: Instant },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update computed_attributes set name = coalesce(${input.name}, name), computation = coalesce(${input.computation ? json(input.computation) : null}::jsonb, computation),
      state = case when ${input.computation !== null} then 'building' else state end, changed_at = ${ts(input.now)}
    where workspace_id = ${input.workspace} and id = ${input.id} and state in ('building', 'live') returning id`);
  return rows.length === 1;
}

export async function setRemoving(tx: Tx, input: { workspace: Id; id: Id; now: Instant }): Promise<void> {
  await tx.query(
    sql`update computed_attributes set state = 'removing', changed_at = ${ts(input.now)} where workspace_id = ${input.workspace} and id = ${input.id} and state in ('building', 'live')`,
  );
}

/** Asks every bucket to compute (or take out) the values, at its owner's next turn. */
export async function askBuild(tx: Tx, input: { workspace: Id; id: Id; now: Instant }): Promise<void> {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  await tx.query(sql`
    insert into computed_builds (bucket, attribute_id, workspace_id, asked_at)
    select b, ${input.id}, ${input.workspace}, ${ts(input.now)}::timestamptz from unnest(${buckets}::smallint[]) as b order by b
    on conflict (bucket, attribute_id) do update set asked_at = excluded.asked_at`);
}

export async function nextBuild(
  tx: Tx,
  input: { buckets: readonly number[]; limit: number },
): Promise<{ attribute_id: Id; workspace_id: Id; bucket: number }[]> {
  return tx.query(sql`
    with first as (select attribute_id from computed_builds where bucket = any(${input.buckets as number[]}::smallint[]) order by asked_at, attribute_id limit 1)
    select b.attribute_id, b.workspace_id, b.bucket from computed_builds b join first on first.attribute_id = b.attribute_id
    where b.bucket = any(${input.buckets as number[]}::smallint[]) order by b.bucket limit ${input.limit}`);
}

/** Marks buckets as computed; the last of them makes the attribute live, or ends its removal. */
export async function finishBuild(tx: Tx, input: { id: Id; buckets: readonly number[] }): Promise<void> {
  await tx.query(
    sql`delete from computed_builds where attribute_id = ${input.id} and bucket = any(${input.buckets as number[]}::smallint[])`,
  );
  await settle(tx, sql`and a.id = ${input.id}`);
}

/** Attributes whose last buckets two owners finished together, each of whom saw the other's as still to do. */
export async function settleComputed(db: Db): Promise<void> {
  await settle(db, empty);
}

async function settle(db: Db, only: Sql): Promise<void> {
  await db.query(sql`
    update computed_attributes a set state = case when a.state = 'building' then 'live' else 'archived' end
    where a.state in ('building', 'removing') ${only} and not exists (select 1 from computed_builds b where b.attribute_id = a.id)`);
}

/** Sets when values may next change by time alone; null: never. */
export async function writeTimers(
  tx: Tx,
  input: { workspace: Id; attribute: Id; timers: readonly { readonly contact: Id; readonly due: Instant | null }[] },
): Promise<void> {
  const gone = input.timers.filter((timer) => timer.due === null);
  const set = input.timers.filter((timer) => timer.due !== null);
  if (gone.length > 0) {
    await tx.query(sql`
      delete from computed_timers t using unnest(${gone.map((one) => bucketOf(one.contact))}::smallint[], ${gone.map((one) => one.contact)}::uuid[]) as o (b, c)
      where t.bucket = o.b and t.attribute_id = ${input.attribute} and t.contact_id = o.c`);
  }
  if (set.length > 0) {
    await tx.query(sql`
      insert into computed_timers (bucket, attribute_id, contact_id, workspace_id, due_at)
      select b, ${input.attribute}, c, ${input.workspace}, due from unnest(${set.map((one) => bucketOf(one.contact))}::smallint[], ${set.map((one) => one.contact)}::uuid[], ${tsArray(set.map((one) => one.due))}::timestamptz[]) as t (b, c, due) order by b, c
      on conflict (bucket, attribute_id, contact_id) do update set due_at = excluded.due_at`);
  }
}

export async function dueTimers(
  tx: Tx,
  input: { buckets: readonly number[]; now: Instant; limit: number },
): Promise<{ attribute_id: Id; contact_id: Id; workspace_id: Id }[]> {
  return tx.query(sql`
    select attribute_id, contact_id, workspace_id from computed_timers where bucket = any(${input.buckets as number[]}::smallint[]) and due_at <= ${ts(input.now)}::timestamptz
    order by due_at, bucket, attribute_id, contact_id limit ${input.limit}`);
}

export async function firstDue(db: Db, input: { buckets: readonly number[] }): Promise<{ due: Instant | null; building: boolean }> {
  const [row] = await db.query<{ due: Instant | null; building: boolean }>(sql`
    select (select min(due_at) from computed_timers where bucket = any(${input.buckets as number[]}::smallint[])) as due,
      exists (select 1 from computed_builds where bucket = any(${input.buckets as number[]}::smallint[])) as building`);
  return row!;
}
