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

const damaged = (what: string) => fileUnreadable({ reason: `the archive is damaged or was cut (${what}).` });

/**
 * The files of a ZIP archive, in its order, from the directory at its end. Nothing is ever written under an entry's name; names that would
 * leave a folder are refused all the same, for no honest program writes them.
 */
export async function zipEntries(source: Source): Promise<ZipEntry[]> {
  const tail = Buffer.from(await source.slice(Math.max(0, source.size - 65_557), source.size));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw damaged("no directory");
  const [count, length, start] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (count === 0xffff || start === 0xffffffff) throw fileUnreadable({ reason: "the archive is in the ZIP64 form; pack files of less than 4 GB." });
  if (count > MOST_ENTRIES || length > MOST_DIRECTORY) throw fileRefused({ reason: `the archive holds more than ${MOST_ENTRIES} files.` });
  if (start + length > source.size) throw damaged("its directory");
  const directory = Buffer.from(await source.slice(start, start + length));
  const entries: ZipEntry[] = [];
  for (let at = 0, n = 0; n < count; n++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY) throw damaged("its directory");
    const [flags, method, nameLength, extra, comment] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10), directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30), directory.readUInt16LE(at + 32)];
    const name = directory.subarray(at + 46, at + 46 + nameLength).toString("utf8");
    if (/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|\0/.test(name)) throw fileRefused({ reason: `the archive names a file outside its folder ("${name.slice(0, 60)}").` });
    if ((flags & 1) !== 0) throw fileUnreadable({ reason: "the archive is protected by a password; pack it without one." });
    if (method !== 0 && method !== 8) throw fileUnreadable({ reason: `"${name.slice(0, 60)}" is packed by a method other than deflate.` });
    if (!name.endsWith("/")) entries.push({ name, packed: directory.readUInt32LE(at + 20), deflated: method === 8, crc: directory.readUInt32LE(at + 16), offset: directory.readUInt32LE(at + 42) });
    at += 46 + nameLength + extra + comment;
  }
  refuseOverlap(entries, start);
  return entries;
}

// Entries that share their bytes are how a small archive unpacks to petabytes.
function refuseOverlap(entries: readonly ZipEntry[], directory: number): void {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  sorted.forEach((entry, index) => {
    if (entry.offset + 30 + entry.packed > (sorted[index + 1]?.offset ?? directory)) throw fileRefused({ reason: "files of the archive overlap." });
  });
}

/** The bytes of one file of an archive, checked against its sum at the end. */
export async function* entryBytes(source: Source, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const head = Buffer.from(await source.slice(entry.offset, entry.offset + 30));
  if (head.length < 30 || head.readUInt32LE(0) !== LOCAL) throw damaged(`"${entry.name.slice(0, 60)}"`);
  const from = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = pieces(source, from, from + entry.packed);
  let sum = 0;
  for await (const bytes of entry.deflated ? inflate(packed) : packed) {
    sum = crc32(bytes, sum);
    yield bytes;
  }
  if (sum !== entry.crc) throw damaged(`"${entry.name.slice(0, 60)}"`);
}

async function* pieces(source: Source, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; at += PIECE) {
    const bytes = await source.slice(at, Math.min(to, at + PIECE));
    if (bytes.length === 0) throw damaged("its end is missing");
    yield bytes;
  }
}
