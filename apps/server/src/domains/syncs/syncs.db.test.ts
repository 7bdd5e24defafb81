import { createServer } from "node:http";
import { connect, createServer as createTcp, type AddressInfo } from "node:net";
import type { ProductDetail } from "@relance/contract/catalog";
import type { ImportView } from "@relance/contract/imports";
import type { Sync } from "@relance/contract/syncs";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import type { Database } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { jobHandlers } from "../../worker.ts";
import { checkFile, runImport } from "../imports/index.ts";
import { pullSync, tendSyncs } from "./index.ts";
import { nextReading, nextTry } from "./when.ts";

const holder = testDatabase();
let shop: TestApp;
/** A file server: what it answers, and what it was asked. */
let file = "";
let status = 200;
const asked: { url: string; headers: Record<string, unknown> }[] = [];
const server = createServer((request, response) => {
  asked.push({ url: request.url!, headers: request.headers });
  const etag = `"${file.length}"`;
  if (request.url!.startsWith("/moved")) return void response.writeHead(302, { location: "/customers.csv" }).end();
  if (request.url === "/inside") return void response.writeHead(302, { location: "http://10.0.0.1/secret" }).end();
  if (status !== 200) return void response.writeHead(status).end();
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
  response.writeHead(200, { etag }).end(file);
});
let base = "";
/** The real server listens on a socket of the file system only; by TCP it is had through this. */
const parts = (): pg.Client => new pg.Client({ connectionString: holder.url });
const bridge = createTcp((from) => {
  const { host, port } = parts();
  const to = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  from.on("error", () => to.destroy()).pipe(to).on("error", () => from.destroy()).pipe(from);
});
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  await new Promise<void>((resolve) => { bridge.listen(0, "127.0.0.1", resolve); });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // A shop's own database: here a schema beside ours, for a real server is what must answer.
  await holder.db.query(sql`create schema foreign_shop`);
  await holder.db.query(sql`create table foreign_shop.customers (email text, first_name text, changed_at timestamptz)`);
});
afterAll(async () => {
  server.close();
  bridge.close();
  await shop.close();
});

interface Of { readonly id: string; readonly key: string }
const seen = async (of: Of, id: string): Promise<Sync> => ((await shop.call(of.key, "GET", "/api/syncs")).body.items as Sync[]).find((one) => one.id === id)!;
const add = async (of: Of, body: Record<string, unknown>): Promise<Sync> => {
  const answer = await shop.call(of.key, "POST", "/api/syncs", { name: "Customers", every: { minutes: 60 }, ...body });
  expect(answer.body).toMatchObject({ state: "new" });
  return answer.body;
};
const pull = (of: Of, one: Sync) => pullSync(shop.deps, { workspace: of.id, id: one.id });
const emails = async (of: Of): Promise<string[]> => (await holder.db.query<{ email: string }>(sql`select email from contacts where workspace_id = ${of.id} order by email`)).map((row) => row.email);

/** A person looks at the columns of the first file and runs it, and the sync takes its mapping over. */
async function approve(of: Of, one: Sync): Promise<void> {
  const { importId } = await seen(of, one.id);
  const { body } = (await shop.call(of.key, "GET", `/api/imports/${importId}`)) as { body: ImportView };
  await shop.call(of.key, "POST", `/api/imports/${importId}/check`, { mapping: body.mapping });
  await checkFile(shop.deps, { workspace: of.id, id: importId! });
  await shop.call(of.key, "POST", `/api/imports/${importId}/run`);
  await runImport(shop.deps, { workspace: of.id, id: importId! });
  shop.deps.clock.advance(30_000);
  await pull(of, one);
}

const foreign = (): Record<string, unknown> => {
  const { database, user, password } = parts();
  return { kind: "postgres", host: "127.0.0.1", port: (bridge.address() as AddressInfo).port, database, user, password: password ?? "", tls: false, query: "select * from foreign_shop.customers;", cursor: "changed_at" };
};

test("a file at an address is read, its columns wait for a person once, then it comes by itself and only when it changed", async () => {
  const of = await shop.workspace();
  file = "email,first_name\nana@shop.example,Ana\n";
  const one = await add(of, { kind: "https", url: `${base}/moved?token=secret`, authorization: "Bearer k" });
  expect(JSON.stringify(one)).not.toMatch(/secret|Bearer/);
  await pull(of, one);
  // The sign-in goes along to the same host only.
  expect(asked.at(-1)).toMatchObject({ url: "/customers.csv", headers: { authorization: "Bearer k" } });
  expect(await seen(of, one.id)).toMatchObject({ state: "mapping", succeededAt: null });
  expect(await emails(of)).toEqual([]);
  await approve(of, one);
  expect(await seen(of, one.id)).toMatchObject({ state: "ok", importId: null, counts: { rows: 1, created: 1, refused: 0 }, failures: 0 });

  // A person's file says who told it; the source's own reading does so whoever carried it to its end.
  const [ana] = (await shop.call(of.key, "GET", "/api/contacts?search=ana")).body.items as { id: string }[];
  expect((await shop.call(of.key, "GET", `/api/contacts/${ana!.id}`)).body).toMatchObject({ sources: { email: `sync:${one.id}`, first_name: `sync:${one.id}` }, freshness: { first_name: expect.any(String) } });

  shop.deps.clock.advance(3_600_000);
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 0, created: 0 } });
  file += "bo@shop.example,Bo\ntoo,many,cells\n";
  shop.deps.clock.advance(3_600_000);
  await tendSyncs(shop.deps);
  expect(shop.deps.enqueued.at(-1)).toEqual({ name: "syncs.pull", payload: { workspace: of.id, id: one.id } });
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ counts: { rows: 3, created: 1, unchanged: 1, refused: 1 } });
  expect(await emails(of)).toEqual(["ana@shop.example", "bo@shop.example"]);
});

test("what fails is tried again, later each time; columns that changed, and addresses inside the house, say so", async () => {
  const of = await shop.workspace();
  expect((await shop.call(of.key, "POST", "/api/syncs", { kind: "https", name: "x", every: { minutes: 60 }, url: "http://10.0.0.1/x" })).body).toMatchObject({ error: { code: "sync.address_not_allowed", field: "url" } });
  const inside = await add(of, { ...foreign(), host: "10.0.0.1" });
  const redirected = await add(of, { kind: "https", url: `${base}/inside` });
  await pull(of, inside);
  await pull(of, redirected);
  expect((await seen(of, inside.id)).problem).toMatchObject({ code: "net.blocked_address", params: { host: "10.0.0.1" }, reason: expect.stringMatching(/not an address of the public internet/) });
  expect((await seen(of, redirected.id)).problem).toMatchObject({ code: "net.redirect_not_allowed", params: { to: "http://10.0.0.1" } });
  const closed = await add(of, { kind: "https", url: "http://127.0.0.1:1/x" });
  await pull(of, closed);
  expect((await seen(of, closed.id)).problem).toMatchObject({ code: "sync.no_answer", params: { host: "127.0.0.1:1" } });

  file = "email\nana@shop.example\n";
  const admin = await shop.member(of.id, "admin");
  await shop.member(of.id, "editor");
  const alerts = (sync: Sync): number => shop.deps.enqueued.filter(({ name, payload }) => name === "syncs.alert" && (payload as { id: string }).id === sync.id).length;
  const one = await add(of, { kind: "https", url: `${base}/customers.csv` });
  status = 503;
  for (const minutes of [1, 2, 4]) {
    await pull(of, one);
    const now = await seen(of, one.id);
    expect(now).toMatchObject({ state: "failing", problem: { code: "sync.answered", params: { status: 503 }, reason: "The source could not be read: it answered 503." } });
    expect(Date.parse(now.nextAt!) - shop.deps.clock.now()).toBe(minutes * 60_000);
    shop.deps.clock.advance(minutes * 60_000);
  }
  expect(alerts(one)).toBe(1);
  await pull(of, one);
  expect(alerts(one)).toBe(1);
  await jobHandlers(shop.deps)["syncs.alert"]!({ workspace: of.id, id: one.id }, { job: "1", attempt: 1, signal: AbortSignal.timeout(10_000), lastAttempt: false });
  const mails = await holder.db.query(sql`select m.address, m.subject, m.body from outbox_messages m where m.workspace_id = ${of.id}`);
  expect(mails).toMatchObject([{ address: admin.email, subject: "« Customers » ne peut plus être lue", body: expect.stringMatching(/4 fois de suite[\s\S]*Le serveur a répondu 503\.[\s\S]*\/sources\/syncs\//) }]);
  shop.deps.clock.advance(3_600_000);
  status = 200;
  await pull(of, one);
  await approve(of, one);
  expect(await seen(of, one.id)).toMatchObject({ state: "ok", failures: 0, problem: null });
  file = "mail,age\nbo@shop.example,3\n";
  await shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, {});
  await pull(of, one);
  expect((await seen(of, one.id)).problem).toMatchObject({ code: "import.columns_changed", params: { problem: "unknown_column", name: "email" } });
});

test("a query brings what is new since its greatest value, and one that is wrong says what the database said", async () => {
  const of = await shop.workspace();
  await holder.db.query(sql`insert into foreign_shop.customers values ('ana@shop.example', 'Ana', '2026-11-01 10:00:00.123456+00'), ('bo@shop.example', 'Bo', '2026-11-02 10:00+00')`);
  const one = await add(of, foreign());
  await pull(of, one);
  await approve(of, one);
  expect(await seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 2, created: 2 } });
  // Of the same moment as the last that was read, and one after it; what is before is not asked again.
  await holder.db.query(sql`insert into foreign_shop.customers values ('cy@shop.example', 'Cy', '2026-11-02 10:00+00'), ('di@shop.example', 'Di', '2026-11-03 10:00+00')`);
  shop.deps.clock.advance(3_600_000);
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ counts: { rows: 3, created: 2, unchanged: 1 } });
  expect(await emails(of)).toHaveLength(4);
  await shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, { whole: true });
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ counts: { rows: 4, created: 0 } });

  for (const [query, reason] of [["select nothing", /column "nothing" does not exist/], ["delete from foreign_shop.customers", /syntax error/], ["select 1 as changed_at) as q; drop table foreign_shop.customers; --", /multiple commands|syntax error/]] as const) {
    const bad = await add(of, { ...foreign(), query });
    await pull(of, bad);
    expect((await seen(of, bad.id)).problem).toMatchObject({ code: "sync.query", reason: expect.stringMatching(reason) });
  }
  expect(await holder.db.query(sql`select 1 as one from foreign_shop.customers`)).toHaveLength(4);
});

const g = (parts: Record<string, string>): string => Object.entries(parts).map(([name, value]) => `<g:${name}>${value}</g:${name}>`).join("");
const offer = (id: string, colour: string, extra: Record<string, string> = {}): string =>
  `<item>${g({ id, item_group_id: "pan", price: "59.90 EUR", availability: "in_stock", image_link: `https://cdn.shop.example/${id}.jpg`, color: colour, product_type: "Maison &gt; Cuisine", ...extra })}<title>Sauteuse ${colour}</title><link>https://www.shop.example/${id}</link><description>&lt;p&gt;En fonte.&lt;/p&gt;</description></item>`;

test("a product feed becomes products, variants, categories, prices and stock without a person; a sale ends at its moment though the file stays the same", async () => {
  const of = await shop.workspace();
  const put = { kind: "products", name: "Feed", every: { minutes: 10_080 }, url: `${base}/google.xml`, language: "fr", store: "fr" };
  expect((await shop.call(of.key, "POST", "/api/syncs", put)).body).toMatchObject({ error: { code: "store.unknown", field: "store" } });
  await shop.call(of.key, "POST", "/api/stores", { code: "fr", name: "France", country: "FR", languages: ["fr"], currency: "EUR", timeZone: "Europe/Paris" });
  const ends = shop.deps.clock.now() + 3_600_000;
  const sale = { sale_price: "49.90 EUR", sale_price_effective_date: `2026-01-01T00:00Z/${new Date(ends).toISOString()}` };
  file = `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>${offer("pan-r", "rouge", sale)}${offer("pan-n", "noir", { availability: "out_of_stock" })}${offer("pan-x", "bleu", { price: "ask" })}</channel></rss>`;
  const one = await add(of, put);
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 3, created: 1, refused: 1 }, settings: { address: `${base}/google.xml`, language: "fr", store: "fr" }, nextAt: new Date(ends).toISOString() });
  const product = async () => {
    const { id } = (await shop.call(of.key, "GET", "/api/products")).body.items[0] as { id: string };
    return (await shop.call(of.key, "GET", `/api/products/${id}`)).body as ProductDetail;
  };
  const offers = async () => (({ prices, stock, variants }) => variants.map((one) => [one.externalId, prices.find((price) => price.variant === one.id)?.amount, stock.find((level) => level.variant === one.id)?.quantity]))(await product());
  expect(await product()).toMatchObject({
    externalId: "pan", name: "Sauteuse rouge", category: "Cuisine", source: `sync:${one.id}`, translations: [{ language: "fr", name: "Sauteuse rouge", description: "En fonte.", url: "https://www.shop.example/pan-r" }],
    variants: [{ externalId: "pan-n", options: { color: "noir" } }, { externalId: "pan-r", options: { color: "rouge" }, shownBy: "https://cdn.shop.example/pan-r.jpg" }],
  });
  expect(await offers()).toEqual([["pan-n", 59.9, 0], ["pan-r", 49.9, 1]]);
  const categories = (await shop.call(of.key, "GET", "/api/categories")).body.items as { externalId: string; id: string; parent: string | null; names: unknown }[];
  expect(categories).toMatchObject([{ externalId: "Maison", parent: null }, { externalId: "Maison > Cuisine", parent: categories[0]!.id, names: { fr: "Cuisine" } }]);

  // Asked by a person before that, there is nothing new, and the end of the sale is not forgotten.
  await shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, {});
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ counts: { rows: 0 }, nextAt: new Date(ends).toISOString() });
  shop.deps.clock.advance(3_600_000);
  await pull(of, one);
  expect(asked.at(-1)!.headers).not.toHaveProperty("if-none-match");
  expect(await offers()).toEqual([["pan-n", 59.9, 0], ["pan-r", 59.9, 1]]);
  expect(Date.parse((await seen(of, one.id)).nextAt!) - shop.deps.clock.now()).toBe(10_080 * 60_000);

  // Another language of the same products says its texts and leaves the rest.
  file = `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>${offer("pan-r", "red").replace("Sauteuse", "Saute pan")}</channel></rss>`;
  await pull(of, await add(of, { ...put, name: "English", language: "en" }));
  expect(await product()).toMatchObject({ name: "Sauteuse rouge", translations: [{ language: "en", name: "Saute pan red" }, { language: "fr" }], variants: [{}, { options: { color: "rouge" } }] });
});

test("a content feed becomes content items; what is no feed says so", async () => {
  const of = await shop.workspace();
  file = `<rss version="2.0"><channel><item><title>Cuire au sel</title><guid>b-1</guid><link>https://blog.shop.example/1</link><pubDate>Wed, 25 Nov 2026 08:00:00 +0100</pubDate><category>Recettes</category><description>&lt;p&gt;Une cro&#251;te.&lt;/p&gt;</description></item></channel></rss>`;
  const one = await add(of, { kind: "articles", url: `${base}/blog.xml`, language: "fr" });
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 1, created: 1 } });
  const articles = () => shop.call(of.key, "GET", "/api/articles").then(({ body }) => body.items as unknown[]);
  expect(await articles()).toMatchObject([{ externalId: "b-1", language: "fr", title: "Cuire au sel", summary: "Une croûte.", url: "https://blog.shop.example/1", tags: ["Recettes"], publishedAt: "2026-11-25T07:00:00.000Z" }]);
  file = file.replace("Cuire au sel", "Cuire en croûte");
  await shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, { whole: true });
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ counts: { rows: 1, created: 0, updated: 1 } });
  expect(await articles()).toMatchObject([{ title: "Cuire en croûte" }]);
  file = "email,first_name\nana@shop.example,Ana\n";
  const wrong = await add(of, { kind: "articles", name: "Wrong", url: `${base}/customers.csv`, language: "fr" });
  await pull(of, wrong);
  expect((await seen(of, wrong.id)).problem).toMatchObject({ code: "sync.not_a_feed" });
});

/** Every statement from the n-th on fails: the process has died. */
function dyingAfter(db: Database, n: number): { db: Database; died: () => boolean } {
  let left = n;
  const alive = (): void => { if (left-- <= 0) throw new Error("killed"); };
  return {
    died: () => left < 0,
    db: {
      ...db,
      query: async (statement) => { alive(); return db.query(statement); },
      transaction: async (work) => { alive(); return db.transaction((tx) => work({ ...tx, query: async (statement) => { alive(); return tx.query(statement); }, copyFrom: async (text, source) => { alive(); return tx.copyFrom(text, source); } })); },
    },
  };
}

test("a reading killed at any statement goes on and ends as one that was not", async () => {
  const first = await shop.workspace();
  file = "email,first_name\nana@shop.example,Ana\nbo@shop.example,Bo\n";
  const model = await add(first, { kind: "https", url: `${base}/customers.csv` });
  await pull(first, model);
  const { mapping } = (await shop.call(first.key, "GET", `/api/imports/${(await seen(first, model.id)).importId}`)).body as ImportView;
  let kills = 0;
  for (let n = 0; ; n += 5) {
    const of = await shop.workspace();
    const one = await add(of, { kind: "https", url: `${base}/customers.csv`, mapping });
    const dying = dyingAfter(holder.db, n);
    await pullSync({ ...shop.deps, ports: { ...shop.deps.ports, sql: dying.db } }, { workspace: of.id, id: one.id }).catch(() => undefined);
    for (let turn = 0; turn < 6 && (await seen(of, one.id)).succeededAt === null; turn++) {
      shop.deps.clock.advance(181_000); // the claim and the import's lease have run out
      await pull(of, one);
    }
    const end = await seen(of, one.id);
    expect(end, `killed at ${n}`).toMatchObject({ state: "ok", importId: null, counts: { rows: 2, refused: 0 } });
    expect(await emails(of)).toEqual(["ana@shop.example", "bo@shop.example"]);
    expect((await shop.call(of.key, "GET", "/api/imports")).body.items.filter((view: ImportView) => view.state === "done")).toHaveLength(1);
    if (!dying.died()) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThan(5);
});

test("a source is changed in parts: its keys stay and go nowhere else, a name disturbs nothing, another file is read from its beginning", async () => {
  const of = await shop.workspace();
  file = "email\nana@shop.example\n";
  const one = await add(of, { kind: "https", url: `${base}/customers.csv?token=secret`, authorization: "Bearer k" });
  await pull(of, one);
  await approve(of, one);
  const change = (body: Record<string, unknown>) => shop.call(of.key, "PATCH", `/api/syncs/${one.id}`, { kind: "https", ...body });
  const before = await seen(of, one.id);
  const renamed = await change({ name: "Till", every: { minutes: 30 } });
  expect(renamed.body).toEqual({ ...before, name: "Till", every: { minutes: 30 }, nextAt: new Date(shop.deps.clock.now() + 1_800_000).toISOString() });
  shop.deps.clock.advance(1_800_000);
  await pull(of, one);
  expect(asked.at(-1)).toMatchObject({ url: "/customers.csv?token=secret", headers: { authorization: "Bearer k", "if-none-match": expect.anything() } });

  expect((await change({ url: "http://10.0.0.1/x" })).body).toMatchObject({ error: { code: "sync.address_not_allowed", field: "url" } });
  expect((await change({ url: `${base.replace(/\d+$/, "9")}/x` })).body).toMatchObject({ error: { code: "sync.key_needed", field: "authorization" } });
  expect((await shop.call(of.key, "PATCH", `/api/syncs/${one.id}`, { kind: "postgres", query: "select 1" })).body).toMatchObject({ error: { code: "sync.other_kind", field: "kind" } });
  expect((await shop.call((await shop.workspace()).key, "PATCH", `/api/syncs/${one.id}`, { kind: "https", name: "x" })).status).toBe(404);

  expect((await change({ url: `${base}/others.csv` })).body).toMatchObject({ settings: { address: `${base}/others.csv` }, nextAt: new Date(shop.deps.clock.now()).toISOString() });
  await pull(of, one);
  expect(asked.at(-1)).toMatchObject({ url: "/others.csv", headers: { authorization: "Bearer k" } });
  expect(asked.at(-1)!.headers).not.toHaveProperty("if-none-match");
  expect(await seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 1, unchanged: 1 } });
  await change({ mapping: null, authorization: null });
  await pull(of, one);
  expect(await seen(of, one.id)).toMatchObject({ state: "mapping" });
  expect(asked.at(-1)!.headers).not.toHaveProperty("authorization");

  const query = await add(of, { ...foreign(), password: "p" });
  const moved = await shop.call(of.key, "PATCH", `/api/syncs/${query.id}`, { kind: "postgres", host: "elsewhere.shop.example" });
  expect(moved.body).toMatchObject({ error: { code: "sync.key_needed", field: "password" } });
  expect((await shop.call(of.key, "PATCH", `/api/syncs/${query.id}`, { kind: "postgres", query: "select email from foreign_shop.customers", cursor: null })).body).toMatchObject({ settings: { query: "select email from foreign_shop.customers", cursor: null, host: "127.0.0.1" } });
});

test("stopped, it is read no more; removed, it is gone with its keys", async () => {
  const of = await shop.workspace();
  const one = await add(of, { kind: "https", url: `${base}/customers.csv` });
  expect((await shop.call(of.key, "DELETE", `/api/syncs/${one.id}/run`)).body).toMatchObject({ state: "stopped", nextAt: null });
  const before = asked.length;
  await pull(of, one);
  expect(asked).toHaveLength(before);
  expect((await shop.call((await shop.workspace()).key, "DELETE", `/api/syncs/${one.id}`)).status).toBe(404);
  await shop.call(of.key, "DELETE", `/api/syncs/${one.id}`);
  expect(await seen(of, one.id)).toBeUndefined();
});

test("the time of the day is the workspace's, through the change of its clocks", () => {
  const at = (text: string): number => Date.parse(text);
  expect(nextReading({ at: "03:00" }, at("2026-10-24T02:00Z"), "Europe/Paris")).toBe(at("2026-10-25T02:00Z"));
  expect(nextReading({ at: "03:00" }, at("2026-10-24T00:59Z"), "Europe/Paris")).toBe(at("2026-10-24T01:00Z"));
  // 02:30 is skipped in the night of spring: it is read at 03:30.
  expect(nextReading({ at: "02:30" }, at("2026-03-28T12:00Z"), "Europe/Paris")).toBe(at("2026-03-29T01:30Z"));
  expect(nextTry(20, 0)).toBe(3_600_000);
});
