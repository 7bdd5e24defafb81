import { serveBatches } from "../../../platform/workers/byte-thread-script.ts";
import { fileUnreadable } from "../errors.ts";
import { parquetRows } from "./parquet.ts";
import { MOST_TABLES, type Cell, type Source } from "./source.ts";
import { openWorkbook } from "./workbook.ts";

/** What is asked of the thread that reads workbooks and Parquet. */
export interface TableRequest {
  readonly format: "xlsx" | "parquet";
  /** The sheet to read; null for every table of the file. */
  readonly entry: string | null;
  /** Rows wanted of each table, its header included; null for all. */
  readonly most: number | null;
}

/** Rows of one table; the first batch of a table begins with its header. */
export interface TableBatch {
  readonly entry: string | null;
  readonly name: string | null;
  readonly rows: readonly (readonly Cell[])[];
}

const BATCH = 500;

serveBatches(
  async (thread, argument) => {
    const { format, entry, most } = argument as TableRequest;
    const source: Source = {
      size: thread.size,
      slice: (from, to) => thread.slice(from, to),
      stream: () => {
        throw new Error("A thread reads by slices");
      },
    };
    const give = async (rows: AsyncIterable<Cell[]>, of: { entry: string | null; name: string | null }) => {
      let batch: Cell[][] = [];
      let given = 0;
      for await (const row of rows) {
        batch.push(row);
        given += 1;
        if (given === most) break;
        if (batch.length === BATCH) await thread.give({ ...of, rows: batch.splice(0) } satisfies TableBatch);
      }
      await thread.give({ ...of, rows: batch } satisfies TableBatch);
    };
    if (format === "parquet") return give(parquetRows(source), { entry: null, name: null });
    const workbook = await openWorkbook(source);
    for (const sheet of workbook.sheets.filter((one) => entry === null || one.path === entry).slice(0, MOST_TABLES))
      await give(workbook.rows(sheet.path), { entry: sheet.path, name: sheet.name });
  },
  (error) => fileUnreadable({ why: "damaged", detail: String((error as Error).message).slice(0, 120) }),
);
