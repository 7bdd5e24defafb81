import { mkdirSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import type { Product } from "./product.ts";

/** The first administrator of a product made for a browser test. */
export const ADMIN = { RELANCE_ADMIN_EMAIL: "camille@shop.example", RELANCE_ADMIN_PASSWORD: "une phrase assez longue" };

/** Signs the administrator in by the form and sets the language of the account, which rules whatever the browser says. */
export async function signIn(browser: BrowserContext, shop: Product, language: "fr" | "en"): Promise<Page> {
  const page = browser.pages()[0] ?? (await browser.newPage());
  await page.goto(`http://127.0.0.1:${shop.port}/`);
  await page.locator('input[type="email"]').fill(ADMIN.RELANCE_ADMIN_EMAIL);
  await page.locator('input[type="password"]').fill(ADMIN.RELANCE_ADMIN_PASSWORD);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL("**/home");
  await page.evaluate(
    (locale) =>
      fetch("/api/me", { method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify({ locale }) }).then(() =>
        localStorage.setItem("relance.language", locale),
      ),
    language,
  );
  return page;
}

/** Keeps a picture of the whole page in PAGES_FOLDER=some/folder, to be looked at; does nothing without one. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["PAGES_FOLDER"];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page
    .locator('main [aria-busy="true"]')
    .first()
    .waitFor({ state: "detached", timeout: 20_000 })
    .catch(() => undefined);
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** Words as a page shows them: typography sets its own spaces and joins the halves of "e-mail", which a reader does not see. */
export const shown = (words: string): RegExp =>
  new RegExp(
    words
      .replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll(/\s+/g, "\\s*")
      .replaceAll("-", "\u2060?-\u2060?")
      .replaceAll(/(?=[;:!?»%€])/g, "\\s*"),
  );
