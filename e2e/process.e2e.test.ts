import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Product } from "./support/product.ts";

const products: Product[] = [];
afterEach(async () => {
  for (const product of products.splice(0)) await product.end();
});

function keep(made: Product): Product {
  products.push(made);
  return made;
}
const product = async () => keep(await Product.make());
const freshProduct = async (environment: Record<string, string> = {}) => keep(await Product.makeFresh(environment));

test.each([
  ["RELANCE_ROLES", "http,cook", 'RELANCE_ROLES names "cook"; the roles are http, engine, delivery, jobs.'],
  [
    "RELANCE_DATA",
    "/proc/relance/data",
    'RELANCE_DATA is "/proc/relance/data"; it must be a folder that this user may make and write to (ENOENT).',
  ],
])("a wrong %s ends the start with one sentence that names it and exit code 1", async (name, value, sentence) => {
  const wrong = await freshProduct({ [name]: value });
  const child = wrong.launch();
  const code = await new Promise((resolve) => {
    child.once("exit", resolve);
  });
  expect([code, wrong.output.trim().split("\n").at(-1)]).toEqual([1, sentence]);
});

test("a port that is taken ends the start with a sentence, before any database is made", async () => {
  const first = await product();
  await first.start();
  const second = await freshProduct({ PORT: String(first.port) });
  const child = second.launch();
  const code = await new Promise((resolve) => {
    child.once("exit", resolve);
  });
  expect([code, second.output]).toEqual([1, expect.stringContaining(`PORT ${first.port}`)]);
  expect(existsSync(join(second.folder, "postgres"))).toBe(false);
});

test("it stops cleanly on SIGTERM and is ready again within seconds, everything still there", async () => {
  const shop = await freshProduct();
  await shop.start();
  expect(
    await shop.track([
      { type: "track", userId: "u1", event: "Order Completed", messageId: "m1", properties: { order_id: "1", total: 10 } },
    ]),
  ).toBe(true);
  expect(await shop.stop("SIGTERM")).toBe(0);
  const begun = performance.now();
  await shop.start();
  expect(performance.now() - begun).toBeLessThan(30_000);
  expect((await shop.api("GET", "/api/contacts")).items).toHaveLength(1);
});

test.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)(
  "%s to npm itself stops the server and its database",
  { timeout: 120_000 },
  async (signal) => {
    const shop = await product();
    shop.launchByNpm();
    await shop.ready();
    const database = shop.databasePid();
    await shop.stop(signal);
    const gone = () => {
      try {
        process.kill(database, 0);
        return false;
      } catch {
        return true;
      }
    };
    await expect.poll(gone, { timeout: 30_000 }).toBe(true);
    if (signal !== "SIGKILL") expect(shop.output).toContain("Stopped.");
  },
);
