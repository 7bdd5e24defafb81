// A reader looks for these first; everything else follows in the order of the alphabet.
const FIRST = [
  "kind",
  "of",
  "op",
  "id",
  "name",
  "description",
  "class",
  "topic",
  "published",
  "fallback",
  "starts",
  "first",
  "event",
  "attribute",
  "property",
  "locale",
  "timeZone",
  "currency",
];
const LAST = ["settings", "steps", "positions", "exits"];

const place = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : LAST.includes(key) ? 1_000 + LAST.indexOf(key) : 500);

/** The same value with the keys of its objects in one fixed order and without those that are undefined: equal values give equal texts. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined);
  keys.sort((a, b) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(keys.map((key) => [key, inOrder((value as Record<string, unknown>)[key])]));
}
