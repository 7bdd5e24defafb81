const ENCODER = new TextEncoder();
/** Longest encoded word RFC 2047 allows is 75: `=?utf-8?B?` and `?=` leave 63, 60 in whole groups of four, 45 bytes. */
const WORD_BYTES = 45;

// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const CONTROL_RUNS = new RegExp(`${CONTROLS.source}+`, "g");

/** A header value without anything that could end it or hide in it: CR, LF, NUL and other controls become one space. */
export function cleanHeader(text: string): string {
  return CONTROLS.test(text) ? text.replaceAll(CONTROL_RUNS, " ").trim() : text;
}

/** Text without halves of surrogate pairs, which have no UTF-8. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/**
 * An unstructured value such as a subject. Plain when it is short printable ASCII that no reader could take for an encoded word;
 * else encoded words of at most 75 characters, whole characters each, one per line (RFC 2047 §2).
 */
export function encodeText(text: string, column: number): string {
  const clean = wellFormed(cleanHeader(text));
  if (/^[\x20-\x7e]*$/.test(clean) && !clean.includes("=?") && column + clean.length <= 76) return clean;
  return encodeWords(clean);
}

/** A display name: plain atom, quoted string, or encoded words. */
export function encodeName(text: string): string {
  const clean = wellFormed(cleanHeader(text)).trim();
  if (clean === "") return "";
  if (/^[A-Za-z0-9 ]{1,60}$/.test(clean)) return clean;
  if (/^[\x20-\x7e]{1,60}$/.test(clean) && !clean.includes("=?")) return `"${clean.replace(/["\\]/g, "\\$&")}"`;
  return encodeWords(clean);
}

function encodeWords(text: string): string {
  const words: string[] = [];
  let word = "";
  let size = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    if (size + bytes > WORD_BYTES) {
      words.push(word);
      word = "";
      size = 0;
    }
    word += character;
    size += bytes;
  }
  words.push(word);
  return words.map((one) => `=?utf-8?B?${base64(ENCODER.encode(one))}?=`).join("\r\n ");
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 of a few bytes. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += DIGITS[n >> 18]! + DIGITS[(n >> 12) & 63]!;
    text += i + 1 < bytes.length ? DIGITS[(n >> 6) & 63]! : "=";
    text += i + 2 < bytes.length ? DIGITS[n & 63]! : "=";
  }
  return text;
}
