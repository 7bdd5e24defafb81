import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, shown } from "./support/person.ts";
import { Product } from "./support/product.ts";

let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ RELANCE_DEMO: "0" });
  await shop.start();
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser)(
  "the first administrator makes their access by the link that was printed, and the first steps settle as the workspace fills",
  { timeout: 180_000 },
  async () => {
    await expect.poll(() => shop.output).toMatch(/\/setup\?token=\S+/);
    const link = /http\S+\/setup\?token=\S+/.exec(shop.output)![0];
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = browser.pages()[0]!;
      await page.goto(link);
      const errors = watchErrors(page);
      await page.getByLabel("Your name").fill("Camille Durand");
      await page.getByLabel(shown("E-mail")).fill(ADMIN.RELANCE_ADMIN_EMAIL);
      await page.getByLabel("Password", { exact: true }).fill(ADMIN.RELANCE_ADMIN_PASSWORD);
      await picture(page, "setup");
      const scripts = await page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .filter((one): one is PerformanceResourceTiming => one.name.endsWith(".js"))
          .reduce((sum, one) => sum + one.encodedBodySize, 0),
      );
      expect(scripts, "bytes of JavaScript before the first screen shows").toBeGreaterThan(50_000);
      expect(scripts, "bytes of JavaScript before the first screen shows").toBeLessThan(250_000);
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Create my access" }).click();
      await page.getByText("Hello Camille.").waitFor();
      const progress = (done: number) => page.getByText(`${done} of 7 done`).waitFor();
      await progress(0);
      await picture(page, "first-steps-none");
      // The step at hand has buttons, every other one its title.
      await page.getByRole("link", { name: "Import a file", exact: true }).click();
      await page.waitForURL("**/imports");
      await page.goBack();
      await progress(0);

      await shop.track([{ type: "identify", userId: "anna", messageId: "m1", traits: { email: "anna@shop.example" } }]);
      await progress(2); // seen without a reload
      await shop.api("POST", "/api/segments", {
        name: "Buyers",
        rule: { kind: "attribute", attribute: "country", is: { op: "eq", value: "FR" } },
      });
      const template = await shop.api("POST", "/api/templates", { name: "Welcome", starter: "welcome" });
      await shop.api("POST", `/api/templates/${template.id}/publish`);
      const graph = {
        version: 1,
        starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
        first: "stp_mail",
        positions: {},
        settings: { filter: null, reentry: { kind: "never" }, exits: [] },
        steps: [{ id: "stp_mail", name: "Welcome", kind: "email", template: template.id, exits: { next: null } }],
      };
      const journey = await shop.api("POST", "/api/journeys", { name: "Welcome", graph });
      await page.reload();
      await progress(4);
      await page.getByText("A draft waits to be published.").waitFor();
      await picture(page, "first-steps-some");
      await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
      const { settings } = await shop.api("GET", "/api/workspace");
      await shop.api("PATCH", "/api/workspace", {
        settings: {
          ...settings,
          sender: { ...settings.sender, email: "bonjour@shop.example", postalAddress: "12 rue des Halles, 75001 Paris" },
        },
      });
      const provider = await shop.api("POST", "/api/providers", {
        name: "Relay",
        kind: "smtp",
        settings: { host: "127.0.0.1", port: 9, security: "none" },
      });
      await shop.api("POST", `/api/providers/${provider.id}/activate`);
      await page.reload();
      await progress(7);
      await picture(page, "first-steps-all");
      expect(await barriers(page)).toEqual([]);

      await page.getByRole("button", { name: "Hide these steps" }).click();
      await expect.poll(() => page.getByText("First steps").count()).toBe(0);
      expect((await shop.api("GET", "/api/workspace")).settings.firstSteps).toBe(false);
      await page.goto(`http://127.0.0.1:${shop.port}/settings`);
      await page.getByLabel("Show the first steps on the home page").check();
      await page.getByRole("button", { name: "Save" }).click();
      await expect.poll(async () => (await shop.api("GET", "/api/workspace")).settings.firstSteps).toBe(true);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
