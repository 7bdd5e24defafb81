import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/access.ts";
import { hasBrowser, openBrowser, watchErrors } from "./support/browser.ts";
import { ADMIN, picture, signIn } from "./support/person.ts";
import { Product } from "./support/product.ts";
import { openShopPages, type ShopPages } from "./support/shop-pages.ts";

let product: Product;
let pages: ShopPages;
let browser: BrowserContext;
let lines = "";

beforeAll(async () => {
  if (!hasBrowser) return;
  product = await Product.make({ ...ADMIN });
  [pages, browser] = await Promise.all([
    openShopPages(() => lines),
    openBrowser({ width: 1440, height: 900, language: "en", dark: false }),
    product.start(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await pages?.end();
  await product?.end();
});

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

/** Every event of the workspace, as `name` or `name detail`, oldest first. */
async function events(): Promise<string[]> {
  const { events: found } = await product.api("GET", "/api/events/inspector");
  return found
    .map((one: { name: string; properties: Record<string, unknown> }) =>
      [one.name, one.properties["path"] ?? one.properties["product_id"] ?? one.properties["order_id"] ?? one.properties["form"]]
        .filter(Boolean)
        .join(" "),
    )
    .sort();
}
/** What the second list has more than the first. */
function since(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((one) => !left.includes(one) || left.splice(left.indexOf(one), 1).length === 0);
}
const counted = async () =>
  (await product.api("GET", "/api/sources")).items.find((one: { name: string }) => one.name === "www.shop.example").day;
const kept = (page: Page) =>
  page.evaluate(() => ({ cookie: document.cookie, names: Object.keys(localStorage).filter((name) => name.startsWith("relance.")) }));
const say = (page: Page, ...call: unknown[]) =>
  page.evaluate((given) => (window as unknown as { relance: (...all: unknown[]) => void }).relance(...given), call);
const agree = (follow: "with_consent" | "unless_refused", signal: string | null = null) =>
  product
    .api("GET", "/api/workspace")
    .then(({ settings }) =>
      product.api("PATCH", "/api/workspace", { settings: { ...settings, snippet: { ...settings.snippet, follow, signal } } }),
    );
/** A visitor nobody saw before, whose browser kept nothing. */
async function newVisitor(path = "/"): Promise<Page> {
  await browser.clearCookies({ domain: "localhost" });
  const page = await browser.newPage();
  // The script is cached for five minutes: longer than a test waits for a changed setting.
  const tools = await browser.newCDPSession(page);
  await tools.send("Network.enable");
  await tools.send("Network.setCacheDisabled", { cacheDisabled: true });
  await page.goto(`${pages.url}/nothing`);
  await page.evaluate(() => localStorage.clear());
  await page.goto(pages.url + path);
  return page;
}

test.skipIf(!hasBrowser)(
  "a website is connected by pasting two lines; nothing leaves before the visitor agrees; then the page turns green by itself",
  { timeout: 120_000 },
  async () => {
    const app = await signIn(browser, product, "en");
    const errors = watchErrors(app);
    await app.goto(`http://127.0.0.1:${product.port}/sources`);
    await app.getByRole("button", { name: "Connect a website" }).first().click();
    await app.getByLabel("Name of the site").fill("www.shop.example");
    await app.getByRole("button", { name: "Create" }).click();
    await app.getByText("Waiting for the first event…").waitFor();
    lines = await app.locator(".code pre").first().innerText();
    expect(await barriers(app)).toEqual([]);
    await picture(app, "source-waiting");

    const asked: string[] = [];
    browser.on("request", (request) => {
      if (request.url().includes("/v1/")) asked.push(request.url());
    });
    const visitor = await newVisitor("/product");
    await visitor.waitForFunction(() => (window as { relance?: { runs?: boolean } }).relance?.runs);
    await say(visitor, "add", { product_id: "pan-26", price: 59.9 });
    expect({ kept: await kept(visitor), asked }).toEqual({ kept: { cookie: "", names: [] }, asked: [] });

    await say(visitor, "consent", true);
    await eventually(events).toEqual(["Page Viewed /product", "Product Added pan-26", "Product Viewed pan-26"]);
    await app.bringToFront();
    await app.getByText(/It works/).waitFor();
    await picture(app, "source-green");
    expect((await kept(visitor)).cookie).toMatch(/relance_consent=1; relance_id=[0-9a-f]{32}/);
    const [cookie] = (await browser.cookies(pages.url)).filter((one) => one.name === "relance_id");
    expect(Math.round((cookie!.expires - Date.now() / 1_000) / 86_400)).toBe(395);
    await eventually(() => kept(visitor).then(({ names }) => names)).toEqual([]);

    // Changing one's mind takes everything back.
    await say(visitor, "consent", false);
    expect(await kept(visitor)).toEqual({ cookie: "relance_consent=0", names: [] });
    asked.length = 0;
    await visitor.reload();
    await visitor.waitForFunction(() => (window as { relance?: { runs?: boolean } }).relance?.runs);
    await say(visitor, "search", "pan");
    expect(await kept(visitor)).toEqual({ cookie: "relance_consent=0", names: [] });
    expect(asked).toEqual([]);
    expect(errors).toEqual([]);
    await visitor.close();
  },
);

test.skipIf(!hasBrowser)(
  "where silence is enough, events go at once, and each arrives once: at leave, offline, without an answer, on a page loaded twice",
  { timeout: 120_000 },
  async () => {
    await agree("unless_refused");
    const before = await events();
    const visitor = await newVisitor("/product");
    const seen = () => events().then((all) => since(before, all));
    await eventually(seen).toEqual(["Page Viewed /product", "Product Viewed pan-26"]);

    // The page closes in the moment of the click: what no request could carry any more goes with sendBeacon.
    await visitor.route("**/v1/b", (route) => (route.request().resourceType() === "ping" ? route.continue() : route.abort()));
    await visitor.getByText("Ajouter au panier").click();
    await visitor.waitForURL("**/cart");
    await eventually(seen).toContain("Product Added pan-26");
    await visitor.unroute("**/v1/b");
    await eventually(seen).toEqual(["Page Viewed /cart", "Page Viewed /product", "Product Added pan-26", "Product Viewed pan-26"]);
    await eventually(() => kept(visitor).then(({ names }) => names)).toEqual([]);

    // Offline: kept, and sent when the line is back.
    await browser.setOffline(true);
    await say(visitor, "track", "Offline Deed");
    await eventually(() => kept(visitor).then(({ names }) => names.length)).toBe(1);
    await browser.setOffline(false);
    await eventually(seen).toContain("Offline Deed");

    // The server took it and the answer was lost: sent again under the same id, and dropped there.
    const { duplicate } = await counted();
    let lost = 0;
    await visitor.route("**/v1/b", async (route) => {
      if (lost++ > 0) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await say(visitor, "track", "Answered Late");
    await eventually(async () => (await counted()).duplicate).toBe(duplicate + 1);
    expect((await seen()).filter((one) => one === "Answered Late")).toEqual(["Answered Late"]);
    await visitor.unroute("**/v1/b");

    await visitor.getByText("Commander").click();
    await eventually(seen).toContain("Order Completed A-1");
    const twice = (await counted()).duplicate;
    await visitor.reload();
    await eventually(async () => (await counted()).duplicate).toBe(twice + 1);
    expect((await seen()).filter((one) => one === "Order Completed A-1")).toHaveLength(1);
    await visitor.close();
  },
);

test.skipIf(!hasBrowser)(
  "a consent banner that speaks Google's consent mode is heard; a page that changes without loading is a page; a form tells what is marked and nothing else",
  { timeout: 120_000 },
  async () => {
    await agree("with_consent", "analytics_storage");
    const visitor = await newVisitor("/product");
    await visitor.evaluate(() => {
      const page = window as unknown as { dataLayer?: unknown[] };
      const layer = (page.dataLayer ??= []);
      const gtag = function (..._given: unknown[]) {
        layer.push(arguments); // oxlint-disable-line prefer-rest-params
      };
      gtag("consent", "default", { analytics_storage: "granted" }); // a default is nobody's answer
    });
    expect((await kept(visitor)).cookie).toBe("");
    await visitor.evaluate(() =>
      (window as unknown as { dataLayer: unknown[] }).dataLayer.push(["consent", "update", { analytics_storage: "granted" }]),
    );
    await eventually(() => kept(visitor).then(({ cookie }) => cookie)).toContain("relance_consent=1");

    await visitor.getByText("Rouge").click();
    const views = async () =>
      (await product.api("GET", "/api/events/inspector?name=Page%20Viewed")).events.map(
        (one: { properties: Record<string, string> }) => one.properties,
      );
    await eventually(views).toContainEqual(
      expect.objectContaining({ url: `${pages.url}/product?colour=red`, title: "Rouge", referrer: `${pages.url}/product` }),
    );

    await visitor.goto(`${pages.url}/?email=zoe@client.example`);
    await visitor.getByLabel("E-mail").fill("zoe@client.example");
    await visitor.getByLabel("Mot").fill("secret");
    await visitor.getByText("S’inscrire").click();
    await eventually(events).toContain("Form Submitted Newsletter");
    const [zoe] = (await product.api("GET", "/api/contacts?search=zoe@client.example")).items;
    const timeline = JSON.stringify((await product.api("GET", `/api/events?contact=${zoe.id}`)).items);
    expect(timeline).toContain("Page Viewed");
    expect(timeline).not.toContain("secret");
    expect(JSON.stringify(await views())).not.toContain("zoe@client.example");
    await visitor.close();
  },
);

test.skipIf(!hasBrowser)("what came is seen live, valid or why not, in both languages and on a phone", { timeout: 180_000 }, async () => {
  const visitor = await newVisitor("/product");
  const warned = visitor.waitForEvent("console", (message) => message.text().includes("event.required (event)"));
  await say(visitor, "consent", true);
  await say(visitor, "track", "");
  await warned;
  await visitor.close();
  const app = browser.pages()[0]!;
  const errors = watchErrors(app);
  const open = (path: string) => app.goto(`http://127.0.0.1:${product.port}${path}`);
  await open("/sources/live");
  const refused = app.getByRole("row", { name: /Refused: the event has no name \(event\)/ });
  await refused.first().waitFor();
  await refused.first().getByRole("button").click();
  await app.getByText("Correct it where it is sent").waitFor();
  await app.getByText("Frozen").waitFor();
  expect(await app.locator(".tabs [aria-current]").allInnerTexts()).toEqual(["Live"]);
  expect(await barriers(app)).toEqual([]);
  await picture(app, "live-en-1440");
  await app.evaluate(() =>
    fetch("/api/me", { method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify({ locale: "fr" }) }).then(
      () => localStorage.setItem("relance.language", "fr"),
    ),
  );
  const { id } = (await product.api("GET", "/api/sources")).items.find((one: { name: string }) => one.name === "www.shop.example");
  for (const [width, dark] of [
    [1440, true],
    [390, false],
    [390, true],
  ] as const) {
    await app.setViewportSize({ width, height: 900 });
    await app.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    for (const path of ["/sources", "/sources/live", `/sources/${id}`]) {
      await open(path);
      await app
        .getByText(/Product Viewed|Derni.re? message|Dernier/)
        .first()
        .waitFor();
      if (path === "/sources/live" && width === 390) {
        await app
          .getByRole("row", { name: /Product Viewed/ })
          .last()
          .getByRole("button")
          .click();
        await app.getByText(/^Reçu à/).waitFor();
        await eventually(() => app.locator(".received").evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThanOrEqual(
          0,
        );
      }
      await picture(app, `${path.replace(id, "one").replaceAll("/", "-").slice(1)}-fr-${width}${dark ? "-dark" : ""}`);
      expect({
        path,
        width,
        sideways: await app.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        barriers: width === 390 ? await barriers(app) : [],
      }).toEqual({ path, width, sideways: 0, barriers: [] });
    }
  }
  expect(errors).toEqual([]);
});

test.skipIf(!hasBrowser)(
  "the script is small, cached for minutes and asked again by its tag; an unknown key has none; refusals can be read by any page",
  async () => {
    const [, address] = /src="([^"]+)"/.exec(lines)!;
    const script = await fetch(address!, { headers: { "accept-encoding": "identity" } });
    expect(
      Object.fromEntries(
        ["content-type", "cache-control", "access-control-allow-origin", "cross-origin-resource-policy"].map((name) => [
          name,
          script.headers.get(name),
        ]),
      ),
    ).toEqual({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=300, stale-while-revalidate=86400",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
    });
    expect((await fetch(address!, { headers: { "if-none-match": script.headers.get("etag")! } })).status).toBe(304);
    const packed = await fetch(address!, { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(Number(packed.headers.get("content-length"))).toBeLessThan(6_000);
    expect(await packed.text()).toBe(await script.text());
    expect((await fetch(address!.replace("rlw_", "rlw_x"))).status).toBe(404);
    for (const body of ["{}", "nothing", "x".repeat(600_000)]) {
      const refused = await fetch(`http://127.0.0.1:${product.port}/v1/b`, { method: "POST", body });
      expect([refused.status >= 400, refused.headers.get("access-control-allow-origin")]).toEqual([true, "*"]);
    }
  },
);
