import { moneyOf, textOf, type JsonObject } from "../events/index.ts";
import { listOf, objectOf, saidOf } from "./things.ts";
import { languageOf, link, oneText, type ProductGiven, type Told } from "./told.ts";

export function tellWooCommerce(body: JsonObject, given: ProductGiven): Told {
  const categories = listOf(body["categories"]);
  const stock = (one: JsonObject) =>
    one["manage_stock"] === true ? moneyOf(one["stock_quantity"]) : one["stock_status"] === "outofstock" ? 0 : null;
  return {
    sku: body["sku"],
    texts: oneText(languageOf(textOf(body["lang"]) ?? "") ?? given.language, body["name"], body["description"]),
    brand: listOf(body["brands"])[0]?.["name"],
    category: categories[0] ? { id: textOf(categories[0]["id"]), name: textOf(categories[0]["name"]) } : null,
    url: link(body["permalink"]),
    image: link(listOf(body["images"])[0]?.["src"]),
    price: moneyOf(body["price"]),
    regular: moneyOf(body["regular_price"]),
    stock: stock(body),
    facts: {
      handle: body["slug"],
      shop_status: body["status"],
      tags: listOf(body["tags"])
        .map((tag) => textOf(tag["name"]))
        .filter((name) => name !== null)
        .join(", "),
    },
    has: Array.isArray(body["variations"]) ? body["variations"].map(String) : null,
    variant: (variant) => ({
      sku: variant["sku"],
      price: moneyOf(variant["price"]),
      regular: moneyOf(variant["regular_price"]),
      image: link(objectOf(variant["image"])["src"] ?? listOf(variant["images"])[0]?.["src"]),
      stock: stock(variant),
      options: saidOf(
        Object.fromEntries(listOf(variant["attributes"]).map((one) => [textOf(one["name"]) ?? "option", one["option"]])),
      ) as Record<string, string>,
    }),
  };
}
