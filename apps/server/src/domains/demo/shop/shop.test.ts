import { DAY } from "@relance/model/base";
import { readCommerce } from "@relance/model/events";
import { expect, test } from "vitest";
import { seededGenerator } from "../../../platform/chance/index.ts";
import { demoChanges, demoGoods, liveLife, makePeople, type DemoMessage } from "./index.ts";

const NOW = Date.UTC(2026, 10, 24, 4);
const COUNT = 120;
const people = makePeople(seededGenerator("fauvel"), { count: COUNT, now: NOW });
const lives = (): DemoMessage[] => people.flatMap((person) => liveLife(person, seededGenerator(`fauvel ${person.userId}`), NOW));
const messages = lives();
const goods = demoGoods(seededGenerator("fauvel goods"));
const named = (event: string) => messages.filter((message) => message.body["event"] === event);

test("the demo shop is the same whenever it is made at the same moment", () => {
  expect(lives()).toEqual(messages);
  expect(demoGoods(seededGenerator("fauvel goods"))).toEqual(goods);
  expect(new Set(messages.map((message) => message.body["messageId"])).size).toBe(messages.length);
});

test("people of the demo live in both countries, read both languages, visit, leave carts, order in their store over more than a year", () => {
  expect(new Set(people.map((person) => person.country))).toEqual(new Set(["FR", "CA"]));
  expect(new Set(people.map((person) => person.language))).toEqual(new Set(["fr", "en"]));
  const visits = messages.filter((message) => message.body["type"] === "page").length;
  const carts = new Set(named("Product Added").map((message) => (message.body["properties"] as { cart_id: string }).cart_id)).size;
  const orders = named("Order Completed");
  expect(visits).toBeGreaterThan(carts);
  expect(carts).toBeGreaterThan(orders.length);
  expect(orders.length).toBeGreaterThan(COUNT);
  expect(Math.max(...orders.map((one) => one.at)) - Math.min(...orders.map((one) => one.at))).toBeGreaterThan(365 * DAY);
  const stores = orders.map((one) => readCommerce("Order Completed", one.body["properties"] as never, one.at, "")!.order!);
  expect(new Set(stores.map((order) => `${order.store} ${order.currency}`))).toEqual(new Set(["fr EUR", "ca CAD"]));
});

/** From when to when which product cost less, as the shop told it. */
function loweredPrices() {
  const told = demoChanges(NOW).flatMap(({ at, products: some }) =>
    some
      .filter((one) => one.prices)
      .map((one) => ({ at, product: one.externalId, prices: new Map(one.prices!.map((price) => [price.store, price.amount])) })),
  );
  return told
    .filter((one, n) => !told.slice(0, n).some((earlier) => earlier.product === one.product))
    .map((one) => ({
      product: one.product,
      from: one.at,
      to: told.find((later) => later.product === one.product && later.at > one.at)?.at ?? Infinity,
      prices: one.prices,
    }));
}

test("everything people of the demo look at or buy is in its catalogue, whatever language they read: product, variant, price, both languages", () => {
  const variants = new Map(goods.flatMap((one) => (one.variants ?? []).map((variant) => [variant.externalId, one] as const)));
  const products = new Map(goods.map((one) => [one.externalId, one]));
  for (const one of goods)
    expect(one.translations!.map((words) => [words.language, words.name !== "" && words.description !== ""])).toEqual([
      ["fr", true],
      ["en", true],
    ]);
  const reductions = loweredPrices();
  let bought = 0;
  for (const message of [...named("Order Completed"), ...named("Product Added"), ...named("Product Viewed")]) {
    const commerce = readCommerce(message.body["event"] as string, message.body["properties"] as never, message.at, "")!;
    for (const seen of commerce.products) expect(products.has(seen.externalId)).toBe(true);
    for (const line of commerce.order?.lines ?? []) {
      const product = line.variant === null ? products.get(line.product!)! : variants.get(line.variant)!;
      expect(product.externalId).toBe(line.product);
      const store = commerce.order!.store!;
      const price = product.prices!.find((one) => one.store === store && (one.variant ?? null) === line.variant)!.amount;
      const lowered = reductions.find((one) => one.product === product.externalId && message.at >= one.from && message.at < one.to);
      expect(line.unitPrice).toBe(lowered ? lowered.prices.get(store) : price);
      if (line.variant !== null) bought += 1;
    }
  }
  expect(bought).toBeGreaterThan(0);
});

test("the demo shop lowers prices, sells out and is filled again: what is gone is looked at and not ordered, what costs less is ordered for less", () => {
  const changes = demoChanges(NOW);
  expect(changes.map((one) => one.at)).toEqual(changes.map((one) => one.at).toSorted((a, b) => a - b));
  const emptied = changes.filter((one) => one.products.some((product) => product.stock?.every((level) => level.quantity === 0)));
  expect(emptied.length).toBeGreaterThan(1);
  let looked = 0;
  for (const {
    at,
    products: [gone],
  } of emptied) {
    const filled = changes.find((one) => one.at > at && one.products[0]!.externalId === gone!.externalId)!;
    const during = (event: string) =>
      named(event).filter(
        (message) =>
          message.at >= at && message.at < filled.at && JSON.stringify(message.body["properties"]).includes(`"${gone!.externalId}"`),
      );
    expect(filled.products[0]!.stock!.every((level) => level.quantity > 0)).toBe(true);
    expect(during("Product Added")).toEqual([]);
    looked += during("Product Viewed").length;
  }
  expect(looked).toBeGreaterThan(0);
});

test("people of the demo have a date of joining, some are in its circle, some walk past a store", () => {
  const traits = messages
    .filter((message) => message.body["type"] === "identify")
    .map((message) => message.body["traits"] as { member_since?: string; cercle?: boolean });
  expect(traits.every((one) => /^\d{4}-\d\d-\d\d$/.test(one.member_since ?? ""))).toBe(true);
  expect(traits.filter((one) => one.cercle).length).toBeGreaterThan(0);
  const walker = makePeople(seededGenerator("fauvel"), { count: 400, now: NOW }).find(
    (person) => person.home !== null && person.leavesAt > NOW && person.joinedAt < NOW - 90 * DAY,
  )!;
  const places = liveLife(walker, seededGenerator(`fauvel ${walker.userId}`), NOW)
    .filter((message) => message.body["event"] === "Location Updated")
    .map((message) => message.body["properties"] as { latitude: number; longitude: number });
  expect(places.length).toBeGreaterThan(0);
  for (const place of places)
    expect(Math.hypot(place.latitude - walker.home!.latitude, place.longitude - walker.home!.longitude)).toBeLessThan(0.08);
});
