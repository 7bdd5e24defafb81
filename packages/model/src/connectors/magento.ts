import { currencyOf, moneyOf, readInstant, textOf, type JsonObject, type LineSeen, type RefundLine } from "../events/index.ts";
import {
  idOf,
  idOrNull,
  lineFrom,
  listOf,
  momentOf,
  objectOf,
  refundLineFrom,
  saidOf,
  type ShopCategory,
  type ShopGiven,
  type ShopPart,
  type ShopReader,
  type ShopThing,
} from "./things.ts";

/** Reads rows of Magento's REST API by the name of their resource. Its times are UTC. */
export const readMagento: ShopReader = (topic, row, given) => {
  switch (topic) {
    case "customers":
      return [customerOf(row, given)];
    case "orders":
      return [orderOf(row, given)];
    case "creditmemos":
      return [
        {
          is: "refund",
          id: idOf(row, "entity_id"),
          order: idOf(row, "order_id"),
          at: momentOf(row, "created_at"),
          amount: moneyOf(row["grand_total"]) ?? 0,
          currency: currencyOf({ currency: row["order_currency_code"] ?? null }),
          lines: listOf(row["items"])
            .filter((item) => (moneyOf(item["row_total_incl_tax"]) ?? moneyOf(item["row_total"]) ?? 0) !== 0)
            .map(backOf),
          body: row,
        },
      ];
    case "carts":
      return [cartOf(row, given)];
    case "categories":
      return [categoryOf(row, given)];
    case "products":
      return partsOf(row);
    case "source-items":
      return [
        {
          is: "stock",
          id: `${idOf(row, "sku")}@${idOf(row, "source_code")}`,
          parent: null,
          item: idOf(row, "sku"),
          at: given.at,
          body: row,
        },
      ];
    case "translations":
      return [
        {
          is: "translation",
          id: `${idOf(row)}/${idOf(row, "language")}`,
          parent: idOf(row),
          item: null,
          at: readInstant(row["updated_at"]) ?? given.at,
          body: row,
        },
      ];
    case "category-names":
      return [
        {
          is: "category",
          id: `${idOf(row)}/${idOf(row, "language")}`,
          category: isRoot(row) ? null : idOf(row),
          names: namedIn(textOf(row["language"])!, row),
          at: readInstant(row["updated_at"]) ?? given.at,
          body: row,
        },
      ];
    default:
      return null;
  }
};

/** The language of the store view somebody registered or bought in. */
const localeIn = (row: JsonObject, given: ShopGiven): string | undefined => given.names["views"]?.[textOf(row["store_id"]) ?? ""];

/** Above all stands one that no page shows. */
const ROOT = "1";
const isRoot = (row: JsonObject): boolean => idOrNull(row["parent_id"]) === null;
const namedIn = (language: string, row: JsonObject): ShopCategory["names"] =>
  textOf(row["name"]) === null ? {} : { [language]: textOf(row["name"])! };

function categoryOf(row: JsonObject, given: ShopGiven): ShopCategory {
  const parent = idOrNull(row["parent_id"]);
  return {
    is: "category",
    id: idOf(row),
    category: isRoot(row) ? null : idOf(row),
    parent: parent === ROOT ? null : parent,
    names: namedIn(given.language, row),
    at: readInstant(row["updated_at"]) ?? given.at,
    body: row,
  };
}

function customerOf(row: JsonObject, given: ShopGiven): ShopThing {
  const id = idOf(row);
  const at = momentOf(row, "updated_at", "created_at");
  const addresses = listOf(row["addresses"]);
  const address = addresses.find((one) => one["default_billing"] === true) ?? addresses[0] ?? {};
  const said = objectOf(row["extension_attributes"])["is_subscribed"];
  return {
    is: "customer",
    id,
    at,
    body: row,
    traits: saidOf({
      email: row["email"],
      firstName: row["firstname"],
      lastName: row["lastname"],
      birthday: row["dob"],
      locale: localeIn(row, given),
      company: address["company"],
      phone: address["telephone"],
      country: address["country_id"],
      region: objectOf(address["region"])["region"],
      postalCode: address["postcode"],
      city: address["city"],
    }),
    consents:
      typeof said === "boolean" ? [{ channel: "email", state: said ? "granted" : "withdrawn", at, optInLevel: null, undated: true }] : [],
  };
}

function orderOf(row: JsonObject, given: ShopGiven): ShopThing {
  const id = idOf(row, "entity_id");
  const placedAt = momentOf(row, "created_at");
  const at = readInstant(row["updated_at"]) ?? placedAt;
  const state = textOf(row["state"]) ?? "new";
  const address = objectOf(row["billing_address"]);
  const items = listOf(row["items"]);
  const lines = items.filter((item) => idOrNull(item["parent_item_id"]) === null).map((item) => lineOf(item, items));
  const placed = state !== "pending_payment" && state !== "canceled" && state !== "payment_review";
  return {
    is: "order",
    id,
    number: textOf(row["increment_id"]),
    customer: idOrNull(row["customer_id"]),
    consents: [],
    placed,
    only: given.past,
    cart: idOrNull(row["quote_id"]),
    refunds: [],
    body: row,
    traits: saidOf({
      email: row["customer_email"],
      firstName: row["customer_firstname"] ?? address["firstname"],
      lastName: row["customer_lastname"] ?? address["lastname"],
      birthday: row["customer_dob"],
      locale: localeIn(row, given),
      phone: address["telephone"],
      country: address["country_id"],
      region: address["region"],
      postalCode: address["postcode"],
      city: address["city"],
    }),
    seen: {
      externalId: id,
      kind: "sale",
      status: state === "canceled" ? "cancelled" : state,
      currency: currencyOf({ currency: row["order_currency_code"] ?? null }),
      total: moneyOf(row["grand_total"]),
      discount: positive(moneyOf(row["discount_amount"])),
      shipping: moneyOf(row["shipping_incl_tax"]),
      tax: moneyOf(row["tax_amount"]),
      refunded: moneyOf(row["total_refunded"]),
      coupon: textOf(row["coupon_code"])?.slice(0, 200) ?? null,
      store: null,
      lines: lines.length > 0 ? lines : null,
      placedAt,
      at,
      source: "magento",
    },
  };
}

const positive = (amount: number | null): number | null => (amount === null ? null : Math.abs(amount));

/** A configurable product's line names the product; the simple one it stands for is the line under it. */
function lineOf(item: JsonObject, items: readonly JsonObject[]): LineSeen {
  const child = items.find((one) => textOf(one["parent_item_id"]) === textOf(item["item_id"]));
  return lineFrom({
    ...partsIn(item),
    variant: child ? idOrNull(child["product_id"]) : null,
    quantity: item["qty_ordered"] ?? item["qty"],
    ref: item["item_id"],
  });
}

function partsIn(item: JsonObject): Omit<Parameters<typeof lineFrom>[0], "quantity"> {
  const whole = moneyOf(item["row_total_incl_tax"]) ?? moneyOf(item["row_total"]);
  const total = whole === null ? null : whole - Math.abs(moneyOf(item["discount_amount"]) ?? 0);
  return {
    product: idOrNull(item["product_id"]),
    variant: null,
    sku: item["sku"],
    name: item["name"],
    unitPrice: item["price_incl_tax"] ?? item["price"],
    total,
  };
}

/** Of a configurable product two lines go back; the one of the simple product costs nothing and is left out. */
const backOf = (item: JsonObject): RefundLine => refundLineFrom({ ...partsIn(item), quantity: item["qty"], ref: item["order_item_id"] });

function cartOf(row: JsonObject, given: ShopGiven): ShopThing {
  const [customer, address] = [objectOf(row["customer"]), objectOf(row["billing_address"])];
  const at = momentOf(row, "updated_at", "created_at");
  const lines = listOf(row["items"]).map((item) =>
    lineFrom({ product: null, variant: null, sku: item["sku"], name: item["name"], quantity: item["qty"], unitPrice: item["price"] }),
  );
  return {
    is: "cart",
    id: idOf(row),
    at,
    began: readInstant(row["created_at"]) ?? at,
    stage: "open",
    customer: idOrNull(customer["id"]),
    traits: saidOf({
      email: customer["email"] ?? address["email"],
      firstName: customer["firstname"] ?? address["firstname"],
      lastName: customer["lastname"] ?? address["lastname"],
      phone: address["telephone"],
      locale: localeIn(row, given),
    }),
    lines,
    total: null,
    currency: currencyOf({ currency: objectOf(row["currency"])["quote_currency_code"] ?? null }),
    url: null,
    ended: row["is_active"] === false ? at : null,
    body: row,
  };
}

/** Visibility 1 is "not visible individually": the variant of a configurable product, which names its variants by id. */
function partsOf(row: JsonObject): ShopPart[] {
  const id = idOf(row);
  const at = momentOf(row, "updated_at", "created_at");
  const variant = row["visibility"] === 1;
  const links = objectOf(row["extension_attributes"])["configurable_product_links"];
  return [
    { is: variant ? "variant" : "product", id, parent: variant ? null : id, item: textOf(row["sku"]), at, body: row },
    ...(Array.isArray(links) ? links : []).flatMap((link): ShopPart[] =>
      idOrNull(link) === null ? [] : [{ is: "link", id: idOrNull(link)!, parent: id, item: null, at, body: {} }],
    ),
  ];
}
