import { Refusal, type JsonObject } from "../events/index.ts";
import { readMagento } from "./magento.ts";
import { readPrestaShop } from "./prestashop.ts";
import { readShopify } from "./shopify.ts";
import { idOrNull, type Shop, type ShopGiven, type ShopReader, type ShopReading } from "./things.ts";
import { readWooCommerce } from "./woocommerce.ts";

export * from "./news.ts";
export * from "./product.ts";
export * from "./things.ts";

const READERS: Readonly<Record<Shop, ShopReader>> = {
  shopify: readShopify,
  woocommerce: readWooCommerce,
  prestashop: readPrestaShop,
  magento: readMagento,
};

/** Reads one delivery or one row of a shop. Pure and total: whatever comes in, a reading comes out. */
export function readShop(shop: Shop, topic: string, payload: JsonObject, given: ShopGiven): ShopReading {
  try {
    const things = READERS[shop](topic, payload, given);
    return things === null
      ? { is: "ignored", kept: { is: "other", id: `${topic}/${idOrNull(payload["id"]) ?? ""}`, at: given.at, body: payload } }
      : { is: "things", things };
  } catch (error) {
    if (error instanceof Refusal) return { is: "refused", field: error.field };
    throw error;
  }
}
