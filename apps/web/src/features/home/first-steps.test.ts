import { expect, test } from "vitest";
import { FIRST_STEPS, firstSteps, type Held } from "./first-steps.ts";

const EMPTY: Held = {
  contacts: 0,
  keys: [],
  imports: [],
  segments: 0,
  templates: 0,
  journeys: [],
  sender: { name: "", email: "", replyTo: "", postalAddress: "" },
  providers: [{ active: true, channel: "email", kind: "outbox" }],
};
const of = (change: Partial<Held>) => firstSteps({ ...EMPTY, ...change });
const done = (change: Partial<Held>) =>
  of(change)
    .filter((one) => one.done)
    .map((one) => one.key);
const half = (change: Partial<Held>) =>
  of(change)
    .filter((one) => one.half)
    .map((one) => one.key);

test("an empty workspace has every first step before it, the outbox being no way out", () => {
  expect(of({}).map((one) => one.key)).toEqual([...FIRST_STEPS]);
  expect([done({}), half({})]).toEqual([[], []]);
});

test("each step is settled by what the workspace holds, and half settled by what is only begun", () => {
  expect(done({ imports: [{ state: "done" }] })).toEqual(["source"]);
  expect(done({ contacts: 3 })).toEqual(["source", "contacts"]);
  expect(half({ keys: [{ kind: "write", revokedAt: null }] })).toEqual(["source"]);
  expect(
    half({
      keys: [
        { kind: "write", revokedAt: "2026-11-01T00:00:00Z" },
        { kind: "api", revokedAt: null },
      ],
    }),
  ).toEqual([]);
  expect(half({ imports: [{ state: "running" }] })).toEqual(["source"]);
  expect(done({ segments: 1 })).toEqual(["segment"]);
  expect(done({ templates: 1 })).toEqual(["template"]);
  expect([done({ journeys: [{ state: "draft" }] }), half({ journeys: [{ state: "draft" }] })]).toEqual([[], ["journey"]]);
  expect(done({ journeys: [{ state: "paused" }] })).toEqual(["journey"]);
  expect(half({ sender: { ...EMPTY.sender, email: "a@shop.example" } })).toEqual(["sender"]);
  expect(done({ sender: { ...EMPTY.sender, email: "a@shop.example", postalAddress: "12 rue des Halles" } })).toEqual(["sender"]);
  expect(half({ providers: [...EMPTY.providers, { active: false, channel: "email", kind: "smtp" }] })).toEqual(["door"]);
  expect(done({ providers: [{ active: true, channel: "email", kind: "smtp" }] })).toEqual(["door"]);
});
