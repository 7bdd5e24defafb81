import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { Product, type Answer } from "./support/product.ts";

let shop: Product;
let contact: string;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
  contact = (await shop.api("POST", "/api/contacts", { email: "zoe@client.example", firstName: "Zoé", lastName: "Martin", locale: "fr" }))
    .id;
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser)(
  "a marketer makes a template from a design, mends what is wrong, reads it as a contact, tests it, publishes it and goes back",
  { timeout: 180_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/templates`);
      await page.getByRole("button", { name: "New message" }).click();
      await page.getByRole("menuitem").first().click();
      await page.waitForURL("**/templates/*-*");
      const id = page.url().split("/").at(-1)!;
      const saved = (what: (draft: Answer) => boolean) =>
        expect.poll(async () => what((await shop.api("GET", `/api/templates/${id}`)).draft), { timeout: 15_000 }).toBe(true);

      await page.getByRole("tab", { name: /French/ }).click();
      await page.getByLabel("Subject").fill("");
      await page.getByText("The subject is empty.").first().waitFor();
      expect(await page.getByRole("button", { name: "Publish" }).isDisabled()).toBe(true);
      await page.getByLabel("Subject").fill("Bonjour {{ contact.first_name }}");
      const source = page.getByLabel("Source", { exact: true });
      const before = await source.inputValue();
      await source.fill(before.replace("</h1>", "{{ x | env }}</h1>"));
      const problem = page.locator('.mail-problems button[data-level="error"]', { hasText: "There is no such filter." });
      await problem.waitFor();
      expect(await problem.innerText()).toMatch(/line \d+/);
      await problem.click();
      expect(await source.evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd))).toContain(
        "x | env",
      );
      await source.fill(before);
      await problem.waitFor({ state: "detached" });

      await page.getByPlaceholder("As a sample reader").fill("zoe");
      await page.getByRole("option", { name: /Zoé/ }).click();
      await expect.poll(() => page.getByTestId("preview-subject").innerText(), { timeout: 15_000 }).toBe("Bonjour Zoé");
      await saved((draft) => draft.variants.fr.subject === "Bonjour {{ contact.first_name }}");
      const ground = () =>
        page
          .frames()
          .at(-1)!
          .evaluate(() => getComputedStyle(document.querySelector(".page")!).backgroundColor)
          .catch(() => "");
      await expect.poll(ground).toBe("rgb(242, 245, 244)");
      await page.locator(".mail-see label", { hasText: "Dark" }).click();
      await expect.poll(ground).toBe("rgb(19, 31, 34)");
      await page.locator(".mail-see label", { hasText: "Light" }).click();
      await expect.poll(ground).toBe("rgb(242, 245, 244)");
      await picture(page, "template-en-1440");

      await page.getByRole("button", { name: "Publish" }).click();
      await page.getByText("Version 1 is published").waitFor();
      await page.getByRole("button", { name: "Send me a test" }).click();
      await page.getByRole("link", { name: "Read it" }).waitFor();

      await page.getByLabel("Subject").fill("Autre objet");
      await saved((draft) => draft.variants.fr.subject === "Autre objet");
      await page.getByRole("button", { name: "Take back as draft 1" }).click();
      await expect.poll(() => page.getByLabel("Subject").inputValue()).toBe("Bonjour {{ contact.first_name }}");
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => page.getByLabel("Subject").inputValue()).toBe("Autre objet");
      await page.getByRole("button", { name: "Redo" }).click();
      await saved((draft) => draft.variants.fr.subject === "Bonjour {{ contact.first_name }}");

      // Leaving at once after a letter loses nothing.
      await page.getByLabel("Preheader").fill("Dernier mot");
      await page.getByRole("link", { name: "Read it" }).click();
      await page.waitForURL("**/outbox/*");
      await page.getByRole("heading", { name: "[Test] Bonjour Zoé" }).waitFor();
      await picture(page, "outbox-test-en-1440");
      await saved((draft) => draft.variants.fr.preheader === "Dernier mot");
      expect((await shop.api("GET", "/api/outbox")).items).toMatchObject([
        { subject: "[Test] Bonjour Zoé", address: ADMIN.RELANCE_ADMIN_EMAIL, contact },
      ]);
      expect((await shop.api("GET", "/api/sends")).items).toEqual([]);

      // A text is tried on a phone.
      const text = await shop.api("POST", "/api/templates", {
        name: "Soldes",
        channel: "sms",
        content: {
          version: 1,
          fallback: "fr",
          variants: { fr: { subject: "", preheader: "", format: "text", source: "Soldes jusqu’à dimanche", text: null } },
        },
      });
      await page.goto(`http://127.0.0.1:${shop.port}/templates/${text.id}`);
      await page.getByLabel("Phone number").fill("06 12");
      await page.getByRole("button", { name: "Send a test" }).click();
      await page.getByText("This is no phone number we can read").waitFor();
      await page.getByLabel("Phone number").fill("06 12 34 56 78");
      await page.getByRole("button", { name: "Send a test" }).click();
      await page.getByText("The test for +33612345678 is in the outbox.").waitFor();
      await picture(page, "sms-test-en-1440");
      expect(await barriers(page)).toEqual([]);
      // The browser notes that the preview of the broken source was refused, which is what was asked for.
      expect(errors.filter((one) => !one.includes("422"))).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser).each([
  ["fr", 1440, 900, true],
  ["fr", 390, 844, false],
  ["en", 390, 844, true],
] as const)("the editor reads well (%s, %i px wide)", { timeout: 120_000 }, async (language, width, height, dark) => {
  const browser = await openBrowser({ width, height, language, dark });
  try {
    const page = await signIn(browser, shop, language);
    const errors = watchErrors(page);
    const made = await shop.api("POST", "/api/templates", { name: "Panier abandonné", starter: "abandoned_cart" });
    await shop.api("POST", `/api/templates/${made.id}/publish`);
    await page.goto(`http://127.0.0.1:${shop.port}/templates/${made.id}`);
    await page.locator("iframe").waitFor();
    await picture(page, `template-${language}-${width}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});

test.skipIf(!hasBrowser)(
  "a message nobody knows about is explained, and what a person says of it can be taken back before it counts",
  { timeout: 120_000 },
  async () => {
    const silent = await hangsUp();
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const workspace = await shop.api("GET", "/api/workspace");
      await shop.api("PATCH", "/api/workspace", {
        settings: {
          ...workspace.settings,
          quietHours: null,
          sender: { name: "Fauvel", email: "bonjour@shop.example", replyTo: "", postalAddress: "12 rue des Halles, 75001 Paris" },
        },
      });
      const provider = await shop.api("POST", "/api/providers", {
        name: "Relay",
        kind: "smtp",
        settings: { host: "127.0.0.1", port: silent.port, security: "none" },
      });
      await shop.api("POST", `/api/providers/${provider.id}/activate`);
      const template = await shop.api("POST", "/api/templates", { name: "Bienvenue", starter: "welcome" });
      await shop.api("POST", `/api/templates/${template.id}/publish`);
      const graph = {
        version: 1,
        starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
        first: "stp_mail",
        positions: {},
        settings: { filter: null, reentry: { kind: "never" }, exits: [] },
        steps: [{ id: "stp_mail", name: "", kind: "email", template: template.id, exits: { next: null } }],
      };
      const journey = await shop.api("POST", "/api/journeys", { name: "Bienvenue", graph });
      expect(journey.problems).toEqual([]);
      await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
      await shop.track([{ type: "identify", userId: "noe", messageId: "i-1", traits: { email: "noe@client.example" } }]);
      const person = async () => ((await shop.api("GET", "/api/contacts?search=noe@client.example")).items[0]?.id ?? "") as string;
      await expect.poll(person, { timeout: 15_000 }).not.toBe("");
      await shop.api("POST", `/api/contacts/${await person()}/consents`, {
        channel: "email",
        topic: "",
        state: "granted",
        basis: "express",
        source: "form",
      });
      await shop.track([{ type: "track", userId: "noe", event: "Signed Up", messageId: "t-1", properties: {} }]);
      const state = async () => (await shop.api("GET", "/api/sends")).items[0]?.state as string | undefined;
      await expect.poll(state, { timeout: 30_000 }).toBe("uncertain");

      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/sends`);
      await page.getByText("Of one message nobody knows").waitFor();
      await page.getByRole("link", { name: "Look at them" }).click();
      await page.waitForURL("**/sends?state=uncertain");
      await picture(page, "sends-uncertain-en-1440");
      await page.getByRole("link", { name: "noe@client.example" }).click();
      await page.getByText("Nobody knows whether this message left.").waitFor();
      await picture(page, "send-uncertain-en-1440");
      await page.getByRole("button", { name: "Give it up" }).click();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "It was sent" }).click();
      await expect.poll(state, { timeout: 20_000 }).toBe("accepted");
      await page.getByText("Nobody knows whether this message left.").waitFor({ state: "detached" });
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await silent.close();
    }
  },
);

/** An SMTP server that takes a message and hangs up before it says so. */
async function hangsUp(): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((socket) => {
    let inData = false;
    socket.on("error", () => undefined);
    socket.write("220 ready\r\n");
    socket.on("data", (bytes: Buffer) => {
      const said = bytes.toString("latin1");
      if (inData) {
        if (said.endsWith("\r\n.\r\n")) socket.destroy();
        return;
      }
      for (const line of said.split("\r\n").filter(Boolean)) {
        inData ||= /^DATA/i.test(line);
        socket.write(/^DATA/i.test(line) ? "354 go on\r\n" : "250 ok\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

test.skipIf(!hasBrowser)(
  "leaving at once saves what was written; where it cannot be saved, the page stays and says so",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      await page.goto(`http://127.0.0.1:${shop.port}/templates`);
      await page.getByRole("button", { name: "New message" }).click();
      await page.getByRole("menuitem").first().click();
      await page.waitForURL("**/templates/*-*");
      const address = page.url();
      const name = page.getByLabel("Name of the template");
      const toList = () => page.getByRole("link", { name: "All templates" }).click();
      await name.fill("Written in a hurry");
      await toList();
      await page.getByRole("link", { name: "Written in a hurry" }).click();

      await page.waitForURL(address);
      await page.route("**/api/templates/*", (asked) => (asked.request().method() === "PUT" ? asked.abort() : asked.continue()));
      await name.fill("Written without a network");
      await toList();
      await page.getByText("this page stayed open").waitFor();
      expect([page.url(), await name.inputValue()]).toEqual([address, "Written without a network"]);
      await page.unroute("**/api/templates/*");
      await page.getByText("this page stayed open").waitFor({ state: "detached", timeout: 20_000 });
      await toList();
      await page.getByRole("link", { name: "Written without a network" }).waitFor();
    } finally {
      await browser.close();
    }
  },
);
