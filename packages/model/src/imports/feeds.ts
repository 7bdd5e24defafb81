import type { TableColumns, Target } from "./mapping.ts";
import { attributeName, wordsOf } from "./words.ts";

/**
 * Columns of a Google Merchant feed that an item may leave out: a file in which none has them yet is read as if one did.
 * @see https://support.google.com/merchants/answer/7052112 (product data specification)
 */
export const PRODUCT_FEED_COLUMNS: readonly string[] = [
  "g:item_group_id",
  "g:sale_price",
  "g:sale_price_effective_date",
  "g:availability",
  "g:additional_image_link",
  "g:product_type",
  "g:brand",
  "g:gtin",
  "g:mpn",
  "g:color",
  "g:size",
  "g:material",
  "g:pattern",
];

type Fills = readonly (readonly [RegExp, Target])[];

const PRODUCTS: Fills = [
  [/^id$/, "product.id"],
  [/^item group id$/, "product.group"],
  [/^title$/, "product.name"],
  [/^description$/, "product.description"],
  [/^link$/, "product.url"],
  [/^image link$/, "product.image_url"],
  [/^additional image links?$/, "product.images"],
  [/^price$/, "product.price"],
  [/^sale price$/, "product.sale_price"],
  [/^sale price effective date$/, "product.sale_dates"],
  [/^availability$/, "product.availability"],
  [/^(quantity|inventory|sell on google quantity|quantity to sell on facebook)$/, "product.stock"],
  [/^brand$/, "product.brand"],
  [/^product type$/, "product.category"],
  [/^color$/, "product.options.color"],
  [/^size$/, "product.options.size"],
  [/^material$/, "product.options.material"],
  [/^pattern$/, "product.options.pattern"],
  [/^gtin$/, "product.attributes.gtin"],
  [/^mpn$/, "product.attributes.mpn"],
  [/^condition$/, "product.attributes.condition"],
  [/^gender$/, "product.attributes.gender"],
  [/^age group$/, "product.attributes.age_group"],
  [/^google product category$/, "product.attributes.google_product_category"],
  ...[0, 1, 2, 3, 4].map((n) => [new RegExp(`^custom label ${n}$`), `product.attributes.custom_label_${n}`] as const),
];
const GOOGLE_CATEGORY: Fills = [[/^google product category$/, "product.category"]];

// A shop's export of its products: a row for each variant, which has no number, and one for each further picture.
const SHOP_EXPORT: Fills = [
  [/^handle$/, "product.group"],
  [/^title$/, "product.name"],
  [/^body \(html\)$/, "product.description"],
  [/^vendor$/, "product.brand"],
  [/^type$/, "product.category"],
  [/^variant sku$/, "product.sku"],
  [/^variant price$/, "product.price"],
  [/^variant inventory qty$/, "product.stock"],
  [/^image src$/, "product.images"],
  [/^variant image$/, "product.variant_image"],
  ...[1, 2, 3].map((n) => [new RegExp(`^option${n} value$`), `product.options.option${n}`] as const),
];

const ARTICLES: Fills = [
  [/^(guid|id)$/, "article.id"],
  [/^title$/, "article.title"],
  [/^link$/, "article.url"],
  [/^(description|summary)$/, "article.summary"],
  [/^content(:encoded)?$/, "article.summary"],
  [/^(pub date|published|dc:date)$/, "article.published_at"],
  [/^updated$/, "article.published_at"],
  [/^(dc:creator|author name|author|itunes:author)$/, "article.author"],
  [/^category$/, "article.tags"],
  [/^(enclosure|media:content|media:thumbnail|itunes:image|image( url)?|media:group media:(content|thumbnail))$/, "article.image_url"],
];

/** What the columns of a product feed (Google Merchant), a shop's export of products or a content feed (RSS, Atom) become; null when the table is none of them. */
export function feedTargets(table: TableColumns & { readonly sample: readonly (readonly string[])[] }): (Target | null)[] | null {
  const names = table.columns.map(wordsOf);
  const bare = names.map((name) => name.replace(/^g:/, ""));
  const has = (...all: string[]): boolean => all.every((name) => bare.includes(name));
  if (has("id", "title", "link") && (has("image link") || has("availability") || names.includes("g:id"))) {
    // An Atom entry has an id of its own beside that of its product.
    const own = bare.map((name, at) => (names[at] === name && names.includes(`g:${name}`) ? "" : name));
    const typed = table.sample.some((row) => (row[bare.indexOf("product type")] ?? "") !== "");
    return keepRest(match(own, typed ? PRODUCTS : [...GOOGLE_CATEGORY, ...PRODUCTS]), table.columns);
  }
  if (has("handle", "title", "option1 value")) return keepRest(match(names, SHOP_EXPORT), table.columns);
  if (has("title", "link") && names.some((name) => /^(guid|pub date|published|updated|dc:date)$/.test(name))) return match(names, ARTICLES);
  return null;
}

/** What nothing else recognises of a table of products stays with the product, under the name of its column. */
export function keepRest(found: readonly (Target | null)[], columns: readonly string[]): (Target | null)[] {
  const taken = new Set(found);
  return found.map((to, index) => {
    if (to !== null || taken.size > MOST_KEPT) return to;
    const name = attributeName(columns[index]!.replace(/\bg:/g, "")) || `column_${index + 1}`;
    const names = [name, ...columns.map((_column, n) => `${name.slice(0, 55)}_${n + 2}`)].map((one): Target => `product.attributes.${one}`);
    const kept = names.find((one) => !taken.has(one))!;
    taken.add(kept);
    return kept;
  });
}

/** Columns of a table that a proposal uses at most: a mapping has no more for all of them together. */
const MOST_KEPT = 200;

/** Of two columns for one target the pattern that stands first counts. */
function match(names: readonly string[], fills: Fills): (Target | null)[] {
  const found: (Target | null)[] = names.map(() => null);
  const taken = new Set<Target>();
  for (const [pattern, to] of fills) {
    const at = names.findIndex((name, index) => found[index] === null && pattern.test(name));
    if (at < 0 || taken.has(to)) continue;
    found[at] = to;
    taken.add(to);
  }
  return found;
}
