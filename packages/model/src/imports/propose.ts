import { parseDate, parseMoment, parseMoney } from "./cells.ts";
import { decimalOf, detectStyle, type Detected } from "./detect.ts";
import { feedTargets, keepRest } from "./feeds.ts";
import { HEADERS, match, PRODUCT_HEADERS } from "./headers.ts";
import { cartTargets, eventTargets, refundTargets } from "./propose-tables.ts";
import type { Mapping, TableColumns, Target } from "./mapping.ts";
import { wordsOf } from "./words.ts";

export interface ProposalTable extends TableColumns {
  readonly sample: readonly (readonly string[])[];
  /** What more rows than the sample told; without it the sample is looked at. */
  readonly detected?: Detected;
}

/** What one column is proposed to become: how sure we are, 0 to 1. */
export interface ColumnProposal {
  readonly table: string;
  readonly column: string;
  readonly to: Target | null;
  readonly sure: number;
}

export interface Proposal {
  readonly mapping: Mapping;
  readonly confidence: readonly ColumnProposal[];
}

// In a table whose name says what it holds, a bare "id" is that thing's.
const NAMES: readonly (readonly [RegExp, "customers" | "orders" | "products"])[] = [
  [/customer|client|contact|household/i, "customers"],
  [/product|produit|article|catalog/i, "products"],
  [/^(?!.*(item|line|ligne|detail)).*(order|commande|invoice|facture|vente|sales)/i, "orders"],
];

/**
 * A first mapping for the tables of an import, from their column names and a sample of their rows; everything in it can be changed.
 * @param defaults zone, currency and language of the workspace; the language is that of the texts of a feed
 */
export function proposeMapping(
  tables: readonly ProposalTable[],
  { language, ...defaults }: { timeZone: string; currency: string; language?: string },
): Proposal {
  const styles = tables.map((table) => table.detected ?? detectStyle(table.columns, table.sample));
  const confidence = tables.flatMap((table) => proposeTable(table, tables.length > 1));
  const several = tables.length > 1;
  const cells = tables.flatMap((table) => table.sample.flat());
  return {
    confidence,
    mapping: {
      version: 1,
      columns: confidence.flatMap(({ table, column, to }) => (to === null ? [] : [{ ...(several && { table }), column, to }])),
      templates: [],
      options: {
        ...defaults,
        ...(language !== undefined &&
          confidence.some(({ to }) => to !== null && /^(article\.|product\.(url|description)$)/.test(to)) && { language }),
        // What is proposed to be a number tells more than sizes and descriptions do.
        decimal: decimalOf(numberCells(tables, confidence)) ?? styles.find((style) => style.decimal !== null)?.decimal ?? ".",
        trimFloatIds: cells.some((cell) => /^\d+\.0$/.test(cell.trim())),
        returnPrefix: null,
        dayFirst: styles.find((style) => style.dayFirst !== null)?.dayFirst ?? true,
      },
    },
  };
}

const NUMBERS =
  /^(line\.(quantity|unit_price|total)|order\.(total|refunded)|refund\.(amount|quantity|line_amount)|cart\.(total|quantity|unit_price)|product\.(price|sale_price))$/;

function numberCells(tables: readonly ProposalTable[], proposed: readonly ColumnProposal[]): string[] {
  return tables.flatMap((table) =>
    table.columns.flatMap((column, index) => {
      const to = proposed.find((one) => one.table === table.name && one.column === column)?.to;
      return to != null && NUMBERS.test(to) ? table.sample.map((row) => (row[index] ?? "").replace(/^[A-Z]{3}\s|\s[A-Z]{3}$/, "")) : [];
    }),
  );
}

function proposeTable(table: ProposalTable, several: boolean): ColumnProposal[] {
  const names = table.columns.map(wordsOf);
  const feed = feedTargets(table);
  if (feed !== null)
    return table.columns.map((column, index) => ({
      table: table.name,
      column,
      to: feed[index] ?? null,
      sure: feed[index]
        ? fit(
            feed[index],
            table.sample.map((row) => row[index] ?? ""),
          )
        : 0,
    }));
  const holds = NAMES.find(([pattern]) => pattern.test(table.name))?.[1];
  const orders = match(
    names,
    holds === "orders" ? [[/^id$/, "order.id"], ...HEADERS] : holds === "customers" ? [[/^id$/, "contact.user_id"], ...HEADERS] : HEADERS,
  );
  const hasOrder = orders.includes("order.id");
  const asProducts = match(names, PRODUCT_HEADERS);
  const isProducts =
    !hasOrder &&
    asProducts.includes("product.id") &&
    asProducts.includes("product.name") &&
    !orders.some((to) => to?.startsWith("contact."));
  const isContacts = orders.some((to) => to?.startsWith("contact."));
  const events = hasOrder || isProducts ? null : eventTargets(table.columns, names);
  const found =
    events ??
    refundTargets(table.name, names) ??
    cartTargets(table.name, names) ??
    (isProducts
      ? keepRest(asProducts, table.columns)
      : orders.map((to) =>
          to === null || hasOrder || !/^(order|line)\./.test(to)
            ? to
            : to === "order.store" && isContacts
              ? ("contact.store" as const)
              : null,
        ));
  return table.columns.map((column, index) => {
    const to = found[index] ?? null;
    return {
      table: table.name,
      column,
      to,
      sure:
        to === null
          ? 0
          : Math.min(
              several && holds === undefined ? 0.95 : 1,
              fit(
                to,
                table.sample.map((row) => row[index] ?? ""),
              ),
            ),
    };
  });
}

function fit(to: Target, cells: readonly string[]): number {
  const filled = cells.filter((cell) => cell.trim() !== "");
  // What is only kept can be no mistake.
  if (filled.length === 0) return /^(product\.attributes|event\.properties)\./.test(to) ? 1 : 0.5;
  const good = filled.filter((cell) => plausible(to, cell)).length;
  return Math.round((0.5 + 0.5 * (good / filled.length)) * 100) / 100;
}

function plausible(to: Target, cell: string): boolean {
  if (to === "contact.email") return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell.trim());
  if (to === "order.placed_at" || to === "event.at" || to === "refund.at" || to === "cart.updated_at" || to === "cart.created_at")
    return parseMoment(cell, { zone: "UTC", dayFirst: true }) !== null || parseMoment(cell, { zone: "UTC", dayFirst: false }) !== null;
  if (to === "contact.birth_date") return parseDate(cell, true) !== null || parseDate(cell, false) !== null;
  if (NUMBERS.test(to)) return parseMoney(cell, ".") !== null || parseMoney(cell, ",") !== null;
  return true;
}
