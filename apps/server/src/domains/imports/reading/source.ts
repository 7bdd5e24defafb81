/** The bytes of a stored file, whole or from anywhere. */
export interface Source {
  readonly size: number;
  stream(): AsyncIterable<Uint8Array>;
  /** The bytes from `from` up to, not including, `to`. */
  slice(from: number, to: number): Promise<Uint8Array>;
}

/** A cell as its table holds it: a number only where the format itself knows numbers (workbooks, Parquet, JSON). */
export type Cell = string | number;

/** Where a table is and how it is written. Everything needed to read it again. */
export interface Layout {
  readonly format: "csv" | "ndjson" | "feed" | "xlsx" | "parquet";
  readonly packing: "none" | "gzip" | "zip";
  /** Name of the file in the archive, or of the sheet; null when the file is the table. */
  readonly entry: string | null;
  /** Of texts; null where the format says it by itself. */
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | null;
  readonly separator: string | null;
}

/** A cell may not be longer: one stray quote would otherwise read the rest of a file as one cell. */
export const MOST_RECORD_BYTES = 1_000_000;
export const MOST_COLUMNS = 2_000;
export const MOST_TABLES = 20;

/** The first `count` bytes, or all of them when there are fewer. */
export async function firstBytes(source: AsyncIterable<Uint8Array>, count: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of source) {
    pieces.push(bytes);
    length += bytes.length;
    if (length >= count) break;
  }
  return Buffer.concat(pieces).subarray(0, count);
}
