import type { Id, Instant } from "@relance/model/base";
import type { FieldVerdict } from "@relance/model/readiness";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";

export interface SampleRow {
  id: Id;
  workspace_id: Id;
  subject: "contacts" | "products";
  percent: number;
  fields: string[];
  of: number;
  drawn_at: Instant;
  drawn_by: string;
  ended_at: Instant | null;
  strata: Record<string, { of: number; drawn: number }>;
  drawn: number;
  reviewed: number;
}

export async function selectSamples(db: Db, input: { workspace: Id; id?: Id }): Promise<SampleRow[]> {
  return db.query<SampleRow>(sql`
    select s.id, s.workspace_id, s.subject, s.percent, s.fields, s.of, s.drawn_at, s.drawn_by, s.ended_at, s.strata,
      (select count(*) from sample_items i where i.sample_id = s.id) as drawn, (select count(*) from sample_items i where i.sample_id = s.id and i.reviewed_at is not null) as reviewed
    from samples s where s.workspace_id = ${input.workspace} and (${input.id ?? null}::uuid is null or s.id = ${input.id ?? null}::uuid) order by s.drawn_at desc, s.id desc limit 50`);
}

export async function insertSample(
  tx: Tx,
  input: {
    workspace: Id;
    id: Id;
    subject: string;
    percent: number;
    fields: readonly string[];
    of: number;
    seed: string;
    strata: Record<string, { of: number; drawn: number }>;
    by: string;
    now: Instant;
    items: readonly { subject: Id; stratum: string }[];
  },
): Promise<void> {
  const { items } = input;
  await tx.query(sql`
    insert into samples (id, workspace_id, subject, percent, fields, of, seed, strata, drawn_at, drawn_by) values (${input.id}, ${input.workspace}, ${input.subject}, ${input.percent}, ${input.fields as string[]}::text[], ${input.of}, ${input.seed}, ${json(input.strata)}, ${ts(input.now)}, ${input.by})`);
  await tx.query(sql`
    insert into sample_items (sample_id, place, workspace_id, subject_id, stratum) select ${input.id}::uuid, r.place, ${input.workspace}::uuid, r.subject, r.stratum
    from unnest(${items.map((_one, i) => i)}::int[], ${items.map((one) => one.subject)}::uuid[], ${items.map((one) => one.stratum)}::text[]) as r (place, subject, stratum) order by r.place`);
}

/** Contacts counted in some buckets, with the cells they are in. */
export async function countedIn(
  db: Db,
  input: { workspace: Id; buckets: readonly number[]; cells: readonly number[]; most: number },
): Promise<{ contact: Id; cells: number[] }[]> {
  return db.query(sql`
    select contact_id as contact, cells from contact_audits where bucket = any(${input.buckets as number[]}::smallint[]) and workspace_id = ${input.workspace} and cells && ${input.cells as number[]}::int[] order by bucket, contact_id limit ${input.most}`);
}

export async function judgedProducts(db: Db, input: { workspace: Id; most: number }): Promise<Id[]> {
  return (
    await db.query<{ id: Id }>(
      sql`select product_id as id from sheet_audits where workspace_id = ${input.workspace} order by product_id limit ${input.most}`,
    )
  ).map((row) => row.id);
}

export interface ItemRow {
  place: number;
  subject_id: Id;
  stratum: string;
  verdicts: Record<string, FieldVerdict> | null;
  reviewed_at: Instant | null;
}
export async function selectItem(db: Db, input: { workspace: Id; sample: Id; place: number | null }): Promise<ItemRow | null> {
  const rows = await db.query<ItemRow>(sql`
    select place, subject_id, stratum, verdicts, reviewed_at from sample_items
    where workspace_id = ${input.workspace} and sample_id = ${input.sample} and (case when ${input.place}::int is null then reviewed_at is null else place = ${input.place}::int end) order by place limit 1`);
  return rows[0] ?? null;
}

export async function writeVerdicts(
  tx: Tx,
  input: { workspace: Id; sample: Id; place: number; verdicts: Record<string, FieldVerdict>; by: string; now: Instant },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update sample_items set verdicts = ${json(input.verdicts)}, reviewed_at = ${ts(input.now)}, reviewed_by = ${input.by} where workspace_id = ${input.workspace} and sample_id = ${input.sample} and place = ${input.place} returning place`);
  await tx.query(sql`
    update samples s set ended_at = ${ts(input.now)} where s.id = ${input.sample} and s.ended_at is null and not exists (select 1 from sample_items i where i.sample_id = s.id and i.reviewed_at is null)`);
  return rows.length > 0;
}

/** What was said, by sample. */
export async function selectVerdicts(
  db: Db,
  input: { workspace: Id; samples: readonly Id[] },
): Promise<{ sample: Id; verdicts: Record<string, FieldVerdict>; at: Instant }[]> {
  return db.query(sql`
    select sample_id as sample, verdicts, reviewed_at as at from sample_items where workspace_id = ${input.workspace} and sample_id = any(${input.samples as Id[]}::uuid[]) and reviewed_at is not null order by sample_id, place`);
}
