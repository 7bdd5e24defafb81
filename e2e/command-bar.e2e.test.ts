import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

let shop: Product;
let zoe: string;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
  zoe = (await shop.api("POST", "/api/contacts", { email: "zoe@client.example", firstName: "Zoé", lastName: "Martin" })).id;
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser)(
  "from any page the keyboard alone leads to a contact, a page, an action, and to the list of keys",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: false });
    try {
      const page = await signIn(browser, shop, "fr");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/imports`);
      await page.locator("main h1").first().waitFor();
      const bar = page.getByRole("combobox", { name: /Un contact, un numéro/ });
      await page.keyboard.press("Control+k");
      await bar.waitFor();
      await picture(page, "command-bar");
      await page.keyboard.type("zoe@cl");
      await page.getByRole("option", { name: /Zoé Martin/ }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await picture(page, "command-bar-contact");
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/contacts/${zoe}`);

      // Accents and case do not matter; the arrows choose.
      await page.keyboard.press("Control+k");
      await bar.waitFor();
      await page.keyboard.type("reglages");
      await page.getByRole("option").first().waitFor();
      const second = await page.getByRole("option").nth(1).innerText();
      await page.keyboard.press("ArrowDown");
      expect(await page.getByRole("option", { selected: true }).innerText()).toBe(second);
      await page.keyboard.press("Enter");
      await page.waitForURL("**/settings/members");

      await page.keyboard.press("Control+k");
      await bar.waitFor();
      await page.keyboard.type("qqqq");
      await page.getByText("Rien ne répond.").waitFor();
      await page.keyboard.press("Escape");
      await bar.waitFor({ state: "detached" });
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Clavier" }).waitFor();
      await picture(page, "command-help");
      await page.keyboard.press("Escape");

      await page.keyboard.press("Control+k");
      await page.keyboard.type("ajouter un contact");
      await page.getByRole("option", { name: /Ajouter un contact/, selected: true }).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Ajouter un contact" }).getByLabel("Prénom").waitFor();
      expect(await barriers(page)).toEqual([]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
