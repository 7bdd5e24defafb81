import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { barriers } from "./support/access.ts";
import { ADMIN, picture, shown, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

const PAGES = [
  "/home",
  "/contacts",
  "/conflicts",
  "/segments",
  "/readiness",
  "/readiness/cleaning",
  "/readiness/products",
  "/readiness/samples",
  "/value",
  "/catalog",
  "/catalog/orders",
  "/journeys",
  "/journeys/library",
  "/journeys/library/abandoned_cart",
  "/templates",
  "/imports",
  "/outbox",
  "/sends",
  "/settings",
];
let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "1" });
  await shop.start();
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser).each([
  ["fr", 1440, 900, false],
  ["en", 1440, 900, true],
  ["fr", 390, 844, true],
  ["en", 390, 844, false],
] as const)(
  "a person signs in and finds every page of the demo shop (%s, %i px wide) without an error or a sideways scroll",
  { timeout: 180_000 },
  async (language, width, height, dark) => {
    const browser = await openBrowser({ width, height, language, dark });
    try {
      const page = await signIn(browser, shop, language);
      const errors = watchErrors(page);
      for (const path of PAGES) {
        await page.goto(`http://127.0.0.1:${shop.port}${path}`);
        // The work column holds something to read once the page's own data is there.
        await expect
          .poll(
            () =>
              page
                .locator("main")
                .innerText()
                .then((text) => text.trim().length)
                .catch(() => 0),
            { timeout: 20_000 },
          )
          .toBeGreaterThan(20);
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
  },
);

// The last: it takes the demo shop away.
test.skipIf(!hasBrowser)(
  "the demo shop lives beside an empty workspace, one goes from one to the other, and it is removed in one click",
  { timeout: 180_000 },
  async () => {
    const own = await shop.api("GET", "/api/workspace");
    for (const [language, width, dark] of [
      ["fr", 1440, false],
      ["en", 390, true],
    ] as const) {
      const browser = await openBrowser({ width, height: 900, language, dark });
      try {
        const page = await signIn(browser, shop, language);
        for (const [name, id] of [
          ["demo", null],
          ["own", own.id],
        ] as const) {
          await page.evaluate(
            (chosen) =>
              chosen === null ? localStorage.removeItem("relance.workspace") : localStorage.setItem("relance.workspace", chosen),
            id,
          );
          await page.goto(`http://127.0.0.1:${shop.port}/home`);
          await page
            .getByText(
              name === "demo"
                ? { fr: "Voici la boutique", en: "This is the demo" }[language]
                : { fr: "Premiers pas", en: "First steps" }[language],
            )
            .first()
            .waitFor();
          await picture(page, `home-${name}-${language}-${width}`);
          expect({
            name,
            language,
            barriers: await barriers(page),
            sideways: await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
          }).toEqual({ name, language, barriers: [], sideways: 0 });
        }
      } finally {
        await browser.close();
      }
    }
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      await page.goto(`http://127.0.0.1:${shop.port}/home`);
      const errors = watchErrors(page);
      await page.getByRole("button", { name: "Go to my shop" }).click();
      await page.getByText("First steps").waitFor();
      await page.getByRole("button", { name: "Visit the demo shop" }).click();
      await page.getByText("This is the demo shop.").waitFor();
      await page.getByTitle("Fauvel, workspace").click();
      await page.getByRole("menuitem", { name: own.name }).click();
      await page.getByText("First steps").waitFor();
      await page.getByRole("button", { name: "Visit the demo shop" }).click();
      await reviewSample(page);
      await page.goto(`http://127.0.0.1:${shop.port}/home`);
      await page.getByRole("button", { name: "Remove the demo" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("Your own workspaces stay as they are.").waitFor();
      await picture(page, "demo-removal");
      await dialog.getByRole("button", { name: "Remove the demo" }).click();
      await page.getByText("First steps").waitFor();
      expect(await page.getByRole("button", { name: "Visit the demo shop" }).count()).toBe(0);
      await page.getByTitle(`${own.name}, workspace`).click();
      await page.getByRole("menuitem", { name: own.name }).waitFor();
      expect(await page.getByRole("menuitem", { name: "Fauvel" }).count()).toBe(0);
      const actions = () => shop.api("GET", "/api/audit?limit=50").then((log) => log.items.map((line: { action: string }) => line.action));
      await expect
        .poll(actions, { timeout: 120_000, interval: 500 })
        .toEqual(expect.arrayContaining(["demo.removal_asked", "demo.removed"]));
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

/** Readiness says what the data carries; a sample is drawn, a record judged, and the error rate comes with its interval. */
async function reviewSample(page: Page): Promise<void> {
  await page.goto(`http://127.0.0.1:${shop.port}/readiness`);
  await page.getByText("Your data is enough for").waitFor({ timeout: 60_000 });
  expect(await page.getByText(shown("Ready for 1")).count()).toBeGreaterThan(3);
  await page.getByRole("region", { name: "The rest of your data" }).getByRole("link", { name: "Orders" }).waitFor();
  await page.goto(`http://127.0.0.1:${shop.port}/readiness/samples`);
  await page.getByLabel("Percent").fill("1");
  await page.getByRole("button", { name: "Draw the sample" }).click();
  await page.getByText("record 1 of").waitFor();
  await page.locator(".cleaning-rows").getByText("Wrong", { exact: true }).first().click();
  await page.getByRole("button", { name: "Save, next record" }).click();
  await page.getByText("record 2 of").waitFor();
  await page.getByText("Records with an error").waitFor();
  await page.getByText("1 / 1").first().waitFor();
  await page.getByText("100% of errors").waitFor();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  await picture(page, "sample-en-1440");
}
