import axe from "axe-core";
import type { Page } from "playwright-core";

/** What stands between this page and people who use a keyboard, a screen reader or weak eyes: rule and element of each WCAG 2.2 A and AA failure axe finds. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const inPage = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await inPage.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${[...node.target].join(" ")} (${node.any[0]?.message ?? ""})`));
  });
}
