import { readMessage } from "@relance/model/events";
import { expect, test } from "vitest";
import { COMMANDS, type Said } from "./commands.ts";
import { cleanUrl } from "./page.ts";

const NOW = Date.UTC(2026, 10, 29);
const read = (said: Said) => {
  const { message, refusal } = readMessage({ anonymousId: "visitor", messageId: "m", ...said }, { receivedAt: NOW, phone: () => null });
  if (!message) throw new Error(`${refusal.code} ${refusal.field}`);
  return {
    name: message.name,
    cart: message.commerce?.cart?.what ?? null,
    order: message.commerce?.order?.externalId ?? null,
    products: message.commerce?.products.length ?? 0,
  };
};
const pan = { product_id: "pan-26", name: "Pan", price: 59.9 };

test("what a page says by each command, the product understands", () => {
  const none = { cart: null, order: null, products: 0 };
  expect(read(COMMANDS.page())).toEqual({ ...none, name: "Page Viewed" });
  expect(read(COMMANDS.product(pan))).toEqual({ ...none, name: "Product Viewed", products: 1 });
  expect(read(COMMANDS.list({ products: [pan, { product_id: "pan-28" }] }))).toEqual({ ...none, name: "Product List Viewed", products: 2 });
  expect(read(COMMANDS.search("pan"))).toEqual({ ...none, name: "Products Searched" });
  expect(read(COMMANDS.add(pan))).toEqual({ ...none, name: "Product Added", cart: "added", products: 1 });
  expect(read(COMMANDS.remove(pan))).toEqual({ ...none, name: "Product Removed", cart: "removed", products: 1 });
  expect(read(COMMANDS.cart({ products: [pan] }))).toEqual({ ...none, name: "Cart Viewed", cart: "seen", products: 1 });
  expect(read(COMMANDS.checkout({ products: [pan] }))).toEqual({ ...none, name: "Checkout Started", cart: "checkout", products: 1 });
  expect(read(COMMANDS.order({ order_id: "A-1", products: [pan] }))).toEqual({
    name: "Order Completed",
    cart: "ordered",
    order: "A-1",
    products: 1,
  });
  expect(read(COMMANDS.form("Newsletter"))).toEqual({ ...none, name: "Form Submitted" });
  expect(read(COMMANDS.track("Store Visited"))).toEqual({ ...none, name: "Store Visited" });
  expect(read(COMMANDS.identify(42, { email: "zoe@client.example" }))).toEqual({ ...none, name: "Identified" });
  expect(COMMANDS.identify({ email: "zoe@client.example" })).toEqual({ type: "identify", traits: { email: "zoe@client.example" } });
});

test("an order is the same message however often its page is loaded", () => {
  expect(COMMANDS.order({ order_id: 7 }).messageId).toBe("web-order-7");
  expect(COMMANDS.order({ total: 7 }).messageId).toBeUndefined();
});

test("addresses leave without their private parts", () => {
  expect(
    cleanUrl(
      "https://me:secret@shop.example/search?q=keyword&utm_source=mail&email=zoe%40client.example&reset_token=abc&who=zoe@client.example&variant_name=red#top",
    ),
  ).toBe("https://shop.example/search?q=keyword&utm_source=mail&variant_name=red");
});
