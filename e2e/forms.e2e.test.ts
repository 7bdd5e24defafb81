import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { barriers } from "./support/access.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
  await shop.api("PATCH", "/api/workspace", {
    settings: { sender: { name: "Maison Été", email: "bonjour@maison.example", postalAddress: "1 rue de la Paix, 75002 Paris" } },
  });
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser)(
  "a marketer makes a form and publishes it; a person signs up on a phone without scripts, confirms by the button, and is welcomed by a journey",
  { timeout: 180_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: false });
    try {
      const page = await signIn(browser, shop, "fr");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/forms`);
      await page.getByText("Un formulaire amène des personnes").waitFor();
      await page.getByRole("button", { name: "Nouveau formulaire" }).click();
      await page.waitForURL("**/forms/*-*");
      const id = new URL(page.url()).pathname.split("/").at(-1)!;
      await page.getByLabel("Titre", { exact: true }).fill("La lettre de la Maison");
      await page.getByRole("button", { name: "Ajouter une question" }).click();
      await page.getByRole("menuitem", { name: "Téléphone" }).click();
      await page.getByRole("button", { name: "Ajouter une question" }).click();
      await page.getByRole("menuitem", { name: "Pour soi ou une entreprise" }).click();
      await page.getByRole("button", { name: "Ajouter une case : SMS" }).click();
      await page.getByLabel("Adresse de votre politique").fill("https://maison.example/confidentialite");
      const frame = page.frameLocator("iframe.form-frame");
      await frame.getByRole("heading", { name: "La lettre de la Maison" }).waitFor();
      await frame.getByLabel("J’accepte de recevoir les offres de Maison Été par SMS").waitFor();
      expect(await frame.getByRole("checkbox", { checked: true }).count()).toBe(0);
      await page.getByText("Rien à corriger.").waitFor();
      await page.getByRole("button", { name: "Publier" }).click();
      await page.getByText("La version 1 est en ligne.").waitFor();
      await picture(page, "form-editor-fr-1440");
      expect(await barriers(page)).toEqual([]);

      // The one ready journey that greets who has just confirmed.
      const { journey: welcome } = await shop.api("POST", "/api/library/drafts", { key: "welcome", language: "fr" });
      await shop.api("POST", `/api/journeys/${welcome}/publish`, {
        revision: (await shop.api("GET", `/api/journeys/${welcome}`)).draftRevision,
      });

      // A journey of one's own begins by the form, chosen by its name.
      const { id: own } = await shop.api("POST", "/api/journeys", { name: "Après l’envoi" });
      await page.goto(`http://127.0.0.1:${shop.port}/journeys/${own}`);
      await page.locator('[data-step="start"]').click();
      await page.getByRole("button", { name: "Ajouter un départ" }).click();
      await page.getByRole("menuitem", { name: "Il remplit un formulaire" }).click();
      await page.locator(".journey-panel").getByLabel("Formulaire", { exact: true }).selectOption({ index: 1 });
      await picture(page, "form-start");
      expect(await barriers(page)).toEqual([]);
      const { key } = await shop.api("GET", `/api/forms/${id}`);
      await expect.poll(async () => (await shop.api("GET", `/api/journeys/${own}`)).draft.starts[0]?.form, { timeout: 15_000 }).toBe(key);
      await page.goto(`http://127.0.0.1:${shop.port}/forms/${id}`);

      const phone = await browser.browser()!.newContext({
        viewport: { width: 390, height: 844 },
        javaScriptEnabled: false,
        locale: "fr-FR",
        userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1",
      });
      const hers = await phone.newPage();
      await hers.goto(`http://127.0.0.1:${shop.port}/f/${id}`);
      await picture(hers, "form-hosted-fr-390");
      await hers.getByLabel("Votre e-mail").fill("zoe@client");
      await hers.getByLabel("Votre prénom").fill("Zoé");
      await hers.getByLabel("Votre mobile").fill("06 12 34 56 78");
      await hers.getByText("pour une entreprise").click();
      // Sent faster than anybody reads, it comes back as it was; then it is read.
      await expect
        .poll(
          async () => {
            await hers.getByRole("button", { name: "Je m’inscris" }).click();
            return hers.getByText("vérifiez ce qui suit le @").count();
          },
          { timeout: 20_000 },
        )
        .toBe(1);
      await picture(hers, "form-faults-fr-390");
      await hers.getByLabel("Votre e-mail").fill("zoe@client.example");
      await hers.getByLabel(/par e-mail/).check();
      await hers.getByLabel(/par SMS/).check();
      await hers.getByRole("button", { name: "Je m’inscris" }).click();
      await hers.getByRole("heading", { name: "Plus qu’un clic" }).waitFor();
      await picture(hers, "form-sent-fr-390");
      const letters = async (): Promise<{ send: string; subject: string }[]> => (await shop.api("GET", "/api/outbox")).items;
      await expect.poll(letters, { timeout: 20_000 }).toHaveLength(1);
      const mail = await shop.api("GET", `/api/outbox/${(await letters())[0]!.send}`);
      const link = /href="([^"]+\/f\/c\/[\w-]+)"/.exec(mail.html)![1]!;
      expect(mail.html).not.toMatch(/\/t\/[co]\//);
      await hers.goto(`http://127.0.0.1:${shop.port}${new URL(link).pathname}`);
      await picture(hers, "form-confirm-fr-390");
      await hers.getByRole("button", { name: "Oui, je confirme" }).click();
      await hers.getByText("C’est confirmé, merci").waitFor();
      await phone.close();

      // Planned, whatever the hour: at night it waits for the morning.
      await expect
        .poll(async () => (await shop.api("GET", `/api/sends?journey=${welcome}`)).items, { timeout: 30_000 })
        .toMatchObject([{ channel: "email", class: "marketing" }]);
      await page.reload();
      await page.getByRole("link", { name: "zoe@client.example" }).waitFor();
      await page.getByText("Confirmé", { exact: true }).waitFor();
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
