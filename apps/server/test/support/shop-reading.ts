import { afterAll, beforeAll, expect } from "vitest";
import { runReading } from "../../src/domains/connectors/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { testApp, type TestApp } from "./app.ts";
import { testDatabase } from "./db.ts";
import { shopRows } from "./shop-rows.ts";
import { ACCESS, asked, openShops, plan, type Kind } from "./shop-servers.ts";

export interface Connected {
  readonly id: string;
  readonly key: string;
  readonly connection: string;
}

/** A product with shops to read, for a test file of its own. */
export function shopReading() {
  const database = testDatabase();
  const on: { app?: TestApp; shops?: Awaited<ReturnType<typeof openShops>> } = {};
  beforeAll(async () => {
    on.shops = await openShops();
    on.app = await testApp(database.db, database.url);
  });
  afterAll(async () => {
    await on.app!.close();
    on.shops!.close();
  });
  return {
    get app(): TestApp {
      return on.app!;
    },
    get db(): Database {
      return database.db;
    },
    get url(): string {
      return database.url;
    },
    get base(): string {
      return on.shops!.base;
    },
    /** A workspace that a shop of a kind is connected to. */
    async connect(shop: Kind, access = ACCESS[shop]!): Promise<Connected> {
      const workspace = await on.app!.workspace();
      plan.trouble = [];
      plan.denied = [];
      asked.length = 0;
      const { status, body } = await on.app!.call(workspace.key, "POST", "/api/connections", {
        shop,
        name: "Tea",
        domain: shop === "shopify" ? "tea-shop.myshopify.com" : `${on.shops!.base}/`,
        secret: "a shared secret",
        access,
      });
      expect(status, JSON.stringify(body)).toBe(201);
      return { ...workspace, connection: body.id as string };
    },
    read: (one: Connected, signal?: AbortSignal) =>
      runReading(on.app!.deps, { workspace: one.id, id: one.connection, base: on.shops!.base, ...(signal && { signal }) }),
    seen: async ({ key }: Connected) => (await on.app!.call(key, "GET", "/api/connections")).body.items[0],
    rowsOf: (workspace: string) => shopRows(database.db, workspace),
  };
}
