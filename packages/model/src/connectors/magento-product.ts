import { moneyOf, textOf, type Json, type JsonObject } from "../events/index.ts";
import { listOf, objectOf, saidOf } from "./things.ts";
import { link, oneText, type ProductGiven, type Told } from "./told.ts";

type Customs = ReadonlyMap<string, Json | undefined>;
const customsOf = (row: JsonObject): Customs =>
  new Map(listOf(row["custom_attributes"]).map((one) => [textOf(one["attribute_code"]) ?? "", one["value"]]));

export function tellMagento(body: JsonObject, given: ProductGiven): Told {
  const own = customsOf(body);
  const more = objectOf(body["extension_attributes"]);
  const links = more["configurable_product_links"];
  const imageOf = (values: Customs) => {
    const path = textOf(values.get("image"));
    return path === null || path === "no_selection" ? null : link(`${given.address}/media/catalog/product${path}`);
  };
  const stockOf = (row: JsonObject) => moneyOf(objectOf(objectOf(row["extension_attributes"])["stock_item"])["qty"]);
  const coded = listOf(more["configurable_product_options"]).map(
    (option) => [textOf(option["label"]) ?? "option", given.names["attributes"]?.[textOf(option["attribute_id"]) ?? ""] ?? ""] as const,
  );
  const category = textOf(listOf(more["category_links"])[0]?.["category_id"]);
  const key = textOf(own.get("url_key"));
  return {
    sku: body["sku"],
    texts: oneText(given.language, body["name"], own.get("description")),
    brand: labelOf("manufacturer", own, given) ?? labelOf("brand", own, given),
    category: category === null ? null : { id: category, name: null },
    url: key === null ? null : link(`${given.address}/${key}.html`),
    image: imageOf(own),
    price: priceOf(body, own, given),
    regular: moneyOf(body["price"]),
    stock: stockOf(body),
    facts: { ...factsIn(own, given), handle: key, type: body["type_id"], shop_status: body["status"] === 1 ? "enabled" : "disabled" },
    has: Array.isArray(links) ? links.map(String) : null,
    variant: (variant) => {
      const values = customsOf(variant);
      return {
        sku: variant["sku"],
        price: priceOf(variant, values, given),
        regular: moneyOf(variant["price"]),
        image: imageOf(values),
        stock: stockOf(variant),
        options: saidOf(Object.fromEntries(coded.map(([label, code]) => [label, labelOf(code, values, given)]))) as Record<string, string>,
      };
    },
  };
}

/** Every customer group; others are for some customers only. */
const ALL_GROUPS = 32000;

/** What everybody pays for one today: the least of the price, of a special price within its dates, and of a price for all groups. */
function priceOf(row: JsonObject, customs: Customs, given: ProductGiven): number | null {
  const price = moneyOf(row["price"]);
  if (price === null) return null;
  const today = Temporal.Instant.fromEpochMilliseconds(given.now).toZonedDateTimeISO(given.zone).toPlainDate().toString();
  const day = (code: string) => textOf(customs.get(code))?.slice(0, 10);
  const special =
    (day("special_from_date") ?? today) <= today && today <= (day("special_to_date") ?? today)
      ? moneyOf(customs.get("special_price"))
      : null;
  const tiers = listOf(row["tier_prices"])
    .filter((tier) => tier["customer_group_id"] === ALL_GROUPS && (moneyOf(tier["qty"]) ?? 1) <= 1)
    .map((tier) => moneyOf(tier["value"]));
  return Math.min(price, ...([special, ...tiers].filter((one) => one !== null && one > 0) as number[]));
}

/** What is said of an attribute whose values are chosen from a list: the words, not their number. */
function labelOf(code: string, customs: Customs, given: ProductGiven): string | null {
  const value = textOf(customs.get(code));
  return value === null
    ? null
    : value
        .split(",")
        .map((one) => given.names["labels"]?.[`${code}\n${one}`] ?? one)
        .join(", ");
}

/** Told elsewhere, or of use to the shop's pages only. */
const NO_FACTS = new Set([
  "description",
  "url_key",
  "image",
  "small_image",
  "thumbnail",
  "swatch_image",
  "category_ids",
  "manufacturer",
  "brand",
  "has_options",
  "required_options",
  "options_container",
  "tax_class_id",
  "gift_message_available",
  "msrp_display_actual_price_type",
  "special_price",
  "special_from_date",
  "special_to_date",
]);

const factsIn = (customs: Customs, given: ProductGiven): Told["facts"] =>
  Object.fromEntries(
    [...customs.keys()].filter((code) => code !== "" && !NO_FACTS.has(code)).map((code) => [code, labelOf(code, customs, given)]),
  );
