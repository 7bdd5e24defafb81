import { pipeline, Readable, type Duplex } from "node:stream";
import { createGunzip, createInflateRaw } from "node:zlib";
import { fileRefused, fileUnreadable } from "../errors.ts";

// A bomb of zeros packs 1,000:1; real exports stay under 30:1.
const MOST_RATIO = 200;
const RATIO_COUNTS_FROM = 10_000_000;
const MOST_UNPACKED = 20 * 1024 ** 3;

export const gunzip = (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> => unpack(source, createGunzip());
export const inflate = (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> => unpack(source, createInflateRaw());

/**
 * Not `compose`: when the reader stops early, what the transform still has to say against its input (a cut archive) would be an error event
 * that nobody hears, and end the process. A pipeline keeps listening; the reader gets every error that comes while it reads.
 */
function through(source: AsyncIterable<unknown>, transform: Duplex): AsyncIterable<unknown> {
  return pipeline(Readable.from(source), transform, () => undefined);
}

async function* unpack(source: AsyncIterable<Uint8Array>, transform: Duplex): AsyncGenerator<Uint8Array> {
  let packed = 0;
  let unpacked = 0;
  const counted = async function* () {
    for await (const bytes of source) {
      packed += bytes.length;
      yield bytes;
    }
  };
  try {
    for await (const bytes of through(counted(), transform)) {
      unpacked += (bytes as Uint8Array).length;
      if (unpacked > RATIO_COUNTS_FROM && unpacked > packed * MOST_RATIO) throw fileRefused({ why: "bomb_ratio", most: MOST_RATIO });
      if (unpacked > MOST_UNPACKED) throw fileRefused({ why: "bomb_bytes", most: MOST_UNPACKED });
      yield bytes as Uint8Array;
    }
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith("Z_")) throw fileUnreadable({ why: "compressed_damaged" }, { cause: error });
    throw error;
  }
}
