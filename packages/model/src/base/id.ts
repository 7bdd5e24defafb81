import type { Instant } from "./instant.ts";

/** A UUID in its lower-case text form. Ours are version 7: they sort by creation time. */
export type Id = string;

/** Number of buckets contacts hash into; the unit of work, of leases and of distribution (DESIGN §4). */
export const BUCKETS = 256;

/**
 * The bucket of an id: its last byte, which is random in a version 7 UUID and part of the digest in a hashed one,
 * so contacts spread evenly and the bucket of a row can be told from its contact id alone.
 */
export function bucketOf(id: Id): number {
  return Number.parseInt(id.slice(-2), 16);
}

/**
 * A version 7 UUID (RFC 9562 §5.7).
 * @param at milliseconds since the epoch, the sortable part
 * @param random at least 10 random bytes
 */
export function uuidv7(at: Instant, random: Uint8Array): Id {
  const byte = (n: number) => HEX[random[n]!]!;
  return `${timeText(at)}-${HEX[(random[0]! & 0x0f) | 0x70]}${byte(1)}-${HEX[(random[2]! & 0x3f) | 0x80]}${byte(3)}-${byte(4)}${byte(5)}${byte(6)}${byte(7)}${byte(8)}${byte(9)}`;
}

// Ids are made by the thousand at one instant.
let timeOf: Instant = Number.NaN;
let textOfTime = "";

function timeText(at: Instant): string {
  if (at !== timeOf) {
    const hex = Math.floor(at).toString(16).padStart(12, "0");
    timeOf = at;
    textOfTime = `${hex.slice(0, 8)}-${hex.slice(8)}`;
  }
  return textOfTime;
}

const HEX = Array.from({ length: 256 }, (_none, byte) => byte.toString(16).padStart(2, "0"));

/** Sixteen bytes as UUID text. */
export function formatUuid(bytes: Uint8Array): Id {
  let text = "";
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
    text += HEX[bytes[i]!]!;
  }
  return text;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in lower case. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
