import { expect, test } from "vitest";
import { DAY, HOUR } from "../base/index.ts";
import { amountOf, canonicalName, readMessage, readTraits } from "./index.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const phone = (text: string) => (text === "0612345678" ? "+33612345678" : null);
const read = (raw: unknown, more: object = {}) => readMessage(raw, { receivedAt: NOW, phone, ...more });
const iso = (at: number) => new Date(at).toISOString();

test.each([
  ["a sender's clock an hour slow is corrected", { originalTimestamp: iso(NOW - 3 * HOUR), sentAt: iso(NOW - HOUR) }, NOW - 2 * HOUR],
  ["a sender's clock an hour fast is corrected", { timestamp: iso(NOW - HOUR), sentAt: iso(NOW + HOUR) }, NOW - 2 * HOUR],
  ["without sentAt the given time stands", { timestamp: iso(NOW - 5 * DAY) }, NOW - 5 * DAY],
  ["a correction of more than a day into the future is not made", { timestamp: iso(NOW - HOUR), sentAt: iso(NOW - 3 * DAY) }, NOW - HOUR],
  ["nothing is later than its arrival", { timestamp: iso(NOW + HOUR) }, NOW],
  ["a time without zone is UTC", { timestamp: "2026-11-20 10:00:00" }, Date.UTC(2026, 10, 20, 10)],
  ["seconds since 1970 are read", { timestamp: (NOW - DAY) / 1000 }, NOW - DAY],
])("%s", (_name, times, expected) => {
  expect(read({ type: "track", userId: "u", event: "e", ...times }).message?.occurredAt).toBe(expected);
});

test.each([
  [{ timestamp: "1993-12-31T00:00:00Z" }, "timestamp.too_early"],
  [{ timestamp: "soon" }, "timestamp.unreadable"],
  [{ event: 5 }, "event.not_text"],
  [{ event: " " }, "event.required"],
  [{ userId: null }, "id.required"],
  [{ userId: "undefined" }, "id.required"],
  [{ type: "zap" }, "type.unknown"],
  [{ userId: "x".repeat(256) }, "id.too_long"],
  [JSON.parse('{"properties":{"a":{"__proto__":1}}}'), "message.forbidden_key"],
])("%j is refused as %s", (wrong, code) => {
  expect(read({ type: "track", userId: "u", event: "e", ...wrong }).refusal?.code).toBe(code);
});

test("a message of ours is read as its copy would be; one of strangers that is refused says where", () => {
  const message = {
    type: "track",
    userId: "u",
    event: "Order Completed",
    messageId: "m",
    timestamp: iso(NOW - DAY),
    properties: { order_id: "O1", currency: "EUR", products: [{ product_id: "L", sku: null, name: "Lampe 🍵", quantity: 2, price: 1.5 }] },
  };
  expect(read(message, { ours: true })).toEqual(read(message));
  expect(read({ ...message, properties: { a: [{ b: 1 }, { c: JSON.parse('{"constructor":1}') as unknown }] } }).refusal?.field).toBe(
    "message.properties.a[1].c.constructor",
  );
});

test("names of the first version and other spellings become those of the e-commerce spec; others stay", () => {
  expect(["Completed Order", "order_completed", "ORDER COMPLETED", "Viewed Product", "My own event"].map(canonicalName)).toEqual([
    "Order Completed",
    "Order Completed",
    "Order Completed",
    "Product Viewed",
    "My own event",
  ]);
});

test("traits fill typed columns; what does not fit stays as an attribute", () => {
  expect(
    readTraits(
      {
        email: " A@B.fr ",
        phone: "0612345678",
        name: "Ana Maria Lopez",
        birthday: "1990-02-30",
        address: { city: "Lyon", postalCode: "69001", country: "fr" },
        gender: "f",
        timezone: "Europe/Paris",
        toString: "x",
      },
      phone,
    ),
  ).toEqual({
    email: "a@b.fr",
    phone: "+33612345678",
    first_name: "Ana",
    last_name: "Maria Lopez",
    city: "Lyon",
    postal_code: "69001",
    country: "FR",
    time_zone: "Europe/Paris",
    "attributes.birthday": "1990-02-30",
    "attributes.gender": "f",
    "attributes.toString": "x",
  });
  expect(readTraits({ email: "nobody", phone: "12" }, phone)).toEqual({ "attributes.email": "nobody", "attributes.phone": "12" });
});

test("an order is its total, with lines, products and the cart it ends", () => {
  const { message } = read({
    type: "track",
    userId: "u",
    event: "Order Completed",
    properties: {
      order_id: 7,
      cart_id: "c",
      revenue: 8,
      total: "10.50",
      currency: "eur",
      products: [{ product_id: "p", price: "5.25", quantity: 2 }],
    },
  });
  expect(message).toMatchObject({
    amount: 10.5,
    currency: "EUR",
    commerce: {
      order: { externalId: "7", total: 10.5, lines: [{ product: "p", quantity: 2, unitPrice: 5.25, total: 10.5 }] },
      cart: { what: "ordered", cart: "c" },
      products: [{ externalId: "p", price: 5.25 }],
    },
  });
  expect(amountOf("Signed Up", { revenue: "1,299.00" })).toBe(1299);
  expect(amountOf("Signed Up", { value: Infinity })).toBe(null);
});
