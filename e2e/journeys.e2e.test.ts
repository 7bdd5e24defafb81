import { eventTitle } from "@relance/model/rules";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { at, contacts, idOf, saved, shop, template, useJourneyShop } from "./support/journey-shop.ts";
import { picture, shown, signIn } from "./support/person.ts";

const DAY = 86_400_000;
useJourneyShop();

/** Takes a step from the palette with the mouse and lets it go on something of the canvas. */
async function drag(page: Page, kind: RegExp, onto: string): Promise<void> {
  const from = (await page.locator(".palette button", { hasText: kind }).boundingBox())!;
  // The drawing slides when a step comes; this waits until it stands still.
  await page.locator(onto).last().hover({ trial: true });
  const to = (await page.locator(onto).last().boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2 - 40, { steps: 5 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
  await page.mouse.up();
}

test.skipIf(!hasBrowser)(
  "a marketer draws a journey with the mouse, publishes it, sees who is where, and changes it with people inside",
  { timeout: 240_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      const panel = page.locator(".journey-panel");
      const dialog = page.locator("dialog[open]");
      await page.goto(at("/journeys"));
      await page.getByRole("link", { name: "New journey" }).click();
      await page.getByRole("button", { name: "Open the canvas" }).click();
      await page.waitForURL("**/journeys/*-*");
      const id = idOf(page);
      await page.getByLabel("Name of the journey").fill("Cart reminder");

      // What is missing is said before anything can be published, and leads to where it is mended.
      await page.getByRole("button", { name: /^Publish/ }).click();
      await dialog.getByText("Say what makes a contact enter.").click();
      await panel.getByRole("button", { name: "Add a start" }).click();
      await page.getByRole("menuitem", { name: "They do something" }).click();
      await panel.getByLabel("Event", { exact: true }).fill("Product Added");
      await panel.getByRole("button", { name: "Add a detail" }).click();
      await panel.getByLabel("Property", { exact: true }).fill("total");
      await panel.getByLabel("Comparison").selectOption("gte");
      await panel.getByLabel("Number").fill("50");
      await panel.getByLabel("Property that tells runs apart").fill("cart_id");
      await panel.getByRole("button", { name: "Add an exit" }).click();

      await drag(page, shown("E-mail"), ".step-end");
      await panel.getByText("Choose the template to send.").waitFor();
      await panel.getByLabel("Template").selectOption({ label: "Cart reminder" });
      await panel.getByLabel("Name").fill("First reminder");
      await drag(page, /Wait/, ".step-box[data-kind=email]");
      await panel.getByLabel("Number").fill("2");
      await saved(id, ({ draft, problems }) => ({
        problems,
        steps: draft.steps.map((step: { kind: string }) => step.kind),
        start: draft.starts[0],
      })).toMatchObject({
        problems: [],
        steps: ["email", "wait"],
        start: { kind: "event", event: "Product Added", where: [{ property: "total", is: { op: "gte", value: 50 } }], key: "cart_id" },
      });
      await saved(id, ({ draft, name }) => [
        name,
        draft.first,
        draft.steps[0].exits.next,
        draft.steps[1].until.span.n,
        draft.settings.exits[0].sameKey,
      ]).toEqual(["Cart reminder", expect.stringMatching(/^stp_/), expect.stringMatching(/^stp_/), 2, true]);
      await picture(page, "journey-draft-en-1440");
      expect(await barriers(page)).toEqual([]);

      await page.getByRole("button", { name: /^Publish/ }).click();
      await dialog.getByText(/nothing leaves, messages are kept to be read/).waitFor();
      await dialog.getByText(/When “Product Added” happens, with 1 detail/).waitFor();
      await picture(page, "journey-first-publish-en-1440");
      expect(await barriers(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Publish version 1" }).click();
      await panel.getByText("Version 1 is live.").waitFor();
      await saved(id, ({ state, liveVersion }) => [state, liveVersion]).toEqual(["live", 1]);

      const cart = (user: string, total: number) => ({
        type: "track",
        userId: user,
        event: "Product Added",
        messageId: `${user} ${total}`,
        properties: { cart_id: `cart ${user}`, total },
      });
      expect(await shop.track([cart("anna", 80), cart("ben", 20)])).toBe(true);
      const wait = (await shop.api("GET", `/api/journeys/${id}`)).draft.steps[1].id as string;
      const people = () =>
        shop
          .api("GET", `/api/journeys/${id}/people?step=${wait}`)
          .then((found) => found.items as { contact: string; version: number; since: string; until: string }[]);
      await expect.poll(people, { timeout: 20_000 }).toHaveLength(1);

      // The number on the step opens the people behind it.
      await page.locator(`.step-box:has([data-step="${wait}"]) .num-button`, { hasText: "1 here" }).click({ timeout: 15_000 });
      await panel.getByRole("link", { name: "Anna" }).waitFor();
      expect(await panel.innerText()).toMatch(/for cart anna/);
      expect(await panel.getByRole("link", { name: "Anna" }).getAttribute("href")).toBe(`/contacts/${contacts["anna"]}`);
      await picture(page, "journey-people-en-1440");
      await panel.getByRole("button", { name: "Close" }).click();

      // Why someone is not in it, in words.
      const why = page.getByTestId("why");
      await why.getByLabel("Contact").fill("ben@shop.example");
      await why.getByRole("button", { name: "Ben" }).click();
      await why.getByText(/the event never had these values/).waitFor();
      await picture(page, "journey-why-en-1440");
      expect(await barriers(page)).toEqual([]);
      await why.getByRole("button", { name: "Someone else" }).click();
      await why.getByLabel("Contact").fill("anna");
      await why.getByRole("button", { name: "Anna" }).click();
      await why
        .getByText(/Anna is in/)
        .first()
        .waitFor();

      // Cleo buys in the middle of her wait: the run of that cart ends at once, the other goes on.
      expect(
        await shop.track([
          { type: "identify", userId: "cleo", messageId: "cleo", traits: { email: "cleo@shop.example", firstName: "Cleo" } },
          cart("cleo", 90),
        ]),
      ).toBe(true);
      await expect.poll(people, { timeout: 20_000 }).toHaveLength(2);
      expect(
        await shop.track([
          {
            type: "track",
            userId: "cleo",
            event: "Order Completed",
            messageId: "cleo buys",
            properties: { order_id: "1", cart_id: "cart cleo", total: 90 },
          },
        ]),
      ).toBe(true);
      await expect.poll(people, { timeout: 20_000 }).toMatchObject([{ contact: contacts["anna"] }]);
      await why.getByRole("button", { name: "Someone else" }).click();
      await why.getByLabel("Contact").fill("cleo");
      await why.getByRole("button", { name: "Cleo" }).click();
      await why.getByText("This contact was in it, and that run has ended.").waitFor();
      await why.getByText(/Cleo is not in, but would enter/).waitFor();

      // A visitor without a name fills a cart, turns out to be Dora, and buys as Dora: her run came with her, and ends.
      expect(await shop.track([{ ...cart("dora", 70), userId: undefined, anonymousId: "a browser" }])).toBe(true);
      await expect.poll(people, { timeout: 20_000 }).toHaveLength(2);
      expect(
        await shop.track([
          {
            type: "identify",
            userId: "dora",
            anonymousId: "a browser",
            messageId: "dora",
            traits: { email: "dora@shop.example", firstName: "Dora" },
          },
        ]),
      ).toBe(true);
      const dora = async () => (await shop.api("GET", "/api/contacts?search=dora@shop.example")).items[0]?.id as string | undefined;
      await expect
        .poll(
          async () => {
            const id = await dora();
            return id !== undefined && (await people()).some((one) => one.contact === id);
          },
          { timeout: 20_000 },
        )
        .toBe(true);
      expect(
        await shop.track([
          {
            type: "track",
            userId: "dora",
            event: "Order Completed",
            messageId: "dora buys",
            properties: { order_id: "2", cart_id: "cart dora", total: 70 },
          },
        ]),
      ).toBe(true);
      await expect.poll(people, { timeout: 20_000 }).toMatchObject([{ contact: contacts["anna"] }]);
      await why.getByRole("button", { name: "Someone else" }).click();
      await why.getByLabel("Contact").fill("dora");
      await why.getByRole("button", { name: "Dora" }).click();
      await why.getByText("This contact was in it, and that run has ended.").waitFor();

      // Two days become five, for those who wait already too.
      await page.locator(`[data-step="${wait}"]`).click();
      await panel.getByLabel("Number").fill("5");
      await page.getByRole("button", { name: /^Publish/ }).click();
      const row = dialog.getByTestId(`people-${wait}`);
      await row.getByText("stay", { exact: true }).waitFor();
      await dialog.getByText("what it does").waitFor();
      await row.getByText("re-timed", { exact: true }).click();
      await dialog.getByText("1 re-timed", { exact: true }).waitFor();
      await dialog.locator(".diff-drawing .step-box[data-change=modified]").waitFor();
      expect(await dialog.locator(".diff-sides section").allInnerTexts()).toEqual([
        expect.stringMatching(/version 1[^]*2 days/),
        expect.stringMatching(/Version 2[^]*5 days/),
      ]);
      await picture(page, "journey-publish-en-1440");
      expect(await barriers(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Publish version 2" }).click();
      await panel.getByText(/What you chose for people inside applies within seconds/).waitFor();
      await expect
        .poll(async () => (await people()).map((one) => [one.version, Date.parse(one.until) - Date.parse(one.since)]), { timeout: 20_000 })
        .toEqual([[2, 5 * DAY]]);

      await page.getByRole("button", { name: "Pause" }).click();
      await dialog.getByLabel(/^Why/).fill("stocktaking");
      await dialog.getByRole("button", { name: "Pause" }).click();
      await panel.getByText("“stocktaking”").waitFor();
      await page.getByRole("button", { name: "Resume" }).click();
      await dialog.getByText("is moved by the length of the pause").click();
      await dialog.getByRole("button", { name: "Resume" }).click();
      await saved(id, ({ state }) => state).toBe("live");

      // The wait goes; who waits there is let go.
      await page.locator(`[data-step="${wait}"]`).click();
      await panel.getByRole("button", { name: "Remove this step" }).click();
      await page.getByRole("button", { name: /^Publish/ }).click();
      await row.getByText("removed").waitFor();
      // The step that goes is still drawn, where it was.
      await dialog.locator(".diff-drawing .step-box[data-change=removed]").waitFor();
      await picture(page, "journey-publish-removed");
      await row.getByText("move", { exact: true }).click();
      expect(await dialog.getByRole("button", { name: "Publish version 3" }).isDisabled()).toBe(true);
      await row.getByLabel("Step they go to").selectOption({ label: "First reminder" });
      expect(await dialog.getByRole("button", { name: "Publish version 3" }).isDisabled()).toBe(false);
      await row.getByText("leave", { exact: true }).click();
      await dialog.getByRole("button", { name: "Publish version 3" }).click();
      await panel.getByText(/Version 3 is live/).waitFor();
      await expect
        .poll(async () => (await shop.api("GET", `/api/journeys/${id}/numbers`)).totals, { timeout: 20_000 })
        .toMatchObject({ here: 0, entered: 3, leftEarly: 3 });

      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Duplicate" }).click();
      await dialog.getByRole("button", { name: "Duplicate" }).click();
      await expect.poll(() => page.getByLabel("Name of the journey").inputValue(), { timeout: 15_000 }).toBe("Cart reminder (copy)");
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Archive" }).click();
      await dialog.getByRole("button", { name: "Archive" }).click();
      await page.waitForURL("**/journeys");
      expect((await shop.api("GET", "/api/journeys")).items.map((one: { name: string }) => one.name)).toEqual(["Cart reminder"]);
      // What she did under no name and under hers is one line of time.
      await page.goto(at(`/contacts/${await dora()}`));
      for (const told of [eventTitle("Product Added", "en"), eventTitle("Order Completed", "en"), "First reminder"])
        await page.getByText(told).first().waitFor();
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

/** Presses Tab until what has the focus is wanted. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${selector}`);
}

test.skipIf(!hasBrowser)(
  "a journey is drawn, corrected and published with the keyboard alone, in French",
  { timeout: 180_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: true });
    try {
      const page = await signIn(browser, shop, "fr");
      const errors = watchErrors(page);
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-step") ?? null);
      const kind = (nth: number): string => `dialog[open] .kind-grid button:nth-child(${nth})`;
      await page.goto(at("/journeys"));
      await page.getByRole("heading", { name: "Scénarios" }).waitFor();
      await tabTo(page, ".head-actions a[href$='/journeys/new']");
      await page.keyboard.press("Enter");
      await page.getByText("À quoi le scénario", { exact: false }).waitFor();
      await tabTo(page, ".begin-list > li:nth-child(2) button");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/journeys/*-*");
      const id = idOf(page);
      await page.locator('[data-step="start"]').waitFor();
      await tabTo(page, '[data-step="start"]');

      await page.keyboard.press("Enter");
      await tabTo(page, ".panel-fields button");
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem").first().waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await tabTo(page, ".sub-part input");
      await page.keyboard.press("Control+a");
      await page.keyboard.type("Signed Up");
      await page.keyboard.press("Escape");
      await expect.poll(focused).toBe("start");

      // A: add after what is chosen; the first kind is an e-mail.
      await page.keyboard.press("a");
      await page.locator("dialog[open]").waitFor();
      await page.keyboard.press("Enter");
      await expect.poll(focused).toMatch(/^stp_/);
      const mail = (await focused())!;
      await page.keyboard.press("Enter");
      await tabTo(page, ".panel-fields select");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Escape");
      await expect.poll(focused).toBe(mail);

      // A wait, then a fork, then away with the wait, and back.
      await page.keyboard.press("a");
      await page.locator("dialog[open]").waitFor();
      await tabTo(page, kind(7));
      await page.keyboard.press("Enter");
      await expect.poll(async () => [mail, null].includes(await focused())).toBe(false);
      const wait = (await focused())!;
      await page.keyboard.press("a");
      await page.locator("dialog[open]").waitFor();
      await tabTo(page, kind(8));
      await page.keyboard.press("Enter");
      await expect.poll(async () => [mail, wait, null].includes(await focused())).toBe(false);
      const fork = (await focused())!;
      await page.keyboard.press("ArrowUp");
      await expect.poll(focused).toBe(wait);
      await page.keyboard.press("Delete");
      await expect.poll(focused).toBe(mail);
      await saved(id, ({ draft }) => draft.steps.map((step: { id: string }) => step.id)).toEqual([mail, fork]);
      await page.keyboard.press("Control+z");
      await saved(id, ({ draft }) => draft.steps.length).toBe(3);
      await page.keyboard.press("Control+Shift+Z");
      await saved(id, ({ draft }) => draft.steps.length).toBe(2);
      await page.keyboard.press("Control+z");

      // Out of the fork by its second way.
      await page.keyboard.press("ArrowDown");
      await expect.poll(focused).toBe(wait);
      await page.keyboard.press("ArrowDown");
      await expect.poll(focused).toBe(fork);
      await page.keyboard.press("a");
      await page.locator("dialog[open]").waitFor();
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("ArrowDown");
      await picture(page, "journey-keyboard-fr-1440");
      expect(await barriers(page)).toEqual([]);
      await tabTo(page, kind(20));
      await page.keyboard.press("Enter");
      await expect.poll(async () => (await focused()) === fork).toBe(false);
      await saved(id, ({ draft, problems }) => ({
        problems,
        kinds: draft.steps.map((step: { kind: string }) => step.kind).sort(),
        ways: draft.steps.find((step: { id: string }) => step.id === fork)?.exits,
        mail: draft.steps.find((step: { id: string }) => step.id === mail)?.template,
      })).toEqual({
        problems: [],
        kinds: ["branch", "email", "goal", "wait"],
        ways: { p1: null, else: expect.stringMatching(/^stp_/) },
        mail: template.id,
      });
      await picture(page, "journey-drawn-fr-1440");

      await tabTo(page, ".head-actions button[data-publish]");
      await page.keyboard.press("Enter");
      await page.getByText(/Personne n’entre pour le passé/).waitFor();
      await tabTo(page, "dialog[open] footer button:last-child");
      await page.keyboard.press("Enter");
      await saved(id, ({ state, liveVersion, live }) => [state, liveVersion, live?.starts[0]?.event]).toEqual(["live", 1, "Signed Up"]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
