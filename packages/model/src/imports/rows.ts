import type { Instant } from "../base/index.ts";
import { parseDate, parseIdentifier, parseMoment, parseNumber } from "./cells.ts";
import { ROW_NUMBER, variablesOf, type TableMapping, type Target } from "./mapping.ts";

/**
 * One row of a table, read by a mapping: what it says of a contact, an order, one of its lines, a product. `placedAt` is null in a row of a
 * table that only names the order; another table tells when it was placed. A product without a name is one more row of its product.
 */
export interface ImportRow {
  readonly contact: Readonly<Record<string, string>> | null;
  readonly order: { readonly id: string; readonly placedAt: Instant | null; readonly total: number | null; readonly currency: string; readonly status: string | null; readonly coupon: string | null; readonly store: string | null } | null;
  readonly line: { readonly sku: string | null; readonly productId: string | null; readonly name: string | null; readonly quantity: number; readonly unitPrice: number; readonly total: number } | null;
  readonly product: { readonly id: string; readonly sku: string | null; readonly name: string | null; readonly brand: string | null; readonly category: string | null; readonly price: number | null } | null;
}

export interface RowProblem {
  /** The target that could not be filled, or the column. */
  readonly field: string;
  readonly code: "required" | "not_a_number" | "not_a_date" | "too_long" | "unreadable_letters";
  readonly message: string;
}

export type RowReading = { readonly row: ImportRow; readonly problem: null } | { readonly row: null; readonly problem: RowProblem };

type Getter = (cells: readonly string[], number: number) => string;

/** Reads rows of one table; made once per table so that a million rows share the look-ups. `number` is that of the row, from 1. */
export function rowReader(mapping: TableMapping, columns: readonly string[]): (cells: readonly string[], number: number) => RowReading {
  const place = new Map(columns.map((column, index) => [column, index]));
  const getters = new Map<Target, Getter>();
  for (const { column, to } of mapping.columns) {
    const index = place.get(column)!;
    const trim = mapping.options.trimFloatIds && isIdentifier(to);
    getters.set(to, (cells) => parseIdentifier(cells[index] ?? "", trim));
  }
  for (const { to, template } of mapping.templates) getters.set(to, templateReader(template, place, mapping.options.trimFloatIds));
  const has = (...prefixes: string[]) => [...getters.keys()].some((to) => prefixes.some((prefix) => to.startsWith(prefix)));
  const [hasOrder, hasLine, hasProduct] = [has("order.", "line."), has("line."), has("product.")];
  const reader = new Reader(getters, mapping);
  return (cells, number) => {
    reader.at(cells, number);
    try {
      return { row: { contact: reader.contact(), order: hasOrder ? reader.order() : null, line: hasLine ? reader.line() : null, product: hasProduct ? reader.product(!hasOrder) : null }, problem: null };
    } catch (error) {
      if (error instanceof Refusal) return { row: null, problem: error.problem };
      throw error;
    }
  };
}

class Refusal extends Error {
  readonly problem: RowProblem;
  constructor(problem: RowProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

class Reader {
  readonly #getters: ReadonlyMap<Target, Getter>;
  readonly #contactTargets: readonly Target[];
  readonly #mapping: TableMapping;
  #cells: readonly string[] = [];
  #row = 0;
  // A million rows share few dates: an order's lines follow one another.
  #lastMoment: { text: string; at: Instant } | null = null;

  constructor(getters: ReadonlyMap<Target, Getter>, mapping: TableMapping) {
    this.#getters = getters;
    this.#contactTargets = [...getters.keys()].filter((to) => to.startsWith("contact."));
    this.#mapping = mapping;
  }

  /** Goes to a row. */
  at(cells: readonly string[], number: number): void {
    this.#cells = cells;
    this.#row = number;
  }

  /** The contact's values by attribute, or null when the row names nobody (a sale without a customer). */
  contact(): Record<string, string> | null {
    const values: Record<string, string> = {};
    for (const to of this.#contactTargets) {
      const text = this.#text(to);
      if (text === null) continue;
      if (to === "contact.birth_date") {
        const date = parseDate(text, this.#mapping.options.dayFirst);
        if (date === null) throw new Refusal({ field: to, code: "not_a_date", message: `"${short(text)}" is not a date.` });
        values["birth_date"] = date;
      } else values[to.slice("contact.".length)] = text;
    }
    return values["user_id"] || values["email"] || values["phone"] ? values : null;
  }

  order(): ImportRow["order"] {
    return {
      id: this.#required("order.id"),
      placedAt: this.#getters.has("order.placed_at") ? this.#moment("order.placed_at") : null,
      total: this.#number("order.total"),
      currency: this.#text("order.currency")?.toUpperCase() ?? this.#mapping.options.currency,
      status: this.#text("order.status"),
      coupon: this.#text("order.coupon"),
      store: this.#text("order.store"),
    };
  }

  line(): ImportRow["line"] {
    const quantity = this.#number("line.quantity") ?? 1;
    const unitPrice = this.#number("line.unit_price");
    const total = this.#number("line.total");
    if (unitPrice === null && total === null) throw new Refusal({ field: "line.unit_price", code: "required", message: "The line has neither a unit price nor a total." });
    return {
      sku: this.#text("line.sku"),
      productId: this.#text("line.product_id"),
      name: this.#text("line.name"),
      quantity,
      unitPrice: unitPrice ?? (quantity === 0 ? 0 : this.#storable(round4(total! / quantity), "line.quantity")),
      total: total ?? this.#storable(round4(quantity * unitPrice!), "line.unit_price"),
    };
  }

  /** @param alone whether the row is about the product only; else it may name none */
  product(alone: boolean): ImportRow["product"] {
    const id = alone ? this.#required("product.id") : this.#text("product.id");
    if (id === null) return null;
    return {
      id,
      sku: this.#text("product.sku"),
      name: this.#text("product.name"),
      brand: this.#text("product.brand"),
      category: this.#text("product.category"),
      price: this.#number("product.price"),
    };
  }

  #moment(to: Target): Instant {
    const text = this.#required(to);
    if (this.#lastMoment?.text === text) return this.#lastMoment.at;
    const { timeZone: zone, dayFirst } = this.#mapping.options;
    const at = parseMoment(text, { zone, dayFirst });
    if (at === null) throw new Refusal({ field: to, code: "not_a_date", message: `"${short(text)}" is not a date and time.` });
    this.#lastMoment = { text, at };
    return at;
  }

  #text(to: Target): string | null {
    const text = this.#getters.get(to)?.(this.#cells, this.#row).trim() ?? "";
    if (text.includes("\ufffd")) throw new Refusal({ field: to, code: "unreadable_letters", message: "The value holds bytes that are no letters in the encoding of the file; save it as UTF-8." });
    if (text.length > 2_000) throw new Refusal({ field: to, code: "too_long", message: `The value has ${text.length} characters; 2,000 is the most.` });
    return text === "" ? null : text;
  }

  #required(to: Target): string {
    const text = this.#text(to);
    if (text === null) throw new Refusal({ field: to, code: "required", message: `${to} is empty.` });
    return text;
  }

  #number(to: Target): number | null {
    const text = this.#text(to);
    if (text === null) return null;
    const value = parseNumber(text, this.#mapping.options.decimal);
    if (value === null) throw new Refusal({ field: to, code: "not_a_number", message: `"${short(text)}" is not a number.` });
    return this.#storable(value, to);
  }

  #storable(value: number, to: Target): number {
    if (Math.abs(value) >= MOST) throw new Refusal({ field: to, code: "not_a_number", message: `${value} is too large; is the decimal sign right?` });
    return value;
  }
}

/** Money and quantities have at most fifteen digits before their four decimals, as in the tables. */
const MOST = 1e15;

function isIdentifier(to: string): boolean {
  return to === "contact.user_id" || to === "order.id" || to === "line.sku" || to === "line.product_id" || to === "product.id" || to === "product.sku";
}

function templateReader(template: string, place: ReadonlyMap<string, number>, trimFloat: boolean): Getter {
  const names = variablesOf(template);
  return (cells, number) => {
    const value = (name: string): string => (name === ROW_NUMBER && !place.has(name) ? String(number) : parseIdentifier(cells[place.get(name)!] ?? "", trimFloat));
    const values = new Map(names.map((name) => [name, value(name)]));
    if ([...values.values()].some((value) => value === "")) return "";
    return template.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (_whole, name: string) => values.get(name) ?? "");
  };
}

/** Money and quantities are kept to four decimals, as in the tables. */
export function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
