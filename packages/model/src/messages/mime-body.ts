const CR = 13,
  LF = 10,
  SPACE = 32,
  TAB = 9,
  EQUALS = 61,
  DOT = 46;
const HEX = new Uint8Array([0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46]);
/** Characters of a line before the soft break's `=`. */
const LINE = 75;
/** No mail has more bytes: a loop in a template must not fill the memory. */
const MOST_BYTES = 12_000_000;

/** 1: the byte stands for itself. Space and tab do too, unless they end a line; a dot, unless it begins one. */
const PLAIN = new Uint8Array(128);
for (let byte = 33; byte <= 126; byte++) PLAIN[byte] = byte === EQUALS ? 0 : 1;
PLAIN[SPACE] = 1;
PLAIN[TAB] = 1;

/** Text in quoted-printable, encoded once for many mails; it begins a line and may end anywhere in one. */
export interface QuotedPiece {
  readonly bytes: Uint8Array;
  /** Characters of the line it ends in. */
  readonly column: number;
}

/**
 * The bytes of a mail as they grow: headers by `ascii`, bodies in quoted-printable (RFC 2045 §6.7) by `text` and `piece`, closed by
 * `endBody`. Every line break of a body, however it was written, becomes CRLF; no bare CR or LF remains, lines have at most 76
 * characters, no line ends with a blank or begins with a dot, so nothing is left to do for SMTP. The sequence `=_` never occurs in a
 * body, so a boundary that holds it cannot be met.
 */
export class MailBytes {
  bytes = new Uint8Array(64 * 1024);
  at = 0;
  #column = 0;

  /** Begins again, in the same memory. */
  clear(): void {
    this.at = 0;
    this.#column = 0;
  }

  /** As it is; only for text known to be seven bits. */
  ascii(text: string): void {
    const bytes = this.#room(text.length);
    for (let i = 0; i < text.length; i++) bytes[this.at++] = text.charCodeAt(i);
  }

  /** Text of the body, encoded now. */
  text(text: string): void {
    // at most three bytes of UTF-8 for a unit of UTF-16, three characters each, and the breaks
    const out = this.#room(text.length * 10 + 16);
    let to = this.at;
    let column = this.#column;
    for (let i = 0; i < text.length; i++) {
      let code = text.charCodeAt(i);
      if (code < 128) {
        if (PLAIN[code] === 1) {
          if (column >= LINE) {
            to = softBreak(out, to);
            column = 0;
          }
          if (column === 0 && code === DOT) {
            to = writeHex(out, to, DOT);
            column = 3;
            continue;
          }
          out[to++] = code;
          column++;
          continue;
        }
        if (code === LF || code === CR) {
          if (code === CR && text.charCodeAt(i + 1) === LF) i++;
          if (column > 0) to = keepBlank(out, to, column);
          out[to++] = CR;
          out[to++] = LF;
          column = 0;
          continue;
        }
        if (column + 3 > LINE) {
          to = softBreak(out, to);
          column = 0;
        }
        to = writeHex(out, to, code);
        column += 3;
        continue;
      }
      if (code >= 0xd800 && code <= 0xdfff) {
        const low = text.charCodeAt(i + 1);
        // Halves of pairs have no UTF-8.
        if (code < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
          code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          i++;
        } else code = 0xfffd;
      }
      const size = code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
      for (let n = size - 1; n >= 0; n--) {
        if (column + 3 > LINE) {
          to = softBreak(out, to);
          column = 0;
        }
        to = writeHex(out, to, n === size - 1 ? ((0xf00 >> size) & 0xff) | (code >> (6 * n)) : 0x80 | ((code >> (6 * n)) & 0x3f));
        column += 3;
      }
    }
    this.at = to;
    this.#column = column;
  }

  /** Text encoded beforehand; it begins a line of its own, which costs a soft break. */
  piece({ bytes, column }: QuotedPiece): void {
    if (bytes.length === 0) return;
    const out = this.#room(bytes.length + 3);
    if (this.#column > 0) this.at = softBreak(out, this.at);
    out.set(bytes, this.at);
    this.at += bytes.length;
    this.#column = column;
  }

  /** Ends the last line of a body. */
  endBody(): void {
    if (this.#column === 0) return;
    const out = this.#room(16);
    let to = keepBlank(out, this.at, this.#column);
    out[to++] = CR;
    out[to++] = LF;
    this.at = to;
    this.#column = 0;
  }

  /** Encodes text for `piece`. */
  static pieceOf(text: string): QuotedPiece {
    const own = new MailBytes();
    own.text(text);
    return { bytes: own.bytes.slice(0, own.at), column: own.#column };
  }

  #room(more: number): Uint8Array {
    const needed = this.at + more;
    if (needed > this.bytes.length) {
      if (this.at > MOST_BYTES) throw new Error("the message is larger than 12 MB");
      const wider = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      wider.set(this.bytes.subarray(0, this.at));
      this.bytes = wider;
    }
    return this.bytes;
  }
}

function writeHex(out: Uint8Array, at: number, byte: number): number {
  out[at] = EQUALS;
  out[at + 1] = HEX[byte >> 4]!;
  out[at + 2] = HEX[byte & 15]!;
  return at + 3;
}

function softBreak(out: Uint8Array, at: number): number {
  out[at] = EQUALS;
  out[at + 1] = CR;
  out[at + 2] = LF;
  return at + 3;
}

/** A blank at the end of a line is written as its number, on the next line where this one is full. */
function keepBlank(out: Uint8Array, at: number, column: number): number {
  const last = out[at - 1]!;
  if (last !== SPACE && last !== TAB) return at;
  return writeHex(out, column + 2 > LINE ? softBreak(out, at - 1) : at - 1, last);
}
