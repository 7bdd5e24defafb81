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
  const bytes = new Uint8Array(16);
  let rest = at;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return formatUuid(bytes);
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
