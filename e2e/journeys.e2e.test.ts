import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, shown, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

const DAY = 86_400_000;
let shop: Product;
let template: { id: string };
const contacts: Record<string, string> = {};
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
  const workspace = await shop.api("GET", "/api/workspace");
  await shop.api("PATCH", "/api/workspace", { settings: { ...workspace.settings, quietHours: null, website: "https://shop.example", sender: { name: "Fauvel", email: "bonjour@shop.example", replyTo: "", postalAddress: "12 rue des Halles, 75001 Paris" } } });
  template = await shop.api("POST", "/api/templates", { name: "Cart reminder", starter: "abandoned_cart" });
  await shop.api("POST", `/api/templates/${template.id}/publish`);
  for (const name of ["anna", "ben"]) {
    contacts[name] = (await shop.api("POST", "/api/contacts", { externalId: name, email: `${name}@shop.example`, firstName: name === "anna" ? "Anna" : "Ben" })).id;
    await shop.api("POST", `/api/contacts/${contacts[name]}/consents`, { channel: "email", topic: "", state: "granted", basis: "express", source: "order form" });
  }
});
afterAll(() => shop?.end());

const at = (path: string): string => `http://127.0.0.1:${shop.port}${path}`;
const idOf = (page: Page): string => page.url().split("/").at(-1)!;
// oxlint-disable-next-line typescript/no-explicit-any
const saved = (id: string, what: (journey: any) => unknown) => expect.poll(async () => what(await shop.api("GET", `/api/journeys/${id}`)), { timeout: 15_000 });

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

test.skipIf(!hasBrowser)("a marketer draws a journey with the mouse, publishes it, sees who is where, and changes it with people inside", { timeout: 240_000 }, async () => {
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
    await saved(id, ({ draft, problems }) => ({ problems, steps: draft.steps.map((step: { kind: string }) => step.kind), start: draft.starts[0] })).toMatchObject({
      problems: [], steps: ["email", "wait"], start: { kind: "event", event: "Product Added", where: [{ property: "total", is: { op: "gte", value: 50 } }], key: "cart_id" },
    });
    await saved(id, ({ draft, name }) => [name, draft.first, draft.steps[0].exits.next, draft.steps[1].until.span.n, draft.settings.exits[0].sameKey]).toEqual(["Cart reminder", expect.stringMatching(/^stp_/), expect.stringMatching(/^stp_/), 2, true]);
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

    const cart = (user: string, total: number) => ({ type: "track", userId: user, event: "Product Added", messageId: `${user} ${total}`, properties: { cart_id: `cart ${user}`, total } });
    expect(await shop.track([cart("anna", 80), cart("ben", 20)])).toBe(true);
    const wait = (await shop.api("GET", `/api/journeys/${id}`)).draft.steps[1].id as string;
    const people = () => shop.api("GET", `/api/journeys/${id}/people?step=${wait}`).then((found) => found.items as { contact: string; version: number; since: string; until: string }[]);
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
    await why.getByText(/Anna is in/).first().waitFor();

    // Cleo buys in the middle of her wait: the run of that cart ends at once, the other goes on.
    expect(await shop.track([{ type: "identify", userId: "cleo", messageId: "cleo", traits: { email: "cleo@shop.example", firstName: "Cleo" } }, cart("cleo", 90)])).toBe(true);
    await expect.poll(people, { timeout: 20_000 }).toHaveLength(2);
    expect(await shop.track([{ type: "track", userId: "cleo", event: "Order Completed", messageId: "cleo buys", properties: { order_id: "1", cart_id: "cart cleo", total: 90 } }])).toBe(true);
    await expect.poll(people, { timeout: 20_000 }).toMatchObject([{ contact: contacts["anna"] }]);
    await why.getByRole("button", { name: "Someone else" }).click();
    await why.getByLabel("Contact").fill("cleo");
    await why.getByRole("button", { name: "Cleo" }).click();
    await why.getByText("This contact was in it, and that run has ended.").waitFor();
    await why.getByText(/Cleo is not in, but would enter/).waitFor();

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
    expect(await dialog.locator(".diff-sides section").allInnerTexts()).toEqual([expect.stringMatching(/version 1[^]*2 days/), expect.stringMatching(/Version 2[^]*5 days/)]);
    await picture(page, "journey-publish-en-1440");
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Publish version 2" }).click();
    await panel.getByText(/What you chose for people inside applies within seconds/).waitFor();
    await expect.poll(async () => (await people()).map((one) => [one.version, Date.parse(one.until) - Date.parse(one.since)]), { timeout: 20_000 }).toEqual([[2, 5 * DAY]]);

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
    await expect.poll(async () => (await shop.api("GET", `/api/journeys/${id}/numbers`)).totals, { timeout: 20_000 }).toMatchObject({ here: 0, entered: 2, leftEarly: 2 });

    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).click();
    await dialog.getByRole("button", { name: "Duplicate" }).click();
    await expect.poll(() => page.getByLabel("Name of the journey").inputValue(), { timeout: 15_000 }).toBe("Cart reminder (copy)");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Archive" }).click();
    await dialog.getByRole("button", { name: "Archive" }).click();
    await page.waitForURL("**/journeys");
    expect((await shop.api("GET", "/api/journeys")).items.map((one: { name: string }) => one.name)).toEqual(["Cart reminder"]);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});

/** Presses Tab until what has the focus is wanted. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${selector}`);
}

test.skipIf(!hasBrowser)("a journey is drawn, corrected and published with the keyboard alone, in French", { timeout: 180_000 }, async () => {
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
    await tabTo(page, kind(19));
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await focused()) === fork).toBe(false);
    await saved(id, ({ draft, problems }) => ({ problems, kinds: draft.steps.map((step: { kind: string }) => step.kind).sort(), ways: draft.steps.find((step: { id: string }) => step.id === fork)?.exits, mail: draft.steps.find((step: { id: string }) => step.id === mail)?.template })).toEqual({
      problems: [], kinds: ["branch", "email", "goal", "wait"], ways: { p1: null, else: expect.stringMatching(/^stp_/) }, mail: template.id,
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
});

test.skipIf(!hasBrowser)("two people on one draft: the second is told, and neither loses a word without choosing to", { timeout: 120_000 }, async () => {
  const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
  try {
    const journey = await shop.api("POST", "/api/journeys", { name: "Shared" });
    const byOther = async (name: string): Promise<void> => {
      const { draft, draftRevision } = await shop.api("GET", `/api/journeys/${journey.id}`);
      await shop.api("PUT", `/api/journeys/${journey.id}/draft`, { graph: draft, revision: draftRevision, name });
    };
    const page = await signIn(browser, shop, "en");
    await page.goto(at(`/journeys/${journey.id}`));
    const name = page.getByLabel("Name of the journey");
    await expect.poll(() => name.inputValue(), { timeout: 15_000 }).toBe("Shared");
    await byOther("Theirs");
    await name.fill("Mine");
    await page.getByText("what you did since is not saved").waitFor();
    expect((await shop.api("GET", `/api/journeys/${journey.id}`)).name).toBe("Theirs");
    await picture(page, "journey-meanwhile-en-1440");
    await page.getByRole("button", { name: "Save mine over it" }).click();
    await saved(journey.id, (now) => now.name).toBe("Mine");
    await byOther("Theirs again");
    await name.fill("Mine again");
    await page.getByRole("button", { name: "Show theirs" }).click();
    await expect.poll(() => name.inputValue(), { timeout: 15_000 }).toBe("Theirs again");
    expect((await shop.api("GET", `/api/journeys/${journey.id}`)).name).toBe("Theirs again");
  } finally {
    await browser.close();
  }
});

test.skipIf(!hasBrowser)("steps are copied, cut, pasted and taken back, go to another workspace that is asked what they use there, and are found again", { timeout: 120_000 }, async () => {
  const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
  try {
    const mail = (id: string, name: string, next: string | null) => ({ id, name, kind: "email", template: template.id, exits: { next } });
    const graph = { version: 1, starts: [{ kind: "event", event: "Hello", where: [], key: null }], first: "stp_a", positions: {}, settings: { filter: null, reentry: { kind: "never" }, exits: [] }, steps: [mail("stp_a", "First", "stp_w"), { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 2, unit: "day" } }, exits: { next: "stp_b" } }, mail("stp_b", "Second", null)] };
    const { id } = await shop.api("POST", "/api/journeys", { name: "Copied from", graph });
    const names = ({ draft }: { draft: { first: string; steps: { id: string; name: string; kind: string; exits: Record<string, string | null> }[] } }): string[] => {
      const read: string[] = [];
      for (let at: string | null = draft.first; at !== null;) { const step = draft.steps.find((one) => one.id === at)!; read.push(step.name || step.kind); at = step.exits["next"] ?? null; }
      return read;
    };
    const page = await signIn(browser, shop, "en");
    const errors = watchErrors(page);
    await page.goto(at(`/journeys/${id}`));
    await page.locator('[data-step="stp_a"]').click();
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("2 steps chosen").waitFor();
    await page.keyboard.press("Control+c");
    await page.getByText("2 steps copied.").waitFor();
    await page.locator('[data-step="stp_b"]').click();
    await page.keyboard.press("Control+v");
    await saved(id, names).toEqual(["First", "wait", "Second", "First", "wait"]);
    await picture(page, "journey-pasted");
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Control+z");
    await saved(id, names).toEqual(["First", "wait", "Second"]);

    // Cut by the menu, as with the menu key; the paste follows what came before it.
    await page.locator('[data-step="stp_w"]').click({ button: "right" });
    await picture(page, "journey-step-menu");
    await page.getByRole("menuitem", { name: "Cut" }).click();
    await saved(id, names).toEqual(["First", "Second"]);
    await page.locator('[data-step="stp_b"]').click();
    await page.locator(".journey-panel").getByRole("button", { name: "Copy, cut, paste" }).click();
    await page.getByRole("menuitem", { name: "Paste after" }).click();
    await saved(id, names).toEqual(["First", "Second", "wait"]);

    // A word that only the text of the messages has: both steps that send it are found, and walked.
    const variants: readonly { subject: string }[] = Object.values((await shop.api("GET", `/api/templates/${template.id}`)).draft.variants);
    await page.keyboard.press("Control+f");
    const search = page.getByRole("search");
    await search.getByRole("textbox").fill(variants[0]!.subject);
    await search.getByText("1 of 2").waitFor();
    await search.getByRole("textbox").press("Enter");
    await search.getByText("2 of 2, Second").waitFor();
    await picture(page, "journey-search");
    expect(await barriers(page)).toEqual([]);
    await search.getByRole("textbox").press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-step"))).toBe("stp_b");

    // In another workspace the template is unknown: it is asked for by its name.
    await page.locator('[data-step="stp_a"]').click();
    await page.keyboard.press("Control+c");
    const other = await page.evaluate(async () => {
      const made = await fetch("/api/workspaces", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: "Elsewhere" }) }).then((answer) => answer.json());
      const post = (path: string, body: unknown) => fetch(path, { method: "POST", headers: { "content-type": "application/json", "relance-workspace": made.id }, body: JSON.stringify(body) }).then((answer) => answer.json());
      const hello = await post("/api/templates", { name: "Hello from here" });
      return { workspace: made.id as string, template: hello.id as string, journey: (await post("/api/journeys", { name: "Pasted into" })).id as string };
    });
    await page.evaluate((workspace) => localStorage.setItem("relance.workspace", workspace), other.workspace);
    await page.goto(at(`/journeys/${other.journey}`));
    await page.locator('[data-step="start"]').click();
    await page.keyboard.press("Control+v");
    const dialog = page.locator("dialog[open]");
    await picture(page, "journey-paste-asks");
    expect(await barriers(page)).toEqual([]);
    await dialog.getByLabel("Template “Cart reminder”").selectOption({ label: "Hello from here" });
    await dialog.getByRole("button", { name: "Paste the step" }).click();
    const draft = () => page.evaluate(({ workspace, journey }) => fetch(`/api/journeys/${journey}`, { headers: { "relance-workspace": workspace } }).then((answer) => answer.json()).then((found) => found.draft.steps), other);
    await expect.poll(draft).toMatchObject([{ kind: "email", name: "First", template: other.template }]);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});

test.skipIf(!hasBrowser).each([["fr", 390, 844, false], ["en", 390, 844, true], ["fr", 1000, 760, true]] as const)("a live journey reads well (%s, %i px wide)", { timeout: 120_000 }, async (language, width, height, dark) => {
  const browser = await openBrowser({ width, height, language, dark });
  try {
    const graph = {
      version: 1, starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_wait", positions: {}, settings: { filter: null, reentry: { kind: "always" }, exits: [] },
      steps: [
        { id: "stp_wait", name: "", kind: "wait", until: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 3, unit: "day" } }, exits: { event: "stp_goal", timeout: "stp_mail" } },
        { id: "stp_mail", name: "Un coup de pouce", kind: "email", template: template.id, exits: { next: null } }, { id: "stp_goal", name: "", kind: "goal", exits: { next: null } },
      ],
    };
    const journey = await shop.api("POST", "/api/journeys", { name: "Premier achat", graph });
    await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
    await shop.track([{ type: "track", userId: "anna", event: "Signed Up", messageId: `${journey.id} in` }]);
    await expect.poll(async () => (await shop.api("GET", `/api/journeys/${journey.id}/numbers`)).totals.here, { timeout: 20_000 }).toBe(1);
    const page = await signIn(browser, shop, language);
    const errors = watchErrors(page);
    await page.goto(at(`/journeys/${journey.id}`));
    const step = width < 760 ? page.locator(".read-step", { hasText: "Order Completed" }) : page.locator('[data-step="stp_wait"]');
    await step.waitFor();
    await page.getByText(language === "fr" ? "1 ici" : "1 here").first().waitFor();
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

test.skipIf(!hasBrowser)("someone who never drew a journey begins with one of the library, goes through four steps and activates it", { timeout: 120_000 }, async () => {
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
    await page.getByLabel("Nombre").fill("7");
    await saved(id, ({ draft }) => draft.starts[0].days).toBe(-7);
    await picture(page, "guided-conditions");
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Continuer vers le déroulé" }).click();
    await picture(page, "guided-flow");
    await page.getByRole("button", { name: "Ajouter une étape à la fin" }).click();
    await page.getByRole("menuitem", { name: "Attente" }).or(page.getByRole("menuitem", { name: "Attendre" })).first().click();
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
});

test.skipIf(!hasBrowser)("where four eyes are needed a draft is asked about, sent back, approved by another person and published; an earlier version is brought back", { timeout: 150_000 }, async () => {
  const one = await shop.api("POST", "/api/journeys", { name: "Two days later", graph: { version: 1, starts: [{ kind: "event", event: "Hello", where: [], key: null }], first: "stp_w", positions: {}, settings: { filter: null, reentry: { kind: "never" }, exits: [] }, steps: [{ id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 2, unit: "day" } }, exits: { next: null } }] } });
  const { settings } = await shop.api("GET", "/api/workspace");
  await shop.api("PATCH", "/api/workspace", { settings: { ...settings, fourEyes: true } });
  const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
  try {
    const page = await signIn(browser, shop, "en");
    const errors = watchErrors(page);
    const panel = page.locator(".journey-panel");
    const dialog = page.locator("dialog[open]");
    await page.goto(at(`/journeys/${one.id}`));
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Ask for a review" }).click();
    await dialog.getByLabel("What to look at").fill("Two days or three?");
    await dialog.getByRole("button", { name: "Ask", exact: true }).click();
    await panel.getByText("Two days or three?").waitFor();
    expect(await panel.getByRole("button", { name: "Approve" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: /^Publish/ }).click();
    await dialog.getByText("This workspace needs four eyes").waitFor();
    expect(await dialog.getByRole("button", { name: "Publish version 1" }).isDisabled()).toBe(true);
    await picture(page, "review-needed");
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");

    // Another person approves.
    const { url } = await page.evaluate(() => fetch("/api/members/invitations", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ role: "approver" }) }).then((answer) => answer.json()));
    const token = new URL(url).searchParams.get("token") ?? url.split("/").at(-1);
    await fetch(at("/api/invitations/accept"), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token, name: "Dominique", email: "dominique@shop.example", password: ADMIN.RELANCE_ADMIN_PASSWORD, locale: "en" }) });
    const other = await openBrowser({ width: 1440, height: 900, language: "en", dark: true });
    try {
      const second = other.pages()[0]!;
      await second.goto(at("/"));
      await second.locator('input[type="email"]').fill("dominique@shop.example");
      await second.locator('input[type="password"]').fill(ADMIN.RELANCE_ADMIN_PASSWORD);
      await second.locator('button[type="submit"]').click();
      await second.waitForURL("**/home");
      await second.goto(at(`/journeys/${one.id}`));
      await second.locator(".journey-panel").getByRole("button", { name: "Approve" }).waitFor();
      await picture(second, "review-dark");
      expect(await barriers(second)).toEqual([]);
      // Named on a step, one finds it from the list of journeys, answers and resolves it.
      await page.locator('[data-step="stp_w"]').click();
      await panel.getByRole("tab", { name: "Comments" }).click();
      await panel.getByLabel("A comment for your colleagues").fill("Is that long enough, @Dom");
      await panel.getByRole("button", { name: "Dominique" }).click();
      await panel.getByRole("button", { name: "Comment", exact: true }).click();
      await panel.locator(".comment-named", { hasText: "@Dominique" }).waitFor();
      await page.locator(".step-notes").waitFor();
      await picture(page, "comments");
      expect(await barriers(page)).toEqual([]);
      await panel.getByRole("button", { name: "Close" }).click();
      await second.goto(at("/journeys"));
      await second.getByRole("heading", { name: "You are named" }).waitFor();
      await picture(second, "mentions-dark");
      await second.locator("tr", { hasText: "long enough" }).getByRole("link").click();
      await second.getByRole("button", { name: "Answer" }).click();
      await second.getByLabel("Your answer").fill("It is.");
      await second.getByRole("button", { name: "Answer", exact: true }).click();
      await second.locator(".comment", { hasText: "It is." }).waitFor();
      await picture(second, "comments-dark");
      expect(await barriers(second)).toEqual([]);
      await second.getByRole("button", { name: "Resolve" }).click();
      await second.getByText("1 resolved thread").waitFor();
      await second.goto(at(`/journeys/${one.id}`));
      await second.locator(".journey-panel").getByRole("button", { name: "Approve" }).click();
      await second.locator(".journey-panel").getByText("Dominique approved this draft").waitFor();
    } finally {
      await other.close();
    }
    await panel.getByText("Dominique approved this draft").waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: /^Publish/ }).click();
    await dialog.getByRole("button", { name: "Publish version 1" }).click();
    await saved(one.id, ({ liveVersion }) => liveVersion).toBe(1);

    await page.locator('[data-step="stp_w"]').click();
    await panel.getByLabel("Number").fill("3");
    await saved(one.id, ({ draft }) => draft.steps[0].until.span.n).toBe(3);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Versions" }).click();
    await dialog.getByText("Version 1").waitFor();
    await picture(page, "versions");
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Look: Version 1" }).click();
    await dialog.locator(".diff-drawing .step-box[data-change=added]").first().waitFor();
    await picture(page, "version-looked-at");
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "All versions" }).click();
    await dialog.getByRole("button", { name: /Bring back/ }).click();
    await panel.getByText("The draft is version 1 again").waitFor();
    await saved(one.id, ({ draft }) => draft.steps[0].until.span.n).toBe(2);
    expect(errors).toEqual([]);
  } finally {
    await shop.api("PATCH", "/api/workspace", { settings });
    await browser.close();
  }
});

test.skipIf(!hasBrowser)("a flow of another product is chosen, its report follows the names given to its ids, and it becomes a draft", { timeout: 120_000 }, async () => {
  const flow = { data: { attributes: { name: "Moved", definition: {
    triggers: [{ type: "metric", id: "TnS2wq" }], entry_action_id: "1",
    actions: [{ id: "1", type: "time-delay", links: { next: "2" }, data: { unit: "hours", value: 4 } }, { id: "2", type: "code", links: { next: null }, data: null }],
  } } } };
  const browser = await openBrowser({ width: 1280, height: 900, language: "en", dark: false });
  try {
    const page = await signIn(browser, shop, "en");
    const errors = watchErrors(page);
    await page.goto(at("/journeys/new"));
    await page.getByRole("link", { name: "Bring it in" }).click();
    const choose = (name: string, text: string) => page.locator('input[type="file"]').first().setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
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
    await saved(idOf(page), ({ name, draft }) => [name, draft.starts[0].event, draft.steps.length]).toEqual(["Moved", "Product Added", 1]);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
