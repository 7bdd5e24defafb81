import { z } from "zod";

/**
 * How the columns of a file become contacts, products, orders and their lines. One row may feed several of them (a flat export);
 * rows that share an order id are the lines of one order.
 */
export const TARGETS = [
  "contact.user_id", "contact.email", "contact.phone", "contact.first_name", "contact.last_name", "contact.locale", "contact.time_zone",
  "contact.country", "contact.region", "contact.postal_code", "contact.city", "contact.birth_date", "contact.customer_type",
  "order.id", "order.placed_at", "order.total", "order.currency", "order.status", "order.coupon", "order.store",
  "line.sku", "line.product_id", "line.name", "line.quantity", "line.unit_price", "line.total",
  "product.id", "product.sku", "product.name", "product.brand", "product.category", "product.price",
] as const;
export type Target = (typeof TARGETS)[number] | `contact.attributes.${string}`;

const attributeTarget = z.templateLiteral(["contact.attributes.", z.string().regex(/^[A-Za-z][A-Za-z0-9_ ]{0,59}$/)]);
export const target = z.union([z.enum(TARGETS), attributeTarget]);

export const mapping = z.strictObject({
  version: z.literal(1),
  /** Column name → what it fills. A column may be named once; columns not named are left out. */
  columns: z.array(z.strictObject({ column: z.string().min(1).max(200), to: target })).min(1).max(200),
  /** Values made from several columns, e.g. `customer-{{CustomerID}}@shop.example`; empty when a column it names is empty. */
  templates: z.array(z.strictObject({ to: target, template: z.string().min(1).max(500) })).max(50),
  options: z.strictObject({
    /** Zone of date-times that carry none. */
    timeZone: z.string().refine(isTimeZone, "must be a time zone such as Europe/London"),
    currency: z.string().regex(/^[A-Z]{3}$/, "must be a currency code such as EUR"),
    /** `.` or `,`: what separates units from decimals. */
    decimal: z.enum([".", ","]),
    /** Reads an id such as `17850.0`, which a spreadsheet made of a number, as `17850`. */
    trimFloatIds: z.boolean(),
    /** An order whose id begins so is a return: its total is counted as refunded, not bought. */
    returnPrefix: z.string().max(20).nullable(),
    /** Order of day and month in `03/04/2026`. */
    dayFirst: z.boolean(),
  }),
});
export type Mapping = z.infer<typeof mapping>;

export interface MappingProblem {
  readonly field: string;
  readonly code: "unknown_column" | "repeated_target" | "missing_target" | "unknown_variable";
  readonly message: string;
}

/** What is wrong with a mapping for a file of these columns; empty when it can run. */
export function mappingProblems(given: Mapping, columns: readonly string[]): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const targets = new Set<string>();
  const fill = (to: string, field: string) => {
    if (targets.has(to)) problems.push({ field, code: "repeated_target", message: `${to} is filled twice.` });
    targets.add(to);
  };
  given.columns.forEach(({ column, to }, index) => {
    if (!columns.includes(column)) problems.push({ field: `mapping.columns[${index}].column`, code: "unknown_column", message: `The file has no column "${column}".` });
    fill(to, `mapping.columns[${index}].to`);
  });
  given.templates.forEach(({ to, template }, index) => {
    for (const name of variablesOf(template)) {
      if (!columns.includes(name)) problems.push({ field: `mapping.templates[${index}].template`, code: "unknown_variable", message: `The file has no column "${name}".` });
    }
    fill(to, `mapping.templates[${index}].to`);
  });
  const has = (prefix: string) => [...targets].some((to) => to.startsWith(prefix));
  const need = (to: Target, because: string) => {
    if (!targets.has(to)) problems.push({ field: "mapping.columns", code: "missing_target", message: `${to} is needed ${because}.` });
  };
  if (has("order.") || has("line.")) {
    need("order.id", "to tell orders apart");
    need("order.placed_at", "to know when the order was placed");
    if (has("line.") && !targets.has("line.total")) {
      need("line.quantity", "for order lines without a total");
      need("line.unit_price", "for order lines without a total");
    }
    if (!has("line.")) need("order.total", "for orders without lines");
  } else if (has("product.")) {
    need("product.id", "to tell products apart");
    need("product.name", "to show the product");
  }
  if (has("contact.") && !["contact.user_id", "contact.email", "contact.phone"].some((to) => targets.has(to))) {
    problems.push({ field: "mapping.columns", code: "missing_target", message: "A contact needs contact.user_id, contact.email or contact.phone." });
  }
  return problems;
}

/** Column names that a template uses. */
export function variablesOf(template: string): string[] {
  return [...template.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map((match) => match[1]!);
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
