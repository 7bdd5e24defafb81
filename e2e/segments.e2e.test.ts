import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, shown, signIn } from "./support/person.ts";
import { Product, type Answer } from "./support/product.ts";

const DAY = 86_400_000;
let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
  // Anna spent 850 and bought lately; Ben spent 850, long ago; Chloé bought lately, for 100, in Canada.
  const order = (user: string, daysAgo: number, total: number) => ({
    type: "track",
    userId: user,
    event: "Order Completed",
    messageId: `${user} ${daysAgo}`,
    timestamp: new Date(Date.now() - daysAgo * DAY).toISOString(),
    properties: { order_id: `${user} ${daysAgo}`, total, currency: "EUR" },
  });
  const person = (user: string, firstName: string, country: string) => ({
    type: "identify",
    userId: user,
    messageId: `${user} is`,
    traits: { firstName, email: `${user}@shop.example`, address: { country } },
  });
  await shop.track([
    person("anna", "Anna", "FR"),
    person("ben", "Ben", "FR"),
    person("chloe", "Chloé", "CA"),
    order("anna", 400, 500),
    order("anna", 20, 350),
    order("ben", 300, 850),
    order("chloe", 10, 100),
  ]);
  expect((await shop.api("GET", "/api/contacts")).total).toBe(3);
});
afterAll(() => shop?.end());

const at = (path: string): string => `http://127.0.0.1:${shop.port}${path}`;
const membersOf = async (name: string): Promise<Answer> => {
  const segment = (await shop.api("GET", "/api/segments")).items.find((one: { name: string }) => one.name === name);
  return segment
    ? {
        rule: segment.rule,
        people: (await shop.api("GET", `/api/segments/${segment.id}/members`)).items.map((one: { email: string }) => one.email).sort(),
      }
    : null;
};
const event = { kind: "event", event: "Order Completed", where: [] };
const REFERENCE = {
  kind: "all",
  of: [
    {
      ...event,
      window: { kind: "last", span: { n: 2, unit: "year" } },
      measure: { of: "sum", property: "amount" },
      is: { op: "gt", value: 800 },
    },
    {
      ...event,
      window: { kind: "ever" },
      measure: { of: "last", property: null },
      is: { op: "within_last", span: { n: 3, unit: "month" } },
    },
  ],
};

const lives = (country: string) => ({ kind: "attribute", attribute: "country", is: { op: "eq", value: country } });

test.skipIf(!hasBrowser)(
  "the reference segment is built with the mouse, then nested three levels deep by dragging: more than 800 in two years, and a purchase less than three months ago",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(at("/segments"));
      await page.getByRole("button", { name: "New segment" }).click();
      await page.getByLabel("Name of the segment").fill("Best customers");
      const row = (nth: number) => page.locator(".rule-line").nth(nth);
      const add = async (kind: string): Promise<void> => {
        await page.getByRole("button", { name: "Condition", exact: true }).last().click();
        await page.getByRole("menuitem", { name: kind }).click();
      };
      await add("Something they did");
      await row(0).getByLabel("Measure").selectOption({ label: "sum of" });
      await row(0).getByLabel("Comparison").selectOption({ label: "exceeds" });
      await row(0).getByLabel("Number").first().fill("800");
      await row(0).getByLabel("Number").last().fill("2");
      await row(0).getByLabel("Unit").selectOption({ label: "years" });
      await add("Something they did");
      await row(1).getByLabel("Measure").selectOption({ label: "last time" });
      await row(1).getByLabel("Number").fill("3");
      await row(1).getByLabel("Unit").selectOption({ label: "months" });
      await expect.poll(() => page.locator(".big-number").innerText(), { timeout: 15_000 }).toBe("1");
      await page.getByText("Counting").waitFor({ state: "detached" });
      await picture(page, "segment-reference-en-1440");
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Save" }).click();
      await page.waitForURL("**/segments/*-*");
      await expect.poll(() => membersOf("Best customers"), { timeout: 20_000 }).toEqual({ rule: REFERENCE, people: ["anna@shop.example"] });

      await page.getByLabel("And this person?").fill("anna@shop.example");
      await page.locator("main button.link-button.small").first().click();
      // Why: each condition with the fact it rests on.
      await page.locator(".rule-fact").nth(1).waitFor();
      expect(await page.locator(".rule-fact").first().innerText()).toMatch(/^This person: [\d.,]+$/);
      await page.getByRole("button", { name: "Someone else" }).click();

      // A condition dragged onto another makes a group of both; a third one dragged onto one of these makes a group in it.
      for (const country of ["CA", "BE", "CH"]) {
        await add("Field of the contact");
        await page.locator(".rule-line").last().getByLabel("Value").fill(country);
      }
      const line = (country: string) => page.locator(".rule-line").filter({ has: page.locator(`input[value="${country}"]`) });
      const drag = async (what: string, onto: string): Promise<void> => {
        // The sentence above grows with what was counted, and moves the lines.
        await page.getByText("Counting").waitFor({ state: "detached" });
        await line(what)
          .locator(".rule-grip")
          .dragTo(line(onto), { targetPosition: { x: 4, y: 4 } });
      };
      await drag("BE", "CA");
      await page.locator(".rule-nested .rule-line").nth(1).waitFor();
      await drag("CH", "BE");
      await page.locator(".rule-nested .rule-nested .rule-line").nth(1).waitFor();
      await page
        .locator(".rule-nested .rule-nested .rule-group > .rule-row")
        .first()
        .getByLabel("Comparison")
        .selectOption({ label: "none of these conditions" });
      await picture(page, "segment-three-levels-en-1440");
      expect(await barriers(page)).toEqual([]);
      await page.getByText("Counting").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Save" }).click();
      await expect
        .poll(async () => (await membersOf("Best customers")).rule, { timeout: 20_000 })
        .toEqual({
          kind: "all",
          of: [...REFERENCE.of, { kind: "any", of: [lives("CA"), { kind: "none", of: [lives("BE"), lives("CH")] }] }],
        });
      await expect.poll(async () => (await membersOf("Best customers")).people, { timeout: 20_000 }).toEqual(["anna@shop.example"]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

/** Presses Tab until what has the focus is wanted. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 90; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${selector}`);
}

/** The next field of this name, its value chosen by typing what it says. */
async function pick(page: Page, label: string, typed: string): Promise<void> {
  await page.keyboard.press("Tab");
  await tabTo(page, `select[aria-label="${label}"]`);
  await page.keyboard.type(typed);
}
async function fill(page: Page, label: string, typed: string): Promise<void> {
  await page.keyboard.press("Tab");
  await tabTo(page, `input[aria-label="${label}"]`);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(typed);
}

test.skipIf(!hasBrowser)(
  "a nested segment is built with the keyboard alone: the reference, or anyone of Canada",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: true });
    try {
      const page = await signIn(browser, shop, "fr");
      const errors = watchErrors(page);
      await page.goto(at("/segments/new"));
      await page.locator(".rule-group").waitFor();
      /** Adds a condition of a kind at the end of the innermost group that has the focus next. */
      const add = async (selector: string, kind: number): Promise<void> => {
        await tabTo(page, selector);
        await page.keyboard.press("Enter");
        await page.getByRole("menuitem").first().waitFor();
        // The menu takes the focus a moment after it shows: an arrow pressed before that moves nothing.
        const wanted = page.getByRole("menuitem").nth(kind);
        for (let down = 0; down < 20 && !(await wanted.evaluate((item) => item === document.activeElement)); down++)
          await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.getByRole("menuitem").first().waitFor({ state: "detached" });
      };
      const outer = ".sheet > .work > .rule-group > .rule-row:last-child";
      const inner = ".rule-nested .rule-group > .rule-row:last-child";

      await tabTo(page, ".title-input");
      await page.keyboard.type("À choyer");
      await pick(page, "Comparaison", "au");
      await tabTo(page, `${outer} .link-button`);
      await page.keyboard.press("Enter");
      await page.locator(".rule-nested").waitFor();
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Shift+Tab");
      await tabTo(page, `.rule-nested select[aria-label="Comparaison"]`);
      await page.keyboard.type("tou");
      await add(`${inner} button`, 1);
      await tabTo(page, `.rule-nested select[aria-label="Mesure"]`);
      await page.keyboard.type("som");
      await pick(page, "Comparaison", "d");
      await fill(page, "Nombre", "800");
      await fill(page, "Nombre", "2");
      await pick(page, "Unité", "ans");
      await add(`${inner} button`, 1);
      await tabTo(page, `.rule-line:nth-of-type(3) select[aria-label="Mesure"]`);
      await page.keyboard.type("der");
      await fill(page, "Nombre", "3");
      await pick(page, "Unité", "mois");
      await add(`${outer} button`, 0);
      await tabTo(page, `.rule-group > .rule-nested ~ .rule-line input[aria-label="Valeur"]`);
      await page.keyboard.press("Control+a");
      await page.keyboard.type("CA");
      // As many live in France: the count is that of Canada once the sentence says so and nothing is being counted.
      await expect.poll(() => page.locator(".rule-sentence").innerText(), { timeout: 15_000 }).toMatch(/CA/);
      await page.getByText("Calcul en cours").waitFor({ state: "detached" });
      expect(await page.locator(".big-number").innerText()).toBe("2");
      await picture(page, "segment-nested-fr-1440");
      expect(await barriers(page)).toEqual([]);
      await tabTo(page, ".head-actions button:last-child");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/segments/*-*");
      await expect
        .poll(() => membersOf("À choyer"), { timeout: 20_000 })
        .toEqual({
          rule: { kind: "any", of: [REFERENCE, lives("CA")] },
          people: ["anna@shop.example", "chloe@shop.example"],
        });

      // By keyboard, deeper: the condition goes into a group of its own, twice, and the focus follows it.
      await tabTo(page, `[data-place="root.of[1]"] [data-gesture="nest"]`);
      await page.keyboard.press("Enter");
      await page.locator(".rule-nested .rule-group").nth(1).waitFor();
      await tabTo(page, `[data-place="root.of[1].of[0]"] [data-gesture="nest"]`);
      expect(await page.evaluate(() => document.activeElement?.closest("[data-place]")?.getAttribute("data-place"))).toBe(
        "root.of[1].of[0]",
      );
      await page.keyboard.press("Enter");
      await page.locator(".rule-nested .rule-nested").waitFor();
      await tabTo(page, `[data-place="root.of[1].of[0].of[0]"] [data-gesture="lift"]`);
      await page.keyboard.press("Enter");
      await page.locator(".rule-nested .rule-nested").waitFor({ state: "detached" });
      await tabTo(page, `[data-place="root.of[1].of[0]"] [data-gesture="lift"]`);
      await page.keyboard.press("Enter");
      await page.getByText("Calcul en cours").waitFor({ state: "detached" });

      // Another country: who would join and leave is said before it is saved, and what is shared with another segment.
      await page.locator(`.rule-group > .rule-nested ~ .rule-line input[aria-label="Valeur"]`).fill("BE");
      await page.getByRole("heading", { name: "Si vous enregistrez" }).waitFor();
      const margin = page.locator("aside").filter({ hasText: "Si vous enregistrez" });
      await margin.getByText("1 contact sort").click();
      await picture(page, "segment-insight-fr-1440");
      expect(await barriers(page)).toEqual([]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "a saved segment shows its real size over time, and its list is downloaded with the columns ticked; in French on a phone too",
  { timeout: 120_000 },
  async () => {
    const made = await shop.api("POST", "/api/segments", { name: "Commandes récentes", rule: REFERENCE.of[1] });
    await expect.poll(async () => (await shop.api("GET", `/api/segments/${made.id}`)).members, { timeout: 20_000 }).toBe(2);
    for (const look of [
      { width: 1440, height: 900, dark: false },
      { width: 390, height: 844, dark: true },
    ]) {
      const browser = await openBrowser({ ...look, language: "fr" });
      try {
        const page = await signIn(browser, shop, "fr");
        const errors = watchErrors(page);
        await page.goto(at(`/segments/${made.id}`));
        await page.getByRole("img", { name: /Taille du segment/ }).waitFor();
        await page.getByText("Télécharger la liste").click();
        await page.getByLabel("ville").check();
        await page.getByLabel("nom", { exact: true }).uncheck();
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Télécharger" }).click();
        const [head, ...rows] = readFileSync((await (await download).path())!, "utf8")
          .trim()
          .split("\n");
        expect(head).toBe("email,first_name,city");
        expect(rows.sort()).toEqual(["anna@shop.example,Anna,", "chloe@shop.example,Chloé,"]);
        await picture(page, `segment-download-fr-${look.width}`);
        expect(await barriers(page)).toEqual([]);
        if (look.dark) await refusesToPredict(page);
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    }
  },
);

/** Three customers are no ground for predictions: the page says so, and what is missing, in both languages. */
async function refusesToPredict(page: Page): Promise<void> {
  await page.goto(at("/value"));
  await page.getByRole("button", { name: "Rafraîchir" }).click();
  await page.getByText("Trop peu de données pour prévoir.").waitFor();
  await page.getByText(shown("Clients ayant commandé : 3 sur les 300 nécessaires.")).waitFor();
  await picture(page, "value-refused-fr-390");
  expect(await barriers(page)).toEqual([]);
  await page.evaluate(() =>
    fetch("/api/me", { method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify({ locale: "en" }) }).then(
      () => localStorage.setItem("relance.language", "en"),
    ),
  );
  await page.reload();
  await page.getByText("Too little data to predict from.").waitFor();
  await page.getByText(shown("Customers who ordered on two days or more: 1 of the 100 needed.")).waitFor();
}
