import { readFileSync } from "node:fs";
import { describeText, problems, rule } from "@relance/model/rules";
import { expect, test } from "vitest";

const ID = "00000000-0000-7000-8000-00000000000a";
const known: ReadonlySet<string> = new Set([ID]);
const catalogue = { groups: known, stores: known, journeys: known, templates: known, segments: new Map([[ID, []]]), place: { kind: "journey" } } as const;
const names = { groups: new Map([[ID, "G"]]), segments: new Map([[ID, "S"]]), templates: new Map([[ID, "T"]]), currency: "EUR" };
const linesOf = (language: "en" | "fr") => readFileSync(new URL(`../docs/${language}/rules.md`, import.meta.url), "utf8").split("\n").flatMap((line) => { const found = /^\| (Klaviyo|Dittofeed) \| (.+?) \| `(.+)` \|$/.exec(line); return found ? [{ tool: found[1]!, theirs: found[2]!, rule: found[3]! }] : []; });

test.each(linesOf("en"))("$tool: $theirs is a rule of ours, without problems, with a sentence in both languages", ({ rule: text }) => {
  const read = rule.parse(JSON.parse(text));
  expect(problems(read, catalogue)).toEqual([]);
  for (const language of ["fr", "en"] as const) expect(describeText(read, language, names)).not.toMatch(/undefined|\?/);
});

test("both languages show the same rules", () => {
  expect(linesOf("en").length).toBeGreaterThan(45);
  expect(linesOf("fr").map((line) => line.rule)).toEqual(linesOf("en").map((line) => line.rule));
});
