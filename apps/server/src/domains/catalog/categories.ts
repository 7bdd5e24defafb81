import type { CategoryInput } from "@relance/contract/categories";
import type { Id } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts } from "../../platform/db/sql.ts";
import { categoryCycle, storeUnknown } from "./errors.ts";
import { storeIds } from "./queries.ts";
import { keepEdits, type By, type Edit, type SheetKind } from "./sheets.ts";

type Names = Readonly<Record<string, string>>;
/** A category as it is compared and brought back: names by language, the shop's id of its parent, the stores that show it by code. */
export interface CategorySheet {
  readonly names: Names;
  readonly parent?: string;
  readonly stores?: Readonly<Record<string, Names>>;
  readonly archived?: true;
}

export const categoryKind: SheetKind<CategorySheet> = {
  name: "category",
  async load(tx, { workspace, ids }) {
    const rows = await tx.query<{ id: Id; sheet: CategorySheet }>(sql`
      select c.id, jsonb_strip_nulls(jsonb_build_object('names', c.names, 'parent', (select p.external_id from categories p where p.id = c.parent_id),
        'stores', (select jsonb_object_agg(s.code, k.names) from category_stores k join stores s on s.id = k.store_id where k.category_id = c.id), 'archived', case when c.archived_at is not null then true end)) as sheet
      from categories c where c.workspace_id = ${workspace} and c.id = any(${ids as Id[]}::uuid[]) order by c.external_id for update of c`);
    return new Map(rows.map((row) => [row.id, row.sheet]));
  },
  async write(tx, by, edits) {
    const parents = await categoryIds(tx, { workspace: by.workspace, externalIds: edits.flatMap(({ after }) => after.parent ?? []) });
    await tx.query(sql`
      update categories c set names = r.names, parent_id = r.parent_id, archived_at = case when r.archived then coalesce(c.archived_at, ${ts(by.now)}::timestamptz) end, updated_at = ${ts(by.now)}::timestamptz, source = ${by.source}
      from unnest(${edits.map((one) => one.id)}::uuid[], ${jsonArray(edits.map(({ after }) => after.names))}::jsonb[], ${edits.map(({ after }) => (after.parent === undefined ? null : (parents.get(after.parent) ?? null)))}::uuid[], ${edits.map(({ after }) => after.archived === true)}::boolean[])
        as r (id, names, parent_id, archived)
      where c.id = r.id and c.workspace_id = ${by.workspace}`);
    await writeStores(tx, by, edits);
  },
};

async function writeStores(tx: Tx, by: By, edits: readonly Edit<CategorySheet>[]): Promise<void> {
  const named = edits.flatMap(({ id, after }) => Object.entries(after.stores ?? {}).map(([code, names]) => ({ id, code, names })));
  const stores = await storeIds(tx, { workspace: by.workspace, codes: named.map((one) => one.code) });
  const rows = named.flatMap((one) => (stores.has(one.code) ? [{ ...one, store: stores.get(one.code)! }] : []));
  await tx.query(
    sql`delete from category_stores where workspace_id = ${by.workspace} and category_id = any(${edits.map((one) => one.id)}::uuid[])`,
  );
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into category_stores (category_id, store_id, workspace_id, names)
    select r.category_id, r.store_id, ${by.workspace}::uuid, r.names from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.store)}::uuid[], ${jsonArray(rows.map((row) => row.names))}::jsonb[]) as r (category_id, store_id, names)
    order by r.category_id, r.store_id`);
}

export async function categoryIds(db: Db, input: { workspace: Id; externalIds: readonly string[] }): Promise<Map<string, Id>> {
  if (input.externalIds.length === 0) return new Map();
  const rows = await db.query<{ external_id: string; id: Id }>(
    sql`select external_id, id from categories where workspace_id = ${input.workspace} and external_id = any(${input.externalIds as string[]}::text[]) order by external_id`,
  );
  return new Map(rows.map((row) => [row.external_id, row.id]));
}

/**
 * Creates categories or changes those of the same external ids; a parent nobody told of is made. Of two with one id the later counts.
 * @param input.loops of a category that would be above itself: refused, or told without its parent
 * @throws store.unknown, category.cycle naming the field
 */
export async function upsertCategories(
  tx: Tx,
  by: By,
  input: { readonly categories: readonly CategoryInput[]; readonly loops?: "refuse" | "cut" },
): Promise<{ created: number; updated: number; ids: Map<string, Id> }> {
  const told = new Map(input.categories.map((one, at) => [one.externalId, { ...one, at }]));
  const stores = await storeIds(tx, {
    workspace: by.workspace,
    codes: input.categories.flatMap((one) => one.stores?.map((shown) => shown.store) ?? []),
  });
  input.categories.forEach((one, i) =>
    one.stores?.forEach(({ store }, j) => {
      if (!stores.has(store)) throw storeUnknown({ code: store }, { field: `categories[${i}].stores[${j}].store` });
    }),
  );
  const externalIds = [...new Set(input.categories.flatMap((one) => [one.externalId, ...(one.parent ? [one.parent] : [])]))].sort();
  const made = await tx.query<{ id: Id }>(sql`
    insert into categories (id, workspace_id, external_id, names, updated_at, source)
    select r.id, ${by.workspace}::uuid, r.external_id, '{}', ${ts(by.now)}::timestamptz, ${by.source} from unnest(${externalIds.map(() => by.chance.id(by.now))}::uuid[], ${externalIds}::text[]) as r (id, external_id) order by r.external_id
    on conflict (workspace_id, external_id) do nothing returning id`);
  const fresh = new Set(made.map((row) => row.id));
  const ids = await categoryIds(tx, { workspace: by.workspace, externalIds });
  const held = await categoryKind.load(tx, { workspace: by.workspace, ids: [...ids.values()] });
  const edits = externalIds.map((externalId): Edit<CategorySheet> => {
    const id = ids.get(externalId)!;
    return { id, before: fresh.has(id) ? null : held.get(id)!, after: withCategoryNews(held.get(id)!, told.get(externalId)) };
  });
  const { created, changed } = await keepEdits(tx, by, categoryKind, edits);
  const find = () => inCycle(tx, { workspace: by.workspace, ids: changed.map((one) => one.id) });
  let looping = await find();
  for (; looping !== null && input.loops === "cut"; looping = await find())
    await upsertCategories(tx, by, { categories: [{ externalId: looping, parent: null }] });
  if (looping !== null) throw categoryCycle({ id: looping }, { field: `categories[${told.get(looping)?.at ?? 0}].parent` });
  return { created, updated: changed.length - created, ids };
}

function withCategoryNews(held: CategorySheet, told: CategoryInput | undefined): CategorySheet {
  if (!told) return held;
  const parent = told.parent === undefined ? held.parent : (told.parent ?? undefined);
  const stores =
    told.stores === undefined
      ? held.stores
      : told.stores.length === 0
        ? undefined
        : Object.fromEntries(told.stores.map((one) => [one.store, one.names ?? {}]));
  return {
    names: { ...held.names, ...told.names },
    ...(parent !== undefined && { parent }),
    ...(stores && { stores }),
    ...((told.archived ?? held.archived) === true && { archived: true as const }),
  };
}

/** The external id of a category among these that is above itself; null when none is. */
async function inCycle(tx: Tx, input: { workspace: Id; ids: readonly Id[] }): Promise<string | null> {
  if (input.ids.length === 0) return null;
  const [row] = await tx.query<{ external_id: string }>(sql`
    with recursive up (start, id) as (
      select c.id, c.parent_id from categories c where c.workspace_id = ${input.workspace} and c.id = any(${input.ids as Id[]}::uuid[])
      union select u.start, c.parent_id from up u join categories c on c.id = u.id and c.workspace_id = ${input.workspace}
    ) select c.external_id from up u join categories c on c.id = u.start where u.start = u.id order by c.external_id limit 1`);
  return row?.external_id ?? null;
}

export interface CategoryRecord {
  readonly id: Id;
  readonly external_id: string;
  readonly parent_id: Id | null;
  readonly names: Names;
  readonly stores: readonly { store: Id; names: Names }[];
  readonly products: number;
  readonly archived: boolean;
  readonly source: string;
  readonly updated_at: number;
}

/** All categories with how many products each has, by maintained counts. */
export async function selectCategories(db: Db, input: { workspace: Id }): Promise<CategoryRecord[]> {
  return db.query<CategoryRecord>(sql`
    with counted as (select substr(c.name, length('products.in:') + 1)::uuid as id, sum(c.n)::bigint as n from counters c where c.workspace_id = ${input.workspace} and c.name like 'products.in:%' group by 1)
    select c.id, c.external_id, c.parent_id, c.names, coalesce((select jsonb_agg(jsonb_build_object('store', k.store_id, 'names', k.names) order by k.store_id) from category_stores k where k.category_id = c.id), '[]') as stores,
      coalesce(n.n, 0) as products, c.archived_at is not null as archived, c.source, c.updated_at
    from categories c left join counted n on n.id = c.id where c.workspace_id = ${input.workspace} order by c.external_id`);
}
