import { parseDate, parseMoment, parseMoney } from "./cells.ts";
import { decimalOf, detectStyle, type Detected } from "./detect.ts";
import { feedTargets, keepRest } from "./feeds.ts";
import type { Mapping, TableColumns, Target } from "./mapping.ts";
import { attributeName, wordsOf } from "./words.ts";

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

// Header words, French and English, of the exports we know; the first that matches and is still free wins.
const HEADERS: readonly (readonly [RegExp, Target])[] = [
  [/^(invoice ?no|invoice|order ?(id|no|number|name|ref(erence)?)|basket ?id|n[°o] ?(de )?commande|(id |ref )?commande|num[eé]ro de commande|facture)$/, "order.id"],
  [/^(invoice ?date|order ?date|created ?at|paid at|date( de)?( la)? commande|placed ?at|purchase date|order purchase timestamp|transaction timestamp|date add|date)$/, "order.placed_at"],
  [/^(order ?total|total( ttc)?|montant( total)?|total price|amount( usd| eur)?|payment value)$/, "order.total"],
  [/^(refunded( amount)?|amount refunded|refund(ed)? total|total refunded|(montant )?rembours[eé]|total rembours[eé])$/, "order.refunded"],
  [/^(currency|devise)$/, "order.currency"],
  [/^(order ?status|status|statut|[eé]tat|financial status)$/, "order.status"],
  [/^(discount code|coupon|code promo)$/, "order.coupon"],
  [/^(store|store ?(id|code)|boutique|magasin)$/, "order.store"],
  [/^(stock ?code|sku|lineitem sku|r[eé]f[eé]rence|ean|code article)$/, "line.sku"],
  [/^(product ?id|item ?id|id produit|produit id)$/, "line.product_id"],
  [/^(description|lineitem name|product( name)?|produit|article|d[eé]signation|libell[eé])$/, "line.name"],
  [/^(quantity|qty|lineitem quantity|quantit[eé]|qt[eé])$/, "line.quantity"],
  [/^(unit ?price|price|lineitem price|prix( unitaire)?|pu( ttc| ht)?)$/, "line.unit_price"],
  [/^(line ?total|montant ligne|sales value)$/, "line.total"],
  [/^(customer ?id|client ?id|user ?id|household ?id|id client|n[°o] client|code client|customer|num[eé]ro (de )?client)$/, "contact.user_id"],
  [/^(e ?mail( address)?|adresse( e ?mail)?|courriel|mail|customer email)$/, "contact.email"],
  [/^(phone|phone number|mobile|t[eé]l[eé]phone|portable|tel)$/, "contact.phone"],
  [/^(first ?name|pr[eé]nom|given name)$/, "contact.first_name"],
  [/^(last ?name|nom( de famille)?|surname|family name)$/, "contact.last_name"],
  [/^(country|pays|billing country|shipping country)$/, "contact.country"],
  [/^(region|r[eé]gion|customer state|province)$/, "contact.region"],
  [/^(city|ville|billing city|customer city)$/, "contact.city"],
  [/^(zip|postal ?code|post ?code|code postal|cp|customer zip code prefix)$/, "contact.postal_code"],
  [/^(birth ?(day|date)|date of birth|date de naissance|naissance|anniversaire)$/, "contact.birth_date"],
  [/^(language|locale|langue)$/, "contact.locale"],
];

// Tables that hold products and nothing else: the same words mean the product itself.
const PRODUCT_HEADERS: readonly (readonly [RegExp, Target])[] = [
  [/^(product ?id|item ?id|handle|id( produit)?|produit id|code article|r[eé]f[eé]rence|stock ?code)$/, "product.id"],
  [/^(sku|variant sku|product ?sku|ean|gtin)$/, "product.sku"],
  [/^(product ?name|name|title|titre|nom( du produit)?|produit|article|d[eé]signation|libell[eé]|description|product type)$/, "product.name"],
  [/^(brand|vendor|marque|fabricant|manufacturer( id)?)$/, "product.brand"],
  [/^(product ?category( name)?|category|cat[eé]gorie|type|rayon|department)$/, "product.category"],
  [/^(price|variant price|prix( ttc| unitaire)?|unit ?price)$/, "product.price"],
];

// In a table whose name says what it holds, a bare "id" is that thing's.
const NAMES: readonly (readonly [RegExp, "customers" | "orders" | "products"])[] = [[/customer|client|contact|household/i, "customers"], [/product|produit|article|catalog/i, "products"], [/^(?!.*(item|line|ligne|detail)).*(order|commande|invoice|facture|vente|sales)/i, "orders"]];

/**
 * A first mapping for the tables of an import, from their column names and a sample of their rows; everything in it can be changed.
 * @param defaults zone, currency and language of the workspace; the language is that of the texts of a feed
 */
export function proposeMapping(tables: readonly ProposalTable[], { language, ...defaults }: { timeZone: string; currency: string; language?: string }): Proposal {
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
        ...(language !== undefined && confidence.some(({ to }) => to !== null && /^(article\.|product\.(url|description)$)/.test(to)) && { language }),
        // What is proposed to be a number tells more than sizes and descriptions do.
        decimal: decimalOf(numberCells(tables, confidence)) ?? styles.find((style) => style.decimal !== null)?.decimal ?? ".",
        trimFloatIds: cells.some((cell) => /^\d+\.0$/.test(cell.trim())),
        returnPrefix: null,
        dayFirst: styles.find((style) => style.dayFirst !== null)?.dayFirst ?? true,
      },
    },
  };
}

const NUMBERS = /^(line\.(quantity|unit_price|total)|order\.(total|refunded)|refund\.(amount|quantity|line_amount)|product\.(price|sale_price))$/;

function numberCells(tables: readonly ProposalTable[], proposed: readonly ColumnProposal[]): string[] {
  return tables.flatMap((table) => table.columns.flatMap((column, index) => {
    const to = proposed.find((one) => one.table === table.name && one.column === column)?.to;
    return to != null && NUMBERS.test(to) ? table.sample.map((row) => (row[index] ?? "").replace(/^[A-Z]{3}\s|\s[A-Z]{3}$/, "")) : [];
  }));
}

function proposeTable(table: ProposalTable, several: boolean): ColumnProposal[] {
  const names = table.columns.map(wordsOf);
  const feed = feedTargets(table);
  if (feed !== null) return table.columns.map((column, index) => ({ table: table.name, column, to: feed[index] ?? null, sure: feed[index] ? fit(feed[index], table.sample.map((row) => row[index] ?? "")) : 0 }));
  const holds = NAMES.find(([pattern]) => pattern.test(table.name))?.[1];
  const orders = match(names, holds === "orders" ? [[/^id$/, "order.id"], ...HEADERS] : holds === "customers" ? [[/^id$/, "contact.user_id"], ...HEADERS] : HEADERS);
  const hasOrder = orders.includes("order.id");
  const asProducts = match(names, PRODUCT_HEADERS);
  const isProducts = !hasOrder && asProducts.includes("product.id") && asProducts.includes("product.name") && !orders.some((to) => to?.startsWith("contact."));
  const isContacts = orders.some((to) => to?.startsWith("contact."));
  const events = hasOrder || isProducts ? null : eventTargets(table.columns, names);
  const found = events ?? refundTargets(table.name, names) ?? (isProducts ? keepRest(asProducts, table.columns) : orders.map((to) => (to === null || hasOrder || !/^(order|line)\./.test(to) ? to : to === "order.store" && isContacts ? "contact.store" as const : null)));
  return table.columns.map((column, index) => {
    const to = found[index] ?? null;
    return { table: table.name, column, to, sure: to === null ? 0 : Math.min(several && holds === undefined ? 0.95 : 1, fit(to, table.sample.map((row) => row[index] ?? ""))) };
  });
}

// A table of what contacts did: its dates are those of the events, and what nothing else recognises are their properties.
const EVENT_HEADERS: readonly (readonly [RegExp, Target])[] = [
  [/^(event ?name|event|event ?type|[eé]v[eé]nement|nom de l [eé]v[eé]nement)$/, "event.name"],
  [/^(event ?(time|at|date)|time ?stamp|occurred ?at|date|time|created ?at|date( et)? heure|horodatage)$/, "event.at"],
  [/^(event ?id|message ?id)$/, "event.id"],
  ...HEADERS.filter(([, to]) => to.startsWith("contact.")),
];

/** null when the table tells of no events. */
function eventTargets(columns: readonly string[], names: readonly string[]): (Target | null)[] | null {
  const found = match(names, EVENT_HEADERS);
  if (!found.includes("event.name") || !found.includes("event.at")) return null;
  return found.map((to, index): Target | null => {
    const property = attributeName(columns[index]!);
    return to ?? (property === "" ? null : (`event.properties.${property}` as const));
  });
}

// Money given back, with a date of its own. What its table or another column calls a refund makes the bare words those of refunds, too.
const REFUND_HEADERS: readonly (readonly [RegExp, Target])[] = [
  ...HEADERS.filter(([, to]) => to === "order.id").map(([pattern]) => [pattern, "refund.order_id"] as const),
  [/^(refund ?(id|no|number)|credit ?note( ?(id|no|number))?|(n[°o] |num[eé]ro )?(de |d )?(remboursement|avoir)|id)$/, "refund.id"],
  [/^(refund(ed)? ?(date|at|on)|date( de| du)? ?remboursement|rembours[eé] le|date( avoir)?|created ?at|processed ?at)$/, "refund.at"],
  [/^(refund(ed)? ?(amount|total)|amount refunded|montant( rembours[eé])?|rembours[eé]|amount|total)$/, "refund.amount"],
  [/^(currency|devise)$/, "refund.currency"],
  [/^(product ?id|item ?id|id produit|produit id)$/, "refund.product_id"],
  [/^(stock ?code|sku|r[eé]f[eé]rence|ean|code article)$/, "refund.sku"],
  [/^((refund(ed)? )?(quantity|qty)|quantit[eé]( rembours[eé]e)?|qt[eé])$/, "refund.quantity"],
  [/^(line ?(total|amount|refund)|refund(ed)? ?line( amount)?|montant ligne)$/, "refund.line_amount"],
];

/** null when the table tells of no refunds. */
function refundTargets(table: string, names: readonly string[]): (Target | null)[] | null {
  const isOrders = names.some((name) => /^((order|invoice|purchase) ?date|placed ?at|date( de)?( la)? commande)$/.test(name));
  const said = /refund|rembours|avoir|credit.?note/i.test(table) || !isOrders && names.some((name) => /^(refund ?(id|date|no|number)|refunded at|date( de| du)? ?remboursement|rembours[eé] le)$/.test(name));
  const found = said ? match(names, REFUND_HEADERS) : [];
  return ["refund.order_id", "refund.at"].every((to) => found.includes(to as Target)) && found.some((to) => to !== null && /^refund\.(amount|line_amount|quantity)$/.test(to)) ? found : null;
}

function match(names: readonly string[], headers: readonly (readonly [RegExp, Target])[]): (Target | null)[] {
  const taken = new Set<Target>();
  return names.map((name) => {
    const found = headers.find(([pattern, to]) => pattern.test(name) && !taken.has(to))?.[1] ?? null;
    if (found) taken.add(found);
    return found;
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
  if (to === "order.placed_at" || to === "event.at" || to === "refund.at") return parseMoment(cell, { zone: "UTC", dayFirst: true }) !== null || parseMoment(cell, { zone: "UTC", dayFirst: false }) !== null;
  if (to === "contact.birth_date") return parseDate(cell, true) !== null || parseDate(cell, false) !== null;
  if (NUMBERS.test(to)) return parseMoney(cell, ".") !== null || parseMoney(cell, ",") !== null;
  return true;
}
