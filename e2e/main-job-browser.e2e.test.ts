import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { htmlOf } from "../apps/server/test/support/mail.ts";
import { mailServer } from "../apps/server/test/support/smtp.ts";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, shown, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

const DAY = 86_400_000;
const PERSON = { "user-agent": "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36" };
let shop: Product;
let mail: Awaited<ReturnType<typeof mailServer>>;
/** What the mail server waits for before it lets a message begin. */
let gate = Promise.resolve();
beforeAll(async () => {
  if (!hasBrowser) return;
  mail = await mailServer({ onMailFrom: (_from, _session, done) => void gate.then(() => done()) });
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
});
afterAll(async () => {
  await shop?.end();
  await mail?.close();
});

const at = (path: string): string => `http://127.0.0.1:${shop.port}${path}`;
const day = (daysAgo: number): string => new Date(Date.now() - daysAgo * DAY).toISOString().slice(0, 19).replace("T", " ");

/** Takes a step from the palette and lets it go on an end of the drawing, counted from the last. */
async function drop(page: Page, kind: RegExp, end = 1): Promise<void> {
  const from = (await page.locator(".palette button", { hasText: kind }).boundingBox())!;
  const ends = page.locator(".step-end");
  const to = (await ends.nth((await ends.count()) - end).boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2 - 40, { steps: 5 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
  await page.mouse.up();
}

// The whole main job by a person's hands: nothing here goes through the API but what a shop's own server would send.
test.skipIf(!hasBrowser)(
  "a marketer brings orders, builds the reference segment, draws a win-back, and reads why the mail that arrived was sent",
  { timeout: 300_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 1000, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);

      await page.goto(at("/settings/workspace"));
      await page.getByLabel("Sender name").fill("Fauvel");
      await page.getByLabel(shown("Sender e-mail")).fill("bonjour@shop.example");
      await page.getByLabel("Postal address").fill("Fauvel, 12 rue des Halles, 75001 Paris");
      await page.getByLabel("Website").fill("https://shop.example");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      // A test may run at night.
      await page.goto(at("/settings/calendar"));
      await page.getByRole("checkbox", { name: "No marketing in these hours of the contact" }).uncheck();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();

      await page.goto(at("/settings/providers"));
      const smtp = page.locator("form", { hasText: "Encryption" });
      await smtp.getByLabel("Name").fill("Relay");
      await smtp.getByLabel("Host").fill("127.0.0.1");
      await smtp.getByRole("combobox", { name: "Encryption" }).click();
      await page.getByRole("option", { name: /None/ }).click();
      await smtp.getByLabel("Port").fill(String(mail.port));
      await smtp.getByRole("button", { name: "Add, without using it yet" }).click();
      const relay = page.locator("section", { hasText: "Relay" }).last();
      await relay.getByRole("button", { name: "Test" }).click();
      await page.getByText("Signed in without sending anything.").waitFor();
      await relay.getByRole("button", { name: "Activate" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
      await page.getByText("Sending open").waitFor();

      const file = join(mkdtempSync(join(tmpdir(), "relance-main-")), "orders.csv");
      writeFileSync(
        file,
        [
          "order number,order date,customer id,email,total",
          `A1,${day(400)},anna,anna@shop.example,500`,
          `A2,${day(20)},anna,anna@shop.example,350`,
          `B1,${day(20)},ben,ben@shop.example,120`,
        ].join("\n"),
      );
      await page.goto(at("/imports"));
      await page.locator('input[type="file"]').setInputFiles(file);
      await page.waitForURL("**/imports/*-*");
      await page.getByRole("button", { name: "Check the file" }).click();
      await page.getByRole("button", { name: "Import 3 rows" }).click({ timeout: 30_000 });
      await page.getByText("What was imported").waitFor({ timeout: 30_000 });

      await page.goto(at("/segments/new"));
      await page.getByLabel("Name of the segment").fill("Best customers");
      const row = (nth: number) => page.locator(".rule-line").nth(nth);
      const did = async (): Promise<void> => {
        await page.getByRole("button", { name: "Condition", exact: true }).last().click();
        await page.getByRole("menuitem", { name: "Something they did" }).click();
      };
      await did();
      await row(0).getByLabel("Measure").selectOption({ label: "sum of" });
      await row(0).getByLabel("Comparison").selectOption({ label: "exceeds" });
      await row(0).getByLabel("Number").first().fill("800");
      await row(0).getByLabel("Number").last().fill("2");
      await row(0).getByLabel("Unit").selectOption({ label: "years" });
      await did();
      await row(1).getByLabel("Measure").selectOption({ label: "last time" });
      await row(1).getByLabel("Number").fill("3");
      await row(1).getByLabel("Unit").selectOption({ label: "months" });
      await expect.poll(() => page.locator(".big-number").innerText(), { timeout: 15_000 }).toBe("1");
      await page.getByRole("button", { name: "Save" }).click();
      await page.waitForURL("**/segments/*-*");

      await page.goto(at("/templates"));
      await page.getByRole("button", { name: "New message" }).click();
      await page.getByRole("menuitem", { name: /back/i }).click();
      await page.waitForURL("**/templates/*-*");
      await page.getByRole("button", { name: "Publish" }).click();
      await page.getByText("Version 1 is published").waitFor();

      await page.goto(at("/journeys"));
      await page.getByRole("link", { name: "New journey" }).click();
      await page.getByRole("button", { name: "Open the canvas" }).click();
      await page.waitForURL("**/journeys/*-*");
      const journey = page.url().split("/").at(-1)!;
      const panel = page.locator(".journey-panel");
      await page.getByLabel("Name of the journey").fill("Win-back");
      await page.getByText("Say who enters, and when").click();
      await panel.getByRole("button", { name: "Add a start" }).click();
      await page.getByRole("menuitem", { name: "They enter or leave a segment" }).click();
      await panel.getByLabel("Segment", { exact: true }).selectOption({ label: "Best customers" });
      await drop(page, shown("E-mail"));
      await panel.getByLabel("Template").selectOption({ index: 1 });
      await panel.getByLabel("Name").fill("Thank you");
      await drop(page, /Wait/);
      await panel.getByLabel("Wait").selectOption({ label: "until they do something" });
      await panel.getByLabel("At most").fill("3");
      await drop(page, /Paths/);
      await panel.getByLabel("Name of the path").fill("in Canada");
      await drop(page, shown("E-mail"));
      await panel.getByLabel("Template").selectOption({ index: 1 });
      await panel.getByLabel("Name").fill("A last idea");
      await drop(page, /Exit/, 2);
      await picture(page, "main-journey");
      await page.getByRole("button", { name: /^Publish/ }).click();
      await page.locator("dialog[open]").getByRole("button", { name: "Publish version 1" }).click();
      await panel.getByText("Version 1 is live.").waitFor();

      // Ben agrees on paper, then buys for 700: the segment takes him in, and the mail leaves.
      await page.goto(at("/contacts"));
      await page.getByText("ben@shop.example").first().click();
      await page.getByRole("button", { name: "Record an answer" }).click();
      await page.getByRole("dialog").getByLabel("Proof").fill("Paper form, Lyon shop");
      await page.getByRole("dialog").getByRole("button", { name: "Record", exact: true }).click();
      await page.locator("main").getByText("agreed", { exact: true }).waitFor();
      expect(mail.taken).toEqual([]);
      expect(
        await shop.track([
          {
            type: "track",
            userId: "ben",
            event: "Order Completed",
            messageId: "live-1",
            properties: { order_id: "B2", total: 700, currency: "EUR" },
          },
        ]),
      ).toBe(true);
      await expect.poll(() => mail.taken.map((one) => one.to), { timeout: 20_000 }).toEqual(["ben@shop.example"]);
      const link = /href="(http:\/\/127\.0\.0\.1[^"]*\/t\/c\/[^"]+)"/.exec(await htmlOf(mail.taken[0]!.raw))![1]!;
      const clicked = await fetch(link, { redirect: "manual", headers: PERSON });
      expect([clicked.status, clicked.headers.get("location")]).toEqual([302, expect.stringMatching(/^https:\/\/shop\.example/)]);

      // The numbers on the drawing, then the reason on the profile.
      await page.goto(at(`/journeys/${journey}`));
      await page.locator(".step-box", { hasText: "Thank you" }).getByText("1 passed").waitFor({ timeout: 15_000 });
      await page.locator(".num-button", { hasText: "1 here" }).click();
      await picture(page, "main-numbers");
      await panel.getByRole("link", { name: "ben@shop.example" }).click();
      await page.waitForURL("**/contacts/*-*");
      await page
        .getByText(/clicked/i)
        .first()
        .waitFor({ timeout: 15_000 });
      await page.getByRole("button", { name: /why/i }).first().click();
      const why = page.locator(".why");
      await why.getByText("Consent").waitFor();
      await why.getByText(/Win-back, step “Thank you”\. Entered .*: entry into a segment/).waitFor();
      expect(await why.innerText()).toMatch(/Exclusion/i);
      expect(await page.locator("main").innerText()).not.toMatch(/stp_/);
      expect(await barriers(page)).toEqual([]);
      await picture(page, "main-profile");
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

// In the shop of the test before. The server is slow: 200 messages are on the wire, as many as may be, so hers is claimed and waits for room.
test.skipIf(!hasBrowser)(
  "who unsubscribes while their next message is claimed gets it no more, and its page says why",
  { timeout: 120_000 },
  async () => {
    const [template] = (await shop.api("GET", "/api/templates")).items;
    const { settings } = await shop.api("GET", "/api/workspace");
    await shop.api("PATCH", "/api/workspace", { settings: { ...settings, requireConsent: false } });
    const journey = await shop.api("POST", "/api/journeys", {
      name: "Answers",
      graph: {
        version: 1,
        starts: [{ kind: "event", event: "Asked", where: [], key: null }],
        first: "stp_mail",
        positions: {},
        settings: { filter: null, reentry: { kind: "always" }, exits: [] },
        steps: [{ id: "stp_mail", name: "Answer", kind: "email", template: template.id, exits: { next: null } }],
      },
    });
    await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
    const asks = (user: string, nth: number) => [
      { type: "identify", userId: user, messageId: `${user} ${journey.id}`, traits: { email: `${user}@shop.example` } },
      { type: "track", userId: user, event: "Asked", messageId: `${user} ${nth} ${journey.id}` },
    ];
    const sends = (query: string): Promise<{ id: string; state: string }[]> =>
      shop.api("GET", `/api/sends?journey=${journey.id}&limit=200&${query}`).then((found) => found.items);
    const ida = `ida-${journey.id}`;
    const hers = () => mail.taken.filter((one) => one.to === `${ida}@shop.example`);
    await shop.track(asks(ida, 1));
    await expect.poll(hers, { timeout: 20_000 }).toHaveLength(1);
    const leave = /^List-Unsubscribe: <([^>]+)>/m.exec(hers()[0]!.raw.toString())![1]!;
    const contact = (await shop.api("GET", `/api/contacts?search=${ida}@shop.example`)).items[0].id;
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    let open = (): void => undefined;
    try {
      const page = await signIn(browser, shop, "en");
      const reader = await browser.newPage();
      await reader.goto(leave);
      gate = new Promise((resolve) => {
        open = resolve;
      });
      await shop.track(Array.from({ length: 200 }, (_, nth) => asks(`crowd${nth}-${journey.id}`, 1)).flat());
      await expect.poll(() => sends("state=handing"), { timeout: 30_000 }).toHaveLength(200);
      await shop.track(asks(ida, 2));
      const last = async () => (await sends(`contact=${contact}`))[0]!;
      await expect.poll(async () => (await last()).state, { timeout: 20_000 }).toBe("claimed");
      await reader.locator("button.main").click();
      await reader.getByRole("status").waitFor();
      await expect.poll(async () => (await last()).state, { timeout: 20_000 }).toBe("skipped");
      open();
      await expect.poll(() => sends("state=accepted"), { timeout: 30_000 }).toHaveLength(200);
      expect([hers().length, new Set(mail.taken.map((one) => one.messageId)).size]).toEqual([1, mail.taken.length]);
      await page.goto(at(`/sends/${(await last()).id}`));
      await page
        .getByText(/objected to messages|consent withdrawn/)
        .first()
        .waitFor();
      await picture(page, "left-while-claimed");
    } finally {
      open();
      await browser.close();
    }
  },
);
