import type { Call, Option } from "./command.ts";
import { Wrong } from "./command.ts";

const MOST = 10_000;
const PAGE = 200;

export const LIMIT: Option = {
  name: "limit",
  value: { en: "N", fr: "N" },
  help: { en: "how many to show; 50 unless said", fr: "combien en montrer ; 50 par défaut" },
};

/** The number given as `--limit`. */
export function limitOf(call: Call): number {
  const given = call.value("limit") ?? "50";
  if (!/^\d{1,5}$/.test(given) || Number(given) < 1 || Number(given) > MOST) throw new Wrong(call.words.badNumber("limit"));
  return Number(given);
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Follows a list's pages until so many items are there. */
export async function pages<Item>(
  limit: number,
  ask: (page: { after: string | undefined; limit: number }) => Promise<Page<Item>>,
): Promise<{ items: Item[]; more: boolean }> {
  const items: Item[] = [];
  for (let after: string | undefined; ;) {
    const page = await ask({ after, limit: Math.min(PAGE, limit - items.length) });
    items.push(...page.items);
    if (page.next === null || items.length >= limit) return { items, more: page.next !== null };
    after = page.next;
  }
}

/** Prints a list: a table for a person, `{items, more}` as JSON. */
export function showList<Item>(
  call: Call,
  list: { items: readonly Item[]; more: boolean },
  heads: readonly string[],
  row: (item: Item) => (string | number | null)[],
): void {
  call.output.answer(list, () => {
    if (list.items.length === 0) call.output.line(call.words.nothing);
    else call.output.table(heads, list.items.map(row));
    if (list.more) call.output.line(call.words.more_(Math.min(MOST, list.items.length * 4)));
  });
}

export const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** The one of a list that a person means by its id or its name. */
export function named<Item extends { readonly id: string; readonly name: string }>(
  call: Call,
  items: readonly Item[],
  given: string,
): Item {
  const found = items.filter((item) => item.id === given || item.name.toLowerCase() === given.toLowerCase());
  if (found.length === 0) throw new Wrong(call.words.noneOfName(given), 1);
  if (found.length > 1) throw new Wrong(call.words.manyOfName(given, found.map((item) => item.id).join(", ")));
  return found[0]!;
}

/** One of the values an option may have; undefined when it was not given. */
export function choice<Value extends string>(call: Call, name: string, values: readonly Value[]): Value | undefined {
  const given = call.value(name);
  if (given === undefined) return undefined;
  if (!(values as readonly string[]).includes(given)) throw new Wrong(call.words.badChoice(name, values.join(", ")));
  return given as Value;
}
