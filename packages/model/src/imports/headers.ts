import type { Target } from "./mapping.ts";

// Header words, French and English, of the exports we know; the first that matches and is still free wins.
export const HEADERS: readonly (readonly [RegExp, Target])[] = [
  [
    /^(invoice ?no|invoice|order ?(id|no|number|name|ref(erence)?)|basket ?id|n[°o] ?(de )?commande|(id |ref )?commande|num[eé]ro de commande|facture)$/,
    "order.id",
  ],
  [
    /^(invoice ?date|order ?date|created ?at|paid at|date( de)?( la)? commande|placed ?at|purchase date|order purchase timestamp|transaction timestamp|date add|date)$/,
    "order.placed_at",
  ],
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
  [
    /^(customer ?id|client ?id|user ?id|household ?id|id client|n[°o] client|code client|customer|num[eé]ro (de )?client)$/,
    "contact.user_id",
  ],
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
export const PRODUCT_HEADERS: readonly (readonly [RegExp, Target])[] = [
  [/^(product ?id|item ?id|handle|id( produit)?|produit id|code article|r[eé]f[eé]rence|stock ?code)$/, "product.id"],
  [/^(sku|variant sku|product ?sku|ean|gtin)$/, "product.sku"],
  [
    /^(product ?name|name|title|titre|nom( du produit)?|produit|article|d[eé]signation|libell[eé]|description|product type)$/,
    "product.name",
  ],
  [/^(brand|vendor|marque|fabricant|manufacturer( id)?)$/, "product.brand"],
  [/^(product ?category( name)?|category|cat[eé]gorie|type|rayon|department)$/, "product.category"],
  [/^(price|variant price|prix( ttc| unitaire)?|unit ?price)$/, "product.price"],
];

/** The target of each column by its words, each target once. */
export function match(names: readonly string[], headers: readonly (readonly [RegExp, Target])[]): (Target | null)[] {
  const taken = new Set<Target>();
  return names.map((name) => {
    const found = headers.find(([pattern, to]) => pattern.test(name) && !taken.has(to))?.[1] ?? null;
    if (found) taken.add(found);
    return found;
  });
}
