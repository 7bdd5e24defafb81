import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { parquetMetadataAsync, parquetReadObjects, snappyUncompress, type FileMetaData, type SchemaElement } from "hyparquet";
import { fileRefused, fileUnreadable } from "../errors.ts";
import { MOST_COLUMNS, type Cell, type Source } from "./source.ts";

// Row groups are unpacked whole; writers make them of 64 to 128 MB at most.
const MOST_GROUP = 128 * 1024 ** 2;
const MOST_PAGE = 64 * 1024 ** 2;

/** The rows of a Parquet file, its columns' names first. One group of rows is in memory at a time. */
export async function* parquetRows(source: Source): AsyncGenerator<Cell[]> {
  const file = {
    byteLength: source.size,
    slice: async (from: number, to = source.size) => {
      const bytes = await source.slice(from, to);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
  const metadata = await parquetMetadataAsync(file);
  const columns = topColumns(metadata);
  if (columns.length > MOST_COLUMNS) throw fileUnreadable({ why: "columns_too_many", n: columns.length, most: MOST_COLUMNS });
  yield columns.map((column) => column.name);
  let start = 0;
  for (const group of metadata.row_groups) {
    if (Number(group.total_byte_size) > MOST_GROUP) throw fileRefused({ why: "group_too_large", most: MOST_GROUP });
    const rows = Number(group.num_rows);
    const read = await parquetReadObjects({ file, metadata, rowStart: start, rowEnd: start + rows, compressors });
    for (const row of read) yield columns.map((column) => cellOf(row[column.name], column));
    start += rows;
  }
}

function topColumns(metadata: FileMetaData): SchemaElement[] {
  const [root, ...elements] = metadata.schema;
  const top: SchemaElement[] = [];
  const skip = (at: number): number => {
    let next = at + 1;
    for (let child = 0; child < (elements[at]?.num_children ?? 0); child++) next = skip(next);
    return next;
  };
  for (let at = 0, n = 0; n < (root?.num_children ?? 0) && at < elements.length; n++, at = skip(at)) top.push(elements[at]!);
  return top;
}

// The size a page claims is the stranger's word: checked before a byte is unpacked.
const bounded =
  (unpack: (input: Uint8Array, most: number) => Uint8Array) =>
  (input: Uint8Array, length: number): Uint8Array => {
    if (length > MOST_PAGE) throw fileRefused({ why: "page_too_large", most: MOST_PAGE });
    return unpack(input, length);
  };
const compressors = {
  SNAPPY: bounded((input, length) => {
    const output = new Uint8Array(length);
    snappyUncompress(input, output);
    return output;
  }),
  GZIP: bounded((input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) })),
  BROTLI: bounded((input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) })),
  ZSTD: bounded((input, length) => zstdDecompressSync(input, { maxOutputLength: Math.max(1, length) })),
};

function cellOf(value: unknown, column: SchemaElement): Cell {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return momentOf(value, column);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
}

// A moment that is not adjusted to UTC is a clock on a wall: it is read in the mapping's zone.
function momentOf(value: Date, column: SchemaElement): string {
  if (Number.isNaN(value.getTime())) return "";
  const iso = value.toISOString();
  const logical = column.logical_type;
  if (column.converted_type === "DATE" || logical?.type === "DATE") return iso.slice(0, 10);
  return logical?.type === "TIMESTAMP" && !logical.isAdjustedToUTC ? iso.slice(0, 19).replace("T", " ") : iso;
}
