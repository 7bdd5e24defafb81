import { HEADERS, match } from "./headers.ts";
import type { Target } from "./mapping.ts";
import { attributeName } from "./words.ts";

// A table of what contacts did: its dates are those of the events, and what nothing else recognises are their properties.
const EVENT_HEADERS: readonly (readonly [RegExp, Target])[] = [
  [/^(event ?name|event|event ?type|[eé]v[eé]nement|nom de l [eé]v[eé]nement)$/, "event.name"],
  [/^(event ?(time|at|date)|time ?stamp|occurred ?at|date|time|created ?at|date( et)? heure|horodatage)$/, "event.at"],
  [/^(event ?id|message ?id)$/, "event.id"],
  ...HEADERS.filter(([, to]) => to.startsWith("contact.")),
];

/** null when the table tells of no events. */
export function eventTargets(columns: readonly string[], names: readonly string[]): (Target | null)[] | null {
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
export function refundTargets(table: string, names: readonly string[]): (Target | null)[] | null {
  const isOrders = names.some((name) => /^((order|invoice|purchase) ?date|placed ?at|date( de)?( la)? commande)$/.test(name));
  const said =
    /refund|rembours|avoir|credit.?note/i.test(table) ||
    (!isOrders &&
      names.some((name) => /^(refund ?(id|date|no|number)|refunded at|date( de| du)? ?remboursement|rembours[eé] le)$/.test(name)));
  const found = said ? match(names, REFUND_HEADERS) : [];
  return ["refund.order_id", "refund.at"].every((to) => found.includes(to as Target)) &&
    found.some((to) => to !== null && /^refund\.(amount|line_amount|quantity)$/.test(to))
    ? found
    : null;
}

// Carts, whole or a row for each thing in them, with whose they are.
const CART_HEADERS: readonly (readonly [RegExp, Target])[] = [
  [/^((cart|checkout|basket) ?(id|no|number|token)|((n[°o]|num[eé]ro|id) ?(de |du )?)?panier|id|token)$/, "cart.id"],
  [
    /^((cart|checkout) ?)?((last )?(updated|modified|changed)|abandoned) ?(at|on)?$|^(modifi[eé]|abandonn[eé]) le$|^date( du panier)?$/,
    "cart.updated_at",
  ],
  [/^((cart|checkout) ?)?created ?(at|on)?$|^cr[eé][eé] le$/, "cart.created_at"],
  [/^((cart|checkout) ?)?(status|state)$|^statut$|^[eé]tat$/, "cart.status"],
  [/^((cart|checkout) ?)?(currency|devise)$/, "cart.currency"],
  [/^((cart|checkout) ?)?(total( price)?|value|amount)$|^(montant|total)( du panier)?$/, "cart.total"],
  [/^((abandoned )?(cart|checkout) ?)(url|link)$|^lien( du panier)?$/, "cart.url"],
  ...HEADERS.flatMap(([pattern, to]): (readonly [RegExp, Target])[] => {
    const own = (
      {
        "line.product_id": "cart.product_id",
        "line.sku": "cart.sku",
        "line.name": "cart.product_name",
        "line.quantity": "cart.quantity",
        "line.unit_price": "cart.unit_price",
      } as Partial<Record<Target, Target>>
    )[to];
    return own !== undefined ? [[pattern, own]] : to.startsWith("contact.") ? [[pattern, to]] : [];
  }),
];

/** null when the table tells of no carts. */
export function cartTargets(table: string, names: readonly string[]): (Target | null)[] | null {
  const isOrders = match(names, HEADERS).includes("order.id");
  const said =
    /\bcarts?\b|cart_|panier|basket|abandoned.?checkout/i.test(table) ||
    (!isOrders && names.some((name) => /^((cart|checkout|basket) ?(id|token)|((n[°o]|num[eé]ro|id) ?(de |du )?)?panier)$/.test(name)));
  const found = said && !isOrders ? match(names, CART_HEADERS) : [];
  return found.includes("cart.id") && found.some((to) => to === "cart.updated_at" || to === "cart.product_id" || to === "cart.sku")
    ? found
    : null;
}
