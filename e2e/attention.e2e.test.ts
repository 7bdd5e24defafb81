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

const DAY = 86_400_000;
const dateIn = (days: number) => new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris" }).format(Date.now() + days * DAY);

test.skipIf(!hasBrowser)(
  "an administrator caps messages, closes days, gives a journey priority, and reads on a held message until when and why",
  { timeout: 150_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      const at = (path: string) => `http://127.0.0.1:${shop.port}${path}`;
      const settings = async () => (await shop.api("GET", "/api/workspace")).settings;

      await page.goto(at("/settings/pressure"));
      await page.getByRole("button", { name: "Add a cap" }).click();
      const rule = page.getByRole("group").filter({ hasText: "Counted over" });
      await rule.getByLabel("Counted over").selectOption("week");
      await rule.getByLabel("Tag of a journey").fill("promo");
      await page.getByLabel("Contacts kept without marketing (%)").fill("5");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      expect(await settings()).toMatchObject({
        holdout: 5,
        caps: [{ channel: null, topic: null, tag: "promo", messages: 1, per: { this: "week" } }],
      });
      await picture(page, "settings-pressure");

      await page.goto(at("/settings/calendar"));
      await page.getByLabel(shown("Keep them for: E-mail")).check();
      await page.getByLabel("Contacts whose country is unknown are in").selectOption("FR-67");
      await page.getByLabel("Shown for").selectOption("FR-67");
      await page.getByRole("listitem").filter({ hasText: "Good Friday" }).getByRole("button", { name: "Let messages leave" }).click();
      for (const days of [-1, 0, 1]) {
        await page.getByLabel("Date", { exact: true }).fill(dateIn(days));
        await page.getByLabel("Name", { exact: true }).fill("Stock-taking");
        await page.getByRole("button", { name: "Add the day" }).click();
      }
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      const { calendar } = await settings();
      expect(calendar).toMatchObject({ channels: ["email"], place: "FR-67" });
      expect(calendar.days.map((day: { kind: string }) => day.kind).sort()).toEqual(["off", "off", "off", "on"]);
      await picture(page, "settings-calendar");

      // Nobody is held out and consent is asked of nobody, so that only the closed day stands in the way.
      await shop.api("PATCH", "/api/workspace", {
        settings: { ...(await settings()), holdout: 0, requireConsent: false, quietHours: null },
      });
      const template = await shop.api("POST", "/api/templates", { name: "Hello", starter: "win_back" });
      await shop.api("POST", `/api/templates/${template.id}/publish`);
      const graph = {
        version: 1,
        starts: [{ kind: "event", event: "Asked", where: [], key: null }],
        first: "stp_mail",
        positions: {},
        settings: { filter: null, reentry: { kind: "always" }, exits: [] },
        steps: [{ id: "stp_mail", name: "Answer", kind: "email", template: template.id, exits: { next: null } }],
      };
      const journey = await shop.api("POST", "/api/journeys", { name: "Answers", graph });
      await page.goto(at(`/journeys/${journey.id}`));
      await page.locator('.step-box[data-kind="start"]').click();
      await page.getByLabel("Exclusion group").fill("lifecycle");
      await page.getByLabel("Tags").fill("promo, hello");
      await page.getByLabel("Priority").fill("80");
      await expect
        .poll(async () => (await shop.api("GET", `/api/journeys/${journey.id}`)).draft.settings.attention, { timeout: 15_000 })
        .toMatchObject({ priority: 80, group: "lifecycle", tags: ["promo", "hello"], patience: { n: 3, unit: "day" } });
      await picture(page, "journey-attention");
      const { draftRevision } = await shop.api("GET", `/api/journeys/${journey.id}`);
      await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: draftRevision });
      await shop.track([
        { type: "identify", userId: "ana", traits: { email: "ana@shop.example" } },
        { type: "track", userId: "ana", event: "Asked", messageId: "asked-1" },
      ]);
      const sends = () =>
        shop
          .api("GET", `/api/sends?journey=${journey.id}`)
          .then((all) => all.items as { id: string; state: string; reason: string | null; dueAt: string }[]);
      await expect.poll(sends, { timeout: 30_000 }).toMatchObject([{ state: "held", reason: "day" }]);
      const [held] = await sends();
      expect(new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris" }).format(Date.parse(held!.dueAt))).toBe(dateIn(2));
      await page.goto(at(`/sends/${held!.id}`));
      await page.getByText(/^Held until .*: \d+ \w+ is closed \(Stock-taking\)\.$/).waitFor();
      await picture(page, "send-held");
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
