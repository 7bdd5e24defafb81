import { expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { at, idOf, saved, shop, template, useJourneyShop } from "./support/journey-shop.ts";
import { picture, shown, signIn } from "./support/person.ts";

useJourneyShop();

test.skipIf(!hasBrowser)(
  "someone who never drew a journey begins with one of the library, goes through four steps and activates it",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: false });
    try {
      const page = await signIn(browser, shop, "fr");
      const errors = watchErrors(page);
      await page.goto(at("/journeys/new"));
      await page.getByText("À quoi le scénario", { exact: false }).waitFor();
      const cards = page.getByRole("button", { name: /^Partir de/ });
      await cards.first().waitFor();
      expect(await cards.count()).toBe((await shop.api("GET", "/api/library")).items.length);
      await picture(page, "guided-begin");
      expect(await barriers(page)).toEqual([]);
      await page.getByLabel("But, départ, canal").fill("ancienneté");
      await expect.poll(() => cards.count()).toBe(1);
      await cards.click();
      await page.waitForURL("**/guided");
      const id = page.url().split("/").at(-2)!;
      await page.getByText(shown("contacts ont cette date")).waitFor();
      await page.getByLabel(shown("Quand")).first().selectOption("before");
      await page.getByLabel("Nombre").first().fill("7");
      await saved(id, ({ draft }) => draft.starts[0].days).toBe(-7);
      await picture(page, "guided-conditions");
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Continuer vers le déroulé" }).click();
      await picture(page, "guided-flow");
      await page.getByRole("button", { name: "Ajouter une étape à la fin" }).click();
      await page
        .getByRole("menuitem", { name: "Attente" })
        .or(page.getByRole("menuitem", { name: "Attendre" }))
        .first()
        .click();
      await saved(id, ({ draft }) => draft.steps.map((step: { kind: string }) => step.kind)).toEqual(["email", "wait"]);
      await picture(page, "guided-flow-open");
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Continuer vers les options" }).click();
      await picture(page, "guided-options");
      await page.getByRole("button", { name: "Continuer vers la vérification" }).click();
      await page.getByText("Il ne manque rien.").waitFor();
      await picture(page, "guided-check");
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Activer" }).click();
      await page.locator("dialog[open]").getByRole("button", { name: "Publier la version 1" }).click();
      await page.getByText("Il est actif.").waitFor();
      await saved(id, ({ state, liveVersion, problems }) => [state, liveVersion, problems]).toEqual(["live", 1, []]);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(at(`/journeys/${id}/guided?part=flow`));
      await page.getByText("Que se passe-t-il ensuite", { exact: false }).waitFor();
      await picture(page, "guided-phone");
      expect(await barriers(page)).toEqual([]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "a flow of another product is chosen, its report follows the names given to its ids, and it becomes a draft",
  { timeout: 120_000 },
  async () => {
    const flow = {
      data: {
        attributes: {
          name: "Moved",
          definition: {
            triggers: [{ type: "metric", id: "TnS2wq" }],
            entry_action_id: "1",
            actions: [
              { id: "1", type: "time-delay", links: { next: "2" }, data: { unit: "hours", value: 4 } },
              { id: "2", type: "code", links: { next: null }, data: null },
            ],
          },
        },
      },
    };
    const browser = await openBrowser({ width: 1280, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(at("/journeys/new"));
      await page.getByRole("link", { name: "Bring it in" }).click();
      const choose = (name: string, text: string) =>
        page
          .locator('input[type="file"]')
          .first()
          .setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
      await choose("notes.json", "not JSON");
      await page.getByText("notes.json is not JSON").waitFor();
      await choose("flow.json", JSON.stringify(flow));
      const line = (type: string) => page.locator(".moving-report li", { hasText: type });
      expect(await line("metric").getAttribute("data-verdict")).toBe("different");
      await line("code").getByText("not possible").waitFor();
      await page.getByLabel(/Metric TnS2wq/).fill("Added to Cart");
      await expect.poll(() => line("metric").getAttribute("data-verdict")).toBe("mapped");
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Make the draft" }).click();
      await page.getByRole("link", { name: "Open the draft" }).click();
      await page.waitForURL(/journeys\/[0-9a-f-]{36}$/);
      await saved(idOf(page), ({ name, draft }) => [name, draft.starts[0].event, draft.steps.length]).toEqual([
        "Moved",
        "Product Added",
        1,
      ]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
test.skipIf(!hasBrowser).each([
  ["fr", 390, 844, false],
  ["en", 390, 844, true],
  ["fr", 1000, 760, true],
] as const)("a live journey reads well (%s, %i px wide)", { timeout: 120_000 }, async (language, width, height, dark) => {
  const browser = await openBrowser({ width, height, language, dark });
  try {
    const graph = {
      version: 1,
      starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
      first: "stp_wait",
      positions: {},
      settings: { filter: null, reentry: { kind: "always" }, exits: [] },
      steps: [
        {
          id: "stp_wait",
          name: "",
          kind: "wait",
          until: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 3, unit: "day" } },
          exits: { event: "stp_goal", timeout: "stp_mail" },
        },
        { id: "stp_mail", name: "Un coup de pouce", kind: "email", template: template.id, exits: { next: null } },
        { id: "stp_goal", name: "", kind: "goal", exits: { next: null } },
      ],
    };
    const journey = await shop.api("POST", "/api/journeys", { name: "Premier achat", graph });
    await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
    await shop.track([{ type: "track", userId: "anna", event: "Signed Up", messageId: `${journey.id} in` }]);
    await expect.poll(async () => (await shop.api("GET", `/api/journeys/${journey.id}/numbers`)).totals.here, { timeout: 20_000 }).toBe(1);
    const page = await signIn(browser, shop, language);
    const errors = watchErrors(page);
    await page.goto(at(`/journeys/${journey.id}`));
    const step =
      width < 760
        ? page.locator(".read-step", { hasText: shown(language === "fr" ? "3 jours" : "3 days") })
        : page.locator('[data-step="stp_wait"]');
    await step.waitFor();
    await page
      .getByText(language === "fr" ? "1 ici" : "1 here")
      .first()
      .waitFor();
    await picture(page, `journey-${language}-${width}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await step.click();
    if (width > 760) await page.getByRole("tab", { name: /\(1\)/ }).click();
    await page.locator(".journey-panel").getByRole("link", { name: "Anna" }).waitFor();
    await picture(page, `journey-step-${language}-${width}`);
    expect(await barriers(page)).toEqual([]);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
