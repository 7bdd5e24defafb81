import { DAY } from "@relance/model/base";
import { readCommerce } from "@relance/model/events";
import { expect, test } from "vitest";
import { seededGenerator } from "../../../platform/chance/index.ts";
import { demoGoods, liveLife, makePeople, type DemoMessage } from "./index.ts";

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

test("everything people of the demo look at or buy is in its catalogue, whatever language they read: product, variant, price, both languages", () => {
  const variants = new Map(goods.flatMap((one) => (one.variants ?? []).map((variant) => [variant.externalId, one] as const)));
  const products = new Map(goods.map((one) => [one.externalId, one]));
  for (const one of goods) expect(one.translations!.map((words) => [words.language, words.name !== "" && words.description !== ""])).toEqual([["fr", true], ["en", true]]);
  let bought = 0;
  for (const message of [...named("Order Completed"), ...named("Product Added"), ...named("Product Viewed")]) {
    const commerce = readCommerce(message.body["event"] as string, message.body["properties"] as never, message.at, "")!;
    for (const seen of commerce.products) expect(products.has(seen.externalId)).toBe(true);
    for (const line of commerce.order?.lines ?? []) {
      const product = line.variant === null ? products.get(line.product!)! : variants.get(line.variant)!;
      expect(product.externalId).toBe(line.product);
      const store = commerce.order!.store!;
      expect(product.prices!.find((price) => price.store === store && (price.variant ?? null) === line.variant)!.amount).toBe(line.unitPrice);
      if (line.variant !== null) bought += 1;
    }
  }
  expect(bought).toBeGreaterThan(0);
});
