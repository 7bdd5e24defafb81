import { expect, test } from "vitest";
import { readShopify } from "./shopify.ts";

const ORDER = {
  id: 5778367414385, name: "#1017", email: "ana@shop.example", currency: "EUR", created_at: "2026-05-01T10:00:00+02:00", updated_at: "2026-05-01T10:05:00+02:00", total_price: "45.00", total_discounts: "5.00", total_tax: "7.50",
  financial_status: "paid", discount_codes: [{ code: "MAI" }], customer: { id: 73, email: "ana@shop.example", first_name: "Ana" }, note_attributes: [{ name: "gift", value: "yes" }],
  line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 2, total_discount: "5.00", vendor: "Leaf" }],
};
const given = { scope: "shopify:c1", digest: "d" };
const newsOf = (topic: string, payload: Parameters<typeof readShopify>[1]) => {
  const reading = readShopify(topic, payload, given);
  if (reading.is !== "news") throw new Error(reading.is);
  return reading.news;
};

test("an order is told as who bought and what, with its whole payload kept", () => {
  const { messages, order } = newsOf("orders/create", ORDER);
  expect(messages.map((one) => [one["type"], one["userId"]])).toEqual([["identify", "shopify:73"], ["track", "shopify:73"]]);
  expect(messages[1]).toMatchObject({ event: "Order Completed", context: { shopify: ORDER } });
  expect(order).toMatchObject({ externalId: "5778367414385", status: "paid", total: 45, discount: 5, tax: 7.5, coupon: "MAI", refunded: null, placedAt: Date.parse("2026-05-01T08:00:00Z"), lines: [{ product: "1", variant: "11", quantity: 2, unitPrice: 25, total: 45 }] });
});

test("two topics that tell one state of an order are one message", () => {
  const ids = (topic: string) => newsOf(topic, ORDER).messages.map((one) => one["messageId"]);
  expect(ids("orders/paid")).toEqual(ids("orders/updated"));
  expect(ids("orders/create")).not.toEqual(ids("orders/updated"));
});

test("refunds are the successful refund transactions", () => {
  const refunds = [{ transactions: [{ kind: "refund", status: "success", amount: "10.00" }, { kind: "refund", status: "failure", amount: "35.00" }] }, { transactions: [{ kind: "refund", status: "success", amount: "2.50" }] }];
  expect(newsOf("orders/updated", { ...ORDER, financial_status: "partially_refunded", refunds }).order).toMatchObject({ status: "partially_refunded", refunded: 12.5 });
});

test("a subscription that awaits its answer, or was never asked for, is no consent", () => {
  const customer = (state: string) => ({ id: 73, updated_at: "2026-05-01T10:00:00Z", email_marketing_consent: { state, opt_in_level: "confirmed_opt_in", consent_updated_at: "2026-04-30T00:00:00Z" } });
  expect(["subscribed", "unsubscribed", "pending", "not_subscribed"].map((state) => newsOf("customers/update", customer(state)).consents.map((one) => one.state))).toEqual([["granted"], ["withdrawn"], [], []]);
});

test("what lacks its id or its time is refused by name; other topics are ignored", () => {
  expect(readShopify("orders/cancelled", { email: "ana@shop.example" }, given)).toEqual({ is: "refused", field: "id" });
  expect(readShopify("customers/update", { id: 73 }, given)).toEqual({ is: "refused", field: "updated_at" });
  expect(readShopify("themes/publish", { id: 1 }, given)).toEqual({ is: "ignored" });
});
