/** A message of the Segment spec, as it is sent. */
export type Message = Readonly<Record<string, unknown>> & { readonly messageId: string };

const MOST = 200;
const MOST_TEXT = 300_000;

export interface Queue {
  add(message: Message): void;
  /** What was not acknowledged yet, oldest first, by name. */
  waiting(): { readonly name: string; readonly text: string }[];
  remove(names: readonly string[]): void;
}

/**
 * Messages that wait to be acknowledged, in localStorage, so that they outlive the page. Each under a name of its own: two tabs never
 * write over each other's, and one sent by both has one messageId. Bounded: beyond 200 messages or 300,000 characters the oldest go.
 * Where the browser refuses, they are kept in this page only.
 */
export function openQueue(key: string): Queue {
  const prefix = `relance.${key.slice(-8)}.`;
  const memory = new Map<string, string>();
  const attempt = <T>(of: () => T, otherwise: T): T => {
    try {
      return of();
    } catch {
      return otherwise; // storage is blocked, or full
    }
  };
  const stored = (): [string, string][] =>
    attempt(
      () =>
        Object.keys(localStorage)
          .filter((name) => name.startsWith(prefix))
          .map((name) => [name, localStorage.getItem(name) ?? ""]),
      [],
    );
  const waiting = () =>
    [...stored(), ...memory]
      .filter(([, text]) => text !== "")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, text]) => ({ name, text }));
  const remove = (names: readonly string[]): void => {
    for (const name of names) {
      memory.delete(name);
      attempt(() => localStorage.removeItem(name), undefined);
    }
  };
  let sequence = 0;
  return {
    waiting,
    remove,
    add(message) {
      const name = `${prefix}${Date.now()}.${String(sequence++).padStart(6, "0")}.${message.messageId.slice(0, 8)}`;
      const text = JSON.stringify(message);
      if (!attempt(() => (localStorage.setItem(name, text), true), false)) memory.set(name, text);
      const newest = waiting().reverse();
      let room = MOST_TEXT;
      const end = newest.findIndex((one, at) => at >= MOST || (room -= one.text.length) < 0);
      if (end >= 0) remove(newest.slice(end).map((one) => one.name));
    },
  };
}
