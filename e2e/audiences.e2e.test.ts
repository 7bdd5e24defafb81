import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";

let shop: Product;
beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await Product.make({ ...ADMIN, RELANCE_DEMO: "0" });
  await shop.start();
});
afterAll(() => shop?.end());

test.skipIf(!hasBrowser)(
  "a segment is kept in step with a webhook by its page: the secret is shown, the members arrive, the log says so, and a change is told within half a minute",
  { timeout: 120_000 },
  async () => {
    const heard: string[] = [];
    const receiver = createServer((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => {
        body += piece.toString();
      });
      request.on("end", () => {
        heard.push(body);
        response.end("ok");
      });
    });
    await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
    const browser = await openBrowser({ width: 1440, height: 900, language: "en", dark: false });
    try {
      await shop.api("POST", "/api/contacts", { externalId: "anna", email: "anna@shop.example", firstName: "Anna" });
      const { id } = await shop.api("POST", "/api/segments", {
        name: "Annas",
        rule: { kind: "attribute", attribute: "first_name", is: { op: "eq", value: "Anna" } },
      });
      const page = await signIn(browser, shop, "en");
      const errors = watchErrors(page);
      await page.goto(`http://127.0.0.1:${shop.port}/segments/${id as string}`);
      await page.getByRole("button", { name: "Add a destination" }).click();
      await page.locator("input[name=name]").fill("Our own server");
      await page.locator("input[name=url]").fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
      await picture(page, "audience-form");
      await page.getByRole("button", { name: "Keep in step" }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page.getByRole("button", { name: "I have copied it" }).click();
      await page.getByText("1 person there").waitFor({ timeout: 60_000 });
      await page.getByText("Latest attempts").click();
      await page.getByText("Told", { exact: true }).waitFor();
      await picture(page, "audience-in-step");
      expect(heard.some((one) => one.includes("anna@shop.example"))).toBe(true);
      await shop.api("POST", "/api/contacts", { externalId: "anna2", email: "anna2@shop.example", firstName: "Anna" });
      await expect.poll(() => heard.some((one) => one.includes("anna2@shop.example")), { timeout: 30_000 }).toBe(true);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      receiver.close();
    }
  },
);
