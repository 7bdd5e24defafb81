import { moneyOf, textOf, type Json, type JsonObject } from "../events/index.ts";
import { idOrNull, listOf, objectOf, round4, type ShopGiven } from "./things.ts";
import { languageOf, link, type ProductGiven, type Told } from "./told.ts";

/** Texts of PrestaShop: one for each language by its id, or plain where the shop has one language. */
export function localised(value: Json | undefined, given: Pick<ShopGiven, "names" | "language">): [string, string][] {
  if (!Array.isArray(value)) return textOf(value) === null ? [] : [[given.language, textOf(value)!]];
  return listOf(value).flatMap((one): [string, string][] => {
    const language = languageOf(given.names["languages"]?.[textOf(one["id"]) ?? ""] ?? "");
    const text = textOf(one["value"]);
    return language === null || text === null ? [] : [[language, text]];
  });
}

export function tellPrestaShop(body: JsonObject, given: ProductGiven): Told {
  const [short, long] = [body["description_short"], body["description"]].map((texts) => localised(texts, given));
  const descriptions = new Map([...short!, ...long!]);
  const { combinations, product_features: features } = objectOf(body["associations"]);
  const category = idOrNull(body["id_category_default"]);
  const brand = body["manufacturer_name"];
  const id = textOf(body["id"]) ?? "";
  const page = `${given.address}/index.php?id_product=${id}&controller=product`;
  const languages = Object.entries(given.names["languages"] ?? {});
  const linkIn = (language: string) =>
    languages.filter(([, code]) => languageOf(code) === language).map(([one]) => link(`${page}&id_lang=${one}`))[0] ?? link(page);
  const imageOf = (image: Json | undefined) =>
    idOrNull(image) === null ? null : link(`${given.address}/${idOrNull(image)}-home_default/product.jpg`);
  return {
    sku: body["reference"],
    texts: localised(body["name"], given).map(([language, name]) => ({
      language,
      name,
      description: descriptions.get(language) ?? null,
      url: linkIn(language),
    })),
    brand: brand === false ? undefined : brand,
    category: category === null ? null : { id: category, name: null },
    url: link(page),
    image: imageOf(body["id_default_image"]),
    price: grossOf(body),
    regular: moneyOf(body["relance_regular"]),
    stock: null,
    facts: {
      ...featuresOf(listOf(features), given),
      gtin: gtinOf(body),
      mpn: body["mpn"],
      condition: body["condition"],
      handle: new Map(localised(body["link_rewrite"], given)).get(given.language),
      shop_status: textOf(body["active"]) === "1" ? "active" : "inactive",
    },
    has: Array.isArray(combinations) ? listOf(combinations).map((one) => textOf(one["id"]) ?? "") : null,
    variant: (variant) => ({
      sku: variant["reference"],
      image: imageOf(listOf(objectOf(variant["associations"])["images"])[0]?.["id"]),
      stock: null,
      price: variantPrice(body, variant),
      regular: moneyOf(variant["relance_regular"]),
      options: optionsOf(variant, given),
    }),
  };
}

/** What a customer pays, asked for under a name of ours; the price of the row itself is without tax. */
const grossOf = (row: JsonObject): number | null => moneyOf(row["relance_price"]) ?? moneyOf(row["price"]);
const gtinOf = (row: JsonObject): string | null => textOf(row["ean13"]) ?? textOf(row["upc"]) ?? textOf(row["isbn"]);

/** A combination's own price is what it adds to its product's, without tax. */
function variantPrice(product: JsonObject, variant: JsonObject): number | null {
  const told = moneyOf(variant["relance_price"]);
  const [net, gross] = [moneyOf(product["price"]), grossOf(product)];
  if (told !== null || gross === null) return told;
  return round4(gross + (moneyOf(variant["price"]) ?? 0) * (net === null || net === 0 ? 1 : gross / net));
}

function optionsOf(variant: JsonObject, given: ProductGiven): Record<string, string> {
  return Object.fromEntries(
    listOf(objectOf(variant["associations"])["product_option_values"]).flatMap((one) => {
      const [group, value] = given.names["values"]?.[textOf(one["id"]) ?? ""]?.split("\n") ?? [];
      return group === undefined || value === undefined ? [] : [[given.names["groups"]?.[group] ?? "option", value]];
    }),
  );
}

function featuresOf(features: readonly JsonObject[], given: ProductGiven): Record<string, string> {
  return Object.fromEntries(
    features.flatMap((one) => {
      const name = given.names["features"]?.[textOf(one["id"]) ?? ""];
      const value = given.names["feature_values"]?.[textOf(one["id_feature_value"]) ?? ""];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}
