import { EARLIEST, type Instant } from "../base/index.ts";
import { LONGEST_ID } from "../events/message.ts";
import { sayRowProblem, type RowReason } from "../failures/index.ts";
import { parseIdentifier, parseMoment, parseMoney, parseNumber, type Money } from "./cells.ts";
import { ROW_NUMBER, variablesOf, type TableMapping, type Target } from "./mapping.ts";

/** What an identifier may have at most, as those that come by events; ours put a prefix before orders and events. */
const LONGEST: Partial<Record<Target, number>> = {
  "contact.user_id": LONGEST_ID,
  "contact.email": LONGEST_ID,
  "contact.phone": LONGEST_ID,
  "order.id": 200,
  "refund.order_id": 200,
  "refund.id": 200,
  "cart.id": 200,
  "event.id": 200,
  "event.name": 200,
};

export interface RowProblem {
  /** The target that could not be filled, or the column. */
  readonly field: string;
  readonly code: keyof typeof REASONS;
  /** In English. */
  readonly message: string;
  /** With what it is said in any language. */
  readonly params: RowReason;
}

// Codes never change and are few; what a sentence tells beyond them stands after them.
const REASONS = {
  required: ["no_price", "nobody", "no_refund", "nobodys_cart"],
  not_a_number: ["not_a_price", "too_large"],
  not_a_date: ["not_a_moment", "sale_backwards"],
  not_a_url: [],
  too_early: [],
  too_long: [],
  unreadable_letters: [],
  wrong_columns: [],
  orphan: ["no_order", "no_product", "unknown_order", "not_in_order", "no_cart"],
  other_currency: [],
  not_a_cart_state: [],
} as const satisfies Readonly<Record<string, readonly RowReason["why"][]>>;

/** What is wrong with a row, at a target or at the row as a whole. */
export function rowProblem(field: string, params: RowReason): RowProblem {
  const [code] = (Object.entries(REASONS) as [RowProblem["code"], readonly string[]][]).find(
    ([name, more]) => name === params.why || more.includes(params.why),
  )!;
  return { field, code, message: sayRowProblem(params, "en")!, params };
}

/** Why a row cannot be used. */
export class RowRefusal extends Error {
  readonly problem: RowProblem;
  constructor(field: Target, params: RowReason) {
    super(params.why);
    this.problem = rowProblem(field, params);
  }
}

type Getter = (cells: readonly string[], number: number) => string;

/** The values of one row after the other by their targets; made once per table so that a million rows share the look-ups. */
export class RowCells {
  readonly options: TableMapping["options"];
  readonly targets: readonly Target[];
  readonly #getters = new Map<Target, Getter>();
  // Where a target's column stands; targets of templates have none.
  readonly #places = new Map<Target, number>();
  #cells: readonly string[] = [];
  #row = 0;
  // A million rows share few dates: an order's lines follow one another.
  #lastMoment: { text: string; at: Instant } | null = null;

  constructor(mapping: TableMapping, columns: readonly string[]) {
    this.options = mapping.options;
    const place = new Map(columns.map((column, index) => [column, index]));
    for (const { column, to } of mapping.columns) {
      const index = place.get(column)!;
      this.#places.set(to, index);
      const trim = mapping.options.trimFloatIds && isIdentifier(to);
      this.#getters.set(to, (cells) => parseIdentifier(cells[index] ?? "", trim));
    }
    for (const { to, template } of mapping.templates) this.#getters.set(to, templateReader(template, place, mapping.options.trimFloatIds));
    this.targets = [...this.#getters.keys()];
  }

  /** Goes to a row. @param number that of the row, from 1 */
  at(cells: readonly string[], number: number): void {
    this.#cells = cells;
    this.#row = number;
  }

  /** Whether the mapping fills a target. */
  has(to: Target): boolean {
    return this.#getters.has(to);
  }

  /**
   * A reader of some targets that gives the very value of the row before where their cells say the same: lines of an order follow one another.
   * What it gives must be of those cells and the mapping alone, and never changed.
   */
  repeating<T>(targets: readonly Target[], read: () => T): () => T {
    const places = targets.map((to) => this.#places.get(to));
    if (places.includes(undefined)) return read;
    let last: { readonly cells: readonly string[]; readonly value: T } | null = null;
    return () => {
      const cells = this.#cells;
      if (last === null || places.some((place) => cells[place!] !== last!.cells[place!])) last = { cells, value: read() };
      return last.value;
    };
  }

  /** @param most characters; longer values refuse the row */
  text(to: Target, most = LONGEST[to] ?? 2_000): string | null {
    const text = this.#getters.get(to)?.(this.#cells, this.#row).trim() ?? "";
    if (text.includes("\ufffd")) throw new RowRefusal(to, { why: "unreadable_letters" });
    if (text.length > most) throw new RowRefusal(to, { why: "too_long", n: text.length, most });
    return text === "" ? null : text;
  }

  required(to: Target): string {
    const text = this.text(to);
    if (text === null) throw new RowRefusal(to, { why: "required" });
    return text;
  }

  moment(to: Target): Instant {
    const text = this.required(to);
    if (this.#lastMoment?.text === text) return this.#lastMoment.at;
    const { timeZone: zone, dayFirst } = this.options;
    const at = parseMoment(text, { zone, dayFirst });
    if (at === null) throw new RowRefusal(to, { why: "not_a_moment", value: short(text) });
    if (at < EARLIEST) throw new RowRefusal(to, { why: "too_early", value: short(text), year: new Date(EARLIEST).getUTCFullYear() });
    this.#lastMoment = { text, at };
    return at;
  }

  /** Two moments with a slash between them; null where one is left out. */
  period(to: Target): { readonly from: Instant | null; readonly to: Instant | null } {
    const { timeZone: zone, dayFirst } = this.options;
    const [from, until] = (this.text(to) ?? "").split("/").map((part) => {
      const at = part.trim() === "" ? null : parseMoment(part, { zone, dayFirst });
      if (at === null && part.trim() !== "") throw new RowRefusal(to, { why: "not_a_moment", value: short(part) });
      return at;
    });
    return { from: from ?? null, to: until ?? null };
  }

  number(to: Target): number | null {
    const text = this.text(to);
    if (text === null) return null;
    const value = parseNumber(text, this.options.decimal);
    if (value === null) throw new RowRefusal(to, { why: "not_a_number", value: short(text) });
    return this.storable(value, to);
  }

  /** An amount that may say its currency: `105.29 USD`. */
  money(to: Target): Money | null {
    const text = this.text(to);
    if (text === null) return null;
    const money = parseMoney(text, this.options.decimal);
    if (money === null) throw new RowRefusal(to, { why: "not_a_price", value: short(text) });
    return { ...money, amount: this.storable(money.amount, to) };
  }

  url(to: Target): string | null {
    const text = this.text(to);
    return text === null ? null : webAddress(text, to);
  }

  /** A list as JSON, or its parts with commas between them. */
  list(to: Target, most = 20_000, comma: string | RegExp = ","): string[] {
    const text = this.text(to, most);
    if (text === null) return [];
    return listOf(text, comma)
      .map((one) => one.trim())
      .filter((one) => one !== "");
  }

  urls(to: Target): string[] {
    // An address may hold a comma: the next begins where another scheme does.
    return this.list(to, 20_000, /,(?=\s*(?:https?:)?\/\/)/i).map((one) => webAddress(one, to));
  }

  storable(value: number, to: Target): number {
    if (Math.abs(value) >= MOST) throw new RowRefusal(to, { why: "too_large", value });
    return value;
  }
}

function webAddress(text: string, field: Target): string {
  const whole = text.startsWith("//") ? `https:${text}` : text;
  if (!/^https?:\/\/[^\s/]/i.test(whole) || !URL.canParse(whole)) throw new RowRefusal(field, { why: "not_a_url", value: short(text) });
  return whole;
}

function listOf(text: string, comma: string | RegExp): string[] {
  if (!text.startsWith("[")) return text.split(comma);
  try {
    return (JSON.parse(text) as unknown[]).map(String);
  } catch {
    return [text];
  }
}

/** Money and quantities have at most fifteen digits before their four decimals, as in the tables. */
const MOST = 1e15;

function isIdentifier(to: string): boolean {
  return (
    to === "contact.user_id" ||
    to === "order.id" ||
    to === "refund.order_id" ||
    to === "refund.id" ||
    to === "refund.product_id" ||
    to === "cart.id" ||
    to === "cart.product_id" ||
    to === "cart.sku" ||
    to === "refund.sku" ||
    to === "line.sku" ||
    to === "line.product_id" ||
    to === "product.id" ||
    to === "product.sku" ||
    to === "product.group"
  );
}

function templateReader(template: string, place: ReadonlyMap<string, number>, trimFloat: boolean): Getter {
  const names = variablesOf(template);
  return (cells, number) => {
    const value = (name: string): string =>
      name === ROW_NUMBER && !place.has(name) ? String(number) : parseIdentifier(cells[place.get(name)!] ?? "", trimFloat);
    const values = new Map(names.map((name) => [name, value(name)]));
    if ([...values.values()].some((value) => value === "")) return "";
    return template.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (_whole, name: string) => values.get(name) ?? "");
  };
}

/** The beginning of a value, for a sentence about it. */
export function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Money and quantities are kept to four decimals, as in the tables. */
export function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
