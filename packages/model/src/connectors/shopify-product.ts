import { moneyOf, textOf, type JsonObject } from "../events/index.ts";
import { listOf, objectOf, saidOf } from "./things.ts";
import { link, oneText, type ProductGiven, type Told } from "./told.ts";

export function tellShopify(body: JsonObject, given: ProductGiven): Told {
  const images = listOf(body["images"]);
  const names = listOf(body["options"]).map((option) => textOf(option["name"]) ?? "");
  const type = textOf(body["product_type"]);
  const handle = textOf(body["handle"]);
  return {
    sku: undefined,
    texts: oneText(given.language, body["title"], body["body_html"]),
    brand: body["vendor"],
    category: { id: type, name: type },
    url: handle === null ? null : link(`${given.address}/products/${handle}`),
    image: link(objectOf(body["image"])["src"] ?? images[0]?.["src"]),
    price: null,
    stock: null,
    facts: { handle, tags: body["tags"], shop_status: body["status"] },
    has: Array.isArray(body["variant_ids"]) ? body["variant_ids"].map(String) : null,
    variant: (variant) => ({
      sku: variant["sku"],
      price: moneyOf(variant["price"]),
      image: link(images.find((image) => textOf(image["id"]) === textOf(variant["image_id"]))?.["src"]),
      options: saidOf(Object.fromEntries([1, 2, 3].map((n) => [names[n - 1] || `option${n}`, variant[`option${n}`]]))) as Record<
        string,
        string
      >,
      // Untracked: the shop sells it without counting.
      stock: textOf(variant["inventory_management"]) === null ? null : moneyOf(variant["inventory_quantity"]),
    }),
  };
}
