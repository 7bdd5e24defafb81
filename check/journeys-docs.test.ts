import { readFileSync } from "node:fs";
import {
  dayAround,
  kindOf,
  nextDate,
  nextOccurrence,
  scheduledAt,
  start as startShape,
  START_GROUPS,
  startKindOf,
  step,
  STEP_KINDS,
  UNASKED,
  type Start,
} from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";
import { expect, test } from "vitest";

const ID = "00000000-0000-7000-8000-00000000000a";
const STARTS = Object.values(START_GROUPS).flat();
const textOf = (language: "en" | "fr") => readFileSync(new URL(`../docs/${language}/journeys.md`, import.meta.url), "utf8");
const [STARTING, STEPPING] = [
  { en: "## Starts", fr: "## Départs" },
  { en: "## Steps", fr: "## Étapes" },
];

/** The guide's part on starts and that on steps, each with a table of meanings and a list of examples. */
function partsOf(language: "en" | "fr"): { readonly starts: string; readonly steps: string } {
  const [before, steps] = textOf(language).split(`\n${STEPPING[language]}\n`);
  return { starts: before!.split(`\n${STARTING[language]}\n`)[1]!, steps: steps! };
}

// Times of day, or days of a month: a time line has two or more.
const TIMES = /\d{1,2}:\d{2}|\d{1,2}(?:er)? (?:January|February|March|April|May|janvier|février|mars|avril|mai)\b/g;

test.each(["en", "fr"] as const)(
  "every kind of start and of step has its meaning in a table and a time line among the examples (%s)",
  (language) => {
    const { starts, steps } = partsOf(language);
    for (const [kinds, part] of [
      [STARTS, starts],
      [STEP_KINDS, steps],
    ] as const) {
      const meanings = part
        .split("\n")
        .filter((line) => line.startsWith("| ") && line.split("|").length >= 5)
        .map((line) => line.split("|")[1]!)
        .join();
      expect(kinds.filter((kind) => !meanings.includes(`\`${kind}\``))).toEqual([]);
      const examples = part.split("\n").filter((line) => line.startsWith("- **`"));
      expect(
        kinds.filter((kind) => !examples.some((line) => line.includes(`**\`${kind}\`**`) && (line.match(TIMES) ?? []).length >= 2)),
      ).toEqual([]);
    }
  },
);

const waitsOf = (language: "en" | "fr") =>
  [...textOf(language).matchAll(/^\| (\S+Z) \| (\S+) \| `([^`]+)` \| (\S+Z) \|$/gm)].map(([, arrives, zone, until, goesOn]) => ({
    arrives: arrives!,
    zone: zone!,
    until: until!,
    goesOn: goesOn!,
  }));

test.each(waitsOf("en"))(
  "a wait that begins $arrives in $zone, $until, ends $goesOn as the guide says",
  ({ arrives, zone, until, goesOn }) => {
    const wait = step.parse({ id: "stp_w", name: "", kind: "wait", until: JSON.parse(until), exits: {} });
    const now = Date.parse(arrives);
    const run = { journey: ID, contact: ID, run: ID, visit: 1, enteredAt: now, arrivedAt: now, key: "", zone, started: null, rounds: {} };
    const decision = kindOf(wait).advance(wait, run, { ...UNASKED, now });
    expect(decision).toMatchObject({ kind: "wait", wakeAt: Date.parse(goesOn) });
  },
);

const startsOf = (language: "en" | "fr") =>
  [...textOf(language).matchAll(/^\| (\S+Z) \| (\S+) \| `([^`]+)` \| `([^`]+)` \| (\S+Z) \|$/gm)].map(
    ([, happens, zone, start, what, enters]) => ({ happens: happens!, zone: zone!, start: start!, what: what!, enters: enters! }),
  );
const PARIS = { code: "paris", latitude: 48.8566, longitude: 2.3522 };

/** When someone enters by a start, after what happened or, for dates and schedules, after a moment. */
function entersAt(start: Start, now: number, zone: string, what: Record<string, unknown>): number | null {
  if (start.kind === "date") return nextDate(start, String(what[start.attribute]), zone, now);
  if (start.kind === "schedule") return scheduledAt(start, nextOccurrence(start, zone, now, null)!.day, zone);
  const { name, ...properties } = what;
  const [news] = startKindOf(start).hear(start, { id: ID, name, at: now, amount: null, currency: null, properties } as FactEvent, now, [
    PARIS,
  ]);
  if (news?.do !== "arm") return news?.do === "enter" ? now : null;
  return typeof news.due === "number" ? news.due : dayAround(news.due, zone, now);
}

test.each(startsOf("en"))(
  "after $what at $happens in $zone, $start begins at $enters as the guide says",
  ({ happens, zone, start, what, enters }) => {
    expect(entersAt(startShape.parse(JSON.parse(start)), Date.parse(happens), zone, JSON.parse(what))).toBe(Date.parse(enters));
  },
);

test("both languages compute the same waits and starts", () => {
  expect(waitsOf("en").length).toBeGreaterThan(4);
  expect(waitsOf("fr")).toEqual(waitsOf("en"));
  expect(startsOf("en").length).toBeGreaterThan(10);
  expect(startsOf("fr")).toEqual(startsOf("en"));
});
