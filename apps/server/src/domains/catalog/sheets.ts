import type { Id, Instant } from "@relance/model/base";
import { differences, type Sheet, type SheetChange } from "@relance/model/catalog";
import type { ChangedKind } from "@relance/contract/catalog-changes";
import type { Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts } from "../../platform/db/sql.ts";
import type { Chance } from "../../platform/ports.ts";

/** Who says something of the catalogue, where and when. */
export interface By {
  readonly workspace: Id;
  readonly chance: Chance;
  readonly now: Instant;
  readonly source: string;
}

/** A thing of the catalogue before and after what was said of it; `before` null for one that is new. */
export interface Edit<S> {
  readonly id: Id;
  readonly before: S | null;
  readonly after: S;
}

/** How one kind of thing is read and written as a sheet. */
export interface SheetKind<S> {
  readonly name: ChangedKind;
  /** Things of the workspace by id, kept from changing until the end of the transaction. */
  load(tx: Tx, input: { readonly workspace: Id; readonly ids: readonly Id[] }): Promise<Map<Id, S>>;
  /** Makes stored things say exactly these. */
  write(tx: Tx, by: By, edits: readonly Edit<S>[]): Promise<void>;
}

const sheetOf = (value: object): Sheet => value as Sheet;

/** Writes what changed and notes it in the history; what says the same as before is left alone. @returns how many were new, and changed */
export async function keepEdits<S extends object>(
  tx: Tx,
  by: By,
  kind: SheetKind<S>,
  edits: readonly Edit<S>[],
): Promise<{ created: number; changed: readonly Edit<S>[] }> {
  const told = edits
    .map((edit) => ({ edit, changes: differences(sheetOf(edit.before ?? {}), sheetOf(edit.after)) }))
    .filter(({ edit, changes }) => edit.before === null || changes.length > 0);
  if (told.length > 0) {
    await kind.write(
      tx,
      by,
      told.map((one) => one.edit),
    );
    await insertChanges(
      tx,
      by,
      kind.name,
      told.map(({ edit, changes }) => ({
        object: edit.id,
        what: edit.before === null ? ("created" as const) : ("changed" as const),
        changes,
      })),
    );
  }
  return { created: edits.filter((edit) => edit.before === null).length, changed: told.map((one) => one.edit) };
}

async function insertChanges(
  tx: Tx,
  by: By,
  kind: ChangedKind,
  rows: readonly { object: Id; what: "created" | "changed"; changes: readonly SheetChange[] }[],
): Promise<void> {
  await tx.query(sql`
    insert into catalog_changes (workspace_id, kind, object_id, id, at, source, what, changes)
    select ${by.workspace}::uuid, ${kind}, r.object_id, r.id, ${ts(by.now)}::timestamptz, ${by.source}, r.what, r.changes
    from unnest(${rows.map((row) => row.object)}::uuid[], ${rows.map(() => by.chance.id(by.now))}::uuid[], ${rows.map((row) => row.what)}::text[], ${jsonArray(rows.map((row) => row.changes))}::jsonb[]) as r (object_id, id, what, changes)
    order by r.object_id`);
}
