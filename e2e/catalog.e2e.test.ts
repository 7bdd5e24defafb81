import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, shown, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser)(
  "a product is changed and the change taken back; a type of objects is declared, filled, and asked about in a segment",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: false });
    try {
      await shop.api("POST", "/api/stores", {
        code: "fr",
        name: "France",
        country: "FR",
        languages: ["fr"],
        currency: "EUR",
        timeZone: "Europe/Paris",
      });
      await shop.api("POST", "/api/products", {
        products: [
          {
            externalId: "lampe",
            name: "Lampe",
            category: { externalId: "luminaires", names: { fr: "Luminaires" } },
            prices: [{ store: "fr", currency: "EUR", amount: 49 }],
          },
        ],
      });
      await shop.api("POST", "/api/contacts", { externalId: "anna", email: "anna@shop.example", firstName: "Anna" });
      const page = await signIn(browser, shop, "fr");
      const errors = watchErrors(page);
      const at = `http://127.0.0.1:${shop.port}`;
      await page.goto(`${at}/catalog`);
      await page.getByRole("link", { name: "Lampe" }).click();
      await page.getByRole("button", { name: "Modifier" }).click();
      await page.getByRole("dialog").getByLabel("Nom", { exact: false }).first().fill("Lampe de chevet");
      await page.getByRole("dialog").getByRole("button", { name: "Enregistrer" }).click();
      await page.getByRole("heading", { name: "Lampe de chevet" }).waitFor();
      await page.getByText("Un champ modifié").waitFor();
      expect(await barriers(page)).toEqual([]);
      await picture(page, "product-changed");
      await page.getByRole("button", { name: "Défaire" }).click();
      await page.getByRole("heading", { name: "Lampe", exact: true }).waitFor();

      // An order given back in part says which lines went back, and what was kept, to the cent.
      const buy = {
        type: "track",
        userId: "anna",
        properties: {
          order_id: "C-7",
          total: 117.9,
          currency: "EUR",
          shipping: 4.9,
          products: [
            { product_id: "lampe", name: "Lampe", price: 49, quantity: 2 },
            { product_id: "ampoule", name: "Ampoule", price: 5, quantity: 3 },
          ],
        },
      };
      const back = {
        order_id: "C-7",
        refund_id: "r",
        total: 53.9,
        products: [{ product_id: "lampe", name: "Lampe", price: 49, quantity: 1 }],
      };
      expect(
        await shop.track([
          { ...buy, event: "Order Completed", messageId: "c7" },
          { ...buy, event: "Order Refunded", messageId: "c7r", properties: back },
        ]),
      ).toBe(true);
      await page.goto(`${at}/catalog/orders/${(await shop.api("GET", "/api/orders?search=C-7")).items[0].id}`);
      await page.getByRole("heading", { name: /^Remboursement/ }).waitFor();
      await page.getByText("Remboursée en partie").waitFor();
      for (const amount of [/^64,00\s€$/, /^[-−]53,90\s€$/, /^4,90\s€$/])
        expect(await page.getByRole("cell", { name: amount }).count(), String(amount)).toBeGreaterThan(0);
      // Another state is told as an event of the customer, and stands in the order's history.
      await page.getByLabel("Nouvel état").selectOption("shipped");
      await page.getByRole("button", { name: "Enregistrer" }).click();
      await page.getByRole("listitem").filter({ hasText: "Expédiée" }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await picture(page, "order-refunded");
      if (process.env["PAGES_FOLDER"]) {
        await page.setViewportSize({ width: 390, height: 844 });
        await picture(page, "order-refunded-phone");
        await page.setViewportSize({ width: 1440, height: 900 });
      }

      await page.goto(`${at}/catalog/objects`);
      await page.getByRole("button", { name: "Déclarer un type" }).click();
      const dialog = page.getByRole("dialog");
      for (const [label, text] of [
        ["Nom au singulier en français", "Abonnement"],
        ["Nom au singulier en anglais", "Subscription"],
        ["Nom au pluriel en français", "Abonnements"],
        ["Nom au pluriel en anglais", "Subscriptions"],
      ] as const)
        await dialog.getByLabel(label).fill(text);
      await dialog.getByLabel("Clé").first().fill("subscription");
      const field = dialog.getByRole("group").first();
      await field.getByLabel("Clé").fill("ends_on");
      await field.getByLabel("en français").fill("Fin");
      await field.getByLabel("en anglais").fill("End");
      await field.getByLabel("Nature").selectOption("date");
      await dialog.getByRole("button", { name: "Enregistrer" }).click();
      await page.getByRole("link", { name: "Abonnements" }).click();
      await page.getByRole("button", { name: "Ajouter" }).click();
      await dialog.getByLabel("Identifiant").fill("S1");
      await dialog.getByLabel(shown("E-mail du contact")).fill("anna@shop.example");
      await dialog.getByLabel("Fin").fill("2030-05-01");
      await dialog.getByRole("button", { name: "Enregistrer" }).click();
      await page.getByRole("cell", { name: "1 mai 2030" }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await picture(page, "objects");

      await page.goto(`${at}/segments/new`);
      await page.getByRole("button", { name: "Condition" }).first().click();
      await page.getByRole("menuitem", { name: "Ses objets" }).click();
      await page.locator(".big-number", { hasText: /^1$/ }).waitFor({ timeout: 20_000 });
      await picture(page, "objects-rule");

      // A journey begins by that date, and waits for it.
      const { id: journey } = await shop.api("POST", "/api/journeys", { name: "Renouvellement" });
      await page.goto(`${at}/journeys/${journey}`);
      await page.locator('[data-step="start"]').click();
      const panel = page.locator(".journey-panel");
      await panel.getByRole("button", { name: "Ajouter un départ" }).click();
      await page.getByRole("menuitem", { name: "La date d’un de ses objets arrive" }).click();
      expect(await panel.getByLabel("Date", { exact: true }).inputValue()).toBe("subscription.ends_on");
      await panel.getByLabel("Nombre").fill("10");
      await panel.getByLabel("Chaque année").check();
      await picture(page, "object-date-start");
      expect(await barriers(page)).toEqual([]);
      await page.locator('[data-step="start"]').press("a");
      await page.getByRole("dialog").getByRole("button", { name: "Attente" }).click();
      await panel.getByLabel("Attendre").selectOption("date");
      await panel.getByLabel("Date", { exact: true }).selectOption({ label: "Abonnement, Fin" });
      await picture(page, "object-date-wait");
      expect(await barriers(page)).toEqual([]);
      await expect
        .poll(async () => (await shop.api("GET", `/api/journeys/${journey}`)).draft.steps[0]?.until.field, { timeout: 15_000 })
        .toBe("objects.subscription.ends_on");
      const { draft, problems } = await shop.api("GET", `/api/journeys/${journey}`);
      expect([problems, draft.starts]).toEqual([
        [],
        [{ kind: "object_date", object: "subscription", field: "ends_on", where: [], days: -10, at: "09:00", yearly: true }],
      ]);
      expect(errors.filter((one) => !one.includes("422"))).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
