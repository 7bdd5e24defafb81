import type { Instant } from "../base/index.ts";
import { parseDate, parseIdentifier, parseMoment, parseNumber } from "./cells.ts";
import { variablesOf, type Mapping, type Target } from "./mapping.ts";

/** One row of a file, read by a mapping: what it says of a contact, an order, one of its lines, a product. */
export interface ImportRow {
  readonly contact: Readonly<Record<string, string>> | null;
  readonly order: { readonly id: string; readonly placedAt: Instant; readonly total: number | null; readonly currency: string; readonly status: string | null; readonly coupon: string | null; readonly store: string | null } | null;
  readonly line: { readonly sku: string | null; readonly productId: string | null; readonly name: string | null; readonly quantity: number; readonly unitPrice: number; readonly total: number } | null;
  readonly product: { readonly id: string; readonly sku: string | null; readonly name: string; readonly brand: string | null; readonly category: string | null; readonly price: number | null } | null;
}

export interface RowProblem {
  /** The target that could not be filled, or the column. */
  readonly field: string;
  readonly code: "required" | "not_a_number" | "not_a_date" | "too_long";
  readonly message: string;
}

export type RowReading = { readonly row: ImportRow; readonly problem: null } | { readonly row: null; readonly problem: RowProblem };

/** Reads rows of one file; made once per file so that a million rows share the look-ups. */
export function rowReader(mapping: Mapping, columns: readonly string[]): (cells: readonly string[]) => RowReading {
  const place = new Map(columns.map((column, index) => [column, index]));
  const getters = new Map<Target, (cells: readonly string[]) => string>();
  for (const { column, to } of mapping.columns) {
    const index = place.get(column)!;
    const trim = mapping.options.trimFloatIds && isIdentifier(to);
    getters.set(to as Target, (cells) => parseIdentifier(cells[index] ?? "", trim));
  }
  for (const { to, template } of mapping.templates) getters.set(to as Target, templateReader(template, place, mapping.options.trimFloatIds));
  const targets = [...getters.keys()];
  const hasOrder = targets.some((to) => to.startsWith("order.") || to.startsWith("line."));
  const reader = new Reader(getters, mapping);
  const contactTargets = targets.filter((to) => to.startsWith("contact."));
  const hasLine = targets.some((to) => to.startsWith("line."));
  const hasProduct = targets.some((to) => to.startsWith("product."));
  return (cells) => {
    try {
      return {
        row: {
          contact: reader.contact(cells, contactTargets),
          order: hasOrder ? reader.order(cells) : null,
          line: hasLine ? reader.line(cells) : null,
          product: hasProduct ? reader.product(cells) : null,
        },
        problem: null,
      };
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
  readonly #getters: ReadonlyMap<Target, (cells: readonly string[]) => string>;
  readonly #mapping: Mapping;

  constructor(getters: ReadonlyMap<Target, (cells: readonly string[]) => string>, mapping: Mapping) {
    this.#getters = getters;
    this.#mapping = mapping;
  }

  /** The contact's values by attribute, or null when the row names nobody (a sale without a customer). */
  contact(cells: readonly string[], targets: readonly Target[]): Record<string, string> | null {
    const values: Record<string, string> = {};
    for (const to of targets) {
      const text = this.#text(cells, to);
      if (text === null) continue;
      if (to === "contact.birth_date") {
        const date = parseDate(text, this.#mapping.options.dayFirst);
        if (date === null) throw new Refusal({ field: to, code: "not_a_date", message: `"${short(text)}" is not a date.` });
        values["birth_date"] = date;
      } else values[to.slice("contact.".length)] = text;
    }
    return values["user_id"] || values["email"] || values["phone"] ? values : null;
  }

  order(cells: readonly string[]): ImportRow["order"] {
    const placed = this.#required(cells, "order.placed_at");
    const placedAt = parseMoment(placed, { zone: this.#mapping.options.timeZone, dayFirst: this.#mapping.options.dayFirst });
    if (placedAt === null) throw new Refusal({ field: "order.placed_at", code: "not_a_date", message: `"${short(placed)}" is not a date and time.` });
    return {
      id: this.#required(cells, "order.id"),
      placedAt,
      total: this.#number(cells, "order.total"),
      currency: this.#text(cells, "order.currency")?.toUpperCase() ?? this.#mapping.options.currency,
      status: this.#text(cells, "order.status"),
      coupon: this.#text(cells, "order.coupon"),
      store: this.#text(cells, "order.store"),
    };
  }

  line(cells: readonly string[]): ImportRow["line"] {
    const quantity = this.#number(cells, "line.quantity") ?? 1;
    const unitPrice = this.#number(cells, "line.unit_price");
    const total = this.#number(cells, "line.total");
    if (unitPrice === null && total === null) throw new Refusal({ field: "line.unit_price", code: "required", message: "The line has neither a unit price nor a total." });
    return {
      sku: this.#text(cells, "line.sku"),
      productId: this.#text(cells, "line.product_id"),
      name: this.#text(cells, "line.name"),
      quantity,
      unitPrice: unitPrice ?? (quantity === 0 ? 0 : round4(total! / quantity)),
      total: total ?? round4(quantity * unitPrice!),
    };
  }

  product(cells: readonly string[]): ImportRow["product"] {
    return {
      id: this.#required(cells, "product.id"),
      sku: this.#text(cells, "product.sku"),
      name: this.#required(cells, "product.name"),
      brand: this.#text(cells, "product.brand"),
      category: this.#text(cells, "product.category"),
      price: this.#number(cells, "product.price"),
    };
  }

  #text(cells: readonly string[], to: Target): string | null {
    const text = this.#getters.get(to)?.(cells).trim() ?? "";
    if (text.length > 2_000) throw new Refusal({ field: to, code: "too_long", message: `The value has ${text.length} characters; 2,000 is the most.` });
    return text === "" ? null : text;
  }

  #required(cells: readonly string[], to: Target): string {
    const text = this.#text(cells, to);
    if (text === null) throw new Refusal({ field: to, code: "required", message: `${to} is empty.` });
    return text;
  }

  #number(cells: readonly string[], to: Target): number | null {
    const text = this.#text(cells, to);
    if (text === null) return null;
    const value = parseNumber(text, this.#mapping.options.decimal);
    if (value === null) throw new Refusal({ field: to, code: "not_a_number", message: `"${short(text)}" is not a number.` });
    return value;
  }
}

function isIdentifier(to: string): boolean {
  return to === "contact.user_id" || to === "order.id" || to === "line.sku" || to === "line.product_id" || to === "product.id" || to === "product.sku";
}

function templateReader(template: string, place: ReadonlyMap<string, number>, trimFloat: boolean): (cells: readonly string[]) => string {
  const names = variablesOf(template);
  return (cells) => {
    const values = new Map(names.map((name) => [name, parseIdentifier(cells[place.get(name)!] ?? "", trimFloat)]));
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
