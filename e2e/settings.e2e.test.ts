import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
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
  "an administrator makes a topic, excludes an address and allows it again, makes a key, invites, and reads all of it in the audit log",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      const part = (name: string) => page.goto(`http://127.0.0.1:${shop.port}/settings/${name}`);
      await part("topics");
      await page.getByLabel("Name in French").fill("Nouveautés");
      await page.getByLabel("Name in English").fill("News");
      await page.getByLabel("Key").fill("news");
      await page.getByRole("button", { name: "Add the topic" }).click();
      await page.getByRole("row", { name: /News/ }).getByRole("button", { name: "Rename" }).click();
      await page.getByLabel("Name in English").first().fill("What is new");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("What is new", { exact: true }).waitFor();
      expect((await shop.api("GET", "/api/topics")).items).toMatchObject([{ key: "news", names: { fr: "Nouveautés", en: "What is new" } }]);
      await picture(page, "settings-topics");

      await part("exclusions");
      await page.getByText("Nobody is excluded.").waitFor();
      await page.getByLabel(shown("E-mail or phone number")).fill("never@client.example");
      await page.getByRole("button", { name: "Exclude", exact: true }).click();
      await page.getByText("By the team").waitFor();
      // The address is found by typing all of it, and only then can it be allowed again.
      expect(await page.getByRole("button", { name: "Allow again" }).count()).toBe(0);
      await page.getByLabel("Look for an exact address").fill("never@client.example");
      await picture(page, "settings-exclusions");
      await page.getByRole("button", { name: "Allow again" }).click();
      await page.getByText(/Allowed again on/).waitFor();

      await part("keys");
      await page.getByLabel("What is it for?").fill("Our shop");
      await page.getByRole("button", { name: "Create the key" }).click();
      await page.getByText("Copy it now").waitFor();
      await part("members");
      await page.getByRole("button", { name: "Make the link" }).click();
      await page.getByText(/Good until/).waitFor();

      await shop.api("POST", "/api/contacts", { email: "zoe@client.example", firstName: "Zoé", externalId: "zoe" });
      expect(
        await shop.track([
          {
            type: "track",
            userId: "zoe",
            event: "Order Completed",
            messageId: "o1",
            properties: {
              order_id: "1",
              total: 42,
              currency: "EUR",
              products: [{ product_id: "p", category: "Lamps", price: 42, quantity: 1 }],
            },
          },
        ]),
      ).toBe(true);
      await part("fields");
      await page.getByLabel(/^Name/).fill("Favourite shelf");
      await page.getByLabel("What to keep").selectOption({ label: "most frequent" });
      await page.getByText("Most frequent products.category: order.").waitFor();
      await page.getByText("Lamps", { exact: true }).waitFor();
      await picture(page, "settings-fields");
      await page.getByRole("button", { name: "Add the field" }).click();
      await page.getByRole("row", { name: /Favourite shelf.*Live/s }).waitFor({ timeout: 40_000 });
      const [zoe] = (await shop.api("GET", "/api/contacts?search=zoe")).items;
      expect((await shop.api("GET", `/api/contacts/${zoe.id}`)).attributes).toMatchObject({ favourite_shelf: "Lamps" });

      await part("audit");
      await page.getByText("allowed an address again").waitFor();
      for (const done of ["excluded an address", "created a key", "made an invitation"])
        expect(await page.getByText(done).count()).toBeGreaterThan(0);
      await picture(page, "settings-audit");
      expect(await page.locator("main").innerText()).not.toContain("never@client.example");
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "documents are pasted, their faults shown by line, and applied with what becomes of a person who waits; a segment shows itself as code",
  { timeout: 120_000 },
  async () => {
    const HOUR = 3_600_000;
    const graph = (n: number) => ({
      version: 1,
      starts: [{ kind: "event", event: "Asked", where: [], key: null }],
      first: "stp_wait",
      positions: {},
      settings: { filter: null, reentry: { kind: "never" }, exits: [] },
      steps: [{ id: "stp_wait", name: "", kind: "wait", until: { of: "duration", span: { n, unit: "hour" } }, exits: { next: null } }],
    });
    const journey = await shop.api("POST", "/api/journeys", { name: "Aftercare", graph: graph(1) });
    await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
    expect(await shop.track([{ type: "track", userId: "inside", event: "Asked", messageId: "code-inside", properties: {} }])).toBe(true);
    const waits = async () =>
      (await shop.api("GET", `/api/journeys/${journey.id}/runs`)).items.map(
        (run: { version: number; enteredAt: string; wakeAt: string }) => [run.version, Date.parse(run.wakeAt) - Date.parse(run.enteredAt)],
      );
    await expect.poll(waits, { timeout: 30_000 }).toEqual([[1, HOUR]]);
    const browser = await openBrowser({ width: 1280, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/journeys/${journey.id}`);
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "As code" }).click();
      await page.getByLabel("journeys/aftercare.yaml").waitFor();
      await page.getByRole("link", { name: "Change it here" }).click();
      const text = page.getByRole("textbox", { name: "Text" });
      await page.getByText("The workspace is already as the files say.").waitFor({ timeout: 30_000 });
      await text.fill((await text.inputValue()).replace("n: 1,", "n: 3,"));
      await page.getByText("steps[stp_wait].until.span.n").waitFor();
      await page.getByTestId("people-stp_wait").getByText("re-timed", { exact: true }).click();
      await page.getByRole("button", { name: "Write or paste a document" }).click();
      await text.fill("name: In Lyon\nrule:\n  kind: attribute\n  attribute: city\n  is: { op: eqq, value: Lyon }\n");
      await page.getByRole("button", { name: /segments\/in-lyon\.yaml, line 5/ }).click();
      expect(await text.evaluate((box: HTMLTextAreaElement) => box.value.slice(box.selectionStart, box.selectionEnd))).toBe(
        "  is: { op: eqq, value: Lyon }",
      );
      expect(await page.getByRole("button", { name: "Apply 1 change" }).isDisabled()).toBe(true);
      await picture(page, "code-problem");
      await text.fill((await text.inputValue()).replace("eqq", "eq"));
      // A changed document is judged anew: what becomes of people is chosen for the plan that is applied.
      await page.getByRole("button", { name: "Apply 2 changes" }).waitFor();
      await page.getByTestId("people-stp_wait").getByText("re-timed", { exact: true }).click();
      await picture(page, "code-plan");
      await page.getByRole("button", { name: "Apply 2 changes" }).click();
      await page.getByText("2 objects were changed.").waitFor();
      await page.getByText("The workspace is already as the files say.").waitFor();
      await expect.poll(waits, { timeout: 30_000 }).toEqual([[2, 3 * HOUR]]);

      const { id } = (await shop.api("GET", "/api/segments")).items.find((one: { name: string }) => one.name === "In Lyon");
      await page.goto(`http://127.0.0.1:${shop.port}/segments/${id}`);
      await page.getByRole("button", { name: "As code" }).click();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download", exact: true }).click();
      const kept = await download;
      expect([kept.suggestedFilename(), readFileSync(await kept.path(), "utf8")]).toEqual([
        "in-lyon.yaml",
        "name: In Lyon\nrule: { kind: attribute, attribute: city, is: { op: eq, value: Lyon } }\n",
      ]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser).each([
  ["fr", 390, true],
  ["fr", 1440, false],
] as const)("every part of the settings reads well (%s, %i px wide)", { timeout: 120_000 }, async (language, width, dark) => {
  const browser = await openBrowser({ width, height: 900, language, dark });
  try {
    const page = await signIn(browser, shop, language);
    const errors = watchErrors(page);
    for (const part of ["workspace", "members", "keys", "providers", "topics", "fields", "exclusions", "code", "audit", "profile"]) {
      await page.goto(`http://127.0.0.1:${shop.port}/settings/${part}`);
      await expect
        .poll(() =>
          page
            .locator(".work")
            .innerText()
            .then((text) => text.trim().length)
            .catch(() => 0),
        )
        .toBeGreaterThan(20);
      await picture(page, `settings-${part}-${language}-${width}`);
      expect({
        part,
        sideways: await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
      }).toEqual({ part, sideways: 0 });
    }
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
