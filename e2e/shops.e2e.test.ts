import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

let shop: Product;
/** A shop of WooCommerce with two customers, one order and one product. */
const woo = createServer((request, response) => {
  const part = new URL(request.url!, "http://shop").pathname.split("/").at(-1)!;
  const rows: Record<string, unknown[]> = {
    products: [
      {
        id: 1,
        name: "Earl Grey",
        type: "simple",
        price: "9.00",
        manage_stock: true,
        stock_quantity: 4,
        date_modified_gmt: "2026-03-01T00:00:00",
      },
    ],
    customers: [1, 2].map((id) => ({ id, email: `c${id}@shop.example`, first_name: `C${id}`, date_modified_gmt: "2026-03-01T00:00:00" })),
    orders: [
      {
        id: 71,
        number: "71",
        status: "completed",
        currency: "EUR",
        date_created_gmt: "2026-03-02T00:00:00",
        date_modified_gmt: "2026-03-02T00:00:00",
        total: "9.00",
        customer_id: 1,
        billing: { email: "c1@shop.example" },
        line_items: [{ product_id: 1, quantity: 1, total: "9.00", name: "Earl Grey" }],
      },
    ],
  };
  response.writeHead(200, { "x-wp-total": rows[part]?.length ?? 0, "x-wp-totalpages": 1 }).end(JSON.stringify(rows[part] ?? []));
});
beforeAll(async () => {
  if (!hasBrowser) return;
  await new Promise<void>((done) => woo.listen(0, "127.0.0.1", done));
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0", RELANCE_ALLOW_PRIVATE_HOSTS: "127.0.0.1" });
  await shop.start();
});
afterAll(async () => {
  woo.close();
  await shop?.end();
});

test.skipIf(!hasBrowser)(
  "a shop is connected step by step, is read by itself, and what it delivers and what could not be read shows on its page",
  { timeout: 120_000 },
  async () => {
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/sources`);
      await page.getByRole("link", { name: "Connect a shop" }).click();
      await picture(page, "shop-which");
      await page.getByRole("button", { name: "WooCommerce" }).click();
      await page.locator("input[name=name]").fill("Tea house");
      await page.locator("input[name=domain]").fill(`http://127.0.0.1:${(woo.address() as AddressInfo).port}`);
      await page.locator('input[name="access.key"]').fill("ck_1");
      await page.locator('input[name="access.secret"]').fill("cs_1");
      await picture(page, "shop-keys");
      await page.getByRole("button", { name: "Connect", exact: true }).click();
      const address = (await page.locator("pre").nth(0).textContent())!;
      const secret = (await page.locator("pre").nth(1).textContent())!;
      expect(secret).toMatch(/^[0-9a-f]{48}$/);
      await picture(page, "shop-paste");
      await page.getByRole("link", { name: "See how it goes" }).click();
      await page.getByText("Up to date").waitFor({ timeout: 60_000 });
      await page.getByRole("row", { name: /Customers.*2.*Done/ }).waitFor();
      const deliver = (topic: string, body: object, signedBy = secret) =>
        fetch(new URL(new URL(address).pathname, `http://127.0.0.1:${shop.port}`), {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "x-wc-webhook-topic": topic,
            "x-wc-webhook-signature": createHmac("sha256", signedBy).update(JSON.stringify(body)).digest("base64"),
          },
          body: JSON.stringify(body),
        }).then((answer) => answer.status);
      expect(await deliver("customer.created", { id: 3, email: "c3@shop.example", date_modified_gmt: "2026-04-01T00:00:00" })).toBe(200);
      expect(await deliver("customer.created", { id: 4 }, "another secret")).toBe(401);
      expect(await deliver("customer.created", { id: 4 })).toBe(200);
      await page.getByText(/2 received = 1 new \+ 0 repeats \+ 0 not used \+ 1 unreadable/).waitFor();
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByText("Still unreadable.").waitFor();
      await picture(page, "shop");
      await page.getByRole("link", { name: "All sources" }).first().click();
      await page.getByRole("row", { name: /Tea house.*WooCommerce/ }).waitFor();
      await picture(page, "sources");
      for (const [name, width, dark] of [
        ["shop-phone-fr-dark", 390, true],
        ["shop-fr", 1440, false],
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
        for (const [what, path] of [
          ["", `sources/shops/${address.split("/").at(-1)!}`],
          ["-list", "sources"],
          ["-new", "sources/shops/new"],
        ] as const) {
          await page.goto(`http://127.0.0.1:${shop.port}/${path}`);
          if (what === "-new") await page.getByRole("button", { name: "PrestaShop" }).click();
          await picture(page, `${name}${what}`);
        }
      }
      if (process.env["PAGES_FOLDER"]) return;
      await page.getByRole("link", { name: "Tea house" }).click();
      await page.getByRole("button", { name: "Disconnect this shop" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Disconnect this shop" }).click();
      await page.getByText("No shop is connected").waitFor();
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
