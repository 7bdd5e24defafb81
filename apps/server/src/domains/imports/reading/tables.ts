import { detectStyle, type Detected } from "@relance/model/imports";
import { batchesOf } from "../../../platform/workers/byte-thread.ts";
import { Killed } from "../../../platform/workers/pool.ts";
import { fileRefused, fileUnreadable } from "../errors.ts";
import { csvRecords, detectSeparator } from "./csv.ts";
import { feedColumns, feedRecords } from "./feed.ts";
import { columnsOf, jsonRecords } from "./ndjson.ts";
import { firstBytes, MOST_COLUMNS, MOST_TABLES, type Cell, type Layout, type Source } from "./source.ts";
import type { TableBatch, TableRequest } from "./table-worker.ts";
import { decode, detectEncoding, HEAD_BYTES, refuseBinary } from "./text.ts";
import { gunzip } from "./unpack.ts";
import { isWorkbook } from "./workbook.ts";
import { entryBytes, zipEntries } from "./zip.ts";

/** A table found in a file: how it is written and what its first rows are. */
export interface FoundTable {
  readonly name: string;
  readonly layout: Layout;
  readonly columns: readonly string[];
  readonly sample: readonly (readonly string[])[];
  readonly detected: Detected;
}

const SAMPLE_ROWS = 20;
/** Rows that are looked at to find how numbers and dates are written. */
const LOOKED_AT = 1_000;

/**
 * The tables of a file, whatever it is called: one, or those of an archive or a workbook, the empty ones left out.
 * @throws coded `import.file_unreadable` or `import.file_refused` with what to do
 */
export async function findTables(source: Source, fileName: string): Promise<FoundTable[]> {
  const magic = Buffer.from(await source.slice(0, 4)).toString("latin1");
  if (magic === "PAR1") return sheetTables(source, fileName, "parquet");
  if (magic !== "PK\u0003\u0004") {
    const packing = magic.startsWith("\u001f\u008b") ? "gzip" : "none";
    return [await textTable(source, { name: fileName.replace(/\.gz$/i, ""), packing, entry: null })].filter((table) => table !== null);
  }
  const entries = await zipEntries(source);
  if (isWorkbook(entries)) return sheetTables(source, fileName, "xlsx");
  const visible = entries.filter((entry) => !/(^|\/)(\.|__MACOSX\/)/.test(entry.name));
  if (visible.length > MOST_TABLES) throw fileUnreadable({ why: "archive_files", n: visible.length, most: MOST_TABLES });
  const tables: FoundTable[] = [];
  for (const entry of visible) {
    const table = await textTable(source, { name: entry.name.slice(entry.name.lastIndexOf("/") + 1), packing: "zip", entry: entry.name });
    if (table) tables.push(table);
  }
  return tables;
}

/** The rows of a table after its header, some at a time. Memory stays flat whatever its size. */
export async function* readTable(source: Source, layout: Layout, columns: readonly string[]): AsyncGenerator<readonly (readonly Cell[])[]> {
  if (layout.format === "ndjson" || layout.format === "feed") {
    for await (const record of RECORDS[layout.format](await textBytes(source, layout), layout))
      yield [columns.map((column) => record.get(column) ?? "")];
    return;
  }
  let header = true;
  for await (const rows of layout.format === "csv" ? csvRecords(await textBytes(source, layout), layout) : threadRows(source, layout)) {
    if (rows.length > 0) yield header ? rows.slice(1) : rows;
    header &&= rows.length === 0;
  }
}

/** Texts whose rows name their cells. */
const RECORDS = { ndjson: jsonRecords, feed: feedRecords } as const;

async function textBytes(source: Source, { packing, entry }: Pick<Layout, "packing" | "entry">): Promise<AsyncIterable<Uint8Array>> {
  if (packing === "none") return source.stream();
  if (packing === "gzip") return gunzip(source.stream());
  const found = (await zipEntries(source)).find((one) => one.name === entry);
  if (!found) throw fileUnreadable({ why: "archive_lost", name: entry ?? "" });
  return entryBytes(source, found);
}

async function textTable(
  source: Source,
  { name, packing, entry }: { name: string } & Pick<Layout, "packing" | "entry">,
): Promise<FoundTable | null> {
  const head = await firstBytes(await textBytes(source, { packing, entry }), HEAD_BYTES);
  refuseBinary(head);
  const encoding = detectEncoding(head);
  let text = "";
  for await (const piece of decode(
    (async function* () {
      yield head;
    })(),
    encoding,
  ))
    text += piece;
  const first = text.replace(/^\ufeff/, "").trimStart()[0];
  if (first === undefined) return null;
  if (first === "[") throw fileUnreadable({ why: "json_list" });
  if (first === "{" || first === "<") {
    const format = first === "{" ? "ndjson" : "feed";
    const layout: Layout = { format, packing, entry, encoding, separator: null };
    const records = await take(RECORDS[format](await textBytes(source, layout), layout), LOOKED_AT);
    const columns = format === "feed" ? feedColumns(columnsOf(records)) : columnsOf(records);
    return found(
      name,
      layout,
      columns,
      records.map((record) => columns.map((column) => record.get(column) ?? "")),
    );
  }
  const layout: Layout = { format: "csv", packing, entry, encoding, separator: detectSeparator(text) };
  const [columns = [], ...rows] = await take(oneByOne(csvRecords(await textBytes(source, layout), layout)), LOOKED_AT + 1);
  return found(name, layout, nameColumns(columns), rows);
}

function found(name: string, layout: Layout, columns: readonly string[], rows: readonly (readonly Cell[])[]): FoundTable | null {
  if (columns.length > MOST_COLUMNS) throw fileUnreadable({ why: "columns_too_many", n: columns.length, most: MOST_COLUMNS });
  if (columns.length === 0 || rows.length === 0) return null;
  const texts = rows.map((row) => row.map(String));
  return { name: name.slice(0, 200), layout, columns, sample: texts.slice(0, SAMPLE_ROWS), detected: detectStyle(columns, texts) };
}

async function sheetTables(source: Source, fileName: string, format: "xlsx" | "parquet"): Promise<FoundTable[]> {
  const tables = new Map<string | null, { name: string; rows: (readonly Cell[])[] }>();
  for await (const batch of inThread(source, { format, entry: null, most: LOOKED_AT + 1 })) {
    const table = tables.get(batch.entry) ?? { name: batch.name ?? fileName, rows: [] };
    table.rows.push(...batch.rows);
    tables.set(batch.entry, table);
  }
  return [...tables].flatMap(
    ([
      entry,
      {
        name,
        rows: [columns = [], ...rows],
      },
    ]) => found(name, { format, packing: "none", entry, encoding: null, separator: null }, nameColumns(columns.map(String)), rows) ?? [],
  );
}

async function* threadRows(source: Source, { format, entry }: Layout): AsyncGenerator<TableBatch["rows"]> {
  for await (const batch of inThread(source, { format: format as TableRequest["format"], entry, most: null })) yield batch.rows;
}

// Memory and silence are bounded: what other people's files do to a parser is not known beforehand.
async function* inThread(source: Source, request: TableRequest): AsyncGenerator<TableBatch> {
  try {
    yield* batchesOf({
      script: new URL("./table-worker.ts", import.meta.url),
      heapMb: 256,
      silenceMs: 30_000,
      mostBytes: 128 * 1024 ** 2,
      argument: request,
      size: source.size,
      slice: (from, to) => source.slice(from, to),
    }) as AsyncGenerator<TableBatch>;
  } catch (error) {
    if (error instanceof Killed) throw fileRefused({ why: error.reason === "too_slow" ? "too_slow" : "too_much_memory" }, { cause: error });
    throw error;
  }
}

async function* oneByOne<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}

async function take<T>(source: AsyncIterable<T>, count: number): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) if (items.push(item) >= count) break;
  return items;
}

function nameColumns(cells: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return cells.map((cell, index) => {
    const name = cell.trim().slice(0, 200) || `Column ${index + 1}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}
