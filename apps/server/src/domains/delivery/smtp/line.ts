import type { Duplex } from "node:stream";
import type { Clock } from "../../../platform/ports.ts";
import { BadReply, ReplyReader, type Reply } from "./reply.ts";

/** The line is gone: closed, reset, too slow or talking nonsense. */
export class LineLost extends Error {
  override readonly name = "LineLost";
  /** Code of an answer that had begun when the line went, e.g. 250 of a reply without end. */
  readonly begun: number | null;
  constructor(message: string, begun: number | null = null, cause?: unknown) {
    super(message, { cause });
    this.begun = begun;
  }
}

// Without a reason given, abort() makes an exception with its stack: 7 µs of each reply.
const ANSWERED = "answered";

/** Sends bytes and waits for replies on one connection, each wait bounded by the clock port. */
export class Line {
  #socket: Duplex;
  readonly #clock: Clock;
  #reader = new ReplyReader();
  #lost: LineLost | null = null;
  #wake: (() => void) | null = null;
  #unflushed = 0;

  constructor(socket: Duplex, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#listen(socket);
  }

  get socket(): Duplex {
    return this.#socket;
  }

  /** Whether the kernel has taken every byte we wrote: while it has not, the other side cannot have the last of them. */
  get flushed(): boolean {
    return this.#unflushed === 0;
  }

  /** Whether the line is up and no junk came over it. */
  get stands(): boolean {
    return this.#lost === null && !this.#reader.tainted;
  }

  /** Whether, besides, the server said nothing we have not read: with no question open, that would be words out of turn. */
  get clean(): boolean {
    return this.stands && !this.#reader.pending;
  }

  /** Goes on over an encrypted socket made from this one. Words said before the encryption are a trick (SECURITY #41): refused. */
  secured(socket: Duplex): void {
    if (this.#reader.pending) throw new LineLost("The server spoke before the encryption began");
    this.#reader = new ReplyReader();
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Stops listening, so that TLS can take the socket over. */
  release(): Duplex {
    this.#socket.removeAllListeners("data").removeAllListeners("close").removeAllListeners("end");
    return this.#socket;
  }

  write(bytes: string | Uint8Array): void {
    if (this.#lost) return;
    this.#unflushed++;
    this.#socket.write(bytes, (error) => {
      if (!error) this.#unflushed--;
    });
  }

  /** The next reply. @throws LineLost when the line goes, or after `timeoutMs` */
  async read(timeoutMs: number): Promise<Reply> {
    let timer: AbortController | null = null;
    let late = false;
    try {
      for (;;) {
        const reply = this.#next();
        if (reply) return reply;
        if (this.#lost) throw this.#lost;
        if (late) throw this.close(new LineLost(`No answer in ${Math.round(timeoutMs / 1000)} s`, this.#reader.begun()));
        const more = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        if (!timer) {
          timer = new AbortController();
          const { signal } = timer;
          void this.#clock.sleep(timeoutMs, signal).then(() => {
            if (signal.aborted) return;
            late = true;
            this.#wake?.();
          });
        }
        await more;
      }
    } finally {
      timer?.abort(ANSWERED);
    }
  }

  #next(): Reply | null {
    try {
      return this.#reader.next();
    } catch (error) {
      if (error instanceof BadReply) throw this.close(new LineLost(error.message, error.begun));
      throw error;
    }
  }

  /** Hangs up without ceremony. */
  close(reason: LineLost = new LineLost("Closed by us")): LineLost {
    this.#lost ??= reason;
    this.#socket.destroy();
    this.#wake?.();
    return this.#lost;
  }

  #listen(socket: Duplex): void {
    const gone = (cause?: Error) => {
      if (socket !== this.#socket) return;
      this.#lost ??= new LineLost(cause?.message ?? "The server closed the connection", this.#reader.begun(), cause);
      this.#wake?.();
    };
    socket.on("error", gone);
    socket.on("end", () => gone());
    socket.on("close", () => gone());
    socket.on("data", (chunk: Uint8Array) => {
      // An unread flood must not fill the memory: past the cap, next() hangs up.
      this.#reader.push(chunk);
      this.#wake?.();
    });
  }
}
