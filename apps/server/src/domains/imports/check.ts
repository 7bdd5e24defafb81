import type { Id } from "@relance/model/base";
import { rowReader, type ImportRow, type Mapping } from "@relance/model/imports";
import type { Deps } from "../../deps.ts";
import { CodedError } from "../../platform/errors.ts";
import { readRows } from "./csv.ts";
import { takeLease, type ImportLease } from "./lease.ts";
import { clearStaging, findImport, moveImport, setReport, stageRows, summariseStaging, type ImportRecord, type RefusedRow, type StagedRow } from "./queries.ts";

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
    const summary = await summariseStaging(deps.ports.sql, { id: record.id, returnPrefix: record.mapping.options.returnPrefix });
    await setReport(deps.ports.sql, { id: record.id, report: { ...summary, rows, applied: null } });
    await moveImport(deps.ports.sql, { ...input, from: ["checking"], to: "checked", now: deps.ports.clock.now(), total: rows });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error; // a surprise: the job tries again
    await moveImport(deps.ports.sql, { ...input, from: ["checking"], to: "failed", now: deps.ports.clock.now(), error: error.message });
  }
}

/**
 * Fills the staging table from the file.
 * @returns the number of rows, or null when the lease was lost (cancelled, or taken over)
 */
export async function stageFile(deps: Deps, record: ImportRecord, mapping: Mapping, lease: ImportLease): Promise<number | null> {
  await clearStaging(deps.ports.sql, { id: record.id });
  const read = rowReader(mapping, record.shape.columns);
  const width = record.shape.columns.length;
  let staged: StagedRow[] = [];
  let refused: RefusedRow[] = [];
  let number = 0;
  const flush = async () => {
    if (!(await lease.renew())) return false;
    await deps.ports.sql.transaction((tx) => stageRows(tx, { id: record.id, workspace: record.workspace_id, rows: staged, refused, done: number }));
    staged = [];
    refused = [];
    return true;
  };
  for await (const cells of readRows(() => deps.ports.files.stream(record.file_path), record.shape)) {
    number += 1;
    if (cells.length !== width) {
      refused.push({ number, cells: cells.slice(0, width), problem: { field: "row", code: "wrong_columns", message: `The row has ${cells.length} cells; the header has ${width}.` } });
    } else {
      const { row, problem } = read(cells);
      if (row) staged.push({ number, row, group: groupOf(row, number) });
      else refused.push({ number, cells, problem });
    }
    if (staged.length + refused.length >= CHUNK && !(await flush())) return null;
  }
  return (await flush()) ? number : null;
}

// Rows of one order are applied together; other rows one by one, in the order of the file.
function groupOf(row: ImportRow, number: number): string {
  return row.order?.id ?? String(number).padStart(12, "0");
}
