import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { barriers } from "./support/access.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

const PAGES = ["/home", "/contacts", "/conflicts", "/segments", "/readiness", "/readiness/cleaning", "/readiness/products", "/readiness/samples", "/value", "/catalog", "/catalog/orders", "/journeys", "/journeys/library", "/journeys/library/abandoned_cart", "/templates", "/imports", "/outbox", "/sends", "/settings"];
let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "1" });
  await shop.start();
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser).each([
  ["fr", 1440, 900, false], ["en", 1440, 900, true], ["fr", 390, 844, true], ["en", 390, 844, false],
] as const)("a person signs in and finds every page of the demo shop (%s, %i px wide) without an error or a sideways scroll", { timeout: 180_000 }, async (language, width, height, dark) => {
  const browser = await openBrowser({ width, height, language, dark });
  try {
    const page = await signIn(browser, shop, language);
    const errors = watchErrors(page);
    for (const path of PAGES) {
      await page.goto(`http://127.0.0.1:${shop.port}${path}`);
      // The work column holds something to read once the page's own data is there.
      await expect.poll(() => page.locator("main").innerText().then((text) => text.trim().length).catch(() => 0), { timeout: 20_000 }).toBeGreaterThan(20);
      await picture(page, `${path.slice(1)}-${language}-${width}`);
      expect({ path, barriers: await barriers(page) }).toEqual({ path, barriers: [] });
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect({ at: new URL(page.url()).pathname.startsWith(path), path, sideways }).toEqual({ at: true, path, sideways: 0 });
    }
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
