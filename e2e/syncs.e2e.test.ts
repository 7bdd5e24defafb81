import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { API_KEY, Product } from "./support/product.ts";

let shop: Product;
let status = 200;
const FEED = `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>${["red", "black"].map((color) => `<item><g:id>pan-${color}</g:id><g:item_group_id>pan</g:item_group_id><title>Pan</title><link>https://www.shop.example/pan</link><g:image_link>https://www.shop.example/pan.jpg</g:image_link><g:price>59.90 EUR</g:price><g:color>${color}</g:color></item>`).join("")}</channel></rss>`;
const files = createServer(
  (request, response) =>
    void response
      .writeHead(status)
      .end(request.url === "/google.xml" ? FEED : "email,first_name\nana@shop.example,Ana\nbo@shop.example,Bo\n"),
);
const relance = (...args: string[]) =>
  promisify(execFile)(process.execPath, [fileURLToPath(new URL("../apps/cli/src/main.ts", import.meta.url)), ...args], {
    env: { PATH: process.env["PATH"], LANG: "en_US.UTF-8", RELANCE_URL: `http://127.0.0.1:${shop.port}`, RELANCE_API_KEY: API_KEY },
  }).then(
    (told) => told.stdout,
    (error: { code: number; stderr: string }) => `${error.code} ${error.stderr}`,
  );
beforeAll(async () => {
  if (!hasBrowser) return;
  await new Promise<void>((done) => files.listen(0, "127.0.0.1", done));
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
});
afterAll(async () => {
  files.close();
  await shop?.end();
});

test.skipIf(!hasBrowser)(
  "a file is added, its columns are checked once, then it is read by itself; what fails shows on its page",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/sources`);
      await page.getByRole("link", { name: "Add a file or a database" }).click();
      await picture(page, "sync-which");
      await page.getByRole("button", { name: "File by HTTPS" }).click();
      await page.locator("input[name=name]").fill("Customers of the till");
      await page.locator("input[name=url]").fill(`http://127.0.0.1:${(files.address() as AddressInfo).port}/customers.csv`);
      await picture(page, "sync-file");
      await page.getByRole("button", { name: "Add and read now" }).click();
      await page.getByText("Columns to check").waitFor({ timeout: 30_000 });
      const address = page.url();
      await picture(page, "sync-mapping");
      await page.getByRole("link", { name: "Check the columns" }).click();
      await page.getByRole("button", { name: "Check the file" }).click();
      await page.getByRole("button", { name: "Import 2 rows" }).click();
      await page.getByText("Done", { exact: true }).waitFor({ timeout: 30_000 });
      // It looks every half minute whether the person has run the import; asked, at once.
      const asked = await fetch(`http://127.0.0.1:${shop.port}/api/syncs/${address.split("/").at(-1)!}/run`, {
        method: "POST",
        headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
        body: "{}",
      });
      expect(asked.status).toBe(202);
      await page.goto(address);
      await page.getByText(/2 rows read: 2 new/).waitFor({ timeout: 60_000 });
      await picture(page, "sync");
      await page.goto(`http://127.0.0.1:${shop.port}/contacts`);
      await page.getByRole("link", { name: /Ana/ }).first().click();
      await page.getByText("Where this comes from").click();
      await page.getByRole("link", { name: "Customers of the till" }).first().waitFor();
      await picture(page, "profile-origins");
      await page.goto(`http://127.0.0.1:${shop.port}/sources/syncs/new`);
      await page.getByRole("button", { name: "Product feed" }).click();
      await page.locator("input[name=name]").fill("Feed of the shop");
      await page.locator("input[name=url]").fill(`http://127.0.0.1:${(files.address() as AddressInfo).port}/google.xml`);
      await picture(page, "sync-feed");
      await page.getByRole("button", { name: "Add and read now" }).click();
      await page.getByText(/2 rows read: 1 new/).waitFor({ timeout: 30_000 });
      await picture(page, "sync-feed-read");
      await page.goto(address);
      status = 503;
      await page.getByRole("button", { name: "Read now" }).click();
      await page.getByText("The server answered 503.").waitFor({ timeout: 30_000 });
      await page.getByRole("button", { name: "Change" }).click();
      await page.locator("input[name=name]").fill("Customers of the till 2");
      await picture(page, "sync-edit");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("heading", { name: "Customers of the till 2" }).waitFor();
      await page.getByRole("link", { name: "Sources" }).first().click();
      await page.getByRole("row", { name: /Customers of the till 2.*File by HTTPS.*Fails/ }).waitFor();
      await picture(page, "sources-syncs");
      for (const [name, width, dark] of [
        ["fr-dark-phone", 390, true],
        ["fr", 1440, false],
      ] as const) {
        if (!process.env["PAGES_FOLDER"]) break;
        await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
        await page.setViewportSize({ width, height: 844 });
        await page.evaluate(() =>
          fetch("/api/me", {
            method: "PATCH",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ locale: "fr" }),
          }).then(() => localStorage.setItem("relance.language", "fr")),
        );
        await page.goto(address);
        await picture(page, `sync-${name}`);
        await page.getByRole("button", { name: "Modifier" }).click();
        await picture(page, `sync-edit-${name}`);
        await page.goto(`http://127.0.0.1:${shop.port}/sources`);
        await picture(page, `sources-syncs-${name}`);
        await page.goto(`http://127.0.0.1:${shop.port}/sources/syncs/new`);
        await picture(page, `sync-which-${name}`);
        await page.getByRole("button", { name: "Flux de produits" }).click();
        await picture(page, `sync-feed-${name}`);
        await page.getByRole("button", { name: "Annuler" }).click();
        await page.getByRole("button", { name: "Requête PostgreSQL" }).click();
        await picture(page, `sync-query-${name}`);
      }
      expect(await relance("sync", "list")).toMatch(/Customers of the till 2 +failing.*The server answered 503/);
      expect(await relance("sync", "run", "Customers of the till 2", "--wait")).toMatch(/^1 .*[Tt]he server answered 503/);
      status = 200;
      expect(await relance("sync", "run", "customers of the till 2", "--whole", "--wait")).toBe(
        "Customers of the till 2: 2 rows read, 0 left out.\n",
      );
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
