import { expect, test } from "vitest";
import type { JsonObject } from "../events/index.ts";
import { objectHistory, readField, readObject, type ObjectType } from "./index.ts";

const TYPE: ObjectType = {
  key: "subscription",
  names: { one: { fr: "Abonnement", en: "Subscription" }, many: { fr: "Abonnements", en: "Subscriptions" } },
  fields: [
    { key: "plan", names: { fr: "Formule", en: "Plan" }, kind: "choice", choices: ["month", "year"] },
    { key: "ends_on", names: { fr: "Fin", en: "End" }, kind: "date" },
    { key: "price", names: { fr: "Prix", en: "Price" }, kind: "number" },
  ],
};
const told = (properties: JsonObject, at = 0) => readObject({ name: "subscription changed", properties, occurredAt: at }, TYPE);

test("an event tells an object whole: what it does not name is none, what does not fit stays with the event", () => {
  expect(told({ id: "S1", plan: "year", ends_on: "2026-02-28T10:00:00Z", price: "12,50", colour: "red" })).toEqual({
    type: "subscription",
    externalId: "S1",
    at: 0,
    removed: false,
    fields: { plan: "year", ends_on: "2026-02-28", price: 12.5 },
  });
  expect(told({ id: "S1", plan: "week", ends_on: "2026-02-30", price: "dear" })?.fields).toEqual({});
  expect(told({ plan: "year" })).toBe(null);
  expect(readObject({ name: "subscription", properties: { id: "S1" }, occurredAt: 0 }, TYPE)).toBe(null);
});

test("a value is kept in the form of its field or does not fit", () => {
  expect([
    readField({ kind: "boolean" }, "true"),
    readField({ kind: "boolean" }, 1),
    readField({ kind: "moment" }, "2026-01-01T00:00:00+01:00"),
    readField({ kind: "moment" }, "soon"),
    readField({ kind: "text" }, ""),
    readField({ kind: "number" }, "1e400"),
  ]).toEqual([true, undefined, "2025-12-31T23:00:00.000Z", undefined, null, undefined]);
});

test("an object's past says what each telling changed, the newest first, and begins anew after it was removed", () => {
  const past = objectHistory(
    (
      [
        { id: "S1", price: 10 },
        { id: "S1", price: 12, plan: "year" },
        { id: "S1", removed: true },
        { id: "S1", price: 9 },
      ] as JsonObject[]
    ).map((properties, of) => ({ of, seen: told(properties)! })),
  );
  expect(past).toEqual([
    { of: 3, what: "created", changes: [{ field: "price", from: null, to: 9 }] },
    { of: 2, what: "removed", changes: [] },
    {
      of: 1,
      what: "changed",
      changes: [
        { field: "plan", from: null, to: "year" },
        { field: "price", from: 10, to: 12 },
      ],
    },
    { of: 0, what: "created", changes: [{ field: "price", from: null, to: 10 }] },
  ]);
});
