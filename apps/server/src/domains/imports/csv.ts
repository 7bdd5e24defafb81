import { pipeline, Readable, type Duplex } from "node:stream";
import { createGunzip } from "node:zlib";
import { CsvError, parse } from "csv-parse";
import { fileUnreadable } from "./errors.ts";

/** How a file is written, found from its first bytes. */
export interface FileShape {
  readonly encoding: "utf-8" | "utf-16le" | "windows-1252";
  readonly separator: string;
  readonly gzip: boolean;
  readonly columns: readonly string[];
  readonly sample: readonly (readonly string[])[];
}

/** A cell may not be longer: one stray quote would otherwise read the rest of a file as one cell. */
const MOST_RECORD_BYTES = 1_000_000;
const MOST_COLUMNS = 2_000;
const SAMPLE_ROWS = 20;
const SEPARATORS = [",", ";", "\t", "|"];

/**
 * Detects encoding, separator and columns.
 * @throws coded `import.file_unreadable` naming the line
 */
export async function detectShape(open: () => AsyncIterable<Uint8Array>): Promise<FileShape> {
  const first = await firstBytes(open(), 4);
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const head = Buffer.from(await firstBytes(gzip ? gunzip(open()) : open(), 256 * 1024));
  const encoding = detectEncoding(head);
  const text = new TextDecoder(encoding).decode(head);
  const separator = detectSeparator(text.slice(0, text.search(/\r?\n|\r|$/)));
  const sample: string[][] = [];
  const shape = { encoding, separator, gzip, columns: [], sample };
  for await (const cells of readRecords(open, shape)) {
    sample.push(cells);
    if (sample.length > SAMPLE_ROWS) break;
  }
  const [columns = [], ...rows] = sample;
  if (columns.length > MOST_COLUMNS) throw fileUnreadable({ reason: `it has ${columns.length} columns; ${MOST_COLUMNS} is the most.` });
  return { ...shape, columns: nameColumns(columns), sample: rows };
}

/** The rows of a file after its header, as cells. Memory stays flat whatever its size. */
export async function* readRows(open: () => AsyncIterable<Uint8Array>, shape: FileShape): AsyncGenerator<string[]> {
  let header = true;
  for await (const cells of readRecords(open, shape)) {
    if (!header) yield cells;
    header = false;
  }
}

async function* readRecords(open: () => AsyncIterable<Uint8Array>, shape: Pick<FileShape, "encoding" | "separator" | "gzip">): AsyncGenerator<string[]> {
  const parser = through(decode(shape.gzip ? gunzip(open()) : open(), shape.encoding), parse({ delimiter: shape.separator, bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: MOST_RECORD_BYTES }));
  try {
    for await (const record of parser) yield record as string[];
  } catch (error) {
    if (error instanceof CsvError) throw fileUnreadable({ reason: `${error.message.replace(/\.$/, "")}.` }, { cause: error });
    throw error;
  }
}

// Not `compose`: when the reader stops early, what the transform still has to say against its input (a cut archive) would be an error event
// that nobody hears, and end the process. A pipeline keeps listening; the reader gets every error that comes while it reads.
function through(source: AsyncIterable<unknown>, transform: Duplex): AsyncIterable<unknown> {
  return pipeline(Readable.from(source), transform, () => undefined);
}

async function* decode(source: AsyncIterable<Uint8Array>, encoding: FileShape["encoding"]): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of source) yield decoder.decode(bytes, { stream: true }).replaceAll("\0", "");
  yield decoder.decode();
}

// A bomb of zeros packs 1,000:1; real exports stay under 30:1.
async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let packed = 0;
  let unpacked = 0;
  const counted = async function* () {
    for await (const bytes of source) {
      packed += bytes.length;
      yield bytes;
    }
  };
  try {
    for await (const bytes of through(counted(), createGunzip())) {
      unpacked += (bytes as Uint8Array).length;
      if (unpacked > 50_000_000 && unpacked > packed * 200) throw fileUnreadable({ reason: "it unpacks to more than 200 times its size." });
      yield bytes as Uint8Array;
    }
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith("Z_")) throw fileUnreadable({ reason: "the compressed data is damaged." }, { cause: error });
    throw error;
  }
}

async function firstBytes(source: AsyncIterable<Uint8Array>, count: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of source) {
    pieces.push(bytes);
    length += bytes.length;
    if (length >= count) break;
  }
  return Buffer.concat(pieces).subarray(0, count);
}

function detectEncoding(head: Buffer): FileShape["encoding"] {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  // The last character of the piece may be cut in two: leave three bytes out.
  const whole = head.length < 256 * 1024 ? head : head.subarray(0, head.length - 3);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(whole, { stream: true });
    return "utf-8";
  } catch {
    return "windows-1252"; // not UTF-8: what French spreadsheets write
  }
}

function detectSeparator(header: string): string {
  const outside = header.replace(/"[^"]*"/g, "");
  return SEPARATORS.map((separator) => ({ separator, count: outside.split(separator).length })).sort((a, b) => b.count - a.count)[0]!.separator;
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
