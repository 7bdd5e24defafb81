import { BUCKETS, type Id, type Instant } from "@relance/model/base";
import { upgradeGraph, type Choice, type Graph } from "@relance/model/journeys";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import { notPaused, runColumns, type RunRow } from "./queries.ts";

/** Statements on what a publish chose for people inside earlier versions; `journey_changes` says in which buckets it is still to be done. */
export interface ChangeUnit {
  readonly bucket: number;
  readonly journey_id: Id;
  readonly version: number;
  readonly workspace_id: Id;
}

/** The graphs of all versions of a journey, oldest first. */
export async function selectVersions(db: Db, input: { workspace: Id; journey: Id }): Promise<Graph[]> {
  const rows = await db.query<{ graph: unknown }>(
    sql`select graph from journey_versions where workspace_id = ${input.workspace} and journey_id = ${input.journey} order by version`,
  );
  return rows.map((row) => upgradeGraph(row.graph));
}

/** Asks the engine to apply the choices of a version, bucket by bucket. */
export async function askChanges(
  tx: Tx,
  input: { workspace: Id; journey: Id; version: number; choices: Readonly<Record<string, Choice>>; now: Instant },
): Promise<void> {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  await tx.query(
    sql`update journey_versions set choices = ${json(input.choices)} where workspace_id = ${input.workspace} and journey_id = ${input.journey} and version = ${input.version}::integer`,
  );
  await tx.query(sql`
    insert into journey_changes (bucket, journey_id, version, workspace_id, asked_at)
    select b, ${input.journey}::uuid, ${input.version}::integer, ${input.workspace}::uuid, ${ts(input.now)}::timestamptz from unnest(${buckets}::smallint[]) as b`);
}

export async function dropChanges(tx: Tx, input: { workspace: Id; journey: Id }): Promise<void> {
  await tx.query(sql`delete from journey_changes where workspace_id = ${input.workspace} and journey_id = ${input.journey}`);
}

export async function isChanging(db: Db, input: { workspace: Id; journey: Id }): Promise<boolean> {
  const rows = await db.query(
    sql`select bucket from journey_changes where workspace_id = ${input.workspace} and journey_id = ${input.journey} order by bucket limit 1`,
  );
  return rows.length > 0;
}

/** Some buckets in which the choices of one version, the one asked first, are to be applied. Of one journey, earlier versions come first. */
export async function nextChanges(tx: Tx, input: { buckets: readonly number[]; limit: number }): Promise<ChangeUnit[]> {
  return tx.query(sql`
    with first as (select r.journey_id, min(r.version) as version, min(r.asked_at) as asked from journey_changes r where r.bucket = any(${input.buckets as number[]}::smallint[]) and ${notPaused} group by r.journey_id order by asked, r.journey_id limit 1)
    select h.bucket, h.journey_id, h.version, h.workspace_id from journey_changes h join first on first.journey_id = h.journey_id and first.version = h.version
    where h.bucket = any(${input.buckets as number[]}::smallint[]) order by h.bucket limit ${input.limit}`);
}

export async function selectChoices(tx: Tx, input: { workspace: Id; journey: Id; version: number }): Promise<Record<string, Choice>> {
  const [row] = await tx.query<{ choices: Record<string, Choice> }>(
    sql`select choices from journey_versions where workspace_id = ${input.workspace} and journey_id = ${input.journey} and version = ${input.version}::integer`,
  );
  return row?.choices ?? {};
}

/** Waiting runs of earlier versions at some steps, locked in the order everyone locks runs. */
export async function lockRunsToChange(
  tx: Tx,
  input: { workspace: Id; journey: Id; version: number; buckets: readonly number[]; steps: readonly string[]; limit: number },
): Promise<RunRow[]> {
  return tx.query<RunRow>(sql`
    select ${runColumns} from runs r
    where r.bucket = any(${input.buckets as number[]}::smallint[]) and r.workspace_id = ${input.workspace} and r.journey_id = ${input.journey} and r.state = 'waiting' and r.version < ${input.version}::integer and r.step_id = any(${input.steps as string[]}::text[])
    order by r.bucket, r.id limit ${input.limit} for update of r`);
}

export async function finishChanges(tx: Tx, input: { journey: Id; version: number; buckets: readonly number[] }): Promise<void> {
  await tx.query(
    sql`delete from journey_changes where journey_id = ${input.journey} and version = ${input.version}::integer and bucket = any(${input.buckets as number[]}::smallint[])`,
  );
}
