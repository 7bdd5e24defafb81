import type { Id } from "@relance/model/base";
import type { ImportRow, RefundRow, RowProblem } from "@relance/model/imports";
import type { Db } from "../../platform/db/database.ts";
import { empty, jsonArray, sql } from "../../platform/db/sql.ts";
import { ORDER_GROUP, REFUND_GROUP, rowsIn } from "./staging.ts";

/** A staged row of a refund, and its place. */
export interface StagedRefund {
  readonly key: string;
  readonly table: number;
  readonly number: number;
  readonly refund: RefundRow;
}

const PAGE = 500;

/** All rows of refunds, some at a time. */
export async function* stagedRefunds(db: Db, input: { id: Id }): AsyncGenerator<StagedRefund[]> {
  let from = empty;
  for (;;) {
    const page = await db.query<{ group_key: string; table_number: number; row_number: number; payload: string }>(sql`
      select group_key, table_number, row_number, payload from import_rows where import_id = ${input.id} and starts_with(group_key, ${REFUND_GROUP}) ${from} order by group_key, table_number, row_number limit ${PAGE}`);
    const last = page.at(-1);
    if (!last) return;
    yield page.map((row) => ({
      key: row.group_key,
      table: row.table_number,
      number: row.row_number,
      refund: rowsIn(row.payload)[0]!.refund!,
    }));
    from = sql`and (group_key, table_number, row_number) > (${last.group_key}, ${last.table_number}::smallint, ${last.row_number}::bigint)`;
  }
}

/** The rows that this import holds of orders, by their numbers. */
export async function stagedOrders(db: Db, input: { id: Id; orders: readonly string[] }): Promise<Map<string, ImportRow[]>> {
  const keys = input.orders.map((order) => `${ORDER_GROUP}${order}`);
  const rows = await db.query<{ group_key: string; payload: string }>(sql`
    select group_key, payload from import_rows where import_id = ${input.id} and group_key = any(${keys}::text[]) order by group_key, table_number, row_number`);
  const found = new Map<string, ImportRow[]>();
  for (const { group_key: key, payload } of rows)
    found.set(key.slice(ORDER_GROUP.length), [...(found.get(key.slice(ORDER_GROUP.length)) ?? []), ...rowsIn(payload)]);
  return found;
}

/** Takes staged rows out and keeps them as refused. */
export async function moveRefused(
  db: Db,
  input: { id: Id; refused: readonly { readonly row: StagedRefund; readonly problem: RowProblem }[] },
): Promise<void> {
  const { refused } = input;
  await db.query(sql`
    with gone as (
      delete from import_rows r using unnest(${refused.map(({ row }) => row.key)}::text[], ${refused.map(({ row }) => row.table)}::smallint[], ${refused.map(({ row }) => row.number)}::bigint[], ${refused.map(({ problem }) => problem.field)}::text[],
        ${refused.map(({ problem }) => problem.code)}::text[], ${refused.map(({ problem }) => problem.message)}::text[], ${jsonArray(refused.map(({ problem }) => problem.params))}::jsonb[]) as p (group_key, table_number, row_number, field, code, message, params)
      where r.import_id = ${input.id} and r.group_key = p.group_key and r.table_number = p.table_number and r.row_number = p.row_number
      returning r.table_number, r.row_number, r.workspace_id, p.field, p.code, p.message, r.cells, p.params
    )
    insert into import_refusals (import_id, table_number, row_number, workspace_id, field, code, message, cells, params)
    select ${input.id}, table_number, row_number, workspace_id, field, code, message, cells -> 0, params from gone`);
}
