import { hookServer } from "../apps/server/test/support/hook-server.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
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
  "an administrator adds a webhook, writes what it is told, puts it into a journey, reads the call in the outbox, and puts it in use",
  { timeout: 120_000 },
  async () => {
    const far = await hookServer();
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      const go = (path: string) => page.goto(`http://127.0.0.1:${shop.port}${path}`);
      const { id: zoe } = await shop.api("POST", "/api/contacts", {
        externalId: "zoe",
        email: "zoe@client.example",
        firstName: 'Zoé "Zo"',
      });

      await go("/settings/webhooks");
      await page.getByText("Journeys can tell your other systems.").waitFor();
      await page.locator("input[name=name]").fill("The till");
      await page.locator("input[name=url]").fill(`${far.url}/till`);
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByText(/^whsec_/).waitFor();
      await picture(page, "webhooks-secret");
      await page.getByRole("button", { name: "I have copied it" }).click();
      await page.getByRole("button", { name: "Call it with a test" }).click();
      await page.getByText("It answered 200.").waitFor();
      expect(JSON.parse(far.heard[0]!.body)).toMatchObject({ type: "test" });

      await go("/templates");
      await page.getByRole("button", { name: "New message" }).first().click();
      await page.getByRole("menuitem", { name: "Webhook" }).click();
      await page.getByText("Nothing to mend.").waitFor();
      await page.frameLocator("iframe").getByText("camille.moreau@example.com").waitFor();
      await picture(page, "webhook-body");
      await page.getByRole("button", { name: "Publish" }).click();
      await page.getByText(/Version 1 is published/).waitFor();

      const steps = [{ id: "stp_hook", name: "", kind: "webhook", webhook: null, template: null, exits: { next: null } }];
      const { id: journey } = await shop.api("POST", "/api/journeys", {
        name: "Tell the till",
        graph: {
          version: 1,
          starts: [{ kind: "api" }],
          first: "stp_hook",
          steps,
          settings: { filter: null, reentry: { kind: "always" }, exits: [] },
          positions: {},
        },
      });
      await go(`/journeys/${journey as string}`);
      await page.getByText("No webhook yet").first().click();
      await page.getByLabel("Webhook", { exact: true }).selectOption({ label: "The till (not in use)" });
      await page.getByLabel("Body").selectOption({ label: "Webhook" });
      await picture(page, "webhook-step");
      await expect
        .poll(async () => (await shop.api("GET", `/api/journeys/${journey as string}`)).problems, { timeout: 15_000 })
        .toEqual([]);
      const { draftRevision: revision } = await shop.api("GET", `/api/journeys/${journey as string}`);
      await shop.api("POST", `/api/journeys/${journey as string}/publish`, { revision });
      await shop.api("POST", `/api/journeys/${journey as string}/start`, { contacts: [zoe] });
      await expect.poll(async () => (await shop.api("GET", "/api/outbox")).items.length, { timeout: 30_000 }).toBe(1);
      await go("/outbox");
      await page.getByText("Webhook call").first().click();
      await page.frameLocator("iframe").getByText("zoe@client.example").waitFor();
      await picture(page, "webhook-outbox");

      await go("/settings/webhooks");
      await page.getByRole("button", { name: "Put in use" }).click();
      await page.getByText("In use", { exact: true }).waitFor();
      await shop.api("POST", `/api/journeys/${journey as string}/start`, { contacts: [zoe] });
      await expect.poll(() => far.heard.length, { timeout: 30_000 }).toBe(2);
      expect(JSON.parse(far.heard[1]!.body)).toMatchObject({ contact: zoe, email: "zoe@client.example", event: null });
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await far.close();
    }
  },
);
