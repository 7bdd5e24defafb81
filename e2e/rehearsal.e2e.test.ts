import { beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { contacts, shop, template, useJourneyShop } from "./support/journey-shop.ts";
import { picture, signIn } from "./support/person.ts";

const HOUR = 3_600_000;
let journey: { id: string };
useJourneyShop();
beforeAll(async () => {
  if (!hasBrowser) return;
  await shop.track([{ type: "track", userId: "anna", event: "Product Added", messageId: "cart-1", properties: { cart_id: "c1" } }]);
  journey = await shop.api("POST", "/api/journeys", {
    name: "Cart",
    graph: {
      positions: {},
      version: 1,
      first: "stp_wait",
      starts: [{ kind: "event", event: "Product Added", where: [], key: "cart_id" }],
      settings: { filter: null, reentry: { kind: "always" }, exits: [{ event: "Order Completed", where: [], sameKey: false, goal: true }] },
      steps: [
        { id: "stp_mail", name: "", kind: "email", template: template.id, exits: { next: "stp_later" } },
        {
          id: "stp_wait",
          name: "A moment",
          kind: "wait",
          until: { of: "duration", span: { n: 1, unit: "hour" } },
          exits: { next: "stp_mail" },
        },
        { id: "stp_later", name: "A day", kind: "wait", until: { of: "duration", span: { n: 1, unit: "day" } }, exits: { next: null } },
      ],
    },
  });
});

test.skipIf(!hasBrowser)(
  "a marketer rehearses a draft, reads one person's path, walks another through until an order ends it, and asks why someone was not in it",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/journeys/${journey.id}/rehearsal`);
      await page.getByRole("button", { name: "Rehearse", exact: true }).click();
      const person = page.locator(".rehearsal-people details").first();
      await person.locator("summary").click({ timeout: 60_000 });
      await expect.poll(() => person.innerText()).toMatch(/Anna[\s\S]*Still inside[\s\S]*Enters by “Addition to the cart”/);
      await picture(page, "rehearsal");
      expect(await barriers(page)).toEqual([]);
      const [done] = (await shop.api("GET", `/api/journeys/${journey.id}/rehearsals`)).items;
      expect((await shop.api("GET", `/api/rehearsals/${done.id}`)).result).toMatchObject({ entries: 1, people: 1 });

      await page.getByRole("button", { name: "Walk someone through" }).click();
      await page.getByRole("button", { name: "Walk through", exact: true }).click();
      const story = page.locator(".walk .thread");
      await expect.poll(() => story.innerText(), { timeout: 30_000 }).toMatch(/Message leaves[\s\S]*Went through to the end/);
      await page.getByLabel("What happens").selectOption("event");
      await page.getByLabel(/hours/).fill("5");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByRole("button", { name: "Walk through", exact: true }).click();
      await expect
        .poll(() => story.innerText(), { timeout: 30_000 })
        .toMatch(/Message leaves[\s\S]*“Order” happens[\s\S]*Reached the goal/);
      await picture(page, "walk");
      expect(await barriers(page)).toEqual([]);

      // Published now: an hour ago there was nothing to be in.
      await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
      const answer = await shop.api(
        "GET",
        `/api/journeys/${journey.id}/why-then?contact=${contacts["anna"]}&at=${new Date(Date.now() - HOUR).toISOString()}`,
      );
      expect(answer.verdict).toBe("not_published");
      await page.goto(`http://127.0.0.1:${shop.port}/journeys/${journey.id}`);
      const why = page.getByTestId("why");
      await why.getByRole("searchbox").fill("anna");
      await why.getByRole("button", { name: "Anna" }).click();
      await why.getByLabel("At a past moment").fill(
        await page.evaluate((ms) => {
          const then = new Date(Date.now() - ms);
          return new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
        }, HOUR),
      );
      await why.getByText("At that moment Anna was not in").waitFor();
      await picture(page, "why-then");
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "a birthday on 29 February is wished on the 28th where the year has none, and at nine o’clock too on the day the clocks change",
  { timeout: 120_000 },
  async () => {
    expect(await shop.api("GET", "/api/workspace")).toMatchObject({ timeZone: "Europe/Paris" });
    const birthday = await shop.api("POST", "/api/journeys", {
      name: "Birthday",
      graph: {
        version: 1,
        first: "stp_mail",
        positions: {},
        starts: [{ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true }],
        settings: { filter: null, reentry: { kind: "always" }, exits: [] },
        steps: [{ id: "stp_mail", name: "Wish", kind: "email", template: template.id, exits: { next: null } }],
      },
    });
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/journeys/${birthday.id}/rehearsal`);
      await page.getByRole("button", { name: "Walk someone through" }).click();
      await page.getByText("Time alone: the date starts the journey.").waitFor();
      const born = (date: string) => page.getByLabel("Birth date").fill(date);
      const walked = async (from: string, days: string): Promise<void> => {
        await page.getByLabel("Begins").fill(from);
        await page.getByLabel("Days", { exact: true }).fill(days);
        await page.getByRole("button", { name: "Walk through", exact: true }).click();
      };
      const wishes = async () =>
        [...(await page.locator(".walk .thread").innerText()).matchAll(/Message leaves[^]*?day (\d+), ([^\n]+)/g)].map(
          ([, , when]) => when,
        );
      await born("1984-02-29");
      await walked("2027-02-20T08:00", "400");
      await expect.poll(wishes, { timeout: 30_000 }).toEqual(["28 Feb, 09:00", "29 Feb 2028, 09:00"]);
      await picture(page, "walk-birthday");
      expect(await barriers(page)).toEqual([]);
      // 28 March 2027: at two in the morning it is three.
      await born("1990-03-28");
      await walked("2027-03-20T08:00", "30");
      await expect.poll(wishes, { timeout: 30_000 }).toEqual(["28 Mar, 09:00"]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
