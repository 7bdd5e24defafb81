import type { Id } from "@relance/model/base";
import { forTable, rowProblem, rowReader, type ImportRow, type Mapping, type TableMapping } from "@relance/model/imports";
import type { Deps } from "../../deps.ts";
import { CodedError } from "../../platform/errors.ts";
import { takeLease, type ImportLease } from "./lease.ts";
import { readTable } from "./reading/tables.ts";
import type { Cell } from "./reading/source.ts";
import { sourceOf } from "./shape.ts";
import { findImport, moveImport, setReport, type ImportRecord } from "./queries.ts";
import { refuseRefunds } from "./refuse-refunds.ts";
import {
  addToRuns,
  ARTICLE_GROUP,
  CART_GROUP,
  clearStaging,
  CONTACT_GROUP,
  ORDER_GROUP,
  PRODUCT_GROUP,
  REFUND_GROUP,
  refuseOrphans,
  stageRows,
  summariseStaging,
  type RefusedRow,
  type StagedRow,
  type StagedRun,
} from "./staging.ts";

// 5,000 rows a transaction: more brings nothing (DATABASE §B2) and keeps a cancel within a second.
const CHUNK = 5_000;

/** Reads a whole file with its mapping into the staging table and reports. Changes nothing of the workspace. Safe to run again. */
export async function checkFile(deps: Deps, input: { workspace: Id; id: Id }): Promise<void> {
  const record = await findImport(deps.ports.sql, input);
  if (record?.state !== "checking" || record.mapping === null) return;
  const lease = await takeLease(deps, { id: record.id, state: "checking" });
  if (!lease) return;
  try {
    const rows = await stageFile(deps, record, record.mapping, lease);
    if (rows === null) return;
    const summary = await summariseStaging(deps.ports.sql, {
      id: record.id,
      now: deps.ports.clock.now(),
      returnPrefix: record.mapping.options.returnPrefix,
      tables: record.shape.tables.map((table) => table.name),
    });
    await setReport(deps.ports.sql, { id: record.id, report: { ...summary, rows, applied: null } });
    await moveImport(deps.ports.sql, { ...input, from: ["checking"], to: "checked", now: deps.ports.clock.now(), total: rows });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error; // a surprise: the job tries again
    await moveImport(deps.ports.sql, { ...input, from: ["checking"], to: "failed", now: deps.ports.clock.now(), failure: error });
  }
}

/**
 * Fills the staging table from the files, table by table, and refuses what waits for rows that none holds.
 * @returns the number of rows, or null when the lease was lost (cancelled, or taken over)
 */
export async function stageFile(deps: Deps, record: ImportRecord, mapping: Mapping, lease: ImportLease): Promise<number | null> {
  await clearStaging(deps.ports.sql, { id: record.id });
  const stage = new Stage(deps, record, lease);
  try {
    if (!(await stageTables(deps, record, mapping, stage)) || !(await stage.flush())) return null;
  } finally {
    await stage.written().catch(() => false); // what failed was said where it was waited for
  }
  if (!(await stage.written())) return null;
  if (stage.waits) await refuseOrphans(deps.ports.sql, { id: record.id });
  if (stage.refunds) await refuseRefunds(deps.ports.sql, { workspace: record.workspace_id, id: record.id });
  return stage.rows;
}

/** @returns false when the lease was lost */
async function stageTables(deps: Deps, record: ImportRecord, mapping: Mapping, stage: Stage): Promise<boolean> {
  for (const [number, table] of record.shape.tables.entries()) {
    const part = forTable(mapping, table.name, number === 0);
    if (part.columns.length + part.templates.length === 0) continue;
    const read = tableReader(part, table.columns, number);
    const source = sourceOf(deps, record.shape.files[table.file]!, stage.count);
    let row = 0;
    for await (const batch of readTable(source, table.layout, table.columns)) {
      for (const cells of batch) stage.add(read(cells, (row += 1)));
      if (!(await stage.flushFull())) return false;
    }
  }
  return true;
}

/** Collects rows and stores them chunk by chunk, the next being read while one is written. */
class Stage {
  rows = 0;
  /** Whether a row may still be refused for want of another. */
  waits = false;
  /** Whether a row is of a refund, whose order must be known. */
  refunds = false;
  #bytes = 0;
  #held = 0;
  #runs: StagedRun[] = [];
  #refused: RefusedRow[] = [];
  #writing: Promise<boolean> = Promise.resolve(true);
  readonly #deps: Deps;
  readonly #record: ImportRecord;
  readonly #lease: ImportLease;

  constructor(deps: Deps, record: ImportRecord, lease: ImportLease) {
    this.#deps = deps;
    this.#record = record;
    this.#lease = lease;
  }

  readonly count = (bytes: number): void => {
    this.#bytes += bytes;
  };

  add(one: StagedRow | RefusedRow): void {
    this.rows += 1;
    this.#held += 1;
    if ("problem" in one) this.#refused.push(one);
    else {
      this.waits ||= one.cells !== null;
      this.refunds ||= one.row.refund !== undefined;
      addToRuns(this.#runs, one);
    }
  }

  /** False when the lease was lost. */
  async flushFull(): Promise<boolean> {
    return this.#held < CHUNK || this.flush();
  }

  /** Stores what is held once what was held before is stored. False when the lease was lost. */
  async flush(): Promise<boolean> {
    if (!(await this.written())) return false;
    const { id, workspace_id: workspace, file_bytes: all } = this.#record;
    const chunk = { id, workspace, runs: this.#runs, refused: this.#refused, done: this.rows, bytes: Math.min(this.#bytes, all) };
    this.#writing = this.#store(chunk);
    this.#writing.catch(() => undefined); // heard by who waits for it next
    [this.#runs, this.#refused, this.#held] = [[], [], 0];
    return true;
  }

  /** Waits for what is being stored. False when the lease was lost. */
  written(): Promise<boolean> {
    return this.#writing;
  }

  async #store(chunk: Parameters<typeof stageRows>[1]): Promise<boolean> {
    if (!(await this.#lease.renew())) return false;
    await this.#deps.ports.sql.transaction((tx) => stageRows(tx, chunk));
    return true;
  }
}

/** Reads the rows of one table into what is staged. */
function tableReader(
  part: TableMapping,
  columns: readonly string[],
  table: number,
): (cells: readonly Cell[], number: number) => StagedRow | RefusedRow {
  const read = rowReader(part, columns);
  const targets = [...part.columns, ...part.templates].map((one) => one.to);
  const waits =
    targets.includes("refund.order_id") ||
    (targets.includes("order.id") && !targets.includes("order.placed_at")) ||
    (targets.includes("cart.id") && !targets.includes("cart.updated_at")) ||
    (!targets.includes("order.id") && targets.includes("product.id"));
  const comma = part.options.decimal === ",";
  return (given, number) => {
    // A number that its format knows as one is written as the mapping writes numbers.
    const cells = areTexts(given)
      ? given
      : given.map((cell) => (typeof cell === "string" ? cell : comma ? String(cell).replace(".", ",") : String(cell)));
    if (cells.length !== columns.length)
      return {
        table,
        number,
        cells: cells.slice(0, columns.length),
        problem: rowProblem("row", { why: "wrong_columns", n: cells.length, most: columns.length }),
      };
    const { row, problem } = read(cells, number);
    return row
      ? { table, number, row, group: groupOf(row, table, number), cells: waits ? cells : null }
      : { table, number, cells, problem };
  };
}

const areTexts = (cells: readonly Cell[]): cells is readonly string[] => cells.every((cell) => typeof cell === "string");

// Rows of one order are applied together, as are those of one product or content item; rows of contacts one by one, in the order of the tables.
function groupOf(row: ImportRow, table: number, number: number): string {
  if (row.refund) return `${REFUND_GROUP}${row.refund.order}`;
  if (row.cart) return `${CART_GROUP}${row.cart.id}`;
  if (row.order) return `${ORDER_GROUP}${row.order.id}`;
  if (row.product) return `${PRODUCT_GROUP}${row.product.id}`;
  if (row.article) return `${ARTICLE_GROUP}${row.article.id}`;
  return `${CONTACT_GROUP}${String(table).padStart(2, "0")}${String(number).padStart(12, "0")}`;
}
