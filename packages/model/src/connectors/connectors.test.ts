import { expect, test } from "vitest";
import type { JsonObject } from "../events/index.ts";
import { customerMessages, orderMessages, readShop, type Shop, type ShopGiven, type ShopNaming, type ShopThing } from "./index.ts";
import { localMoment } from "./prestashop.ts";

const given: ShopGiven = {
  prefix: "",
  zone: "Europe/Paris",
  language: "fr",
  at: Date.UTC(2026, 5, 1),
  asked: false,
  past: false,
  names: { currencies: { "1": "EUR" }, languages: { "1": "fr", "2": "en" } },
};
const naming: ShopNaming = { shop: "shopify", scope: "shopify:c1", prefix: "" };
function thingOf<I extends ShopThing["is"]>(is: I, shop: Shop, topic: string, payload: JsonObject): Extract<ShopThing, { is: I }> {
  const reading = readShop(shop, topic, payload, given);
  if (reading.is !== "things") throw new Error(JSON.stringify(reading));
  return reading.things.find((thing) => thing.is === is) as Extract<ShopThing, { is: I }>;
}
const ORDER = {
  id: 5778367414385,
  name: "#1017",
  email: "ana@shop.example",
  currency: "EUR",
  created_at: "2026-05-01T10:00:00+02:00",
  updated_at: "2026-05-01T10:05:00+02:00",
  total_price: "45.00",
  total_discounts: "5.00",
  total_tax: "7.50",
  financial_status: "paid",
  discount_codes: [{ code: "MAI" }],
  customer: { id: 73, email: "ana@shop.example", first_name: "Ana" },
  note_attributes: [{ name: "gift", value: "yes" }],
  line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 2, total_discount: "5.00", vendor: "Leaf" }],
};
const messagesOf = (topic: string, payload: JsonObject) => orderMessages(naming, thingOf("order", "shopify", topic, payload), "d");

test("an order is told as who bought and what, with its whole payload kept", () => {
  const messages = messagesOf("orders/create", ORDER);
  expect(messages.map((one) => [one["type"], one["userId"]])).toEqual([
    ["identify", "shopify:73"],
    ["track", "shopify:73"],
  ]);
  expect(messages[1]).toMatchObject({ event: "Order Completed", context: { shopify: ORDER } });
  expect(thingOf("order", "shopify", "orders/create", ORDER).seen).toMatchObject({
    externalId: "5778367414385",
    status: "paid",
    total: 45,
    discount: 5,
    tax: 7.5,
    coupon: "MAI",
    refunded: null,
    placedAt: Date.parse("2026-05-01T08:00:00Z"),
    lines: [{ product: "1", variant: "11", quantity: 2, unitPrice: 25, total: 45 }],
  });
});

test("customers of a shop belong to the store it sells for", () => {
  const customer = thingOf("customer", "shopify", "customers/create", {
    id: 73,
    email: "ana@shop.example",
    created_at: "2026-05-01T10:00:00Z",
    updated_at: "2026-05-01T10:00:00Z",
  });
  const traits = (store: string | null) =>
    [
      customerMessages({ ...naming, store }, customer, "d"),
      orderMessages({ ...naming, store }, thingOf("order", "shopify", "orders/create", ORDER), "d"),
    ].map(([identify]) => (identify!["traits"] as JsonObject)["store"]);
  expect([traits("fr"), traits(null)]).toEqual([
    ["fr", "fr"],
    [undefined, undefined],
  ]);
});

test("two topics that tell one state of an order are one message", () => {
  const ids = (topic: string) => messagesOf(topic, ORDER).map((one) => one["messageId"]);
  expect(ids("orders/paid")).toEqual(ids("orders/updated"));
  expect(ids("orders/create")).not.toEqual(ids("orders/updated"));
});

test("refunds are the successful refund transactions", () => {
  const refunds: JsonObject[] = [
    {
      id: 1,
      created_at: "2026-05-02T00:00:00Z",
      transactions: [
        { kind: "refund", status: "success", amount: "10.00" },
        { kind: "refund", status: "failure", amount: "35.00" },
      ],
    },
    { transactions: [{ kind: "refund", status: "success", amount: "2.50" }] },
  ];
  const order = thingOf("order", "shopify", "orders/updated", { ...ORDER, financial_status: "partially_refunded", refunds });
  expect(order.seen).toMatchObject({ status: "partially_refunded", refunded: 12.5 });
  expect(order.refunds).toMatchObject([{ id: "1", amount: 10, currency: "EUR" }]);
});

test("a subscription that awaits its answer, or was never asked for, is no consent", () => {
  const customer = (state: string) => ({
    id: 73,
    updated_at: "2026-05-01T10:00:00Z",
    email_marketing_consent: { state, opt_in_level: "confirmed_opt_in", consent_updated_at: "2026-04-30T00:00:00Z" },
  });
  expect(
    ["subscribed", "unsubscribed", "pending", "not_subscribed"].map((state) =>
      thingOf("customer", "shopify", "customers/update", customer(state)).consents.map((one) => one.state),
    ),
  ).toEqual([["granted"], ["withdrawn"], [], []]);
  const row = (newsletter: string, date: string) =>
    thingOf("customer", "prestashop", "customers", {
      id: "5",
      date_upd: "2026-05-02 10:00:00",
      newsletter,
      newsletter_date_add: date,
    }).consents.map((one) => one.state);
  expect([row("1", "2026-05-01 10:00:00"), row("0", "2026-05-01 10:00:00"), row("0", "0000-00-00 00:00:00")]).toEqual([
    ["granted"],
    ["withdrawn"],
    [],
  ]);
});

test("what lacks its id or its time is refused by name; other topics are ignored", () => {
  expect(readShop("shopify", "orders/cancelled", { email: "ana@shop.example" }, given)).toEqual({ is: "refused", field: "id" });
  expect(readShop("shopify", "customers/update", { id: 73 }, given)).toEqual({ is: "refused", field: "updated_at" });
  expect(readShop("shopify", "products/update", { id: 1, updated_at: "2026-05-01T00:00:00Z", variants: [{}] }, given)).toEqual({
    is: "refused",
    field: "id",
  });
  expect(readShop("woocommerce", "order.updated", { id: 1 }, given)).toEqual({ is: "refused", field: "date_created_gmt" });
  expect(readShop("magento", "source-items", { sku: "A" }, given)).toEqual({ is: "refused", field: "source_code" });
  for (const shop of ["shopify", "woocommerce", "prestashop", "magento"] as const)
    expect(readShop(shop, "themes/publish", { id: 1 }, given)).toMatchObject({ is: "ignored", kept: { is: "other" } });
});

test("WooCommerce tells lines without tax; an order is what was paid, and a draft is a checkout", () => {
  const order = {
    id: 727,
    number: "727",
    status: "processing",
    currency: "USD",
    date_created_gmt: "2026-03-22T19:28:02",
    date_modified_gmt: "2026-03-22T19:28:08",
    total: "29.35",
    total_tax: "1.35",
    shipping_total: "10.00",
    customer_id: 0,
    billing: { email: "john@shop.example" },
    line_items: [{ product_id: 93, variation_id: 0, quantity: 2, total: "6.00", total_tax: "0.45" }],
    refunds: [{ id: 9, total: "-4.00" }],
  };
  expect(thingOf("order", "woocommerce", "order.updated", order)).toMatchObject({
    customer: null,
    placed: true,
    traits: { email: "john@shop.example" },
    seen: {
      total: 29.35,
      tax: 1.35,
      shipping: 10,
      refunded: 4,
      lines: [{ product: "93", variant: null, quantity: 2, unitPrice: 3.225, total: 6.45 }],
    },
  });
  expect(thingOf("order", "woocommerce", "order.created", { ...order, status: "pending" })).toMatchObject({
    placed: false,
    seen: { status: "pending" },
  });
  expect(thingOf("cart", "woocommerce", "order.created", { ...order, status: "checkout-draft" })).toMatchObject({
    id: "727",
    stage: "checkout",
    total: 29.35,
  });
});

test("PrestaShop's times are the shop's clock, the hour of a change of the clock included", () => {
  expect(localMoment("2026-03-01 10:00:00", "Europe/Paris")).toBe(Date.UTC(2026, 2, 1, 9));
  expect(localMoment("2026-07-01 10:00:00", "Europe/Paris")).toBe(Date.UTC(2026, 6, 1, 8));
  expect(localMoment("2026-03-29 02:30:00", "Europe/Paris")).toBe(Date.UTC(2026, 2, 29, 1, 30));
  expect([
    localMoment("0000-00-00 00:00:00", "Europe/Paris"),
    localMoment("2026-02-31 00:00:00", "Europe/Paris"),
    localMoment("", "Europe/Paris"),
  ]).toEqual([null, null, null]);
});

test("an order of PrestaShop is bought when its state says so, and names its cart", () => {
  const row = {
    id: "5",
    reference: "XKBKNABJK",
    id_customer: "1",
    id_cart: "9",
    id_currency: "1",
    current_state: "2",
    valid: "1",
    date_add: "2026-03-01 10:00:00",
    date_upd: "2026-03-01 10:05:00",
    total_paid_tax_incl: "61.800000",
    total_paid_tax_excl: "51.500000",
    associations: {
      order_rows: [
        {
          product_id: "2",
          product_attribute_id: "10",
          product_quantity: "1",
          product_name: "Mug",
          product_reference: "demo_2",
          unit_price_tax_incl: "61.800000",
        },
      ],
    },
  };
  expect(thingOf("order", "prestashop", "orders", row)).toMatchObject({
    placed: true,
    cart: "9",
    number: "XKBKNABJK",
    seen: {
      status: "paid",
      currency: "EUR",
      total: 61.8,
      tax: 10.3,
      placedAt: Date.UTC(2026, 2, 1, 9),
      lines: [{ product: "2", variant: "10", total: 61.8 }],
    },
  });
  expect(thingOf("order", "prestashop", "orders", { ...row, current_state: "10", valid: "0" })).toMatchObject({
    placed: false,
    seen: { status: "awaiting_payment" },
  });
});

test("a configurable line of Magento is its product and the variant under it", () => {
  const row: JsonObject = {
    entity_id: 12,
    increment_id: "000000012",
    state: "processing",
    created_at: "2026-03-01 09:00:00",
    updated_at: "2026-03-01 09:01:00",
    customer_email: "zoe@shop.example",
    grand_total: 50,
    order_currency_code: "EUR",
    quote_id: 7,
    items: [
      {
        item_id: 1,
        product_id: 20,
        sku: "shirt-m",
        name: "Shirt",
        qty_ordered: 2,
        price_incl_tax: 25,
        row_total_incl_tax: 50,
        discount_amount: 0,
        product_type: "configurable",
      },
      { item_id: 2, parent_item_id: 1, product_id: 21, sku: "shirt-m", qty_ordered: 2, price: 0 },
    ],
  };
  expect(thingOf("order", "magento", "orders", row)).toMatchObject({
    placed: true,
    cart: "7",
    traits: { email: "zoe@shop.example" },
    seen: { externalId: "12", lines: [{ product: "20", variant: "21", quantity: 2, unitPrice: 25, total: 50 }] },
  });
});
