import type { FileProblem } from "@relance/model/failures";
import { fileUnreadable } from "../errors.ts";
import type { Layout } from "./source.ts";

/** How much of a text is looked at to find its encoding and separator. */
export const HEAD_BYTES = 256 * 1024;

type Encoding = NonNullable<Layout["encoding"]>;

// What begins like this is no text, and what to do about it.
const MAGICS: readonly (readonly [readonly number[], FileProblem["why"]])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "archive_in_archive"],
  [[0x1f, 0x8b], "archive_in_archive"],
  [[0x50, 0x41, 0x52, 0x31], "parquet_in_archive"],
  [[0xd0, 0xcf, 0x11, 0xe0], "old_workbook"],
  [[0x25, 0x50, 0x44, 0x46], "pdf"],
];

/** @throws coded `import.file_unreadable` when the bytes are not those of a text */
export function refuseBinary(head: Buffer): void {
  const found = MAGICS.find(([magic]) => magic.every((byte, index) => head[index] === byte));
  if (found) throw fileUnreadable({ why: found[1] });
}

/** The encoding of a text from its first bytes: its mark, or where its zeros are, or whether it is valid UTF-8. */
export function detectEncoding(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (let at = 0; at < Math.min(head.length, 4_096); at++) if (head[at] === 0) zeros[at % 2]!++;
  const half = Math.min(head.length, 4_096) / 2;
  if (zeros[1]! > half * 0.4 && zeros[0]! < half * 0.1) return "utf-16le";
  if (zeros[0]! > half * 0.4 && zeros[1]! < half * 0.1) return "utf-16be";
  if (zeros[0]! + zeros[1]! > half * 0.1) throw fileUnreadable({ why: "no_text" });
  try {
    // The last character of the piece may be cut in two.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: head.length >= HEAD_BYTES });
    return "utf-8";
  } catch {
    return "windows-1252"; // not UTF-8: what French spreadsheets write
  }
}

export async function* decode(source: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of source) yield decoder.decode(bytes, { stream: true }).replaceAll("\0", "");
  yield decoder.decode();
}
