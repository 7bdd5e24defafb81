import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@relance/model/base";
import { breaker } from "./breaker.ts";
import type { Outcome } from "../providers/provider.ts";
import { afterOutcome, type Tried } from "./transitions.ts";

const NOW = Date.UTC(2026, 10, 23);
const tried: Tried = { class: "marketing", refusals: 0, repeats: 0, patienceUntil: NOW + 72 * HOUR };
const refusal = (lasting: boolean, scope: "message" | "provider" = "message"): Outcome => ({
  kind: "refused",
  lasting,
  scope,
  reason: "r",
  answer: "",
});
const lost: Outcome = { kind: "lost", reason: "line_lost", answer: "" };
const unknown: Outcome = { kind: "uncertain", reason: "no_answer", answer: "" };

test("temporary refusals come back after 5, 15, 30, 60, 120, 180, 180… minutes, and fail when patience ends", () => {
  let now = NOW;
  let send = tried;
  const waits: number[] = [];
  for (;;) {
    const next = afterOutcome(refusal(false), send, now, 0);
    if (next.state !== "waiting") {
      expect(next).toMatchObject({ state: "failed", reason: "r" });
      break;
    }
    waits.push((next.dueAt! - now) / MINUTE);
    now = next.dueAt!;
    send = { ...send, refusals: next.refusals };
  }
  expect(waits.slice(0, 8)).toEqual([5, 15, 30, 60, 120, 180, 180, 180]);
  expect(now).toBeGreaterThan(NOW + 69 * HOUR);
});

test("a lost line costs seconds, a lasting refusal is the end", () => {
  expect(afterOutcome(lost, tried, NOW, 0)).toMatchObject({ state: "waiting", dueAt: NOW + 5 * SECOND });
  expect(afterOutcome(refusal(true), tried, NOW, 0)).toMatchObject({ state: "failed" });
  expect(afterOutcome(refusal(true, "provider"), tried, NOW, 0)).toMatchObject({ state: "waiting" });
});

test("marketing that may have gone out is never repeated, whatever happened before; transactional once", () => {
  fc.assert(
    fc.property(fc.record({ refusals: fc.nat(20), repeats: fc.nat(3) }), fc.double({ min: 0, max: 0.999, noNaN: true }), (counts, draw) => {
      expect(afterOutcome(unknown, { ...tried, ...counts }, NOW, draw).state).toBe("uncertain");
      expect(afterOutcome(unknown, { ...tried, ...counts, class: "transactional" }, NOW, draw).state).toBe(
        counts.repeats === 0 ? "waiting" : "uncertain",
      );
    }),
  );
});

test("five refusals of the provider open the breaker; one message probes it; the first that passes closes it", () => {
  const one = breaker(null);
  const ok: Outcome = { kind: "accepted", reference: null, answer: "" };
  for (let i = 0; i < 4; i++) one.heard(lost, 0);
  expect(one.room(0)).toBe(Infinity);
  one.heard(lost, 0);
  expect([one.open, one.room(14_999), one.room(15_000)]).toEqual([true, 0, 1]);
  one.took(1, 15_000);
  expect(one.room(15_000)).toBe(0);
  one.heard(lost, 15_001);
  expect([one.room(40_000), one.room(45_001)]).toEqual([0, 1]); // twice as long
  one.took(1, 45_001);
  one.heard(ok, 45_002);
  expect([one.open, one.room(45_002)]).toEqual([false, Infinity]);
});

test("no connection at all opens it at once; refusals of single messages never do", () => {
  const one = breaker(null);
  for (let i = 0; i < 50; i++) one.heard(refusal(true), 0);
  expect(one.open).toBe(false);
  one.heard({ kind: "lost", reason: "no_connection_connect", answer: "" }, 0);
  expect(one.open).toBe(true);
});

test("a rate of ten a second lets ten pass in any second, on the whole", () => {
  const one = breaker(10);
  let passed = 0;
  for (let at = 0; at <= 10_000; at += 50) {
    const room = one.room(at);
    one.took(room, at);
    passed += room;
  }
  expect(passed).toBeGreaterThanOrEqual(100);
  expect(passed).toBeLessThanOrEqual(110);
});
