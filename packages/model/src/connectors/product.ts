import { moneyOf, textOf, type JsonObject } from "../events/index.ts";
import { tellMagento } from "./magento-product.ts";
import { tellPrestaShop } from "./prestashop-product.ts";
import { tellShopify } from "./shopify-product.ts";
import type { Shop, ShopPart } from "./things.ts";
import { languageOf, link, type ProductGiven, type Told } from "./told.ts";
import { tellWooCommerce } from "./woocommerce-product.ts";

export type { ProductGiven } from "./told.ts";

/** A product as the catalogue takes it: parts left out stay as they are. */
export interface ShopProduct {
  readonly externalId: string;
  readonly sku: string | null;
  readonly name: string;
  readonly brand: string | null;
  readonly category: { readonly externalId: string; readonly names: Record<string, string> } | null;
  readonly attributes: Record<string, string | number | boolean | null>;
  readonly translations: {
    readonly language: string;
    readonly name: string;
    readonly description: string | null;
    readonly url: string | null;
    readonly imageUrl: string | null;
  }[];
  readonly variants: {
    readonly externalId: string;
    readonly sku: string | null;
    readonly options: Record<string, string>;
    readonly imageUrl: string | null;
  }[];
  readonly prices: { readonly variant?: string; readonly store: string; readonly currency: string; readonly amount: number }[];
  readonly stock: { readonly variant?: string; readonly store: string; readonly quantity: number }[];
}

/**
 * The product that the newest of all its parts make. A variant that its product no longer has, and all of a product that is gone, stay in
 * the catalogue with nothing in stock. Stock counted place by place goes before a total told with the product.
 * @returns null while the product itself was not told
 */
export function composeProduct(shop: Shop, parts: readonly ShopPart[], given: ProductGiven): ShopProduct | null {
  const product = parts.find((part) => part.is === "product");
  if (!product) return null;
  const gone = parts.some((part) => part.is === "gone");
  const told = TELLERS[shop](product.body, given);
  const counted = Map.groupBy(
    parts.filter((part) => part.is === "stock"),
    (part) => part.item,
  );
  const quantity = (item: string | null, said: number | null): number | null => {
    const places = item === null ? undefined : counted.get(item);
    return places ? places.reduce((sum, part) => sum + inPlace(part.body), 0) : said;
  };
  const variants = parts
    .filter((part) => part.is === "variant")
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((part) => ({ part, said: told.variant(part.body), there: !gone && (told.has === null || told.has.includes(part.id)) }));
  // Of a product that has variants, told or not yet, they have the price and the stock.
  const alone = variants.length === 0 && (told.has === null || told.has.length === 0);
  const translations = parts.filter((part) => part.is === "translation").flatMap((part) => textsOf(part.body));
  const texts = new Map([...told.texts, ...translations].map((one) => [one.language, one]));
  const name = texts.get(given.language)?.name ?? told.texts[0]?.name ?? product.id;
  const of = (id: string): string => given.prefix + id;
  const { store, currency } = given;
  const stock = (id: string | null, amount: number | null, there: boolean) =>
    there && amount === null ? [] : [{ ...(id !== null && { variant: of(id) }), store, quantity: there ? bounded(amount!) : 0 }];
  const prices = [
    ...(told.price === null || !alone ? [] : [{ store, currency, amount: told.price }]),
    ...variants.flatMap(({ part, said }) => (said.price === null ? [] : [{ variant: of(part.id), store, currency, amount: said.price }])),
  ];
  const least = leastOf(prices.map((one) => one.amount));
  const regular = leastOf(
    (variants.length === 0 ? [told] : variants.map(({ said }) => said)).flatMap((one) => one.regular ?? one.price ?? []),
  );
  return {
    externalId: of(product.id),
    sku: textOf(told.sku)?.slice(0, 500) ?? null,
    name: name.slice(0, 500),
    brand: textOf(told.brand)?.slice(0, 500) ?? null,
    category:
      told.category?.id == null
        ? null
        : {
            externalId: of(told.category.id).slice(0, 200),
            names: told.category.name === null ? {} : { [given.language]: told.category.name.slice(0, 500) },
          },
    attributes: {
      ...factsOf(told.facts),
      price: least,
      currency: least === null ? null : currency,
      ...(told.regular !== undefined && { regular_price: least !== null && regular !== null && regular > least ? regular : null }),
      shop_deleted: gone,
    },
    translations: [...texts.values()].map((one) => ({
      language: one.language,
      name: one.name.slice(0, 500),
      description: one.description?.slice(0, 20_000) ?? null,
      url: one.url ?? told.url,
      imageUrl: told.image,
    })),
    variants: variants.map(({ part, said }) => ({
      externalId: of(part.id),
      sku: textOf(said.sku)?.slice(0, 500) ?? null,
      options: said.options,
      imageUrl: said.image,
    })),
    prices,
    stock: [
      ...(!alone ? [] : stock(null, quantity(product.item, told.stock), !gone)),
      ...variants.flatMap(({ part, said, there }) => stock(part.id, quantity(part.item, said.stock), there)),
    ],
  };
}

const leastOf = (amounts: readonly number[]): number | null => (amounts.length === 0 ? null : Math.min(...amounts));
/** Of a place that Magento says sells nothing (`status` 0), nothing counts. */
const inPlace = (body: JsonObject): number => (body["status"] === 0 ? 0 : (moneyOf(body["available"] ?? body["quantity"]) ?? 0));
const bounded = (amount: number): number => Math.max(-1e9, Math.min(1e9, Math.round(amount)));
const factsOf = (facts: Told["facts"]): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]): [string, string | number | boolean][] =>
      typeof value === "boolean" || typeof value === "number"
        ? [[name, value]]
        : textOf(value) === null
          ? []
          : [[name, textOf(value)!.slice(0, 2000)]],
    ),
  );

function textsOf(row: JsonObject): Told["texts"][number][] {
  const language = languageOf(textOf(row["locale"]) ?? textOf(row["language"]) ?? "");
  const name = textOf(row["title"]) ?? textOf(row["name"]);
  return language === null || name === null
    ? []
    : [{ language, name, description: textOf(row["body_html"]) ?? textOf(row["description"]), url: link(row["url"]) }];
}

const TELLERS: Readonly<Record<Shop, (body: JsonObject, given: ProductGiven) => Told>> = {
  shopify: tellShopify,
  woocommerce: tellWooCommerce,
  prestashop: tellPrestaShop,
  magento: tellMagento,
};
