import type { Id } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";

export interface StoredName {
  readonly kind: string;
  readonly slug: string;
  readonly object_id: Id;
}

export async function selectNames(db: Db, input: { workspace: Id }): Promise<StoredName[]> {
  return db.query<StoredName>(
    sql`select kind, slug, object_id from code_names where workspace_id = ${input.workspace} order by kind, slug`,
  );
}

/** A name that belonged to an object which is gone passes to the new one. */
export async function writeNames(
  tx: Tx,
  input: { workspace: Id; names: readonly { readonly kind: string; readonly slug: string; readonly id: Id }[] },
): Promise<void> {
  const rows = [...input.names].sort((a, b) => (`${a.kind} ${a.slug}` < `${b.kind} ${b.slug}` ? -1 : 1));
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into code_names (workspace_id, kind, slug, object_id)
    select ${input.workspace}::uuid, k, s, o from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.slug)}::text[], ${rows.map((row) => row.id)}::uuid[]) as n (k, s, o) order by k, s
    on conflict (workspace_id, kind, slug) do update set object_id = excluded.object_id where code_names.object_id <> excluded.object_id`);
}

/** Stores by their code, which is their name in files. */
export async function selectStoreCodes(db: Db, input: { workspace: Id }): Promise<{ id: Id; code: string }[]> {
  return db.query(sql`select id, code from stores where workspace_id = ${input.workspace} order by code`);
}
