import type { Step } from "@relance/model/journeys";
import { expect, test } from "vitest";
import { findEntry, graphOf } from "./draft.ts";

const HOURS = { minute: 1 / 60, hour: 1, day: 24, week: 168, month: 720, year: 8_760 } as const;
const hours = ({ n, unit }: { readonly n: number; readonly unit: keyof typeof HOURS }): number => n * HOURS[unit];

function waited(step: Step): number {
  if (step.kind !== "wait") return 0;
  const { until } = step;
  return until.of === "duration"
    ? hours(until.span)
    : until.of === "local"
      ? until.days * 24
      : until.of === "event" || until.of === "message"
        ? hours(until.timeout)
        : 0;
}

/** Hours from what starts a journey to each of its messages, for who does nothing on the way. */
function sendsOf(key: string): number[] {
  const graph = graphOf(findEntry(key), "en");
  const [start] = graph.starts;
  let at =
    start === undefined
      ? 0
      : "idle" in start
        ? hours(start.idle)
        : "after" in start
          ? hours(start.after)
          : "days" in start
            ? start.days * 24
            : 0;
  const sends: number[] = [];
  for (let id = graph.first; id !== null;) {
    const step: Step = graph.steps.find((one) => one.id === id)!;
    at += waited(step);
    if (step.kind === "email") sends.push(Math.round(at * 10) / 10);
    id = step.exits["next"] ?? step.exits["timeout"] ?? step.exits["else"] ?? null;
  }
  return sends;
}

const D = 24;
test("the mails of the library leave when the table of default timings says", () => {
  const timings = Object.fromEntries(
    [
      "welcome",
      "abandoned_browse",
      "abandoned_cart",
      "abandoned_cart_discount",
      "birthday",
      "win_back",
      "upsell",
      "sunset",
      "near_store",
      "replenishment",
      "product_registration",
      "consent_expiring",
      "drip_newsletter",
    ].map((key) => [key, sendsOf(key)]),
  );
  expect(timings).toEqual({
    welcome: [0, 1 * D, 4 * D, 7 * D],
    abandoned_browse: [2, 26],
    abandoned_cart: [1, 24, 72],
    abandoned_cart_discount: [1, 24, 72],
    birthday: [-7 * D, 0, 7 * D],
    // From the entry into the segment, which is 60, 120 days and 22 months after.
    win_back: [0, 15 * D, 30 * D],
    sunset: [0],
    consent_expiring: [0, 15 * D],
    upsell: [5 * D],
    near_store: [0],
    drip_newsletter: [2 * D, 7 * D, 10 * D],
    // Sixty days' use less five; the first mail of a registration comes an hour after the order, beside its confirmation; the last a month before two years.
    replenishment: [55 * D],
    product_registration: [1, 7 * D + 1, 30 * D + 1, 690 * D + 1],
  });
});
