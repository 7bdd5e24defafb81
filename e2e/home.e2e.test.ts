import { afterEach, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, shown, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

const products: Product[] = [];
afterEach(async () => {
  for (const product of products.splice(0)) await product.end();
});

async function product(environment: Record<string, string>): Promise<Product> {
  const made = await Product.make(environment);
  products.push(made);
  await made.start();
  return made;
}

test.skipIf(!hasBrowser)("the first administrator makes their access by the link that was printed, and the first steps settle as the workspace fills", { timeout: 180_000 }, async () => {
  const shop = await product({ RELANCE_DEMO: "0" });
  await expect.poll(() => shop.output).toMatch(/\/setup\?token=\S+/);
  const link = /http\S+\/setup\?token=\S+/.exec(shop.output)![0];
  const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
  try {
    const page = browser.pages()[0]!;
    await page.goto(link);
    const errors = watchErrors(page);
    await page.getByLabel("Your name").fill("Camille Durand");
    await page.getByLabel(shown("E-mail")).fill(ADMIN.RELANCE_ADMIN_EMAIL);
    await page.getByLabel("Password", { exact: true }).fill(ADMIN.RELANCE_ADMIN_PASSWORD);
    await picture(page, "setup");
    const scripts = await page.evaluate(() => performance.getEntriesByType("resource").filter((one): one is PerformanceResourceTiming => one.name.endsWith(".js")).reduce((sum, one) => sum + one.encodedBodySize, 0));
    expect(scripts, "bytes of JavaScript before the first screen shows").toBeGreaterThan(50_000);
    expect(scripts, "bytes of JavaScript before the first screen shows").toBeLessThan(250_000);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Create my access" }).click();
    await page.getByText("Hello Camille.").waitFor();
    const progress = (done: number) => page.getByText(`${done} of 7 done`).waitFor();
    await progress(0);
    await picture(page, "first-steps-none");
    // The step at hand has buttons, every other one its title.
    await page.getByRole("link", { name: "Import a file", exact: true }).click();
    await page.waitForURL("**/imports");
    await page.goBack();
    await progress(0);

    await shop.track([{ type: "identify", userId: "anna", messageId: "m1", traits: { email: "anna@shop.example" } }]);
    await progress(2); // seen without a reload
    await shop.api("POST", "/api/segments", { name: "Buyers", rule: { kind: "attribute", attribute: "country", is: { op: "eq", value: "FR" } } });
    const template = await shop.api("POST", "/api/templates", { name: "Welcome", starter: "welcome" });
    await shop.api("POST", `/api/templates/${template.id}/publish`);
    const graph = { version: 1, starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_mail", positions: {}, settings: { filter: null, reentry: { kind: "never" }, exits: [] }, steps: [{ id: "stp_mail", name: "Welcome", kind: "email", template: template.id, exits: { next: null } }] };
    const journey = await shop.api("POST", "/api/journeys", { name: "Welcome", graph });
    await page.reload();
    await progress(4);
    await page.getByText("A draft waits to be published.").waitFor();
    await picture(page, "first-steps-some");
    await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
    const { settings } = await shop.api("GET", "/api/workspace");
    await shop.api("PATCH", "/api/workspace", { settings: { ...settings, sender: { ...settings.sender, email: "bonjour@shop.example", postalAddress: "12 rue des Halles, 75001 Paris" } } });
    const provider = await shop.api("POST", "/api/providers", { name: "Relay", kind: "smtp", settings: { host: "127.0.0.1", port: 9, security: "none" } });
    await shop.api("POST", `/api/providers/${provider.id}/activate`);
    await page.reload();
    await progress(7);
    await picture(page, "first-steps-all");
    expect(await barriers(page)).toEqual([]);

    await page.getByRole("button", { name: "Hide these steps" }).click();
    await expect.poll(() => page.getByText("First steps").count()).toBe(0);
    expect((await shop.api("GET", "/api/workspace")).settings.firstSteps).toBe(false);
    await page.goto(`http://127.0.0.1:${shop.port}/settings`);
    await page.getByLabel("Show the first steps on the home page").check();
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(async () => (await shop.api("GET", "/api/workspace")).settings.firstSteps).toBe(true);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});

test.skipIf(!hasBrowser)("the demo shop lives beside an empty workspace, one goes from one to the other, and it is removed in one click", { timeout: 300_000 }, async () => {
  const shop = await product({ ...ADMIN, RELANCE_DEMO: "1" });
  const own = await shop.api("GET", "/api/workspace");
  for (const [language, width, dark] of [["fr", 1440, false], ["en", 390, true]] as const) {
    const browser = await openBrowser({ width, height: 900, language, dark });
    try {
      const page = await signIn(browser, shop, language);
      for (const [name, id] of [["demo", null], ["own", own.id]] as const) {
        await page.evaluate((chosen) => (chosen === null ? localStorage.removeItem("relance.workspace") : localStorage.setItem("relance.workspace", chosen)), id);
        await page.goto(`http://127.0.0.1:${shop.port}/home`);
        await page.getByText(name === "demo" ? { fr: "Voici la boutique", en: "This is the demo" }[language] : { fr: "Premiers pas", en: "First steps" }[language]).first().waitFor();
        await picture(page, `home-${name}-${language}-${width}`);
        expect({ name, language, barriers: await barriers(page), sideways: await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth) }).toEqual({ name, language, barriers: [], sideways: 0 });
      }
    } finally {
      await browser.close();
    }
  }
  const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
  try {
    const page = await signIn(browser, shop, "en");
    await page.goto(`http://127.0.0.1:${shop.port}/home`);
    const errors = watchErrors(page);
    await page.getByRole("button", { name: "Go to my shop" }).click();
    await page.getByText("First steps").waitFor();
    await page.getByRole("button", { name: "Visit the demo shop" }).click();
    await page.getByText("This is the demo shop.").waitFor();
    await page.getByTitle("Fauvel, workspace").click();
    await page.getByRole("menuitem", { name: own.name }).click();
    await page.getByText("First steps").waitFor();
    await page.getByRole("button", { name: "Visit the demo shop" }).click();
    await page.getByRole("button", { name: "Remove the demo" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Your own workspaces stay as they are.").waitFor();
    await picture(page, "demo-removal");
    await dialog.getByRole("button", { name: "Remove the demo" }).click();
    await page.getByText("First steps").waitFor();
    expect(await page.getByRole("button", { name: "Visit the demo shop" }).count()).toBe(0);
    await page.getByTitle(`${own.name}, workspace`).click();
    await page.getByRole("menuitem", { name: own.name }).waitFor();
    expect(await page.getByRole("menuitem", { name: "Fauvel" }).count()).toBe(0);
    const actions = () => shop.api("GET", "/api/audit?limit=50").then((log) => log.items.map((line: { action: string }) => line.action));
    await expect.poll(actions, { timeout: 120_000, interval: 500 }).toEqual(expect.arrayContaining(["demo.removal_asked", "demo.removed"]));
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
