const ENCODER = new TextEncoder();
const HEX = new Uint8Array([0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46]);
const CR = 13, LF = 10, SPACE = 32, TAB = 9, EQUALS = 61;
/** Characters of a line before the soft break's `=`. */
const LINE = 75;

/** 1: the byte stands for itself. Space and tab do too, unless they end a line. */
const PLAIN = new Uint8Array(256);
for (let byte = 33; byte <= 126; byte++) PLAIN[byte] = byte === EQUALS ? 0 : 1;
PLAIN[SPACE] = 1;
PLAIN[TAB] = 1;

let input = new Uint8Array(64 * 1024);

/**
 * Quoted-printable of `text`, written into `out` from `at` on (RFC 2045 §6.7). Every line break, however it was written, becomes CRLF;
 * no bare CR or LF remains, lines have at most 76 characters, no line ends with a blank. The sequence `=_` never occurs, so a
 * boundary that holds it cannot be met.
 * @returns the place after the last byte; `out` must have room for `worstQuoted(text)` bytes
 */
export function writeQuoted(text: string, out: Uint8Array, at: number): number {
  if (input.length < text.length * 3) input = new Uint8Array(text.length * 3);
  const { written: length } = ENCODER.encodeInto(text, input);
  const bytes = input;
  let to = at;
  let column = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    if (byte === LF || byte === CR) {
      if (byte === CR && i + 1 < length && bytes[i + 1] === LF) i++;
      if (to > at) {
        const last = out[to - 1]!;
        if (column > 0 && (last === SPACE || last === TAB)) to = writeHex(out, column + 2 > LINE ? softBreak(out, to - 1) : to - 1, last);
      }
      out[to++] = CR;
      out[to++] = LF;
      column = 0;
      continue;
    }
    if (PLAIN[byte] === 1) {
      if (column >= LINE) {
        out[to++] = EQUALS;
        out[to++] = CR;
        out[to++] = LF;
        column = 0;
      }
      out[to++] = byte;
      column++;
      continue;
    }
    if (column + 3 > LINE) {
      out[to++] = EQUALS;
      out[to++] = CR;
      out[to++] = LF;
      column = 0;
    }
    to = writeHex(out, to, byte);
    column += 3;
  }
  if (column > 0) {
    const last = out[to - 1]!;
    if (last === SPACE || last === TAB) to = writeHex(out, column + 2 > LINE ? softBreak(out, to - 1) : to - 1, last);
    out[to++] = CR;
    out[to++] = LF;
  }
  return to;
}

/** Most bytes `writeQuoted` can need: three per byte of UTF-8, which has at most three per UTF-16 unit, and the breaks. */
export function worstQuoted(text: string): number {
  return text.length * 10 + 16;
}

function writeHex(out: Uint8Array, at: number, byte: number): number {
  out[at] = EQUALS;
  out[at + 1] = HEX[byte >> 4]!;
  out[at + 2] = HEX[byte & 15]!;
  return at + 3;
}

/** Breaks the line before the blank at `at`, which moves to the next line. */
function softBreak(out: Uint8Array, at: number): number {
  out[at] = EQUALS;
  out[at + 1] = CR;
  out[at + 2] = LF;
  return at + 3;
}
