import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "./compile.ts";
import { sampleData } from "./data.ts";
import { closeRenderPool, renderMessage } from "./render.ts";
import { PREVIEW_LINKS } from "./slots.ts";
import { STARTERS } from "./starters/index.ts";

afterAll(closeRenderPool);
const workspace = {
  workspace: { name: "Maison Été", postal_address: "1 rue de la Paix, 75002 Paris" },
  store: { name: "Maison Été", url: "https://shop.example/" },
};

test.each(STARTERS.flatMap((one) => ["fr", "en"].map((language) => [one.key, language, one] as const)))(
  "the design %s in %s publishes without an error and reads well",
  { timeout: 30_000 },
  async (_key, language, starter) => {
    const { compiled, problems } = await compile(starter.content, { class: starter.class, postalAddress: "1 rue de la Paix" });
    expect(problems.filter((one) => one.code !== "link.from_data")).toEqual([]);
    const request = { data: { ...sampleData(), ...workspace }, language, zone: "Europe/Paris", currency: "EUR", links: PREVIEW_LINKS };
    const result = await renderMessage({ key: starter.key, compiled, hosts: ["shop.example"], request });
    if (!result.ok) throw new Error(result.message);
    if (starter.class === "marketing") expect(result.html).toContain("Camille");
    expect(result.html).toContain("1 rue de la Paix, 75002 Paris");
    expect(result.html).toContain(starter.class === "marketing" ? 'href="#unsubscribe"' : 'href="#confirm"');
    expect(`${result.html}${result.text}${result.subject}`).not.toMatch(/\{\{|\{%|undefined|\[object|[\ue000\ue001]/);
    expect(Buffer.byteLength(result.html)).toBeLessThan(40_000);
    if (starter.key === "abandoned_cart") expect(result.text).toContain("Écharpe en laine");
    // French typography: a space that does not break before : ; ! ?
    if (language === "fr")
      expect(result.text.replace(/https?:\S+/g, "").match(/(?<![\u00a0\u202f\d]):(?!\/)|(?<![\u00a0\u202f])[;!?]/g) ?? []).toEqual([]);
  },
);

const REAL = [process.env["RELANCE_TEST_DATA"], "../shared/data"]
  .map((folder) => `${folder}/email-templates`)
  .find((folder) => existsSync(folder));
const filesOf = (folder: string, ending: string) =>
  readdirSync(`${REAL}/${folder}`, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(ending))
    .sort();
const publish = (format: "mjml" | "html", source: string, text: string | null) =>
  compile(
    { version: 1, fallback: "en", variants: { en: { subject: "Hello", preheader: "", format, source, text } } },
    { class: "marketing", postalAddress: "1 rue de la Paix" },
  );

describe.skipIf(REAL === undefined)("designs of others (needs RELANCE_TEST_DATA or ../shared/data)", () => {
  test("seventeen MJML designs are publishable as they are, get the way out they lack, and are rendered", async () => {
    const designs = filesOf("mjml", ".mjml");
    expect(designs.length).toBe(17);
    for (const name of designs) {
      const { compiled, problems } = await publish("mjml", readFileSync(`${REAL}/mjml/${name}`, "utf8"), null);
      expect([name, problems.filter((one) => one.level === "error"), problems.some((one) => one.code === "unsubscribe.inserted")]).toEqual([
        name,
        [],
        true,
      ]);
      const result = await renderMessage({
        key: name,
        compiled,
        hosts: [],
        request: { data: { ...sampleData(), ...workspace }, language: "en", zone: "Europe/Paris", currency: "EUR", links: PREVIEW_LINKS },
      });
      if (!result.ok) throw new Error(`${name}: ${result.message}`);
      expect([name, result.html.includes('href="#unsubscribe"'), result.text.length > 300]).toEqual([name, true, true]);
    }
  });

  test("of thirty-six of Postmark's with their texts, the twenty-four without Mustachio's loops are; a loop is refused with its line", async () => {
    const designs = [
      ...filesOf("postmark/templates", "content.html").map((name) => `templates/${name}`),
      ...filesOf("postmark/templates-inlined", "content.html").map((name) => `templates-inlined/${name}`),
    ];
    const refused: string[] = [];
    for (const name of designs) {
      const [source, text] = [`${REAL}/postmark/${name}`, `${REAL}/postmark/${name.replace(/html$/, "txt")}`].map((file) =>
        readFileSync(file, "utf8"),
      );
      const errors = (await publish("html", source!, text!)).problems.filter((one) => one.level === "error");
      const inLoops = /\{\{#each/.test(source!);
      expect([name, errors.map((one) => [one.code, one.line !== undefined])]).toEqual([
        name,
        inLoops
          ? [
              ["liquid.unreadable", true],
              ["liquid.unreadable", true],
            ]
          : [],
      ]);
      if (inLoops) refused.push(name);
    }
    expect([2 * designs.length, refused.length]).toEqual([72, 12]);
  });
});
