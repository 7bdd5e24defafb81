import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, shown, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
  await shop.api("POST", "/api/contacts", { email: "taken@client.example", firstName: "Luc" });
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser)(
  "a person adds a contact, corrects it, is told which field is refused, records and withdraws consent, groups it, and excludes its address",
  { timeout: 180_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/contacts`);
      await page.getByRole("button", { name: "Add a contact" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("First name").fill("Zoé");
      await dialog.getByLabel(shown("E-mail")).fill("not an address");
      await dialog.getByRole("button", { name: "Add" }).click();
      await dialog.getByText("This cannot be read.").waitFor();
      expect(await dialog.getByLabel(shown("E-mail")).getAttribute("aria-invalid")).toBe("true");
      await picture(page, "contact-add-en-1440");
      await dialog.getByLabel(shown("E-mail")).fill("zoe@client.example");
      await dialog.getByRole("button", { name: "Add" }).click();
      await page.waitForURL("**/contacts/*-*");
      const id = new URL(page.url()).pathname.split("/").at(-1)!;
      const contact = () => shop.api("GET", `/api/contacts/${id}`);
      expect(await contact()).toMatchObject({ firstName: "Zoé", email: "zoe@client.example" });

      await page.getByRole("button", { name: "Edit" }).click();
      await dialog.getByLabel("City").fill("Lyon");
      await dialog.getByLabel(shown("E-mail")).fill("taken@client.example");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByText("Another contact has this already.").waitFor();
      await dialog.getByLabel(shown("E-mail")).fill("zoe@client.example");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
      expect(await contact()).toMatchObject({ city: "Lyon", email: "zoe@client.example" });

      const answer = async (state: string | null, proof: string) => {
        await page.getByRole("button", { name: "Record an answer" }).click();
        if (state) {
          await dialog
            .getByRole("combobox", { name: "Answer" })
            .or(dialog.getByRole("textbox", { name: "Answer" }))
            .first()
            .click();
          await page.getByRole("option", { name: state }).click();
        }
        await dialog.getByLabel("Proof").fill(proof);
        await dialog.getByRole("button", { name: "Record", exact: true }).click();
        await dialog.waitFor({ state: "detached" });
      };
      await answer(null, "Paper form, Lyon shop");
      await answer("withdrew", "Phone call");
      const consents = await shop.api("GET", `/api/contacts/${id}/consents`);
      expect(consents.consents).toMatchObject([{ channel: "email", state: "withdrawn" }]);
      expect(consents.proofs.map((one: { source: string }) => one.source)).toEqual(["Phone call", "Paper form, Lyon shop"]);

      await page.getByLabel("Name of a group").fill("Friends");
      await page.getByRole("button", { name: "Create and add" }).click();
      await page.getByRole("button", { name: "Take out of Friends" }).waitFor();
      expect((await contact()).groups).toMatchObject([{ name: "Friends" }]);
      await page.getByRole("button", { name: "Take out of Friends" }).click();
      await page.getByText("In no group.").waitFor();

      await page.getByRole("button", { name: "Write to this address no more" }).click();
      await dialog.getByLabel("Reason").fill("Asked by phone");
      await dialog.getByRole("button", { name: "Write to this address no more" }).click();
      await page.getByText("Put here by the team.").waitFor();
      await dialog.waitFor({ state: "detached" });
      expect((await shop.api("GET", "/api/suppressions?address=zoe%40client.example")).items).toMatchObject([
        { channel: "email", reason: "manual" },
      ]);
      await picture(page, "contact-en-1440");
      await page.getByRole("button", { name: "Write to it again" }).click();
      await page.getByRole("button", { name: "Write to this address no more" }).waitFor();

      // Two who became one are looked at, separated, and joined again by Undo.
      const other = (await shop.api("POST", "/api/contacts", { email: "zoe@work.example", firstName: "Zoé", lastName: "Roux" }))
        .id as string;
      await shop.api("POST", `/api/contacts/${id}/join`, { contact: other });
      await page.reload();
      await page.getByRole("button", { name: "Separate these" }).click();
      await dialog.getByText("Is a contact of its own again").waitFor();
      await dialog.getByText("zoe@work.example").waitFor();
      await picture(page, "contact-separate-en-1440");
      await dialog.getByRole("button", { name: "Separate them" }).click();
      await page.getByText("Separated. No identifier joins them again without you.").waitFor();
      expect(await shop.api("GET", `/api/contacts/${other}`)).toMatchObject({ id: other, email: "zoe@work.example", lastName: "Roux" });
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Separate these" }).waitFor();
      expect((await contact()).merges).toMatchObject([{ loser: other, separable: true }]);

      // Rules of identity: a limit and the order of belief, set by hand.
      await page.goto(`http://127.0.0.1:${shop.port}/settings/identity`);
      await page.getByLabel("Browser or app", { exact: true }).fill("5");
      await page.getByRole("button", { name: shown("E-mail: higher") }).click();
      await page.getByRole("button", { name: "Save" }).click();
      await expect
        .poll(async () => (await shop.api("GET", "/api/workspace")).settings.identity)
        .toMatchObject({ limits: { anonymous_id: 5, email: null }, priority: ["user_id", "email", "shop_id", "phone", "anonymous_id"] });
      await picture(page, "settings-identity-en-1440");
      // The two refusals above are 4xx answers, which the browser itself writes down.
      expect(errors.filter((line) => !/\b4(09|22)\b/.test(line))).toEqual([]);
    } finally {
      await browser.close();
    }
    for (const [width, dark] of [
      [1440, true],
      [390, false],
    ] as const) {
      const small = await openBrowser({ width, height: 900, language: "fr", dark });
      try {
        const page = await signIn(small, shop, "fr");
        await page.goto(`http://127.0.0.1:${shop.port}/contacts`);
        await page.getByText("Zoé").first().click();
        await page.getByRole("button", { name: "Modifier" }).waitFor();
        await picture(page, `contact-fr-${width}-${dark ? "dark" : "light"}`);
        await page.getByRole("button", { name: "Modifier" }).click();
        await page.getByRole("dialog").getByLabel("Prénom").waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
        await picture(page, `contact-edit-fr-${width}-${dark ? "dark" : "light"}`);
      } finally {
        await small.close();
      }
    }
  },
);
