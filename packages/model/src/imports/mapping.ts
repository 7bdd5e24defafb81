import { z } from "zod";

/**
 * How the columns of one or more tables become contacts, products, content items, orders and their lines. One row may feed several of them
 * (a flat export). Rows that name the same order, in one table or in several, are one order: that is how tables are joined. A contact is
 * found again by its identifiers, a product by its number. A row whose \`product.group\` is filled is a variant of the product of that number;
 * without \`product.id\` it is told apart by its options, and one without options tells more of the product.
 */
export const TARGETS = [
  "contact.user_id",
  "contact.email",
  "contact.phone",
  "contact.first_name",
  "contact.last_name",
  "contact.locale",
  "contact.time_zone",
  "contact.country",
  "contact.region",
  "contact.postal_code",
  "contact.city",
  "contact.birth_date",
  "contact.customer_type",
  "contact.store",
  "order.id",
  "order.placed_at",
  "order.total",
  "order.refunded",
  "order.currency",
  "order.status",
  "order.coupon",
  "order.store",
  "line.sku",
  "line.product_id",
  "line.name",
  "line.quantity",
  "line.unit_price",
  "line.total",
  "product.id",
  "product.sku",
  "product.name",
  "product.brand",
  "product.category",
  "product.price",
  "product.group",
  "product.description",
  "product.url",
  "product.image_url",
  "product.images",
  "product.sale_price",
  "product.sale_dates",
  "product.availability",
  "product.stock",
  "product.variant_image",
  "article.id",
  "article.title",
  "article.summary",
  "article.url",
  "article.image_url",
  "article.author",
  "article.tags",
  "article.published_at",
  "event.id",
  "event.name",
  "event.at",
  "refund.order_id",
  "refund.id",
  "refund.at",
  "refund.amount",
  "refund.currency",
  "refund.product_id",
  "refund.sku",
  "refund.quantity",
  "refund.line_amount",
  "cart.id",
  "cart.updated_at",
  "cart.created_at",
  "cart.status",
  "cart.currency",
  "cart.total",
  "cart.url",
  "cart.product_id",
  "cart.sku",
  "cart.product_name",
  "cart.quantity",
  "cart.unit_price",
] as const;
export type Target =
  | (typeof TARGETS)[number]
  | `contact.attributes.${string}`
  | `product.attributes.${string}`
  | `product.options.${string}`
  | `event.properties.${string}`;

const named = z.string().regex(/^[A-Za-z][A-Za-z0-9_ ]{0,59}$/);
export const target = z
  .union([
    z.enum(TARGETS),
    z.templateLiteral(["contact.attributes.", named]),
    z.templateLiteral(["product.attributes.", named]),
    z.templateLiteral(["product.options.", named]),
    z.templateLiteral(["event.properties.", named]),
  ])
  // Names that could reach an object's prototype are refused wherever they come from.
  .refine((to) => !/\.(constructor|prototype)$/.test(to), "must not be called so");

/** The name of a table; left out, the first one of the import is meant. */
const table = z.string().min(1).max(200).optional();

export const mapping = z.strictObject({
  version: z.literal(1),
  /** Column name → what it fills. A column may be named once; columns not named are left out. */
  columns: z
    .array(z.strictObject({ table, column: z.string().min(1).max(200), to: target }))
    .min(1)
    .max(500),
  /**
   * Values made from several columns, e.g. `customer-{{CustomerID}}@shop.example`; empty when a column it names is empty.
   * `{{relance_row}}` is the number of the row, for files that number nothing.
   */
  templates: z.array(z.strictObject({ table, to: target, template: z.string().min(1).max(500) })).max(50),
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
    /** Code of the store whose prices and stock a table of products tells; without it a price is only shown. */
    store: z.string().min(1).max(50).optional(),
    /** Language of the texts of products and content items; these need one. */
    language: z
      .string()
      .regex(/^[a-z]{2}$/, "must be a language such as fr")
      .optional(),
  }),
});
export type Mapping = z.infer<typeof mapping>;

export interface MappingProblem {
  readonly field: string;
  readonly code:
    | "unknown_table"
    | "unknown_column"
    | "repeated_target"
    | "missing_target"
    | "missing_language"
    | "not_together"
    | "unknown_variable";
  readonly message: string;
}

/** A table as far as a mapping needs to know it. */
export interface TableColumns {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The part of a mapping that reads one table. */
export interface TableMapping {
  readonly columns: readonly { readonly column: string; readonly to: Target }[];
  readonly templates: readonly { readonly to: Target; readonly template: string }[];
  readonly options: Mapping["options"];
}

/** The variable of templates that is the number of the row, from 1. */
export const ROW_NUMBER = "relance_row";

/** What a mapping says of one table. @param first whether it is the first of its import, which entries without a name mean */
export function forTable(given: Mapping, name: string, first: boolean): TableMapping {
  const here = (one: { readonly table?: string | undefined }): boolean => (one.table === undefined ? first : one.table === name);
  return {
    columns: given.columns.filter(here) as TableMapping["columns"],
    templates: given.templates.filter(here) as TableMapping["templates"],
    options: given.options,
  };
}

/** What is wrong with a mapping for an import of these tables; empty when it can run. */
export function mappingProblems(given: Mapping, tables: readonly TableColumns[]): MappingProblem[] {
  const problems: MappingProblem[] = unknownTables(given, tables);
  const parts = tables.map((one, index) => {
    const { columns, templates } = forTable(given, one.name, index === 0);
    return { table: one, columns, templates, targets: new Set<string>([...columns, ...templates].map(({ to }) => to)) };
  });
  const anyTargets = new Set(parts.flatMap((part) => [...part.targets]));
  for (const part of parts) problems.push(...fillProblems(given, part), ...tableProblems(part.targets));
  const has = (prefix: string) => [...anyTargets].some((to) => to.startsWith(prefix));
  if ((has("order.") || has("line.")) && !anyTargets.has("order.placed_at"))
    problems.push(missing("order.placed_at", "to know when the order was placed"));
  if (has("order.") && !has("line.") && !anyTargets.has("order.total")) problems.push(missing("order.total", "for orders without lines"));
  if (has("cart.") && !anyTargets.has("cart.updated_at")) problems.push(missing("cart.updated_at", "to know when the cart last changed"));
  if (has("article.") && given.options.language === undefined)
    problems.push({
      field: "mapping.options.language",
      code: "missing_language",
      message: "Content items need the language they are written in.",
    });
  return problems;
}

const missing = (to: Target, because: string): MappingProblem => ({
  field: "mapping.columns",
  code: "missing_target",
  message: `${to} is needed ${because}.`,
});

function unknownTables(given: Mapping, tables: readonly TableColumns[]): MappingProblem[] {
  const known = new Set(tables.map((one) => one.name));
  const wrong = (list: "columns" | "templates") =>
    given[list].flatMap(({ table: name }, index): MappingProblem[] =>
      name === undefined || known.has(name)
        ? []
        : [{ field: `mapping.${list}[${index}].table`, code: "unknown_table", message: `The import has no table "${name}".` }],
    );
  return [...wrong("columns"), ...wrong("templates")];
}

function fillProblems(
  given: Mapping,
  part: Pick<TableMapping, "columns" | "templates"> & { readonly table: TableColumns },
): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const seen = new Set<string>();
  const fill = (to: string, field: string) => {
    if (seen.has(to)) problems.push({ field, code: "repeated_target", message: `${to} is filled twice.` });
    seen.add(to);
  };
  for (const one of part.columns) {
    const at = `mapping.columns[${given.columns.indexOf(one as never)}]`;
    if (!part.table.columns.includes(one.column))
      problems.push({ field: `${at}.column`, code: "unknown_column", message: `The file has no column "${one.column}".` });
    fill(one.to, `${at}.to`);
  }
  for (const one of part.templates) {
    const at = `mapping.templates[${given.templates.indexOf(one as never)}]`;
    for (const name of variablesOf(one.template)) {
      if (name !== ROW_NUMBER && !part.table.columns.includes(name))
        problems.push({ field: `${at}.template`, code: "unknown_variable", message: `The file has no column "${name}".` });
    }
    fill(one.to, `${at}.to`);
  }
  return problems;
}

// What a table needs whatever the others hold: its rows must be told apart.
function tableProblems(targets: ReadonlySet<string>): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const has = (prefix: string) => [...targets].some((to) => to.startsWith(prefix));
  const need = (to: Target, because: string) => {
    if (!targets.has(to)) problems.push(missing(to, because));
  };
  if (has("order.") || has("line.")) {
    need("order.id", "to tell orders apart");
    if (has("line.") && !targets.has("line.total")) {
      need("line.quantity", "for order lines without a total");
      need("line.unit_price", "for order lines without a total");
    }
  } else if (has("product.")) {
    if (!targets.has("product.group")) need("product.id", "to tell products apart");
    need("product.name", "to show the product");
  }
  if (has("article.")) {
    if (!targets.has("article.id")) need("article.url", "to tell content items apart");
    need("article.title", "to show the content item");
  }
  if (has("event.")) {
    need("event.name", "to know what happened");
    need("event.at", "to know when it happened");
  }
  if (has("refund.")) {
    need("refund.order_id", "to know which order was refunded");
    need("refund.at", "to know when it was refunded");
    if (!targets.has("refund.line_amount") && !targets.has("refund.quantity")) need("refund.amount", "for refunds without products");
  }
  if (has("cart.")) need("cart.id", "to tell carts apart");
  for (const own of ["refund", "cart"])
    if (has(`${own}.`))
      for (const to of targets)
        if (!to.startsWith(`${own}.`) && !to.startsWith("contact."))
          problems.push({ field: "mapping.columns", code: "not_together", message: `${to} is not for a table of ${own}s.` });
  if (
    (has("contact.") || has("event.") || targets.has("cart.updated_at")) &&
    !["contact.user_id", "contact.email", "contact.phone"].some((to) => targets.has(to))
  ) {
    problems.push({
      field: "mapping.columns",
      code: "missing_target",
      message: "A contact needs contact.user_id, contact.email or contact.phone.",
    });
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
