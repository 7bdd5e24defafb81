import type { ImportReport } from "@relance/contract/imports";
import type { Id, Instant } from "@relance/model/base";
import { round4, type ImportRow, type RowProblem } from "@relance/model/imports";
import { copyRows, textArray } from "../../platform/db/copy.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, jsonArray, sql, ts, tsOrNull, type Sql } from "../../platform/db/sql.ts";

/** What the keys of groups begin with: products first, then content items and contacts, then the orders that name products and contacts. */
export const PRODUCT_GROUP = "a:";
export const ARTICLE_GROUP = "b:";
export const CONTACT_GROUP = "c:";
export const CART_GROUP = "k:";
export const ORDER_GROUP = "o:";
/** After all orders, for refunds are of those. */
export const REFUND_GROUP = "r:";

export interface StagedRow {
  readonly group: string;
  readonly table: number;
  readonly number: number;
  readonly row: ImportRow;
  /** Kept where the row may still be refused for want of another. */
  readonly cells: readonly string[] | null;
}
export interface RefusedRow {
  readonly table: number;
  readonly number: number;
  readonly problem: RowProblem;
  readonly cells: readonly string[];
}

/** Rows of one table and group that follow one another and say the same of contact and order: one row of the staging table. */
export interface StagedRun {
  readonly first: StagedRow;
  readonly rows: StagedRow[];
}

/** So that a run stays within a page of the table. */
const MOST_IN_RUN = 50;

/** Adds a row to the runs of a chunk: to the last of them where it belongs to it. */
export function addToRuns(runs: StagedRun[], row: StagedRow): void {
  const last = runs.at(-1);
  if (last && follows(last, row)) last.rows.push(row);
  else runs.push({ first: row, rows: [row] });
}

function follows({ first, rows }: StagedRun, next: StagedRow): boolean {
  // A refund may still be refused by itself.
  return (
    first.row.refund === undefined &&
    first.group === next.group &&
    first.table === next.table &&
    first.number + rows.length === next.number &&
    rows.length < MOST_IN_RUN &&
    sameRecord(first.row.contact, next.row.contact) &&
    sameRecord(first.row.order, next.row.order)
  );
}

function sameRecord(a: object | null, b: object | null): boolean {
  if (a === b) return true; // as those of rows that repeat the one before are
  if (a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => (a as Record<string, unknown>)[key] === (b as Record<string, unknown>)[key])
  );
}

const COLUMNS = [
  "import_id",
  "group_key",
  "table_number",
  "row_number",
  "workspace_id",
  "payload",
  "cells",
  "who",
  "products",
  "line_total",
  "quantity",
  "order_total",
  "placed_at",
  "named",
  "price_changes",
];

/** Stores a chunk of read and refused rows and the progress, in the caller's transaction. */
export async function stageRows(
  tx: Tx,
  input: { id: Id; workspace: Id; runs: readonly StagedRun[]; refused: readonly RefusedRow[]; done: number; bytes: number },
): Promise<void> {
  const { id, workspace, refused } = input;
  await copyRows(
    tx,
    "import_rows",
    COLUMNS,
    input.runs.map(({ first, rows }) => [
      id,
      first.group,
      first.table,
      first.number,
      workspace,
      payloadOf(first, rows),
      first.cells ? json(rows.map((row) => row.cells)) : null,
      ...sumsOf(first, rows),
    ]),
  );
  if (refused.length > 0) {
    await tx.query(sql`
      insert into import_refusals (import_id, table_number, row_number, workspace_id, field, code, message, cells, params)
      select ${id}, table_number, row_number, ${workspace}, field, code, message, cells, params
      from unnest(${refused.map((row) => row.table)}::smallint[], ${refused.map((row) => row.number)}::bigint[], ${refused.map((row) => row.problem.field)}::text[], ${refused.map((row) => row.problem.code)}::text[],
        ${refused.map((row) => row.problem.message)}::text[], ${jsonArray(refused.map((row) => row.cells))}::jsonb[], ${jsonArray(refused.map((row) => row.problem.params))}::jsonb[])
        as refused (table_number, row_number, field, code, message, cells, params)`);
  }
  await tx.query(sql`update imports set rows_done = ${input.done}, bytes_done = ${input.bytes} where id = ${id}`);
}

interface Payload {
  readonly contact: ImportRow["contact"];
  readonly order: ImportRow["order"];
  readonly rows: readonly Omit<ImportRow, "contact" | "order">[];
}

function payloadOf({ row: { contact, order } }: StagedRow, rows: readonly StagedRow[]): string {
  const payload: Payload = { contact, order, rows: rows.map(({ row: { contact: _contact, order: _order, ...own } }) => own) };
  return json(payload);
}

/** The rows of a staged run. */
export function rowsIn(payload: string): ImportRow[] {
  const { contact, order, rows } = JSON.parse(payload) as Payload;
  return rows.map((own) => Object.assign(own, { contact, order }));
}

// What a check asks of a run, in the order of the columns.
function sumsOf({ row: { contact, order } }: StagedRow, rows: readonly StagedRow[]): (string | number | boolean | null)[] {
  let [lines, total, quantity] = [0, 0, 0];
  const products = new Set<string>();
  const changes: Instant[] = [];
  for (const {
    row: { line, product },
  } of rows) {
    if (line) [lines, total, quantity] = [lines + 1, total + line.total, quantity + line.quantity];
    const id = product?.id ?? line?.productId ?? line?.sku;
    if (id != null) products.add(id);
    if (product?.sale) for (const at of [product.sale.from, product.sale.to]) if (at !== null) changes.push(at);
  }
  const sum = (all: number): number | null => (lines === 0 ? null : round4(all));
  return [
    contact?.["user_id"] ?? contact?.["email"] ?? contact?.["phone"] ?? null,
    products.size === 0 ? null : textArray([...products]),
    sum(total),
    sum(quantity),
    order?.total ?? null,
    tsOrNull(order?.placedAt ?? rows.find(({ row }) => row.cart?.at != null)?.row.cart?.at),
    rows.some(({ row }) => row.product?.name != null),
    changes.length === 0 ? null : textArray(changes.map(ts)),
  ];
}

/**
 * Refuses rows that wait for another which no table holds: of an order that nothing dates, of a product that nothing names. A row that holds
 * either is never refused.
 */
export async function refuseOrphans(db: Db, input: { id: Id }): Promise<void> {
  const isDated = (key: Sql) => sql`left(${key}, 2) in (${ORDER_GROUP}, ${CART_GROUP})`;
  const [isOrder, isCart] = [sql`starts_with(group_key, ${ORDER_GROUP})`, sql`starts_with(group_key, ${CART_GROUP})`];
  const name = (most: number) => sql`left(substr(group_key, 3), ${most}::integer)`;
  await db.query(sql`
    with whole as (
      select group_key, bool_or(placed_at is not null) as dated, bool_or(named) as named from import_rows where import_id = ${input.id} group by group_key
    ), gone as (
      delete from import_rows r using whole w
      where r.import_id = ${input.id} and r.group_key = w.group_key and r.cells is not null and not starts_with(r.group_key, ${REFUND_GROUP}) and not case when ${isDated(sql`r.group_key`)} then w.dated else w.named end
      returning r.group_key, r.table_number, r.row_number, r.workspace_id, r.cells
    )
    insert into import_refusals (import_id, table_number, row_number, workspace_id, field, code, message, cells, params)
    select ${input.id}, table_number, row_number + c.n - 1, workspace_id, case when ${isOrder} then 'order.id' when ${isCart} then 'cart.id' else 'product.name' end, 'orphan',
      case when ${isCart} then 'No table holds the cart "' || ${name(60)} || '" with its contact and date.' when ${isOrder} then 'No table holds the order "' || ${name(60)} || '" with its date.' else 'No row gives the product "' || ${name(60)} || '" a name.' end, c.cells,
      jsonb_build_object('why', case when ${isOrder} then 'no_order' when ${isCart} then 'no_cart' else 'no_product' end, 'value', ${name(60)})
    from gone cross join lateral jsonb_array_elements(gone.cells) with ordinality as c (cells, n)`);
}

/** The report of a check, from the staged rows. A group whose rows name an order counts once. */
export async function summariseStaging(
  db: Db,
  input: { id: Id; now: Instant; returnPrefix: string | null; tables: readonly string[] },
): Promise<Omit<ImportReport, "applied" | "rows">> {
  const prefix = input.returnPrefix ?? "";
  const [sums] = await db.query<{
    contacts: number;
    orders: number;
    returns: number;
    without: number;
    products: number;
    articles: number;
    refunds: number;
    carts: number;
    change_at: Instant | null;
    total: number | null;
    quantity: number | null;
    first_at: Instant | null;
    last_at: Instant | null;
  }>(sql`
    with orders as (
      select ${prefix} <> '' and starts_with(group_key, ${`${ORDER_GROUP}${prefix}`}) as is_return, bool_or(who is not null) as known, coalesce(sum(line_total), max(order_total)) as total, sum(quantity) as quantity, min(placed_at) as first_at, max(placed_at) as last_at
      from import_rows where import_id = ${input.id} and starts_with(group_key, ${ORDER_GROUP}) group by group_key
    )
    select (select count(*) from (select distinct who from import_rows where import_id = ${input.id} and who is not null) w) as contacts,
      (select count(*) from (select distinct p from import_rows r cross join lateral unnest(r.products) p where r.import_id = ${input.id}) p) as products,
      (select count(distinct group_key) from import_rows where import_id = ${input.id} and starts_with(group_key, ${ARTICLE_GROUP})) as articles,
      (select count(*) from import_rows where import_id = ${input.id} and starts_with(group_key, ${REFUND_GROUP})) as refunds,
      (select count(distinct group_key) from import_rows where import_id = ${input.id} and starts_with(group_key, ${CART_GROUP})) as carts,
      (select min(t.at) from import_rows r cross join lateral unnest(r.price_changes) t (at) where r.import_id = ${input.id} and t.at > ${ts(input.now)}::timestamptz) as change_at,
      count(*) filter (where not is_return) as orders, count(*) filter (where is_return) as returns, count(*) filter (where not known) as without, sum(total) as total, sum(quantity) as quantity, min(first_at) as first_at, max(last_at) as last_at
    from orders`);
  const refusals = await db.query<{ code: string; table_number: number; n: number }>(
    sql`select code, table_number, count(*) as n from import_refusals where import_id = ${input.id} group by code, table_number order by code, table_number`,
  );
  const countBy = (name: (row: (typeof refusals)[number]) => string): Record<string, number> =>
    refusals.reduce<Record<string, number>>((sum, row) => ({ ...sum, [name(row)]: (sum[name(row)] ?? 0) + row.n }), {});
  return {
    refused: refusals.reduce((sum, row) => sum + row.n, 0),
    refusedByCode: countBy((row) => row.code),
    refusedByTable: countBy((row) => input.tables[row.table_number]!),
    contacts: sums!.contacts,
    orders: sums!.orders,
    returns: sums!.returns,
    ordersWithoutContact: sums!.without,
    products: sums!.products,
    articles: sums!.articles,
    refunds: sums!.refunds,
    carts: sums!.carts,
    pricesChangeAt: tsOrNull(sums!.change_at),
    total: sums!.total ?? 0,
    quantity: sums!.quantity ?? 0,
    firstOrderAt: tsOrNull(sums!.first_at),
    lastOrderAt: tsOrNull(sums!.last_at),
  };
}

/** All staged rows about one thing, in the order of their tables. */
export interface StagedGroup {
  readonly key: string;
  readonly rows: readonly ImportRow[];
}

/** Staged runs read by one statement. */
const PAGE = 500;

/** Whole groups after the one named, in the order of their keys. */
export async function* stagedGroups(db: Db, input: { id: Id; after: string | null }): AsyncGenerator<StagedGroup> {
  let from = input.after === null ? empty : sql`and group_key > ${input.after}`;
  let held: { readonly key: string; readonly rows: ImportRow[] } | undefined;
  for (;;) {
    const page = await db.query<{ group_key: string; table_number: number; row_number: number; payload: string }>(sql`
      select group_key, table_number, row_number, payload from import_rows where import_id = ${input.id} ${from} order by group_key, table_number, row_number limit ${PAGE}`);
    for (const { group_key: key, payload } of page) {
      if (held?.key !== key) {
        if (held) yield held;
        held = { key, rows: [] };
      }
      held.rows.push(...rowsIn(payload));
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    from = sql`and (group_key, table_number, row_number) > (${last.group_key}, ${last.table_number}::smallint, ${last.row_number}::bigint)`;
  }
  if (held) yield held;
}

/** Whether staged rows are there; after a crash of the server the unlogged table is empty. */
export async function hasStaging(db: Db, input: { id: Id }): Promise<boolean> {
  const rows = await db.query(sql`select 1 as one from import_rows where import_id = ${input.id} limit 1`);
  return rows.length === 1;
}

export async function clearStaging(db: Db, input: { id: Id }): Promise<void> {
  await clearRows(db, input);
  await db.query(sql`delete from import_refusals where import_id = ${input.id}`);
}

/** Staged rows of a finished import; its refusals stay for download. */
export async function clearRows(db: Db, input: { id: Id }): Promise<void> {
  await db.query(sql`delete from import_rows where import_id = ${input.id}`);
}
