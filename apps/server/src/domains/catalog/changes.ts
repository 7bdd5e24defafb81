import type { ChangedKind } from "@relance/contract/catalog-changes";
import type { Id, Instant } from "@relance/model/base";
import { takeBack, type Sheet, type SheetChange } from "@relance/model/catalog";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, sql } from "../../platform/db/sql.ts";
import { articleKind } from "./articles.ts";
import { categoryKind } from "./categories.ts";
import { changeNotFound, changedSince } from "./errors.ts";
import { productKind } from "./product-sheets.ts";
import { keepEdits, type By, type SheetKind } from "./sheets.ts";
import { storeKind } from "./stores.ts";

export interface ChangeRow {
  readonly id: Id;
  readonly at: Instant;
  readonly source: string;
  readonly what: "created" | "changed";
  readonly changes: SheetChange[];
}

/** Newest first; ids are in the order of time. */
export async function listChanges(
  db: Db,
  input: { workspace: Id; kind: ChangedKind; object: Id; after: Id | null; limit: number },
): Promise<ChangeRow[]> {
  return db.query<ChangeRow>(sql`
    select c.id, c.at, c.source, c.what, c.changes from catalog_changes c
    where c.workspace_id = ${input.workspace} and c.kind = ${input.kind} and c.object_id = ${input.object} ${input.after === null ? empty : sql`and c.id < ${input.after}::uuid`}
    order by c.id desc limit ${input.limit}`);
}

const KINDS: Readonly<Record<ChangedKind, SheetKind<Sheet>>> = {
  store: storeKind,
  category: categoryKind,
  product: productKind,
  article: articleKind,
} as unknown as Record<ChangedKind, SheetKind<Sheet>>;

/**
 * Takes a change back, as a change of its own that can be taken back too. That something was made is undone by archiving it.
 * @throws catalog_change.not_found; catalog_change.changed_since when a part is no longer what the change made of it, unless `partly`
 */
export async function undoChange(
  tx: Tx,
  by: By,
  input: { kind: ChangedKind; object: Id; change: Id; partly: boolean },
): Promise<{ takenBack: number; left: (readonly string[])[] }> {
  const kind = KINDS[input.kind];
  const now = (await kind.load(tx, { workspace: by.workspace, ids: [input.object] })).get(input.object);
  const [row] = await tx.query<ChangeRow>(sql`
    select c.id, c.at, c.source, c.what, c.changes from catalog_changes c where c.workspace_id = ${by.workspace} and c.kind = ${input.kind} and c.object_id = ${input.object} and c.id = ${input.change} order by c.id`);
  if (!now || !row) throw changeNotFound({});
  const back = row.what === "created" ? { sheet: { ...now, archived: true }, changedSince: [] } : takeBack(now, row.changes);
  if (back.changedSince.length > 0 && !input.partly)
    throw changedSince({ parts: back.changedSince.map((path) => path.join(" › ")) }, { field: "change" });
  await keepEdits(tx, by, kind, [{ id: input.object, before: now, after: back.sheet }]);
  return { takenBack: row.what === "created" ? 1 : row.changes.length - back.changedSince.length, left: [...back.changedSince] };
}
