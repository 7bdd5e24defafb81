/** One answer of an SMTP server, its lines joined. */
export interface Reply {
  readonly code: number;
  /** RFC 3463, e.g. `5.1.1`; null when the server gave none. */
  readonly enhanced: string | null;
  /** Lines without code and line ends, at most 500 characters in all. */
  readonly text: string;
  readonly lines: readonly string[];
}

/** What a server may say before we hang up: RELIABILITY §5.5. */
const REPLY_CAP = 64 * 1024;

/** The server talks nonsense or without end; the connection is worth nothing any more. */
export class BadReply extends Error {
  override readonly name = "BadReply";
  /** The code the endless or cut-off answer began with, when it can be told. */
  readonly begun: number | null;
  constructor(message: string, begun: number | null) {
    super(message);
    this.begun = begun;
  }
}

/**
 * Takes bytes in any cut and gives whole replies. Tolerates bare LF, missing text, unequal codes in a multi-line reply (the last
 * decides) and junk lines (skipped, but `tainted` then says that the connection should not be used again).
 */
export class ReplyReader {
  tainted = false;
  #waiting = "";
  #lines: string[] = [];
  #size = 0;

  push(chunk: Uint8Array): void {
    // latin1: any byte is a character, so binary garbage cannot throw
    this.#waiting += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
  }

  /** The next whole reply, or null until more bytes come. @throws BadReply past the cap */
  next(): Reply | null {
    for (;;) {
      const end = this.#waiting.indexOf("\n");
      if (this.#size + (end < 0 ? this.#waiting.length : end) > REPLY_CAP)
        throw new BadReply("The reply is longer than 64 kB", this.begun());
      if (end < 0) return null;
      const line = this.#waiting.slice(0, end).replace(/\r$/, "");
      this.#waiting = this.#waiting.slice(end + 1);
      this.#size += end + 1;
      const parts = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(line);
      if (!parts) {
        this.tainted = true;
        continue;
      }
      this.#lines.push(parts[3] ?? "");
      if (parts[2] === "-") {
        this.#begun ??= Number(parts[1]);
        continue;
      }
      return this.#finish(Number(parts[1]));
    }
  }

  /** Bytes not yet part of a reply: unasked words of the server. */
  get pending(): boolean {
    return this.#waiting.length > 0 || this.#lines.length > 0;
  }

  /** The code an unfinished reply begins with; null when nothing understandable came. */
  begun(): number | null {
    if (this.#begun !== null) return this.#begun;
    const parts = /^([2-5]\d\d)[ -]/.exec(this.#waiting);
    return parts ? Number(parts[1]) : null;
  }

  #begun: number | null = null;

  #finish(code: number): Reply {
    const lines = this.#lines;
    this.#lines = [];
    this.#size = 0;
    this.#begun = null;
    const enhanced = /^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(lines[0] ?? "")?.[1] ?? null;
    return { code, enhanced, text: lines.join(" ").slice(0, 500), lines };
  }
}
