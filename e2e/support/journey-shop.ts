import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { hasBrowser } from "./browser.ts";
import { ADMIN } from "./person.ts";
import { Product, type Answer } from "./product.ts";

/** The shop of this test file, once `useJourneyShop` made it. */
export let shop: Product;
/** A published mail. */
export let template: { id: string };
/** Anna's and Ben's ids; both agreed to mails. */
export const contacts: Record<string, string> = {};

/** A shop where journeys are drawn, for the tests of one file: a published mail, two contacts who agreed to mails, a sender, no quiet hours. */
export function useJourneyShop(): void {
  beforeAll(async () => {
    if (!hasBrowser) return;
    shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
    await shop.start();
    const workspace = await shop.api("GET", "/api/workspace");
    await shop.api("PATCH", "/api/workspace", {
      settings: {
        ...workspace.settings,
        quietHours: null,
        website: "https://shop.example",
        sender: { name: "Fauvel", email: "bonjour@shop.example", replyTo: "", postalAddress: "12 rue des Halles, 75001 Paris" },
      },
    });
    template = await shop.api("POST", "/api/templates", { name: "Cart reminder", starter: "abandoned_cart" });
    await shop.api("POST", `/api/templates/${template.id}/publish`);
    for (const name of ["anna", "ben"]) {
      contacts[name] = (
        await shop.api("POST", "/api/contacts", {
          externalId: name,
          email: `${name}@shop.example`,
          firstName: name === "anna" ? "Anna" : "Ben",
        })
      ).id;
      await shop.api("POST", `/api/contacts/${contacts[name]}/consents`, {
        channel: "email",
        topic: "",
        state: "granted",
        basis: "express",
        source: "order form",
      });
    }
  });
  afterAll(() => shop?.end());
}

export const at = (path: string): string => `http://127.0.0.1:${shop.port}${path}`;
/** The id at the end of a page's address. */
export const idOf = (page: Page): string => page.url().split("/").at(-1)!;
/** What the server keeps of a journey, asked until it is as expected. */
export const saved = (id: string, what: (journey: Answer) => unknown) =>
  expect.poll(async () => what(await shop.api("GET", `/api/journeys/${id}`)), { timeout: 15_000 });
