import type { Id } from "@relance/model/base";
import type { ProductSheet } from "@relance/model/catalog";
import { addToCounters, type CounterChange } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts } from "../../platform/db/sql.ts";
import { categoryIds } from "./categories.ts";
import type { By, Edit, SheetKind } from "./sheets.ts";

export const productKind: SheetKind<ProductSheet> = {
  name: "product",
  async load(tx, { workspace, ids }) {
    const rows = await tx.query<{ id: Id; sheet: ProductSheet }>(sql`
      select p.id, jsonb_strip_nulls(jsonb_build_object('name', p.name, 'sku', p.sku, 'brand', p.brand, 'category', (select c.external_id from categories c where c.id = p.category_id),
        'archived', case when p.archived_at is not null then true end,
        'translations', (select jsonb_object_agg(t.language, jsonb_build_object('name', t.name, 'description', t.description, 'url', t.url, 'imageUrl', t.image_url)) from product_translations t where t.product_id = p.id),
        'variants', (select jsonb_object_agg(v.external_id, jsonb_build_object('sku', v.sku, 'options', nullif(v.options, '{}'), 'imageUrl', v.image_url, 'attributes', nullif(v.attributes, '{}'))) from variants v where v.product_id = p.id),
        'attributes', nullif(p.attributes, '{}'), 'images', (select jsonb_agg(jsonb_build_object('url', i.url, 'options', i.options) order by i.place) from product_images i where i.product_id = p.id))) as sheet
      from products p where p.workspace_id = ${workspace} and p.id = any(${ids as Id[]}::uuid[]) order by p.external_id for update of p`);
    return new Map(rows.map((row) => [row.id, row.sheet]));
  },
  async write(tx, by, edits) {
    const categories = await categoryIds(tx, {
      workspace: by.workspace,
      externalIds: [...new Set(edits.flatMap(({ before, after }) => [before?.category ?? [], after.category ?? []].flat()))],
    });
    await writeProducts(tx, by, edits, categories);
    await writeTexts(tx, by, edits);
    await writeVariants(tx, by, edits);
    await writeImages(tx, by, edits);
    await count(tx, by, edits, categories);
  },
};

type Edits = readonly Edit<ProductSheet>[];

async function writeProducts(tx: Tx, by: By, edits: Edits, categories: ReadonlyMap<string, Id>): Promise<void> {
  await tx.query(sql`
    update products p set name = r.name, sku = r.sku, brand = r.brand, category_id = r.category_id, attributes = r.attributes, archived_at = case when r.archived then coalesce(p.archived_at, ${ts(by.now)}::timestamptz) end,
      updated_at = ${ts(by.now)}::timestamptz, source = ${by.source}
    from unnest(${edits.map((one) => one.id)}::uuid[], ${edits.map(({ after }) => after.name)}::text[], ${edits.map(({ after }) => after.sku ?? null)}::text[], ${edits.map(({ after }) => after.brand ?? null)}::text[],
      ${edits.map(({ after }) => (after.category === undefined ? null : (categories.get(after.category) ?? null)))}::uuid[], ${jsonArray(edits.map(({ after }) => after.attributes ?? {}))}::jsonb[], ${edits.map(({ after }) => after.archived === true)}::boolean[])
      as r (id, name, sku, brand, category_id, attributes, archived)
    where p.id = r.id and p.workspace_id = ${by.workspace}`);
}

async function writeTexts(tx: Tx, by: By, edits: Edits): Promise<void> {
  const changed = edits.filter(({ before, after }) => before?.translations !== undefined || after.translations !== undefined);
  if (changed.length === 0) return;
  const rows = changed.flatMap(({ id, after }) =>
    Object.entries(after.translations ?? {}).map(([language, text]) => ({ id, language, ...text, name: text.name ?? after.name })),
  );
  await tx.query(
    sql`delete from product_translations where product_id = any(${changed.map((one) => one.id)}::uuid[]) and workspace_id = ${by.workspace}`,
  );
  await tx.query(sql`
    insert into product_translations (product_id, language, workspace_id, name, description, url, image_url, updated_at)
    select r.product_id, r.language, ${by.workspace}::uuid, r.name, r.description, r.url, r.image_url, ${ts(by.now)}::timestamptz
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.language)}::text[], ${rows.map((row) => row.name)}::text[], ${rows.map((row) => row.description ?? null)}::text[], ${rows.map((row) => row.url ?? null)}::text[], ${rows.map((row) => row.imageUrl ?? null)}::text[])
      as r (product_id, language, name, description, url, image_url)
    order by r.product_id, r.language`);
}

// Orders and stock name variants: one that was told of once stays. A variant told under another product moves there.
async function writeVariants(tx: Tx, by: By, edits: Edits): Promise<void> {
  const named = edits.flatMap(({ id, after }) =>
    Object.entries(after.variants ?? {}).map(([externalId, variant]) => ({ externalId, product: id, ...variant })),
  );
  const rows = [...new Map(named.map((row) => [row.externalId, row])).values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into variants (id, workspace_id, product_id, external_id, sku, options, image_url, attributes, updated_at)
    select r.id, ${by.workspace}::uuid, r.product_id, r.external_id, r.sku, r.options, r.image_url, r.attributes, ${ts(by.now)}::timestamptz
    from unnest(${rows.map(() => by.chance.id(by.now))}::uuid[], ${rows.map((row) => row.product)}::uuid[], ${rows.map((row) => row.externalId)}::text[], ${rows.map((row) => row.sku ?? null)}::text[], ${jsonArray(rows.map((row) => row.options ?? {}))}::jsonb[], ${rows.map((row) => row.imageUrl ?? null)}::text[], ${jsonArray(rows.map((row) => row.attributes ?? {}))}::jsonb[])
      as r (id, product_id, external_id, sku, options, image_url, attributes)
    order by r.external_id
    on conflict (workspace_id, external_id) do update set product_id = excluded.product_id, sku = excluded.sku, options = excluded.options, image_url = excluded.image_url, attributes = excluded.attributes, updated_at = excluded.updated_at`);
}

async function writeImages(tx: Tx, by: By, edits: Edits): Promise<void> {
  const changed = edits.filter(({ before, after }) => before?.images !== undefined || after.images !== undefined);
  if (changed.length === 0) return;
  const rows = changed.flatMap(({ id, after }) => (after.images ?? []).map((image, place) => ({ id, place, ...image })));
  await tx.query(
    sql`delete from product_images where product_id = any(${changed.map((one) => one.id)}::uuid[]) and workspace_id = ${by.workspace}`,
  );
  await tx.query(sql`
    insert into product_images (product_id, place, workspace_id, url, options)
    select r.product_id, r.place, ${by.workspace}::uuid, r.url, r.options
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.place)}::smallint[], ${rows.map((row) => row.url)}::text[], ${jsonArray(rows.map((row) => row.options))}::jsonb[]) as r (product_id, place, url, options)
    order by r.product_id, r.place`);
}

async function count(tx: Tx, by: By, edits: Edits, categories: ReadonlyMap<string, Id>): Promise<void> {
  const at = (category: string | undefined, n: number): CounterChange[] => {
    const id = category === undefined ? undefined : categories.get(category);
    return id === undefined ? [] : [{ workspace: by.workspace, name: `products.in:${id}`, n }];
  };
  await addToCounters(
    tx,
    counterSlot(by),
    edits.flatMap(({ before, after }) => [
      ...at(before?.category, -1),
      ...at(after.category, 1),
      ...(before === null ? [{ workspace: by.workspace, name: "products", n: 1 }] : []),
    ]),
  );
}

/** One of the spread rows of counters, so that writers do not wait for each other. */
export const counterSlot = (by: Pick<By, "chance">): number => 1 + Math.floor(by.chance.float() * 7);
