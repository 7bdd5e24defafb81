import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser)(
  "a developer writes a segment in SQL: a mistake is shown at its place, a run counts, and the segment is kept",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: false });
    try {
      for (const name of ["Anna", "Bruno", "Chloé"])
        await shop.api("POST", "/api/contacts", { externalId: name, email: `${name.charAt(0)}@shop.example`, firstName: name });
      const page = await signIn(browser, shop, "fr");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/segments`);
      await page.getByRole("button", { name: "En SQL" }).click();
      await page.getByLabel("Nom").first().fill("Deux premières");
      const query = page.getByRole("textbox", { name: "La requête" });
      await query.fill("select id\nfrom contact");
      await page.getByRole("button", { name: "Exécuter" }).click();
      await page.getByRole("button", { name: "Ligne 2, colonne 6" }).waitFor();
      await picture(page, "sql-mistake");
      await query.fill("select id\nfrom contacts\nwhere first_name < 'C'");
      await page.getByRole("button", { name: "Exécuter" }).click();
      await page.locator(".big-number", { hasText: /^2$/ }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await picture(page, "sql-run");
      await page.getByRole("button", { name: "Enregistrer" }).click();
      await page.waitForURL(/segments\/[0-9a-f-]{36}$/);
      await page.getByRole("button", { name: "Actualiser maintenant" }).waitFor();
      await page.locator(".big-number", { hasText: /^2$/ }).waitFor({ timeout: 30_000 });
      await picture(page, "sql-kept");
      await page.setViewportSize({ width: 390, height: 844 });
      await page.emulateMedia({ colorScheme: "dark" });
      await picture(page, "sql-phone");
      expect(errors.filter((one) => !one.includes("422"))).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
