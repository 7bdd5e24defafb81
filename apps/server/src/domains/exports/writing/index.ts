import type { ExportFormat } from "@relance/contract/exports";
import { toIso, type Instant } from "@relance/model/base";
import { stringify } from "csv-stringify/sync";
import { unformula } from "../../../platform/csv/index.ts";
import type { Column } from "../kinds.ts";
import type { Row } from "../pages.ts";
import { parquetBytes } from "./parquet.ts";

/** How pages of rows become the bytes of a file, piece by piece. */
export type Writer = (columns: readonly Column[], pages: AsyncIterable<readonly Row[]>) => AsyncGenerator<Uint8Array>;

export const WRITERS: Readonly<Record<ExportFormat, Writer>> = { csv: csvBytes, ndjson: jsonBytes, parquet: parquetBytes };

/** UTF-8 with its mark, by which spreadsheets know it; texts that a spreadsheet would run as a formula get an apostrophe. */
async function* csvBytes(columns: readonly Column[], pages: AsyncIterable<readonly Row[]>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`\ufeff${stringify([columns.map((column) => column.name)])}`);
  for await (const rows of pages)
    if (rows.length > 0) yield Buffer.from(stringify(rows.map((row) => row.map((value, index) => csvCell(value, columns[index]!)))));
}

function csvCell(value: unknown, { type }: Column): string {
  if (value === null) return "";
  if (type === "instant") return toIso(value as Instant);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return type === "text" || type === "json" ? unformula(text) : text;
}

async function* jsonBytes(columns: readonly Column[], pages: AsyncIterable<readonly Row[]>): AsyncGenerator<Uint8Array> {
  const jsonOf = (row: Row): string =>
    JSON.stringify(
      Object.fromEntries(
        columns.map(({ name, type }, index) => [
          name,
          type === "instant" && row[index] !== null ? toIso(row[index] as Instant) : row[index],
        ]),
      ),
    );
  for await (const rows of pages) if (rows.length > 0) yield Buffer.from(`${rows.map(jsonOf).join("\n")}\n`);
}
