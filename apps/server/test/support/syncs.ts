import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ImportView } from "@relance/contract/imports";
import type { Sync } from "@relance/contract/syncs";
import { afterAll, beforeAll, expect } from "vitest";
import { checkFile, runImport } from "../../src/domains/imports/index.ts";
import { pullSync } from "../../src/domains/syncs/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { sql } from "../../src/platform/db/sql.ts";
import { testApp, type TestApp } from "./app.ts";
import { testDatabase } from "./db.ts";

export interface Of {
  readonly id: string;
  readonly key: string;
}

/** What every test of sources has: a database, the product on it, a file server, and hands that add and read sources. Opened before the tests of a file and closed after them. */
export function testSources(): {
  readonly holder: ReturnType<typeof testDatabase>;
  readonly shop: TestApp;
  readonly files: Files;
  readonly sources: ReturnType<typeof syncing>;
} {
  const holder = testDatabase();
  const open: { shop?: TestApp; files?: Files; sources?: ReturnType<typeof syncing> } = {};
  beforeAll(async () => {
    open.shop = await testApp(holder.db, holder.url);
    open.files = await startFiles();
    open.sources = syncing(open.shop, holder.db);
  });
  afterAll(async () => {
    open.files!.stop();
    await open.shop!.close();
  });
  return {
    holder,
    get shop() {
      return open.shop!;
    },
    get files() {
      return open.files!;
    },
    get sources() {
      return open.sources!;
    },
  };
}

type Files = Awaited<ReturnType<typeof startFiles>>;

/** A file server: what it answers, and what it was asked. */
async function startFiles() {
  const files = {
    file: "",
    status: 200,
    base: "",
    asked: [] as { url: string; headers: Record<string, unknown> }[],
    stop: () => server.close(),
  };
  const server = createServer((request, response) => {
    files.asked.push({ url: request.url!, headers: request.headers });
    const etag = `"${files.file.length}"`;
    if (request.url!.startsWith("/moved")) return void response.writeHead(302, { location: "/customers.csv" }).end();
    if (request.url === "/inside") return void response.writeHead(302, { location: "http://10.0.0.1/secret" }).end();
    if (files.status !== 200) return void response.writeHead(files.status).end();
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { etag }).end(files.file);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  files.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return files;
}

/** Adds sources by the API and has them read. */
function syncing(shop: TestApp, db: Database) {
  const seen = async (of: Of, id: string): Promise<Sync> =>
    ((await shop.call(of.key, "GET", "/api/syncs")).body.items as Sync[]).find((one) => one.id === id)!;
  const pull = (of: Of, one: Sync) => pullSync(shop.deps, { workspace: of.id, id: one.id });
  return {
    seen,
    pull,
    async add(of: Of, body: Record<string, unknown>): Promise<Sync> {
      const answer = await shop.call(of.key, "POST", "/api/syncs", { name: "Customers", every: { minutes: 60 }, ...body });
      expect(answer.body).toMatchObject({ state: "new" });
      return answer.body;
    },
    emails: async (of: Of): Promise<string[]> =>
      (await db.query<{ email: string }>(sql`select email from contacts where workspace_id = ${of.id} order by email`)).map(
        (row) => row.email,
      ),
    /** A person looks at the columns of the first file and runs it, and the sync takes its mapping over. */
    async approve(of: Of, one: Sync): Promise<void> {
      const { importId } = await seen(of, one.id);
      const { body } = (await shop.call(of.key, "GET", `/api/imports/${importId}`)) as { body: ImportView };
      await shop.call(of.key, "POST", `/api/imports/${importId}/check`, { mapping: body.mapping });
      await checkFile(shop.deps, { workspace: of.id, id: importId! });
      await shop.call(of.key, "POST", `/api/imports/${importId}/run`);
      await runImport(shop.deps, { workspace: of.id, id: importId! });
      shop.deps.clock.advance(30_000);
      await pull(of, one);
    },
  };
}
