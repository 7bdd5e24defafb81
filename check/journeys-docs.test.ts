import { readFileSync } from "node:fs";
import { kindOf, START_GROUPS, step, STEP_KINDS, UNASKED } from "@relance/model/journeys";
import { expect, test } from "vitest";

const ID = "00000000-0000-7000-8000-00000000000a";
const textOf = (language: "en" | "fr") => readFileSync(new URL(`../docs/${language}/journeys.md`, import.meta.url), "utf8");
const rowsOf = (language: "en" | "fr") => [...textOf(language).matchAll(/^\| (\S+Z) \| (\S+) \| `(.+)` \| (\S+Z) \|$/gm)].map(([, arrives, zone, until, goesOn]) => ({ arrives: arrives!, zone: zone!, until: until!, goesOn: goesOn! }));

test.each(["en", "fr"] as const)("every kind of step has its example in the guide (%s)", (language) => {
  const lines = textOf(language).split("\n").filter((line) => line.startsWith("- **`"));
  expect(STEP_KINDS.filter((kind) => !lines.some((line) => line.includes(`**\`${kind}\`**`)))).toEqual([]);
});

test.each(["en", "fr"] as const)("every kind of start stands in the table of the guide (%s)", (language) => {
  const rows = textOf(language).split("\n").filter((line) => /^\| [^|]+\(`/.test(line)).join("\n");
  expect(Object.values(START_GROUPS).flat().filter((kind) => !rows.includes(`\`${kind}\``))).toEqual([]);
});

test.each(rowsOf("en"))("a wait that begins $arrives in $zone, $until, ends $goesOn as the guide says", ({ arrives, zone, until, goesOn }) => {
  const wait = step.parse({ id: "stp_w", name: "", kind: "wait", until: JSON.parse(until), exits: {} });
  const now = Date.parse(arrives);
  const run = { journey: ID, contact: ID, run: ID, visit: 1, enteredAt: now, arrivedAt: now, key: "", zone, started: null, rounds: {} };
  const decision = kindOf(wait).advance(wait, run, { ...UNASKED, now });
  expect(decision).toMatchObject({ kind: "wait", wakeAt: Date.parse(goesOn) });
});

test("both languages compute the same waits", () => {
  expect(rowsOf("en").length).toBeGreaterThan(4);
  expect(rowsOf("fr")).toEqual(rowsOf("en"));
});
