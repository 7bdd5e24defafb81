import type { Mapping, Target } from "./mapping.ts";
import { parseDate, parseMoment, parseNumber } from "./cells.ts";

export interface Proposal {
  readonly mapping: Mapping;
  /** By column: how sure we are, 0 to 1, and why. */
  readonly confidence: readonly { readonly column: string; readonly to: Target | null; readonly sure: number }[];
}

// Header words, French and English, of the exports we know; the first that matches wins.
const HEADERS: readonly (readonly [RegExp, Target])[] = [
  [/^(invoice ?no|invoice|order ?(id|no|number|name)|n[°o] ?(de )?commande|commande|num[eé]ro de commande|facture)$/, "order.id"],
  [/^(invoice ?date|order ?date|created ?at|paid at|date( de)?( la)? commande|placed ?at|purchase date)$/, "order.placed_at"],
  [/^(order ?total|total( ttc)?|montant( total)?|total price)$/, "order.total"],
  [/^(currency|devise)$/, "order.currency"],
  [/^(order ?status|status|statut|financial status)$/, "order.status"],
  [/^(discount code|coupon|code promo)$/, "order.coupon"],
  [/^(stock ?code|sku|lineitem sku|r[eé]f[eé]rence|ean|code article)$/, "line.sku"],
  [/^(description|lineitem name|product( name)?|produit|article|d[eé]signation|libell[eé])$/, "line.name"],
  [/^(quantity|qty|lineitem quantity|quantit[eé]|qt[eé])$/, "line.quantity"],
  [/^(unit ?price|price|lineitem price|prix( unitaire)?|pu( ttc| ht)?)$/, "line.unit_price"],
  [/^(line ?total|montant ligne)$/, "line.total"],
  [/^(customer ?id|client ?id|user ?id|id client|n[°o] client|code client|customer)$/, "contact.user_id"],
  [/^(e ?mail( address)?|adresse( e ?mail)?|courriel|mail)$/, "contact.email"],
  [/^(phone|phone number|mobile|t[eé]l[eé]phone|portable|tel)$/, "contact.phone"],
  [/^(first ?name|pr[eé]nom|given name)$/, "contact.first_name"],
  [/^(last ?name|nom( de famille)?|surname|family name)$/, "contact.last_name"],
  [/^(country|pays|billing country|shipping country)$/, "contact.country"],
  [/^(city|ville|billing city)$/, "contact.city"],
  [/^(zip|postal ?code|post ?code|code postal|cp)$/, "contact.postal_code"],
  [/^(birth ?(day|date)|date of birth|date de naissance|naissance|anniversaire)$/, "contact.birth_date"],
  [/^(language|locale|langue)$/, "contact.locale"],
];

/**
 * A first mapping for a file, from its column names and a sample of its rows; everything in it can be changed.
 * @param defaults zone and currency of the workspace
 */
export function proposeMapping(columns: readonly string[], sample: readonly (readonly string[])[], defaults: { timeZone: string; currency: string }): Proposal {
  const taken = new Set<Target>();
  const confidence = columns.map((column, index) => {
    const name = column.trim().toLowerCase().replace(/[_\-.]+/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2");
    const found = HEADERS.find(([pattern, to]) => pattern.test(name) && !taken.has(to))?.[1] ?? null;
    if (found) taken.add(found);
    return { column, to: found, sure: found ? fit(found, sample.map((row) => row[index] ?? "")) : 0 };
  });
  const hasOrder = taken.has("order.id");
  const columnsMapped = confidence.filter((one) => one.to !== null && (hasOrder || !/^(order|line)\./.test(one.to)));
  return {
    confidence: confidence.map((one) => ({ ...one, to: columnsMapped.includes(one) ? one.to : null })),
    mapping: {
      version: 1,
      columns: columnsMapped.map(({ column, to }) => ({ column, to: to! })),
      templates: [],
      options: {
        ...defaults,
        decimal: looksCommaDecimal(sample) ? "," : ".",
        trimFloatIds: sample.some((row) => row.some((cell) => /^\d+\.0$/.test(cell.trim()))),
        returnPrefix: null,
        dayFirst: !sample.some((row) => row.some((cell) => /^\d{1,2}\/(1[3-9]|2\d|3[01])\/\d{4}/.test(cell.trim()))),
      },
    },
  };
}

function fit(to: Target, cells: readonly string[]): number {
  const filled = cells.filter((cell) => cell.trim() !== "");
  if (filled.length === 0) return 0.5;
  const good = filled.filter((cell) => plausible(to, cell)).length;
  return Math.round((0.5 + 0.5 * (good / filled.length)) * 100) / 100;
}

function plausible(to: Target, cell: string): boolean {
  if (to === "contact.email") return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell.trim());
  if (to === "order.placed_at") return parseMoment(cell, { zone: "UTC", dayFirst: true }) !== null || parseMoment(cell, { zone: "UTC", dayFirst: false }) !== null;
  if (to === "contact.birth_date") return parseDate(cell, true) !== null || parseDate(cell, false) !== null;
  if (/^(line\.(quantity|unit_price|total)|order\.total|product\.price)$/.test(to)) return parseNumber(cell, ".") !== null || parseNumber(cell, ",") !== null;
  return true;
}

function looksCommaDecimal(sample: readonly (readonly string[])[]): boolean {
  const cells = sample.flat().map((cell) => cell.trim());
  const comma = cells.filter((cell) => /^-?[\d\s\u00a0\u202f.]*\d,\d{1,2}$/.test(cell)).length;
  const point = cells.filter((cell) => /^-?[\d,]*\d\.\d{1,2}$/.test(cell)).length;
  return comma > point;
}
