import { HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { isObject, type JsonObject, type Message } from "@relance/model/events";

/** What was written of event names in the last minute, per workspace, so that a busy name is not one row all batches queue for. */
const written = new Map<string, { properties: Set<string>; at: Instant }>();
const MOST_NAMES = 20_000;
const MOST_PATHS = 100;

export interface NamesSeen {
  readonly rows: readonly { name: string; properties: Record<string, string> }[];
  /** Call after the commit. */
  remember(): void;
}

/** The names and properties of messages that are news, or not written of in the last minute. */
export function namesOf(
  items: readonly { readonly message: Pick<Message, "name" | "properties">; readonly receivedAt: Instant }[],
  workspace: Id,
): NamesSeen {
  const seen = new Map<string, { properties: Record<string, string>; at: Instant }>();
  for (const { message, receivedAt } of items) {
    const one = seen.get(message.name) ?? { properties: {}, at: receivedAt };
    seen.set(message.name, one);
    notePaths(message.properties, one.properties);
  }
  const rows = [...seen].filter(([name, one]) => {
    const before = written.get(`${workspace} ${name}`);
    return (
      !before ||
      one.at - before.at > MINUTE ||
      one.at < before.at - HOUR ||
      Object.keys(one.properties).some((path) => !before.properties.has(path))
    );
  });
  return {
    rows: rows.map(([name, one]) => ({ name, properties: one.properties })),
    remember() {
      if (written.size > MOST_NAMES) written.clear();
      for (const [name, one] of rows) {
        const before = written.get(`${workspace} ${name}`);
        written.set(`${workspace} ${name}`, {
          properties: new Set([...(before?.properties ?? []), ...Object.keys(one.properties)]),
          at: one.at,
        });
      }
    },
  };
}

function notePaths(properties: JsonObject, into: Record<string, string>): void {
  let count = Object.keys(into).length;
  const note = (path: string, value: unknown) => {
    if (count >= MOST_PATHS || path.length > 200 || value === null || into[path] !== undefined) return;
    into[path] = typeof value;
    count++;
  };
  for (const [key, value] of Object.entries(properties)) {
    if (Array.isArray(value)) {
      const first: unknown = value[0];
      if (isObject(first)) for (const [inner, innerValue] of Object.entries(first)) note(`${key}[].${inner}`, innerValue);
      else note(`${key}[]`, first ?? null);
    } else if (isObject(value)) for (const [inner, innerValue] of Object.entries(value)) note(`${key}.${inner}`, innerValue);
    else note(key, value);
  }
}
