import { moneyOf, textOf, type Json, type JsonObject } from "../events/index.ts";
import { idOrNull, listOf, objectOf, saidOf, type Shop, type ShopPart } from "./things.ts";

/** A product as the catalogue takes it: parts left out stay as they are. */
export interface ShopProduct {
  readonly externalId: string;
  readonly sku: string | null;
  readonly name: string;
  readonly brand: string | null;
  readonly category: { readonly externalId: string; readonly names: Record<string, string> } | null;
  readonly attributes: Record<string, string | number | boolean | null>;
  readonly translations: { readonly language: string; readonly name: string; readonly description: string | null; readonly url: string | null; readonly imageUrl: string | null }[];
  readonly variants: { readonly externalId: string; readonly sku: string | null; readonly options: Record<string, string>; readonly imageUrl: string | null }[];
  readonly prices: { readonly variant?: string; readonly store: string; readonly currency: string; readonly amount: number }[];
  readonly stock: { readonly variant?: string; readonly store: string; readonly quantity: number }[];
}

export interface ProductGiven {
  readonly prefix: string;
  /** Where its prices and its stock are, and in what. */
  readonly store: string;
  readonly currency: string;
  /** Of texts that name none. */
  readonly language: string;
  /** Of the shop's site, without a slash at its end. */
  readonly address: string;
  readonly names: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What one shop's bodies say of a product; ids are the shop's own. */
interface Told {
  readonly sku: Json | undefined;
  readonly texts: readonly { readonly language: string; readonly name: string; readonly description: string | null }[];
  readonly brand: Json | undefined;
  readonly category: { readonly id: string | null; readonly name: string | null } | null;
  readonly url: string | null;
  readonly image: string | null;
  readonly price: number | null;
  readonly stock: number | null;
  readonly facts: Readonly<Record<string, Json | undefined>>;
  /** Variants it still has; null when it does not say. */
  readonly has: readonly string[] | null;
  readonly variant: (body: JsonObject) => { readonly sku: Json | undefined; readonly options: Record<string, string>; readonly image: string | null; readonly price: number | null; readonly stock: number | null };
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
  const counted = Map.groupBy(parts.filter((part) => part.is === "stock"), (part) => part.item);
  const quantity = (item: string | null, said: number | null): number | null => {
    const places = item === null ? undefined : counted.get(item);
    return places ? places.reduce((sum, part) => sum + (numberOf(part.body["available"] ?? part.body["quantity"]) ?? 0), 0) : said;
  };
  const variants = parts.filter((part) => part.is === "variant").sort((a, b) => (a.id < b.id ? -1 : 1)).map((part) => ({ part, said: told.variant(part.body), there: !gone && (told.has === null || told.has.includes(part.id)) }));
  const translations = parts.filter((part) => part.is === "translation").flatMap((part) => textsOf(part.body));
  const texts = new Map([...told.texts, ...translations].map((one) => [one.language, one]));
  const name = texts.get(given.language)?.name ?? told.texts[0]?.name ?? product.id;
  const of = (id: string): string => given.prefix + id;
  const { store, currency } = given;
  const stock = (id: string | null, amount: number | null, there: boolean) => (there && amount === null ? [] : [{ ...(id !== null && { variant: of(id) }), store, quantity: there ? bounded(amount!) : 0 }]);
  const prices = [...(told.price === null || variants.length > 0 ? [] : [{ store, currency, amount: told.price }]), ...variants.flatMap(({ part, said }) => (said.price === null ? [] : [{ variant: of(part.id), store, currency, amount: said.price }]))];
  return {
    externalId: of(product.id), sku: textOf(told.sku)?.slice(0, 500) ?? null, name: name.slice(0, 500), brand: textOf(told.brand)?.slice(0, 500) ?? null,
    category: told.category?.id == null ? null : { externalId: of(told.category.id).slice(0, 200), names: told.category.name === null ? {} : { [given.language]: told.category.name.slice(0, 500) } },
    attributes: { ...factsOf(told.facts), price: prices.length === 0 ? null : Math.min(...prices.map((one) => one.amount)), currency: prices.length === 0 ? null : currency, shop_deleted: gone },
    translations: [...texts.values()].map((one) => ({ language: one.language, name: one.name.slice(0, 500), description: one.description?.slice(0, 20_000) ?? null, url: told.url, imageUrl: told.image })),
    variants: variants.map(({ part, said }) => ({ externalId: of(part.id), sku: textOf(said.sku)?.slice(0, 500) ?? null, options: said.options, imageUrl: said.image })),
    prices,
    stock: [...(variants.length > 0 ? [] : stock(null, quantity(product.item, told.stock), !gone)), ...variants.flatMap(({ part, said, there }) => stock(part.id, quantity(part.item, said.stock), there))],
  };
}

const numberOf = (value: Json | undefined): number | null => moneyOf(value);
const bounded = (amount: number): number => Math.max(-1e9, Math.min(1e9, Math.round(amount)));
const link = (value: Json | undefined): string | null => {
  const text = textOf(value);
  return text !== null && text.length <= 2000 && /^https?:\/\/\S+$/i.test(text) ? text : null;
};
const languageOf = (locale: string): string | null => /^[a-z]{2}/i.exec(locale)?.[0].toLowerCase() ?? null;
const factsOf = (facts: Told["facts"]): Record<string, string | number | boolean> => Object.fromEntries(Object.entries(facts).flatMap(([name, value]): [string, string | number | boolean][] => (typeof value === "boolean" || typeof value === "number" ? [[name, value]] : textOf(value) === null ? [] : [[name, textOf(value)!.slice(0, 2000)]])));

function textsOf(row: JsonObject): Told["texts"][number][] {
  const language = languageOf(textOf(row["locale"]) ?? textOf(row["language"]) ?? "");
  const name = textOf(row["title"]) ?? textOf(row["name"]);
  return language === null || name === null ? [] : [{ language, name, description: textOf(row["body_html"]) ?? textOf(row["description"]) }];
}

const oneText = (language: string, name: Json | undefined, description: Json | undefined): Told["texts"] => (textOf(name) === null ? [] : [{ language, name: textOf(name)!, description: textOf(description) }]);

function tellShopify(body: JsonObject, given: ProductGiven): Told {
  const images = listOf(body["images"]);
  const names = listOf(body["options"]).map((option) => textOf(option["name"]) ?? "");
  const type = textOf(body["product_type"]);
  const handle = textOf(body["handle"]);
  return {
    sku: undefined, texts: oneText(given.language, body["title"], body["body_html"]), brand: body["vendor"], category: { id: type, name: type }, url: handle === null ? null : link(`${given.address}/products/${handle}`),
    image: link(objectOf(body["image"])["src"] ?? images[0]?.["src"]), price: null, stock: null, facts: { handle, tags: body["tags"], shop_status: body["status"] }, has: Array.isArray(body["variant_ids"]) ? body["variant_ids"].map(String) : null,
    variant: (variant) => ({
      sku: variant["sku"], price: moneyOf(variant["price"]), image: link(images.find((image) => textOf(image["id"]) === textOf(variant["image_id"]))?.["src"]),
      options: saidOf(Object.fromEntries([1, 2, 3].map((n) => [names[n - 1] || `option${n}`, variant[`option${n}`]]))) as Record<string, string>,
      // Untracked: the shop sells it without counting.
      stock: textOf(variant["inventory_management"]) === null ? null : numberOf(variant["inventory_quantity"]),
    }),
  };
}

function tellWooCommerce(body: JsonObject, given: ProductGiven): Told {
  const categories = listOf(body["categories"]);
  const stock = (one: JsonObject) => (one["manage_stock"] === true ? numberOf(one["stock_quantity"]) : one["stock_status"] === "outofstock" ? 0 : null);
  return {
    sku: body["sku"], texts: oneText(languageOf(textOf(body["lang"]) ?? "") ?? given.language, body["name"], body["description"]), brand: listOf(body["brands"])[0]?.["name"], category: categories[0] ? { id: textOf(categories[0]["id"]), name: textOf(categories[0]["name"]) } : null,
    url: link(body["permalink"]), image: link(listOf(body["images"])[0]?.["src"]), price: moneyOf(body["price"]), stock: stock(body), facts: { handle: body["slug"], shop_status: body["status"], regular_price: moneyOf(body["regular_price"]), tags: listOf(body["tags"]).map((tag) => textOf(tag["name"])).filter((name) => name !== null).join(", ") },
    has: Array.isArray(body["variations"]) ? body["variations"].map(String) : null,
    variant: (variant) => ({ sku: variant["sku"], price: moneyOf(variant["price"]), image: link(objectOf(variant["image"])["src"] ?? listOf(variant["images"])[0]?.["src"]), stock: stock(variant), options: saidOf(Object.fromEntries(listOf(variant["attributes"]).map((one) => [textOf(one["name"]) ?? "option", one["option"]]))) as Record<string, string> }),
  };
}

/** Texts of PrestaShop: one for each language by its id, or plain where the shop has one language. */
function localised(value: Json | undefined, given: ProductGiven): [string, string][] {
  if (!Array.isArray(value)) return textOf(value) === null ? [] : [[given.language, textOf(value)!]];
  return listOf(value).flatMap((one): [string, string][] => {
    const language = languageOf(given.names["languages"]?.[textOf(one["id"]) ?? ""] ?? "");
    const text = textOf(one["value"]);
    return language === null || text === null ? [] : [[language, text]];
  });
}

function tellPrestaShop(body: JsonObject, given: ProductGiven): Told {
  const descriptions = new Map(localised(body["description"] ?? body["description_short"], given));
  const names = localised(body["name"], given);
  const [net, gross] = [moneyOf(body["price"]), moneyOf(body["relance_price"])];
  const price = gross ?? net;
  const category = idOrNull(body["id_category_default"]);
  const image = idOrNull(body["id_default_image"]);
  const ratio = gross !== null && net !== null && net !== 0 ? gross / net : 1;
  const id = textOf(body["id"]) ?? "";
  const combinations = objectOf(body["associations"])["combinations"];
  return {
    sku: body["reference"], texts: names.map(([language, name]) => ({ language, name, description: descriptions.get(language) ?? null })), brand: body["manufacturer_name"] === false ? undefined : body["manufacturer_name"], category: category === null ? null : { id: category, name: given.names["categories"]?.[category] ?? null },
    url: link(`${given.address}/index.php?id_product=${id}&controller=product`), image: image === null ? null : link(`${given.address}/${image}-home_default/product.jpg`), price, stock: null, facts: { shop_status: textOf(body["active"]) === "1" ? "active" : "inactive" }, has: Array.isArray(combinations) ? listOf(combinations).map((one) => textOf(one["id"]) ?? "") : null,
    variant: (variant) => ({
      sku: variant["reference"], image: null, stock: null, price: price === null ? null : Math.round((price + (moneyOf(variant["price"]) ?? 0) * ratio) * 1e4) / 1e4,
      options: Object.fromEntries(listOf(objectOf(variant["associations"])["product_option_values"]).flatMap((one) => {
        const [group, value] = given.names["values"]?.[textOf(one["id"]) ?? ""]?.split("\n") ?? [];
        return group === undefined || value === undefined ? [] : [[given.names["groups"]?.[group] ?? "option", value]];
      })),
    }),
  };
}

function tellMagento(body: JsonObject, given: ProductGiven): Told {
  const customs = (row: JsonObject) => new Map(listOf(row["custom_attributes"]).map((one) => [textOf(one["attribute_code"]) ?? "", one["value"]]));
  const own = customs(body);
  const more = objectOf(body["extension_attributes"]);
  const links = more["configurable_product_links"];
  const imageOf = (values: ReadonlyMap<string, Json | undefined>) => { const path = textOf(values.get("image")); return path === null || path === "no_selection" ? null : link(`${given.address}/media/catalog/product${path}`); };
  const stockOf = (row: JsonObject) => numberOf(objectOf(objectOf(row["extension_attributes"])["stock_item"])["qty"]);
  const coded = listOf(more["configurable_product_options"]).map((option) => [textOf(option["label"]) ?? "option", given.names["attributes"]?.[textOf(option["attribute_id"]) ?? ""] ?? ""] as const);
  const category = textOf(listOf(more["category_links"])[0]?.["category_id"]);
  const key = textOf(own.get("url_key"));
  return {
    sku: body["sku"], texts: oneText(given.language, body["name"], own.get("description")), brand: own.get("manufacturer_name"), category: category === null ? null : { id: category, name: given.names["categories"]?.[category] ?? null },
    url: key === null ? null : link(`${given.address}/${key}.html`), image: imageOf(own), price: moneyOf(body["price"]), stock: stockOf(body), facts: { handle: key, shop_status: body["status"] === 1 ? "enabled" : "disabled" }, has: Array.isArray(links) ? links.map(String) : null,
    variant: (variant) => { const values = customs(variant); return { sku: variant["sku"], price: moneyOf(variant["price"]), image: imageOf(values), stock: stockOf(variant), options: saidOf(Object.fromEntries(coded.map(([label, code]) => [label, values.get(code)]))) as Record<string, string> }; },
  };
}

const TELLERS: Readonly<Record<Shop, (body: JsonObject, given: ProductGiven) => Told>> = { shopify: tellShopify, woocommerce: tellWooCommerce, prestashop: tellPrestaShop, magento: tellMagento };
