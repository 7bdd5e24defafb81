import { afterAll, expect, test } from "vitest";
import { compile } from "./compile.ts";
import { sampleData } from "./data.ts";
import { closeRenderPool, renderMessage } from "./render.ts";
import { PREVIEW_LINKS } from "./slots.ts";
import { STARTERS } from "./starters/index.ts";

afterAll(closeRenderPool);
const workspace = { workspace: { name: "Maison Été", postal_address: "1 rue de la Paix, 75002 Paris" }, store: { name: "Maison Été", url: "https://shop.example/" } };

test.each(STARTERS.flatMap((one) => ["fr", "en"].map((language) => [one.key, language, one] as const)))("the design %s in %s publishes without an error and reads well", { timeout: 30_000 }, async (_key, language, starter) => {
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
  if (language === "fr") expect(result.text.replace(/https?:\S+/g, "").match(/(?<![\u00a0\u202f\d]):(?!\/)|(?<![\u00a0\u202f])[;!?]/g) ?? []).toEqual([]);
});
