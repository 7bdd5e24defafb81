import { readFileSync } from "node:fs";
import { comparison, describeText, problems, rule, window } from "@relance/model/rules";
import { expect, test } from "vitest";

const ID = "00000000-0000-7000-8000-00000000000a";
const known: ReadonlySet<string> = new Set([ID]);
const catalogue = {
  groups: known,
  stores: known,
  journeys: known,
  templates: known,
  segments: new Map([[ID, []]]),
  place: { kind: "journey" },
} as const;
const names = { groups: new Map([[ID, "G"]]), segments: new Map([[ID, "S"]]), templates: new Map([[ID, "T"]]), currency: "EUR" };
const linesOf = (language: "en" | "fr") =>
  readFileSync(new URL(`../docs/${language}/rules.md`, import.meta.url), "utf8")
    .split("\n")
    .flatMap((line) => {
      const found = /^\| (Klaviyo|Dittofeed) \| (.+?) \| `(.+)` \|$/.exec(line);
      return found ? [{ tool: found[1]!, theirs: found[2]!, rule: found[3]! }] : [];
    });

test.each(linesOf("en"))("$tool: $theirs is a rule of ours, without problems, with a sentence in both languages", ({ rule: text }) => {
  const read = rule.parse(JSON.parse(text));
  expect(problems(read, catalogue)).toEqual([]);
  for (const language of ["fr", "en"] as const) expect(describeText(read, language, names)).not.toMatch(/undefined|\?/);
});

test("both languages show the same rules", () => {
  expect(linesOf("en").length).toBeGreaterThan(45);
  expect(linesOf("fr").map((line) => line.rule)).toEqual(linesOf("en").map((line) => line.rule));
});

/** Every word that `key` may hold in any object of a schema. */
function wordsOf(schema: typeof rule | typeof comparison | typeof window, key: string): string[] {
  const found = new Set<string>();
  const look = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { properties } = part as { properties?: Record<string, { const?: unknown; enum?: unknown[] }> };
    const word = properties?.[key];
    for (const one of [word?.const, ...(word?.enum ?? [])]) if (typeof one === "string") found.add(one);
    Object.values(part).forEach(look);
  };
  look(schema.toJSONSchema({ unrepresentable: "any" }));
  return [...found].sort();
}

test.each([
  ["comparison", "op", comparison, { en: "Comparisons", fr: "Comparaisons" }, 24],
  ["window", "kind", window, { en: "Windows", fr: "Périodes" }, 7],
  ["kind", "kind", rule, { en: "", fr: "" }, 15],
  ["measure", "of", rule, { en: "Kinds", fr: "Sortes" }, 8],
  ["happening of a message", "what", rule, { en: "Kinds", fr: "Sortes" }, 7],
  ["reason of a consent", "reason", rule, { en: "Kinds", fr: "Sortes" }, 4],
] as const)("every %s has its own words in both languages", (_name, key, schema, sections, least) => {
  const words = wordsOf(schema, key);
  expect(words.length).toBeGreaterThanOrEqual(least);
  for (const language of ["en", "fr"] as const) {
    const text = readFileSync(new URL(`../docs/${language}/rules.md`, import.meta.url), "utf8");
    const part = sections[language] === "" ? text : text.split("\n## ").find((one) => one.startsWith(sections[language]))!;
    expect(words.filter((word) => !part.includes(`**\`${word}\`**`))).toEqual([]);
  }
});
