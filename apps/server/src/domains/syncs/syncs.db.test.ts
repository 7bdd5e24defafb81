import type { Database } from "../../platform/db/database.ts";
import type { ImportView } from "@relance/contract/imports";
import type { Sync } from "@relance/contract/syncs";
import { expect, test } from "vitest";
import { testSources } from "../../../test/support/syncs.ts";
import { sql } from "../../platform/db/sql.ts";
import { jobHandlers } from "../../worker.ts";
import { pullSync, tendSyncs } from "./index.ts";
import { nextReading, nextTry } from "./when.ts";

const on = testSources();

const QUERY = {
  kind: "postgres",
  host: "127.0.0.1",
  database: "shop",
  user: "reader",
  tls: false,
  query: "select * from customers",
  cursor: "changed_at",
};

test("a file at an address is read, its columns wait for a person once, then it comes by itself and only when it changed", async () => {
  const of = await on.shop.workspace();
  on.files.file = "email,first_name\nana@shop.example,Ana\n";
  const one = await on.sources.add(of, { kind: "https", url: `${on.files.base}/moved?token=secret`, authorization: "Bearer k" });
  expect(JSON.stringify(one)).not.toMatch(/secret|Bearer/);
  await on.sources.pull(of, one);
  // The sign-in goes along to the same host only.
  expect(on.files.asked.at(-1)).toMatchObject({ url: "/customers.csv", headers: { authorization: "Bearer k" } });
  expect(await on.sources.seen(of, one.id)).toMatchObject({ state: "mapping", succeededAt: null });
  expect(await on.sources.emails(of)).toEqual([]);
  await on.sources.approve(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({
    state: "ok",
    importId: null,
    counts: { rows: 1, created: 1, refused: 0 },
    failures: 0,
  });

  // A person's file says who told it; the source's own reading does so whoever carried it to its end.
  const [ana] = (await on.shop.call(of.key, "GET", "/api/contacts?search=ana")).body.items as { id: string }[];
  expect((await on.shop.call(of.key, "GET", `/api/contacts/${ana!.id}`)).body).toMatchObject({
    sources: { email: `sync:${one.id}`, first_name: `sync:${one.id}` },
    freshness: { first_name: expect.any(String) },
  });

  on.shop.deps.clock.advance(3_600_000);
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 1, created: 0, unchanged: 1 } });
  on.files.file += "bo@shop.example,Bo\ntoo,many,cells\n";
  on.shop.deps.clock.advance(3_600_000);
  await tendSyncs(on.shop.deps);
  expect(on.shop.deps.enqueued.at(-1)).toEqual({ name: "syncs.pull", payload: { workspace: of.id, id: one.id } });
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ counts: { rows: 3, created: 1, unchanged: 1, refused: 1 } });
  expect(await on.sources.emails(of)).toEqual(["ana@shop.example", "bo@shop.example"]);
});

test("what fails is tried again, later each time; columns that changed, and addresses inside the house, say so", async () => {
  const of = await on.shop.workspace();
  expect(
    (await on.shop.call(of.key, "POST", "/api/syncs", { kind: "https", name: "x", every: { minutes: 60 }, url: "http://10.0.0.1/x" })).body,
  ).toMatchObject({ error: { code: "sync.address_not_allowed", field: "url" } });
  const inside = await on.sources.add(of, { ...QUERY, host: "10.0.0.1" });
  const redirected = await on.sources.add(of, { kind: "https", url: `${on.files.base}/inside` });
  await on.sources.pull(of, inside);
  await on.sources.pull(of, redirected);
  expect((await on.sources.seen(of, inside.id)).problem).toMatchObject({
    code: "net.blocked_address",
    params: { host: "10.0.0.1" },
    reason: expect.stringMatching(/not an address of the public internet/),
  });
  expect((await on.sources.seen(of, redirected.id)).problem).toMatchObject({
    code: "net.redirect_not_allowed",
    params: { to: "http://10.0.0.1" },
  });
  const closed = await on.sources.add(of, { kind: "https", url: "http://127.0.0.1:1/x" });
  await on.sources.pull(of, closed);
  expect((await on.sources.seen(of, closed.id)).problem).toMatchObject({ code: "sync.no_answer", params: { host: "127.0.0.1:1" } });

  on.files.file = "email\nana@shop.example\n";
  const admin = await on.shop.member(of.id, "admin");
  await on.shop.member(of.id, "editor");
  const alerts = (sync: Sync): number =>
    on.shop.deps.enqueued.filter(({ name, payload }) => name === "syncs.alert" && (payload as { id: string }).id === sync.id).length;
  const one = await on.sources.add(of, { kind: "https", url: `${on.files.base}/customers.csv` });
  on.files.status = 503;
  for (const minutes of [1, 2, 4]) {
    await on.sources.pull(of, one);
    const now = await on.sources.seen(of, one.id);
    expect(now).toMatchObject({
      state: "failing",
      problem: { code: "sync.answered", params: { status: 503 }, reason: "The source could not be read: it answered 503." },
    });
    expect(Date.parse(now.nextAt!) - on.shop.deps.clock.now()).toBe(minutes * 60_000);
    on.shop.deps.clock.advance(minutes * 60_000);
  }
  expect(alerts(one)).toBe(1);
  await on.sources.pull(of, one);
  expect(alerts(one)).toBe(1);
  await jobHandlers(on.shop.deps)["syncs.alert"]!(
    { workspace: of.id, id: one.id },
    { job: "1", attempt: 1, signal: AbortSignal.timeout(10_000), lastAttempt: false },
  );
  const mails = await on.holder.db.query(sql`select m.address, m.subject, m.body from outbox_messages m where m.workspace_id = ${of.id}`);
  expect(mails).toMatchObject([
    {
      address: admin.email,
      subject: "« Customers » ne peut plus être lue",
      body: expect.stringMatching(/4 fois de suite[\s\S]*Le serveur a répondu 503\.[\s\S]*\/sources\/syncs\//),
    },
  ]);
  on.shop.deps.clock.advance(3_600_000);
  on.files.status = 200;
  await on.sources.pull(of, one);
  await on.sources.approve(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ state: "ok", failures: 0, problem: null });
  on.files.file = "mail,age\nbo@shop.example,3\n";
  await on.shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, {});
  await on.sources.pull(of, one);
  expect((await on.sources.seen(of, one.id)).problem).toMatchObject({
    code: "import.columns_changed",
    params: { problem: "unknown_column", name: "email" },
  });
});

test("a source brings events, each once, and carts that say which source told them and how long ago", async () => {
  const of = await on.shop.workspace();
  const read = async (one: Sync, file: string) => {
    on.files.file = file;
    await on.shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, {});
    await on.sources.pull(of, one);
    return (await on.sources.seen(of, one.id)).counts;
  };
  const visits = "event,timestamp,e-mail,page\nShop Visited,2026-11-20 10:00:00,ana@shop.example,/hats\n";
  on.files.file = visits;
  const events = await on.sources.add(of, { kind: "https", name: "Till", url: `${on.files.base}/visits.csv` });
  await on.sources.pull(of, events);
  await on.sources.approve(of, events);
  expect(await read(events, `${visits}Shop Visited,2026-11-21 10:00:00,ana@shop.example,/scarves\n`)).toEqual({
    rows: 2,
    created: 1,
    updated: 0,
    unchanged: 1,
    refused: 0,
  });
  expect(
    await on.holder.db.query(
      sql`select name, live, properties from events where workspace_id = ${of.id} and type = 'track' order by occurred_at`,
    ),
  ).toEqual([
    { name: "Shop Visited", live: false, properties: { page: "/hats" } },
    { name: "Shop Visited", live: false, properties: { page: "/scarves" } },
  ]);

  const cart = (at: string, quantity: number) =>
    `cart id,e-mail,updated at,sku,quantity,unit price\nC1,ana@shop.example,${at},LAMP,${quantity},10\n`;
  on.files.file = cart("2026-11-20 10:00:00", 1);
  const carts = await on.sources.add(of, { kind: "https", name: "Carts", url: `${on.files.base}/carts.csv` });
  await on.sources.pull(of, carts);
  await on.sources.approve(of, carts);
  expect(await read(carts, cart("2026-11-20 11:00:00", 12))).toMatchObject({ rows: 1, updated: 1 });
  expect((await on.shop.call(of.key, "GET", "/api/carts")).body.items).toMatchObject([
    { externalId: "C1", status: "open", total: 120, source: `sync:${carts.id}` },
  ]);
  expect((await on.shop.call(of.key, "GET", "/api/readiness/model")).body.items).toContainEqual(
    expect.objectContaining({ part: "cart", sources: { [`sync:${carts.id}`]: 1 } }),
  );
});

/** Every statement from the n-th on fails: the process has died. */
function dyingAfter(db: Database, n: number): { db: Database; died: () => boolean } {
  let left = n;
  const alive = (): void => {
    if (left-- <= 0) throw new Error("killed");
  };
  return {
    died: () => left < 0,
    db: {
      ...db,
      query: async (statement) => {
        alive();
        return db.query(statement);
      },
      transaction: async (work) => {
        alive();
        return db.transaction((tx) =>
          work({
            ...tx,
            query: async (statement) => {
              alive();
              return tx.query(statement);
            },
            copyFrom: async (text, source) => {
              alive();
              return tx.copyFrom(text, source);
            },
          }),
        );
      },
    },
  };
}

test("a reading killed at any statement goes on and ends as one that was not", async () => {
  const first = await on.shop.workspace();
  on.files.file = "email,first_name\nana@shop.example,Ana\nbo@shop.example,Bo\n";
  const model = await on.sources.add(first, { kind: "https", url: `${on.files.base}/customers.csv` });
  await on.sources.pull(first, model);
  const { mapping } = (await on.shop.call(first.key, "GET", `/api/imports/${(await on.sources.seen(first, model.id)).importId}`))
    .body as ImportView;
  let kills = 0;
  for (let n = 0; ; n += 5) {
    const of = await on.shop.workspace();
    const one = await on.sources.add(of, { kind: "https", url: `${on.files.base}/customers.csv`, mapping });
    const dying = dyingAfter(on.holder.db, n);
    await pullSync({ ...on.shop.deps, ports: { ...on.shop.deps.ports, sql: dying.db } }, { workspace: of.id, id: one.id }).catch(
      () => undefined,
    );
    for (let turn = 0; turn < 6 && (await on.sources.seen(of, one.id)).succeededAt === null; turn++) {
      on.shop.deps.clock.advance(181_000); // the claim and the import's lease have run out
      await on.sources.pull(of, one);
    }
    const end = await on.sources.seen(of, one.id);
    expect(end, `killed at ${n}`).toMatchObject({ state: "ok", importId: null, counts: { rows: 2, refused: 0 } });
    expect(await on.sources.emails(of)).toEqual(["ana@shop.example", "bo@shop.example"]);
    expect((await on.shop.call(of.key, "GET", "/api/imports")).body.items.filter((view: ImportView) => view.state === "done")).toHaveLength(
      1,
    );
    if (!dying.died()) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThan(5);
});

test("a source is changed in parts: its keys stay and go nowhere else, a name disturbs nothing, another file is read from its beginning", async () => {
  const of = await on.shop.workspace();
  on.files.file = "email\nana@shop.example\n";
  const one = await on.sources.add(of, { kind: "https", url: `${on.files.base}/customers.csv?token=secret`, authorization: "Bearer k" });
  await on.sources.pull(of, one);
  await on.sources.approve(of, one);
  const change = (body: Record<string, unknown>) => on.shop.call(of.key, "PATCH", `/api/syncs/${one.id}`, { kind: "https", ...body });
  const before = await on.sources.seen(of, one.id);
  const renamed = await change({ name: "Till", every: { minutes: 30 } });
  expect(renamed.body).toEqual({
    ...before,
    name: "Till",
    every: { minutes: 30 },
    nextAt: new Date(on.shop.deps.clock.now() + 1_800_000).toISOString(),
  });
  on.shop.deps.clock.advance(1_800_000);
  await on.sources.pull(of, one);
  expect(on.files.asked.at(-1)).toMatchObject({
    url: "/customers.csv?token=secret",
    headers: { authorization: "Bearer k", "if-none-match": expect.anything() },
  });

  expect((await change({ url: "http://10.0.0.1/x" })).body).toMatchObject({ error: { code: "sync.address_not_allowed", field: "url" } });
  expect((await change({ url: `${on.files.base.replace(/\d+$/, "9")}/x` })).body).toMatchObject({
    error: { code: "sync.key_needed", field: "authorization" },
  });
  expect((await on.shop.call(of.key, "PATCH", `/api/syncs/${one.id}`, { kind: "postgres", query: "select 1" })).body).toMatchObject({
    error: { code: "sync.other_kind", field: "kind" },
  });
  expect((await on.shop.call((await on.shop.workspace()).key, "PATCH", `/api/syncs/${one.id}`, { kind: "https", name: "x" })).status).toBe(
    404,
  );

  expect((await change({ url: `${on.files.base}/others.csv` })).body).toMatchObject({
    settings: { address: `${on.files.base}/others.csv` },
    nextAt: new Date(on.shop.deps.clock.now()).toISOString(),
  });
  await on.sources.pull(of, one);
  expect(on.files.asked.at(-1)).toMatchObject({ url: "/others.csv", headers: { authorization: "Bearer k" } });
  expect(on.files.asked.at(-1)!.headers).not.toHaveProperty("if-none-match");
  expect(await on.sources.seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 1, unchanged: 1 } });
  await change({ mapping: null, authorization: null });
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ state: "mapping" });
  expect(on.files.asked.at(-1)!.headers).not.toHaveProperty("authorization");

  const query = await on.sources.add(of, { ...QUERY, password: "p" });
  const moved = await on.shop.call(of.key, "PATCH", `/api/syncs/${query.id}`, { kind: "postgres", host: "elsewhere.shop.example" });
  expect(moved.body).toMatchObject({ error: { code: "sync.key_needed", field: "password" } });
  expect(
    (
      await on.shop.call(of.key, "PATCH", `/api/syncs/${query.id}`, {
        kind: "postgres",
        query: "select email from customers",
        cursor: null,
      })
    ).body,
  ).toMatchObject({ settings: { query: "select email from customers", cursor: null, host: "127.0.0.1" } });
});

test("stopped, it is read no more; removed, it is gone with its keys", async () => {
  const of = await on.shop.workspace();
  const one = await on.sources.add(of, { kind: "https", url: `${on.files.base}/customers.csv` });
  expect((await on.shop.call(of.key, "DELETE", `/api/syncs/${one.id}/run`)).body).toMatchObject({ state: "stopped", nextAt: null });
  const before = on.files.asked.length;
  await on.sources.pull(of, one);
  expect(on.files.asked).toHaveLength(before);
  expect((await on.shop.call((await on.shop.workspace()).key, "DELETE", `/api/syncs/${one.id}`)).status).toBe(404);
  await on.shop.call(of.key, "DELETE", `/api/syncs/${one.id}`);
  expect(await on.sources.seen(of, one.id)).toBeUndefined();
});

test("the time of the day is the workspace's, through the change of its clocks", () => {
  const at = (text: string): number => Date.parse(text);
  expect(nextReading({ at: "03:00" }, at("2026-10-24T02:00Z"), "Europe/Paris")).toBe(at("2026-10-25T02:00Z"));
  expect(nextReading({ at: "03:00" }, at("2026-10-24T00:59Z"), "Europe/Paris")).toBe(at("2026-10-24T01:00Z"));
  // 02:30 is skipped in the night of spring: it is read at 03:30.
  expect(nextReading({ at: "02:30" }, at("2026-03-28T12:00Z"), "Europe/Paris")).toBe(at("2026-03-29T01:30Z"));
  expect(nextTry(20, 0)).toBe(3_600_000);
});
