import type { Id, Instant } from "@relance/model/base";
import type { FormContent } from "@relance/model/forms";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, raw, sql, ts } from "../../platform/db/sql.ts";

export interface FormRecord {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly key: string;
  readonly name: string;
  readonly draft: FormContent;
  readonly live_version: number | null;
  readonly created_at: Instant;
  readonly changed_at: Instant;
  readonly archived_at: Instant | null;
  /** When the live version was published; null without one. */
  readonly published_at: Instant | null;
}

const COLUMNS = raw(
  "f.id, f.workspace_id, f.key, f.name, f.draft, f.live_version, f.created_at, f.changed_at, f.archived_at, (select v.published_at from form_versions v where v.form_id = f.id and v.version = f.live_version) as published_at",
);

/** The forms of a workspace, by name. */
export async function selectForms(db: Db, input: { workspace: Id; archived: boolean }): Promise<FormRecord[]> {
  return db.query<FormRecord>(
    sql`select ${COLUMNS} from forms f where f.workspace_id = ${input.workspace} and (f.archived_at is not null) = ${input.archived} order by f.name, f.id`,
  );
}

export async function selectForm(db: Db, input: { workspace: Id; id: Id }): Promise<FormRecord | null> {
  return (
    (await db.query<FormRecord>(sql`select ${COLUMNS} from forms f where f.workspace_id = ${input.workspace} and f.id = ${input.id}`))[0] ??
    null
  );
}

/** By the address of its page: the one read that does not know the workspace yet. */
export async function selectPublicForm(db: Db, input: { id: Id }): Promise<FormRecord | null> {
  return (
    (
      await db.query<FormRecord>(
        sql`select ${COLUMNS} from forms f where f.id = ${input.id} and f.archived_at is null and f.live_version is not null`,
      )
    )[0] ?? null
  );
}

/** Holds the row until the transaction ends, so that two publishings make two versions. */
export async function lockForm(tx: Tx, input: { workspace: Id; id: Id }): Promise<void> {
  await tx.query(sql`select id from forms where workspace_id = ${input.workspace} and id = ${input.id} for update`);
}

/** @returns false when the key is taken */
export async function insertForm(
  tx: Tx,
  input: { workspace: Id; id: Id; key: string; name: string; draft: FormContent; by: string; now: Instant },
): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into forms (id, workspace_id, key, name, draft, created_at, created_by, changed_at)
    values (${input.id}, ${input.workspace}, ${input.key}, ${input.name}, ${json(input.draft)}::jsonb, ${ts(input.now)}::timestamptz, ${input.by}, ${ts(input.now)}::timestamptz)
    on conflict (workspace_id, key) do nothing returning id`);
  return rows.length > 0;
}

export async function selectKeys(db: Db, input: { workspace: Id }): Promise<string[]> {
  return (await db.query<{ key: string }>(sql`select key from forms where workspace_id = ${input.workspace} order by key`)).map(
    (row) => row.key,
  );
}

export async function updateForm(tx: Tx, input: { workspace: Id; id: Id; name: string; draft: FormContent; now: Instant }): Promise<void> {
  await tx.query(
    sql`update forms set name = ${input.name}, draft = ${json(input.draft)}::jsonb, changed_at = ${ts(input.now)}::timestamptz where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
}

export async function updateArchived(tx: Tx, input: { workspace: Id; id: Id; archivedAt: Instant | null }): Promise<void> {
  await tx.query(
    sql`update forms set archived_at = ${input.archivedAt === null ? null : ts(input.archivedAt)}::timestamptz where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
}

/** What the live version of a form asks, for the list of sign-up points. */
export interface Collects {
  readonly kind: "question" | "consent";
  readonly what: string;
  readonly required: boolean;
}

export async function insertVersion(
  tx: Tx,
  input: { workspace: Id; id: Id; version: number; content: FormContent; collects: readonly Collects[]; by: string; now: Instant },
): Promise<void> {
  const { workspace, id, version, collects } = input;
  await tx.query(sql`
    insert into form_versions (form_id, version, workspace_id, content, published_at, published_by)
    values (${id}, ${version}, ${workspace}, ${json(input.content)}::jsonb, ${ts(input.now)}::timestamptz, ${input.by})`);
  await tx.query(sql`update forms set live_version = ${version} where workspace_id = ${workspace} and id = ${id}`);
  await tx.query(sql`delete from form_collects where workspace_id = ${workspace} and form_id = ${id}`);
  await tx.query(sql`
    insert into form_collects (workspace_id, form_id, kind, what, required)
    select ${workspace}::uuid, ${id}::uuid, k, w, r from unnest(${collects.map((one) => one.kind)}::text[], ${collects.map((one) => one.what)}::text[], ${collects.map((one) => one.required)}::boolean[]) as c (k, w, r) order by k, w`);
}

export async function selectVersions(
  db: Db,
  input: { workspace: Id; id: Id },
): Promise<{ version: number; published_at: Instant; published_by: string | null }[]> {
  return db.query(
    sql`select version, published_at, published_by from form_versions where workspace_id = ${input.workspace} and form_id = ${input.id} order by version desc limit 100`,
  );
}

export async function selectVersion(db: Db, input: { workspace: Id; id: Id; version: number }): Promise<FormContent | null> {
  return (
    (
      await db.query<{ content: FormContent }>(
        sql`select content from form_versions where workspace_id = ${input.workspace} and form_id = ${input.id} and version = ${input.version}`,
      )
    )[0]?.content ?? null
  );
}

export async function selectCollects(
  db: Db,
  input: { workspace: Id },
): Promise<(Collects & { form_id: Id; name: string; live_version: number })[]> {
  return db.query(sql`
    select c.form_id, f.name, f.live_version, c.kind, c.what, c.required from form_collects c join forms f on f.id = c.form_id and f.workspace_id = c.workspace_id
    where c.workspace_id = ${input.workspace} and f.archived_at is null and f.live_version is not null order by f.name, c.form_id, c.kind desc, c.what`);
}

/** Maintained counts by name. */
export async function selectNumbers(db: Db, input: { workspace: Id; names: readonly string[] }): Promise<Map<string, number>> {
  const rows = await db.query<{ name: string; n: number }>(
    sql`select name, sum(n)::bigint as n from counters where workspace_id = ${input.workspace} and name = any(${input.names as string[]}::text[]) group by name order by name`,
  );
  return new Map(rows.map((row) => [row.name, row.n]));
}
