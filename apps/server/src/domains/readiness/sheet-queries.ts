import type { Id, Instant } from "@relance/model/base";
import type { SheetCode, SheetProblem } from "@relance/model/readiness";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, jsonArray, sql, ts, tsArray } from "../../platform/db/sql.ts";

/** Statements on what was found of products' sheets and of their web addresses. */
export async function sheetCells(tx: Tx, input: { products: readonly Id[] }): Promise<{ product: Id; cells: number[] }[]> {
  return tx.query(
    sql`select product_id as product, cells from sheet_audits where product_id = any(${input.products as Id[]}::uuid[]) order by product_id`,
  );
}

export interface SheetRow {
  readonly product: Id;
  readonly cells: readonly number[];
  readonly problems: readonly SheetProblem[];
}
export async function writeSheets(tx: Tx, input: { workspace: Id; now: Instant; rows: readonly SheetRow[] }): Promise<void> {
  const { rows } = input;
  if (rows.length === 0) return;
  const codes = (row: SheetRow) => `{${[...new Set(row.problems.map((one) => one.code))].join(",")}}`;
  await tx.query(sql`
    insert into sheet_audits (product_id, workspace_id, cells, problems, codes, audited_at)
    select r.product, ${input.workspace}, r.cells::integer[], r.problems, r.codes::text[], ${ts(input.now)}::timestamptz
    from unnest(${rows.map((one) => one.product)}::uuid[], ${rows.map((one) => `{${one.cells.join(",")}}`)}::text[], ${jsonArray(rows.map((one) => one.problems.slice(0, 200)))}::jsonb[], ${rows.map(codes)}::text[]) as r (product, cells, problems, codes) order by r.product
    on conflict (product_id) do update set cells = excluded.cells, problems = excluded.problems, codes = excluded.codes, audited_at = excluded.audited_at`);
}

export async function deleteSheets(tx: Tx, input: { products: readonly Id[] }): Promise<void> {
  if (input.products.length > 0) await tx.query(sql`delete from sheet_audits where product_id = any(${input.products as Id[]}::uuid[])`);
}

/** Marks products once judged, for the daily pass: those gone since are found out so. */
export async function markJudged(tx: Tx, input: { workspace: Id }): Promise<void> {
  await tx.query(
    sql`insert into sheet_marks (product_id, workspace_id) select product_id, workspace_id from sheet_audits where workspace_id = ${input.workspace} order by product_id on conflict (product_id) do nothing`,
  );
}

export async function writeProductsTo(tx: Tx, input: { workspace: Id; at: Instant; id: Id }): Promise<void> {
  await tx.query(
    sql`update readiness_states set products_to = ${ts(input.at)}, products_id = ${input.id} where workspace_id = ${input.workspace}`,
  );
}

export async function knownAddresses(tx: Tx, input: { workspace: Id; urls: readonly string[] }): Promise<Map<string, boolean | null>> {
  const rows = await tx.query<{ url: string; alive: boolean | null }>(
    sql`select url, alive from web_addresses where workspace_id = ${input.workspace} and url = any(${input.urls as string[]}::text[]) order by url`,
  );
  return new Map(rows.map((row) => [row.url, row.alive]));
}

/** Notes addresses to be looked at, each with some products that show it. */
export async function noteAddresses(
  tx: Tx,
  input: { workspace: Id; now: Instant; rows: readonly { url: string; products: readonly Id[] }[] },
): Promise<void> {
  const rows = [...input.rows].sort((a, b) => (a.url < b.url ? -1 : 1));
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into web_addresses (workspace_id, url, ask_at, products)
    select ${input.workspace}, r.url, ${ts(input.now)}::timestamptz, r.products::uuid[] from unnest(${rows.map((one) => one.url)}::text[], ${rows.map((one) => `{${one.products.slice(0, 20).join(",")}}`)}::text[]) as r (url, products) order by r.url
    on conflict (workspace_id, url) do nothing`);
}

export interface AddressRow {
  workspace_id: Id;
  url: string;
  alive: boolean | null;
  failures: number;
  products: Id[];
}
export async function dueAddresses(db: Db, input: { now: Instant; limit: number }): Promise<AddressRow[]> {
  return db.query<AddressRow>(
    sql`select workspace_id, url, alive, failures, products from web_addresses where ask_at <= ${ts(input.now)} order by ask_at, url limit ${input.limit}`,
  );
}

export async function writeAddresses(
  tx: Tx,
  input: {
    now: Instant;
    rows: readonly { workspace: Id; url: string; alive: boolean | null; status: number | null; failures: number; askAt: Instant }[];
  },
): Promise<void> {
  const { rows } = input;
  await tx.query(sql`
    update web_addresses w set alive = r.alive, status = r.status, failures = r.failures, asked_at = ${ts(input.now)}, ask_at = r.ask_at
    from unnest(${rows.map((one) => one.workspace)}::uuid[], ${rows.map((one) => one.url)}::text[], ${rows.map((one) => one.alive)}::boolean[], ${rows.map((one) => one.status)}::int[], ${rows.map((one) => one.failures)}::smallint[], ${tsArray(rows.map((one) => one.askAt))}::timestamptz[]) as r (workspace, url, alive, status, failures, ask_at)
    where w.workspace_id = r.workspace and w.url = r.url`);
}

export async function markProducts(tx: Tx, input: { products: readonly { workspace: Id; product: Id }[] }): Promise<void> {
  const rows = [...new Map(input.products.map((one) => [one.product, one])).values()].sort((a, b) => (a.product < b.product ? -1 : 1));
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into sheet_marks (product_id, workspace_id) select r.product, r.workspace from unnest(${rows.map((one) => one.product)}::uuid[], ${rows.map((one) => one.workspace)}::uuid[]) as r (product, workspace) order by r.product on conflict (product_id) do nothing`);
}

/** Takes marks: a product marked anew while it is judged is marked again by whoever does. */
export async function takeProducts(tx: Tx, input: { workspace: Id; limit: number }): Promise<Id[]> {
  const rows = await tx.query<{ product_id: Id }>(sql`
    with chosen as (select product_id from sheet_marks where workspace_id = ${input.workspace} order by product_id limit ${input.limit})
    delete from sheet_marks m using chosen h where m.product_id = h.product_id returning m.product_id`);
  return rows.map((row) => row.product_id).sort();
}

export async function selectSheets(
  db: Db,
  input: { workspace: Id; code: SheetCode; after: Id | null; limit: number },
): Promise<{ product: Id; name: string; external_id: string; problems: SheetProblem[] }[]> {
  return db.query(sql`
    select a.product_id as product, p.name, p.external_id, a.problems from sheet_audits a join products p on p.id = a.product_id
    where a.workspace_id = ${input.workspace} and a.codes @> array[${input.code}]::text[] ${input.after === null ? empty : sql`and a.product_id > ${input.after}::uuid`} order by a.product_id limit ${input.limit}`);
}
