import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as exported from "../apps/server/test/support/three-exports.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, shown, signIn } from "./support/person.ts";
import { Product, type Answer } from "./support/product.ts";

const folder = mkdtempSync(join(tmpdir(), "relance-files-"));
let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
});
afterAll(() => shop?.end());

function file(name: string, content: readonly string[] | string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, Array.isArray(content) ? content.join("\n") : (content as string | Buffer));
  return path;
}

const ORDERS = [
  "InvoiceNo,InvoiceDate,CustomerID,Piece,Quantity,UnitPrice,Fidélité",
  "A1,2026-10-02 14:05:00,17850.0,LAMP-1,1,59.90,or",
  "A1,2026-10-02 14:05:00,17850.0,BULB-3,2,7.50,or",
  "A2,2026-10-03 09:40:00,17851.0,LAMP-1,one,59.90,argent",
  "A3,soon,17852.0,LAMP-1,1,59.90,or",
];

// A workspace of their own for the three exports, which the other tests of this file fill nothing into.
let workspace = "";
const enter = (page: Page): Promise<void> => page.evaluate((id) => localStorage.setItem("relance.workspace", id), workspace);
const asked = (page: Page, method: string, path: string, body?: unknown): Promise<Answer> =>
  page.evaluate(
    async (call) => {
      const answer = await fetch(call.path, {
        method: call.method,
        headers: { "relance-workspace": call.workspace, ...(call.body !== undefined && { "content-type": "application/json" }) },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      });
      if (!answer.ok) throw new Error(`${call.method} ${call.path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    { method, path, body, workspace },
  );

test.skipIf(!hasBrowser)(
  "three exports of a shop, flat, dirty and in two languages, are brought as they are",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      workspace = (await asked(page, "POST", "/api/workspaces", { name: "Two sites", locale: "en" })).id;
      await enter(page);
      for (const store of exported.STORES) await asked(page, "POST", "/api/stores", store);
      for (const [name, content, rows] of [
        ["clients.csv", exported.CLIENTS, 3],
        ["customers.csv", exported.CUSTOMERS, 2],
        ["orders.csv", exported.ORDERS, 3],
      ] as const) {
        await page.goto(`http://127.0.0.1:${shop.port}/imports`);
        await page.locator('input[type="file"]').setInputFiles(file(name, content));
        await page.waitForURL("**/imports/*-*");
        await page.getByRole("button", { name: "Check the file" }).click();
        await page.getByRole("button", { name: `Import ${rows} rows` }).click({ timeout: 30_000 });
        await page.getByText("What was imported").waitFor({ timeout: 30_000 });
      }
      // Four agreed, as the old tool says; and where the shop's site is.
      const people = (await asked(page, "GET", "/api/contacts?limit=50")).items as { id: string; email: string }[];
      expect(people).toHaveLength(5);
      for (const one of people)
        if (one.email !== "noe@mailinator.com")
          await asked(page, "POST", `/api/contacts/${one.id}/consents`, {
            channel: "email",
            topic: "",
            state: "granted",
            basis: "express",
            source: "exported by the old tool",
          });
      const { settings } = await asked(page, "GET", "/api/workspace");
      await asked(page, "PATCH", "/api/workspace", { settings: { ...settings, website: "https://shop.example" } });
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "a marketer brings a file, corrects its columns, reads what is wrong with it, imports it, and the same file again changes nothing",
  { timeout: 180_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/imports`);
      await page.getByText("Bring the customers you already have.").waitFor();
      await picture(page, "imports-empty");
      const bring = async (): Promise<string> => {
        await page.goto(`http://127.0.0.1:${shop.port}/imports`);
        await page.locator('input[type="file"]').setInputFiles(file("orders.csv", ORDERS));
        await page.waitForURL("**/imports/*-*");
        return page.url().split("/").at(-1)!;
      };
      const id = await bring();
      const become = (column: string) => page.getByRole("combobox", { name: `What the column ${column} becomes` });
      await become("InvoiceNo").waitFor();
      expect(await become("InvoiceNo").inputValue()).toBe("Order number");
      expect(await become("Piece").inputValue()).toBe("");

      // Without its date an order cannot be told: the page says so and does not let the check begin.
      await become("InvoiceDate").fill("First");
      await page.getByRole("option", { name: "First name" }).click();
      await page.getByText("Say which column this is:").first().waitFor();
      expect(await page.getByRole("button", { name: "Check the file" }).isDisabled()).toBe(true);
      await picture(page, "imports-needs");
      await become("InvoiceDate").fill("Order d");
      await page.getByRole("option", { name: "Order date" }).click();
      await become("Piece").fill("SKU of");
      await page.getByRole("option", { name: "SKU of the line" }).click();
      await become("Fidélité").fill("fidelite");
      await page.getByRole("option", { name: "Attribute “fidelite”" }).click();
      await page.getByPlaceholder("customer-{{CustomerID}}@shop.example").fill("customer-{{CustomerID}}@shop.example");
      await page.getByText("First row: customer-17850@shop.example").waitFor();
      await picture(page, "imports-columns");

      await page.getByRole("button", { name: "Check the file" }).click();
      await page.getByText("2 rows were left out").waitFor({ timeout: 30_000 });
      await page.getByRole("row", { name: '3 Quantity one "one" is not a number.' }).waitFor();
      await page.getByRole("row", { name: '4 Order date soon "soon" is not a date and time.' }).waitFor();
      expect((await shop.api("GET", "/api/contacts")).items).toEqual([]);
      await picture(page, "imports-checked");
      await page.reload();
      const kept = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download these rows" }).click();
      const refused = readFileSync(await (await kept).path(), "utf8")
        .trim()
        .split("\n");
      expect(refused).toHaveLength(3);
      expect(refused[1]).toContain("A2,2026-10-03 09:40:00,17851.0,LAMP-1,one,59.90,argent,");

      await page.getByRole("button", { name: "Import 2 rows" }).click();
      await page.getByText("What was imported").waitFor({ timeout: 30_000 });
      await picture(page, "imports-done");
      const done = await shop.api("GET", `/api/imports/${id}`);
      expect(done).toMatchObject({ state: "done", report: { contacts: 1, orders: 1, total: 74.9, quantity: 3 } });
      const [contact] = (await shop.api("GET", "/api/contacts")).items;
      expect(contact).toMatchObject({ email: "customer-17850@shop.example" });

      // The same file, mapped as before by the API, changes nothing.
      const twin = await bring();
      await shop.api("POST", `/api/imports/${twin}/check`, { mapping: done.mapping });
      await page
        .getByRole("button", { name: "Import 2 rows" })
        .or(page.getByRole("button", { name: "Check the file" }))
        .first()
        .waitFor({ timeout: 30_000 });
      await expect.poll(async () => (await shop.api("GET", `/api/imports/${twin}`)).state, { timeout: 30_000 }).toBe("checked");
      await page.reload();
      await page.getByRole("button", { name: "Import 2 rows" }).click();
      await page.getByText("What was imported").waitFor({ timeout: 30_000 });
      expect((await shop.api("GET", `/api/imports/${twin}`)).report.applied).toMatchObject({ created: 0, updated: 0 });
      await page.getByRole("link", { name: "All imports" }).click();
      await expect.poll(() => page.getByRole("row", { name: /orders\.csv/ }).count()).toBe(2);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "a long import shows how far it is and can be stopped; begun again it ends with every order once",
  { timeout: 180_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: true });
    try {
      const page = await signIn(browser, shop, "fr");
      const rows = Array.from({ length: 30_000 }, (_none, at) => `L${at},2026-09-01 10:00:00,long-${at % 4_500},7.50`);
      await page.goto(`http://127.0.0.1:${shop.port}/imports`);
      await page.locator('input[type="file"]').setInputFiles(file("long.csv", ["commande,date commande,id client,total", ...rows]));
      await page.waitForURL("**/imports/*-*");
      const id = page.url().split("/").at(-1)!;
      await page.getByRole("button", { name: "Vérifier le fichier" }).click();
      const start = page.getByRole("button", { name: /^Importer 30.000 lignes$/ });
      await start.waitFor({ timeout: 60_000 });
      await start.click();
      await page.getByText(/lignes sur 30.000/).waitFor();
      await expect
        .poll(async () => (await shop.api("GET", `/api/imports/${id}`)).rowsDone, { timeout: 60_000, interval: 50 })
        .toBeGreaterThan(0);
      await picture(page, "imports-running-fr-dark");
      await page.getByRole("button", { name: "Arrêter" }).click();
      await page.getByText(/^Arrêté\. Ce qui a été importé reste/).waitFor();
      await page.getByRole("button", { name: "Vérifier à nouveau" }).click();
      await start.waitFor({ timeout: 60_000 });
      await start.click();
      await page.getByText("Ce qui a été importé").waitFor({ timeout: 90_000 });
      const { report } = await shop.api("GET", `/api/imports/${id}`);
      expect(report).toMatchObject({ rows: 30_000, refused: 0, orders: 30_000, contacts: 4_500, total: 225_000 });
      await picture(page, "imports-done-fr-dark");
    } finally {
      await browser.close();
    }
  },
);

// News is counted every half minute: what the three exports hold is looked at while the other tests of this file run.
test.skipIf(!hasBrowser)("what is wrong with the three exports is found, and put right at a click", { timeout: 120_000 }, async () => {
  const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: true });
  try {
    const page = await signIn(browser, shop, "en");
    await enter(page);
    await page.goto(`http://127.0.0.1:${shop.port}/readiness/cleaning`);
    await page.getByRole("link", { name: /^Throw-away addresses/ }).waitFor({ timeout: 60_000 });
    await picture(page, "cleaning-three-exports");
    await page.getByRole("link", { name: /^Mistyped domains/ }).click();
    await page.getByRole("button", { name: "Apply the fix" }).click();
    await expect
      .poll(async () => (await asked(page, "GET", "/api/contacts?limit=50")).items.map((one: { email: string }) => one.email), {
        timeout: 30_000,
      })
      .toContain("zoe@gmail.com");
  } finally {
    await browser.close();
  }
});

test.skipIf(!hasBrowser)(
  "customers, orders and lines chosen together are one import; what came in goes out as a file",
  { timeout: 180_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "fr", dark: false });
    try {
      const page = await signIn(browser, shop, "fr");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/imports`);
      // A file that cannot be read says why in the reader's language, down to the line.
      await page.locator('input[type="file"]').setInputFiles([file("cassé.csv", ["nom;ville", "Zoé;Lyon", '"Noé;Brest'])]);
      await page
        .getByRole("alert")
        .getByText(shown("Le fichier n’a pas pu être lu : le guillemet qui ouvre une cellule, ligne 3, n’est jamais fermé."))
        .waitFor({ timeout: 20_000 });
      await picture(page, "imports-unreadable-fr");
      // The browser notes the refusal in its own words.
      expect(errors.splice(0)).toEqual([expect.stringContaining("422")]);
      await page
        .locator('input[type="file"]')
        .setInputFiles([
          file("customers.csv", ["id;email;prénom", "K1;zoe@shop.example;=Zoé", "K2;noah@shop.example;Noah"]),
          file("orders.csv", ["id;date commande;customer_id", "R1;31/10/2026 14:05;K1", "R2;02/11/2026 09:40;K2"]),
          file("lines.csv", [
            "order_id;product_id;quantity;price",
            "R1;LAMPE;1;59,90",
            "R1;AMPOULE;2;7,50",
            "R2;LAMPE;1;59,90",
            "R9;LAMPE;1;59,90",
          ]),
        ]);
      await page.waitForURL("**/imports/*-*");
      const id = page.url().split("/").at(-1)!;
      await page.getByText("Ce que contient chaque colonne de lines.csv").waitFor();
      await page.getByText("date commande : jour/mois/année", { exact: false }).waitFor();
      await picture(page, "imports-tables-fr");
      await page.getByRole("button", { name: "Vérifier le fichier" }).click();
      await page.getByRole("row", { name: /lines.csv 4 Numéro de commande R9/ }).waitFor({ timeout: 60_000 });
      await picture(page, "imports-tables-checked-fr");
      await page.getByRole("button", { name: /^Importer 7.lignes$/ }).click();
      await page.getByText("Ce qui a été importé").waitFor({ timeout: 60_000 });
      expect(await shop.api("GET", `/api/imports/${id}`)).toMatchObject({
        state: "done",
        report: { contacts: 2, orders: 2, total: 134.8, quantity: 4 },
      });

      await page.goto(`http://127.0.0.1:${shop.port}/imports`);
      await page.getByRole("link", { name: "Exports" }).click();
      await page.getByText("Aucun export pour l’instant.").waitFor();
      await picture(page, "exports-empty-fr");
      await page.getByRole("button", { name: "Exporter 4 tables" }).click();
      const row = page.getByRole("row", { name: /^Contacts CSV/ });
      await row.getByText("Prêt").waitFor({ timeout: 60_000 });
      await picture(page, "exports-fr");
      const kept = page.waitForEvent("download");
      await row.getByRole("link", { name: "Télécharger" }).click();
      const text = readFileSync(await (await kept).path(), "utf8");
      expect(text).toContain("K1,zoe@shop.example,,'=Zoé,");
      await page.setViewportSize({ width: 390, height: 844 });
      await picture(page, "exports-fr-390");
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      await row.getByRole("button", { name: "Supprimer" }).click();
      await row.getByText("Supprimé").waitFor();
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser).each([
  ["fr", 390, 844, false],
  ["fr", 1440, 900, true],
  ["en", 390, 844, true],
] as const)(
  "the columns of a file, and why rows are left out, read well (%s, %i px wide)",
  { timeout: 120_000 },
  async (language, width, height, dark) => {
    const browser = await openBrowser({ width, height, language, dark });
    try {
      const page = await signIn(browser, shop, language);
      const errors = watchErrors(page);
      const made = await shop.api("POST", "/api/imports?fileName=commandes.csv", ORDERS.join("\n"));
      await page.goto(`http://127.0.0.1:${shop.port}/imports/${made.id}`);
      await page.getByText("Fidélité", { exact: true }).waitFor();
      await picture(page, `imports-columns-${language}-${width}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      // Why a row is left out is said in the reader's language.
      await shop.api("POST", `/api/imports/${made.id}/check`, { mapping: made.mapping });
      await page.reload();
      await page
        .getByText(shown(language === "fr" ? "« soon » n’est pas une date." : '"soon" is not a date and time.'))
        .waitFor({ timeout: 30_000 });
      await picture(page, `imports-refused-${language}-${width}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "readiness says which journeys can start today with the three exports, five of orders among them, and what the others wait for",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: true });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await enter(page);
      await page.goto(`http://127.0.0.1:${shop.port}/readiness`);
      await page
        .getByRole("button", { name: /^Show \d+ more$/ })
        .first()
        .click();
      const told = async (): Promise<string[]> =>
        (await page.getByRole("listitem").allTextContents()).map((one) => one.replaceAll(/[\s\u2060]+/g, " "));
      // Of four people, or of fewer once it was looked up that nothing takes mail at some of the domains, which are nobody's.
      const starts = (name: string) => expect.stringMatching(new RegExp(`^${name}Ready for [1-4] of 5 contacts\\.`));
      await expect
        .poll(told, { timeout: 60_000 })
        .toEqual(
          expect.arrayContaining(
            ["After the first purchase", "Review request", "Replenishment", "Best customer", "Win-back 60, 75, 90 days"].map(starts),
          ),
        );
      expect(await told()).toContainEqual(expect.stringContaining("BirthdayNot yet. Missing: a pool of codes with codes left."));
      await picture(page, "readiness-three-exports");
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
