import { crc32 } from "node:zlib";
import type { Id, Instant } from "@relance/model/base";
import type { ErasedKey } from "../../contacts/index.ts";
import type { ConsentState, SuppressionReason } from "@relance/model/consent";

/** What a safety journal remembers: how far it is, who was handed what, what people said, which addresses were stopped, who was erased. Addresses only as keyed hashes. */
export type Entry =
  | readonly ["mark", at: Instant, journal: Id, n: number]
  | readonly ["sent", at: Instant, workspace: Id, bucket: number, send: Id, hash: string]
  | readonly ["said", at: Instant, workspace: Id, contact: Id, channel: string, topic: string, state: ConsentState, hash: string | null]
  | readonly ["stopped", at: Instant, workspace: Id, channel: string, hash: string, reason: SuppressionReason]
  | readonly ["erased", at: Instant, workspace: Id, contacts: readonly Id[], reason: string, keys: readonly ErasedKey[]];

/** One line of a journal, with the checksum that tells a torn one. */
export function lineOf(entry: Entry): string {
  const text = JSON.stringify(entry);
  return `${text} ${crc32(text).toString(16)}\n`;
}

/** The entry of a line; null when it was torn by a crash or a full disk. */
export function entryOf(line: string): Entry | null {
  const end = line.lastIndexOf(" ");
  const text = line.slice(0, Math.max(0, end));
  return text !== "" && crc32(text).toString(16) === line.slice(end + 1) ? (JSON.parse(text) as Entry) : null;
}

/** Lines of a file, piece by piece; the last one also without its end. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
