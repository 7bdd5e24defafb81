import type { Clock, Net } from "../../../platform/ports.ts";
import type { Outcome, OutgoingMessage, OutsideProvider } from "../providers/provider.ts";
import { NoSession, Session, type Parcel, type SmtpServer } from "./session.ts";
import { addressForWire, bodyForWire } from "./wire.ts";

export interface SmtpPoolOptions extends SmtpServer {
  /** Return path; the sender's address when null. */
  readonly envelopeFrom: string | null;
  readonly connections: number;
  readonly messagesPerConnection: number;
}
// A message announced behind one whose answer takes longer than this is given to another connection.
const SLOW_MS = 2_000;
const CLOSING = new NoSession("connect", "The provider is being closed");

interface Waiting {
  readonly message: OutgoingMessage;
  readonly from: string;
  readonly to: string;
  /** Written down when a connection takes it: a whole batch at once would hold up every answer meanwhile. */
  parcel?: Parcel;
  readonly report: (outcome: Outcome) => void;
}

// An unused connection is ended after this: servers count open ones against us.
const IDLE_MS = 5_000;
// After a connection was refused while others stand, no new one is tried for this long: the server accepts fewer than we are allowed.
const NARROW_MS = 30_000;

/**
 * Hands mail to one SMTP server over a few connections, one recipient per transaction. Connections are opened as the queue asks for
 * them, used for a bounded number of messages, and ended when idle. When none can be opened everything queued is reported `lost`.
 */
export function smtpPool(ports: { readonly net: Net; readonly clock: Clock }, options: SmtpPoolOptions): OutsideProvider {
  const queue: Waiting[] = [];
  const workers = new Set<Promise<void>>();
  const idle = new Set<() => void>();
  let standing = 0;
  let opening = 0;
  let narrowUntil = 0;
  let closed = false;

  const spawn = () => {
    const allowed = ports.clock.monotonic() < narrowUntil ? Math.max(1, standing) : options.connections;
    while (!closed && workers.size < allowed && workers.size < standing + queue.length) {
      const worker: Promise<void> = work().finally(() => {
        workers.delete(worker);
        if (closed) drop(queue, CLOSING);
        else if (queue.length > 0) spawn();
      });
      workers.add(worker);
    }
  };

  /** Someone for the queue: an idle connection, else a new one. */
  const nudge = () => {
    const sleeper = idle.values().next().value;
    if (!sleeper) return spawn();
    idle.delete(sleeper);
    sleeper();
  };

  const work = async (): Promise<void> => {
    opening++;
    let session: Session;
    try {
      session = await Session.open(ports.net, ports.clock, options);
    } catch (error) {
      opening--;
      return noConnection(error);
    }
    opening--;
    standing++;
    try {
      await drain(session);
    } finally {
      standing--;
      await session.quit();
    }
    // A server that greets and then says something unasked would be greeted for ever.
    if (session.handed === 0 && queue.length > 0) noConnection(new NoSession("banner", "The server speaks out of turn"));
  };

  const noConnection = (error: unknown): void => {
    narrowUntil = ports.clock.monotonic() + NARROW_MS;
    if (standing === 0 && opening === 0) drop(queue, error);
  };

  const drain = async (session: Session): Promise<void> => {
    let next = take();
    while (session.usable && !closed) {
      if (!next) {
        if (!(await moreWork())) return;
        next = take();
        continue;
      }
      const current = next;
      const last = session.handed + 1 >= options.messagesPerConnection;
      next = last ? undefined : take();
      const quick = new AbortController();
      if (next)
        void ports.clock.sleep(SLOW_MS, quick.signal).then(() => {
          if (!quick.signal.aborted) overtake();
        });
      const overtake = () => {
        if (next) queue.unshift(next);
        next = undefined;
        session.retire();
        nudge();
      };
      const outcome = await session.hand(current.parcel!, next?.parcel ?? null);
      quick.abort("answered");
      current.report(outcome);
      await session.settle();
      if (last) break;
    }
    if (next) queue.unshift(next); // announced at most: no byte of its body was sent
  };

  /** The next of the queue with its bytes. One that cannot be written down is refused and harms no other. */
  const take = (): Waiting | undefined => {
    for (let waiting = queue.shift(); waiting; waiting = queue.shift()) {
      try {
        waiting.parcel ??= parcelOf(waiting);
        return waiting;
      } catch (error) {
        waiting.report({ kind: "refused", lasting: true, scope: "message", reason: "render_failed", answer: String(error).slice(0, 500) });
      }
    }
    return undefined;
  };

  /** Waits for a message; false when the connection should end. */
  const moreWork = async (): Promise<boolean> => {
    const timer = new AbortController();
    const wake = () => timer.abort();
    idle.add(wake);
    await ports.clock.sleep(IDLE_MS, timer.signal);
    idle.delete(wake);
    return queue.length > 0 && !closed;
  };

  return {
    reach: "outside",
    kind: "smtp",
    async send(batch, report) {
      await Promise.all(
        batch.map(
          (message) =>
            new Promise<void>((resolve) => {
              const done = (outcome: Outcome) => {
                report(message, outcome);
                resolve();
              };
              const from = addressForWire(options.envelopeFrom ?? message.from);
              const to = addressForWire(message.address);
              if (!from || !to) return done({ kind: "refused", lasting: true, scope: "message", reason: "address_invalid", answer: "" });
              queue.push({ message, from, to, report: done });
              nudge();
            }),
        ),
      );
    },
    async close() {
      closed = true;
      for (const wake of idle) wake();
      drop(queue, CLOSING);
      await Promise.all(workers);
    },
  };
}

function drop(queue: Waiting[], error: unknown): void {
  const reason = error instanceof NoSession ? `no_connection_${error.phase}` : "no_connection";
  const answer = error instanceof Error ? error.message.slice(0, 500) : "";
  for (const waiting of queue.splice(0)) waiting.report({ kind: "lost", reason, answer });
}

function parcelOf({ message, from, to }: Waiting): Parcel {
  if (message.wire) return { from, to, body: message.wire.bytes, room: message.wire.room, eightBit: false };
  const { bytes, eightBit } = bodyForWire(message.mime());
  return { from, to, body: bytes, room: 0, eightBit };
}
