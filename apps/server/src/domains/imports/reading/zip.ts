import { crc32 } from "node:zlib";
import { fileRefused, fileUnreadable } from "../errors.ts";
import type { Source } from "./source.ts";
import { inflate } from "./unpack.ts";

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly packed: number;
  readonly deflated: boolean;
  readonly crc: number;
  readonly offset: number;
}

const MOST_ENTRIES = 1_000;
const MOST_DIRECTORY = 4_000_000;
const PIECE = 256 * 1024;
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
/** Of the ZIP64 form: where its end lies, that end, and the field of an entry that holds what did not fit in four bytes. */
const LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const FIELD_64 = 1;
const ELSEWHERE = 0xffffffff;

const damaged = (why: "archive_no_directory" | "archive_no_end") => fileUnreadable({ why });
const damagedEntry = (entry: ZipEntry) => fileUnreadable({ why: "archive_damaged", part: `"${entry.name.slice(0, 60)}"` });

/**
 * The files of a ZIP archive, in its order, from the directory at its end. Nothing is ever written under an entry's name; names that would
 * leave a folder are refused all the same, for no honest program writes them.
 */
export async function zipEntries(source: Source): Promise<ZipEntry[]> {
  const tail = Buffer.from(await source.slice(Math.max(0, source.size - 65_557), source.size));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw damaged("archive_no_directory");
  const { count, length, start } = (await endOf64(source, tail, end)) ?? {
    count: tail.readUInt16LE(end + 10),
    length: tail.readUInt32LE(end + 12),
    start: tail.readUInt32LE(end + 16),
  };
  if (count > MOST_ENTRIES || length > MOST_DIRECTORY) throw fileRefused({ why: "archive_entries", most: MOST_ENTRIES });
  if (start + length > source.size) throw damaged("archive_no_directory");
  const directory = Buffer.from(await source.slice(start, start + length));
  const entries: ZipEntry[] = [];
  for (let at = 0, n = 0; n < count; n++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY) throw damaged("archive_no_directory");
    const [flags, method, nameLength, extra, comment] = [
      directory.readUInt16LE(at + 8),
      directory.readUInt16LE(at + 10),
      directory.readUInt16LE(at + 28),
      directory.readUInt16LE(at + 30),
      directory.readUInt16LE(at + 32),
    ];
    const name = directory.subarray(at + 46, at + 46 + nameLength).toString("utf8");
    if (/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|\0/.test(name)) throw fileRefused({ why: "archive_outside", name: name.slice(0, 60) });
    if ((flags & 1) !== 0) throw fileUnreadable({ why: "archive_password" });
    if (method !== 0 && method !== 8) throw fileUnreadable({ why: "archive_method", name: name.slice(0, 60) });
    if (!name.endsWith("/"))
      entries.push({
        name,
        deflated: method === 8,
        crc: directory.readUInt32LE(at + 16),
        ...placeOf(directory.subarray(at, at + 46), directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extra)),
      });
    at += 46 + nameLength + extra + comment;
  }
  refuseOverlap(entries, start);
  return entries;
}

/** What the end of the ZIP64 form says, where there is one before the plain end; null: there is none. */
async function endOf64(source: Source, tail: Buffer, end: number): Promise<{ count: number; length: number; start: number } | null> {
  if (end < 20 || tail.readUInt32LE(end - 20) !== LOCATOR) return null;
  const at = whole(tail, end - 12);
  const record = Buffer.from(await source.slice(at, at + 56));
  if (record.length < 56 || record.readUInt32LE(0) !== END_64) throw damaged("archive_no_directory");
  return { count: whole(record, 32), length: whole(record, 40), start: whole(record, 48) };
}

/** How long an entry is packed and where it lies: in its four bytes, or in the ZIP64 field in the order size, packed size, offset. */
function placeOf(head: Buffer, extra: Buffer): Pick<ZipEntry, "packed" | "offset"> {
  let field = Buffer.alloc(0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2))
    if (extra.readUInt16LE(at) === FIELD_64) field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2)) as Buffer<ArrayBuffer>;
  let read = 0;
  const [, packed, offset] = [24, 20, 42].map((at) => {
    const short = head.readUInt32LE(at);
    if (short !== ELSEWHERE) return short;
    if (read + 8 > field.length) throw damaged("archive_no_directory");
    read += 8;
    return whole(field, read - 8);
  });
  return { packed: packed!, offset: offset! };
}

/** A number of eight bytes; larger than any file of ours may be, it is a lie. */
function whole(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged("archive_no_directory");
  return Number(value);
}

// Entries that share their bytes are how a small archive unpacks to petabytes.
function refuseOverlap(entries: readonly ZipEntry[], directory: number): void {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  sorted.forEach((entry, index) => {
    if (entry.offset + 30 + entry.packed > (sorted[index + 1]?.offset ?? directory)) throw fileRefused({ why: "archive_overlap" });
  });
}

/** The bytes of one file of an archive, checked against its sum at the end. */
export async function* entryBytes(source: Source, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const head = Buffer.from(await source.slice(entry.offset, entry.offset + 30));
  if (head.length < 30 || head.readUInt32LE(0) !== LOCAL) throw damagedEntry(entry);
  const from = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = pieces(source, from, from + entry.packed);
  let sum = 0;
  for await (const bytes of entry.deflated ? inflate(packed) : packed) {
    sum = crc32(bytes, sum);
    yield bytes;
  }
  if (sum !== entry.crc) throw damagedEntry(entry);
}

async function* pieces(source: Source, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; at += PIECE) {
    const bytes = await source.slice(at, Math.min(to, at + PIECE));
    if (bytes.length === 0) throw damaged("archive_no_end");
    yield bytes;
  }
}
