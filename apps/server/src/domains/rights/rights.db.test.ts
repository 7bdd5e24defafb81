import { createHmac } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { bucketOf, type Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { Story } from "../../../test/support/journey-story.ts";
import { EQUATIONS } from "../../books.ts";
import { auditBooks } from "../../platform/books.ts";
import { raw, sql } from "../../platform/db/sql.ts";
import { listeners } from "../../worker.ts";
import { contactOwnedTables } from "../contacts/index.ts";
import { shapeOf } from "../contacts/owned.ts";
import { recordOutcomes } from "../delivery/worker/record.ts";
import { runExport } from "../exports/index.ts";
import { ensureEventPartitions, ingestBatches } from "../ingest/index.ts";
import { runCount, tendReadiness } from "../readiness/index.ts";
import { carryImport, uploadFile } from "../imports/index.ts";
import { hearShop, eraseShop, shopAsked, tendRights } from "./index.ts";

const holder = testDatabase();
const NOW = Date.UTC(2026, 10, 26, 12);
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url, { RELANCE_DATA: `/tmp/relance-test-rights-${process.pid}` });
  await ensureEventPartitions(holder.db, [NOW, NOW - 400 * 86_400_000]);
});
afterAll(() => shop.close());

const ALL = Array.from({ length: 256 }, (_, bucket) => bucket);

/** A workspace with Ana Sauvageot in it, known by everything. */
class World {
  readonly workspace: Id;
  readonly key: string;
  constructor(made: { id: Id; key: string }) {
    this.workspace = made.id;
    this.key = made.key;
  }
  static async open(): Promise<World> {
    shop.deps.clock.set(NOW);
    return new World(await shop.workspace());
  }
  call = (method: string, url: string, body?: unknown) => shop.call(this.key, method, url, body);
  into = (trusted = true) => ({
    workspace: this.workspace,
    currency: "EUR",
    phone: (text: string) => text,
    trusted,
    source: "events",
    secrets: shop.deps.secrets,
  });
  async say(messages: readonly unknown[], options: { live?: boolean; trusted?: boolean } = {}) {
    const [verdicts] = await ingestBatches(shop.deps.ports, this.into(options.trusted ?? true), [
      { messages, receivedAt: shop.deps.clock.now(), source: null, live: options.live ?? true },
    ]);
    return verdicts!;
  }
  async ana(): Promise<Id> {
    const [verdict] = await this.say([
      {
        type: "identify",
        userId: "ana-77",
        anonymousId: "browser-ana",
        traits: { email: EMAIL, phone: PHONE, firstName: "Ana", lastName: "Sauvageot", pet: `a cat of ${NAME}` },
        timestamp: at(-3),
      },
    ]);
    if (verdict?.is !== "stored") throw new Error("not stored");
    return verdict.contact;
  }
  erase = (contact: Id) => this.call("POST", `/api/contacts/${contact}/erase`, { reason: "person", confirm: "erase" });
  /** What the engine does with the news. */
  async hear(): Promise<void> {
    for (let rows: Fact[] = []; ;) {
      const taken = await holder.db.query<{
        id: Id;
        bucket: number;
        contact_id: Id;
        kind: string;
        data: unknown;
        occurred_at: number;
        recorded_at: number;
      }>(
        sql`select id, bucket, contact_id, kind, data, occurred_at, recorded_at from inbox where workspace_id = ${this.workspace} order by id`,
      );
      if (taken.length === 0) {
        await tendReadiness(shop.deps);
        return runCount(shop.deps, { workspace: this.workspace });
      }
      rows = taken.map(
        (row) =>
          ({
            id: row.id,
            workspace: this.workspace,
            contact: row.contact_id,
            occurredAt: row.occurred_at,
            recordedAt: row.recorded_at,
            kind: row.kind,
            data: row.data,
          }) as Fact,
      );
      await holder.db.transaction(async (tx) => {
        const turn = {
          buckets: ALL,
          now: shop.deps.clock.now(),
          chance: shop.deps.ports.chance,
          epochs: new Map(ALL.map((bucket) => [bucket, 1])),
          slot: 1,
        };
        let told = rows;
        for (const listener of listeners(shop.deps)) {
          const more = await listener.onFacts(
            tx,
            turn,
            told.filter((fact) => listener.kinds.includes(fact.kind)),
          );
          told = [...told, ...more.map((fact) => ({ id: shop.deps.ports.chance.id(turn.now), recordedAt: turn.now, ...fact }) as Fact)];
        }
        await tx.query(sql`delete from inbox where workspace_id = ${this.workspace} and id = any(${taken.map((row) => row.id)}::uuid[])`);
        for (const row of taken)
          await tx.query(
            sql`insert into inbox_totals (bucket, slot, taken) values (${row.bucket}, 0, 1) on conflict (bucket, slot) do update set taken = inbox_totals.taken + 1`,
          );
      });
    }
  }
  async request(id: Id) {
    return ((await this.call("GET", "/api/rights")).body.items as { id: Id; state: string; report: Record<string, unknown> }[]).find(
      (one) => one.id === id,
    )!;
  }
}

const [EMAIL, PHONE, NAME] = ["ana.sauvageot@shop.example", "+33612345699", "Ana Sauvageot"];
const LATER = "later@tea.example";
const at = (days: number) => new Date(NOW + days * 86_400_000).toISOString();

/** Tables in which any text, list or JSON holds one of these words, whatever the case. */
async function tablesWith(words: readonly string[]): Promise<string[]> {
  const columns = await holder.db.query<{ table: string; column: string }>(sql`
    select c.relname as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped and a.atttypid::regtype::text in ('text', 'jsonb', 'text[]', 'uuid', 'character varying') order by 1, 2`);
  expect(columns.length).toBeGreaterThan(200);
  const found = new Set<string>();
  for (const [table, own] of Map.groupBy(columns, (one) => one.table)) {
    const all = raw(own.map(({ column }) => `coalesce("${column}"::text, '')`).join(" || ' ' || "));
    const rows = await holder.db.query<{ word: string }>(
      sql`select distinct w as word from unnest(${words as string[]}::text[]) as w join ${raw(table)} t on strpos(lower(${all}), lower(w)) > 0`,
    );
    for (const { word } of rows) found.add(`${table}: ${word}`);
  }
  return [...found].sort();
}

/** A row of every table of contacts whose texts speak of the person. */
async function fill(world: World, contact: Id): Promise<string[]> {
  const fixed: Readonly<Record<string, string>> = {
    "carts.status": "open",
    "orders.kind": "sale",
    "runs.state": "completed",
    "sends.class": "marketing",
    "sends.state": "accepted",
    "form_submissions.state": "pending",
    "identity_conflicts.decision": "take",
    "consent_proofs.state": "granted",
    "consents.state": "granted",
    "contact_fix_changes.state": "done",
  };
  const words = `${EMAIL} ${PHONE} ${NAME}`;
  const ofType: Readonly<Record<string, (n: number) => unknown>> = {
    smallint: () => 1,
    integer: () => 1,
    bigint: () => 1,
    real: () => 1,
    "double precision": () => 1,
    "numeric(19,4)": () => "1.5",
    boolean: () => false,
    text: () => words,
    jsonb: () => ({ said: words }),
    "text[]": () => [words],
    "smallint[]": () => [1],
    date: () => "2026-11-01",
    "timestamp with time zone": () => at(-1),
    uuid: (n) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`,
  };
  let n = (Number.parseInt(world.workspace.slice(0, 8), 16) % 1_000_000) * 1_000;
  const tables: string[] = [];
  let order: unknown = null;
  for (const entry of [...contactOwnedTables].sort((a, b) => Number(a.table === "order_lines") - Number(b.table === "order_lines"))) {
    if (entry.how === "listener" || entry.table === "inbox" || entry.table === "inbox_quarantine") continue;
    const { columns } = await shapeOf(holder.db, entry.table);
    const types = new Map(
      (
        await holder.db.query<{ name: string; type: string }>(
          sql`select a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a where a.attrelid = ${entry.table}::regclass and a.attnum > 0 order by a.attnum`,
        )
      ).map((row) => [row.name, row.type]),
    );
    const own: Record<string, unknown> = {
      bucket: bucketOf(contact),
      contact_id: contact,
      workspace_id: world.workspace,
      part_id: entry.table === "kept_rows" ? contact : null,
      ...(entry.table === "order_lines" && { order_id: order, product_id: null, variant_id: null, name: "Scarf", sku: null }),
      ...(entry.table === "orders" && {
        status: "paid",
        coupon: null,
        store_id: null,
        currency: "EUR",
        source: "api",
        external_id: `filled ${n}`,
      }),
    };
    const row = Object.fromEntries(
      columns.map((name) => [name, name in own ? own[name] : (fixed[`${entry.table}.${name}`] ?? ofType[types.get(name)!]!(n++))]),
    );
    if (entry.table === "orders") order = row["id"];
    await holder.db.transaction(async (tx) => {
      await tx.query(sql`set local session_replication_role = replica`); // journeys and forms that are not there
      await tx.query(
        sql`insert into ${raw(entry.table)} (${raw(columns.join(", "))}) select ${raw(columns.map((name) => `r.${name}`).join(", "))} from jsonb_populate_record(null::${raw(entry.table)}, ${JSON.stringify(row)}::jsonb) r on conflict do nothing`,
      );
    });
    tables.push(entry.table);
  }
  return tables;
}

const file = (text: string) =>
  (async function* () {
    yield Buffer.from(text);
  })();

async function importText(world: World, text: string) {
  const { id } = await uploadFile(shop.deps, { workspace: world.workspace, by: "x", fileName: "people.csv", source: file(text), to: null });
  const { mapping } = (await world.call("GET", `/api/imports/${id}`)).body;
  return carryImport(shop.deps, { workspace: world.workspace, id, mapping });
}

test("nothing of an erased person is left in any column of any table; orders stay without them", async () => {
  const world = await World.open();
  const ana = await world.ana();
  const other = await world.say([{ type: "identify", userId: "bo", traits: { email: "bo@shop.example" } }]);
  await world.say([
    {
      type: "track",
      event: "Order Completed",
      userId: "ana-77",
      messageId: "m1",
      timestamp: at(-2),
      context: { shopify: { email: EMAIL, note: `for ${NAME}` } },
      properties: {
        order_id: "K-1",
        total: 42,
        currency: "EUR",
        note: `call ${PHONE}`,
        products: [{ product_id: "p", name: "Scarf", quantity: 1, price: 42 }],
      },
    },
    {
      type: "track",
      event: "Product Added",
      anonymousId: "browser-ana",
      properties: { cart_id: "c-1", product_id: "p" },
      timestamp: at(-1),
    },
  ]);
  const filled = await fill(world, ana);
  await holder.db.query(
    sql`insert into refused_messages (workspace_id, id, received_at, reason, body) values (${world.workspace}, ${shop.deps.ports.chance.id(NOW)}, ${at(0)}::timestamptz, 'x', ${JSON.stringify({ traits: { email: EMAIL.toUpperCase(), phone: "06 12 34 56 99" } })}::jsonb)`,
  );
  await holder.db.query(
    sql`insert into audit_log (workspace_id, id, at, actor_kind, actor_id, action, object_kind, detail) values (${world.workspace}, ${shop.deps.ports.chance.id(NOW)}, ${at(0)}::timestamptz, 'key', 'x', 'a', 'b', ${JSON.stringify({ who: NAME })}::jsonb)`,
  );
  await world.hear();
  const words = [EMAIL, PHONE, "06 12 34 56 99", NAME, "ana-77", "browser-ana"];
  expect((await tablesWith(words)).length).toBeGreaterThan(30);
  const known = (await world.call("GET", `/api/contacts/${ana}/everything`)).body as { tables: Record<string, unknown[]> };
  expect(Object.keys(known.tables)).toEqual(
    expect.arrayContaining(["contacts", "identities", ...filled.filter((table) => !["sql_answers"].includes(table))]),
  );
  expect(JSON.stringify(known.tables["events"])).toContain(PHONE);

  const editor = await shop.key(world.workspace, ["contacts:read"]);
  expect((await shop.call(editor, "POST", `/api/contacts/${ana}/erase`, { reason: "person", confirm: "erase" })).status).toBe(403);
  expect((await world.call("POST", `/api/contacts/${ana}/erase`, { reason: "person", confirm: "yes" })).status).toBe(422);
  const done = await world.erase(ana);
  expect(done).toMatchObject({ status: 202, body: { kind: "erasure", state: "running", report: { orders: 2 } } });
  expect((await world.call("GET", `/api/contacts/${ana}`)).status).toBe(404);
  await tendRights(shop.deps);
  expect((await world.request(done.body.id)).report["waits"]).toEqual(["news"]);
  await world.hear();
  await tendRights(shop.deps);
  expect(await world.request(done.body.id)).toMatchObject({
    state: "done",
    report: { rows: { events: expect.any(Number), identities: 4, contacts: 1 }, orders: 2, traces: 2 },
  });
  expect(await tablesWith(words)).toEqual([]);
  expect(await tablesWith([ana])).toEqual([`audit_log: ${ana}`, `rights_requests: ${ana}`]); // ids name nobody any more
  expect((await world.call("GET", "/api/orders?search=K-1")).body.items).toMatchObject([
    { externalId: "K-1", contact: null, total: 42, lines: 1 },
  ]);
  expect((await world.call("GET", "/api/suppressions?address=ana.sauvageot%40shop.example")).body.items).toMatchObject([
    { reason: "erased", masked: null },
  ]);
  expect((await world.call("GET", "/api/contacts")).body).toMatchObject({
    total: 1,
    items: [{ id: other[0]!.is === "stored" ? other[0]!.contact : "" }],
  });
  expect((await auditBooks(holder.db, EQUATIONS, ALL)).get("B9")).toBeUndefined();
});

test("a journey under way ends, what is planned does not leave, and a message on the wire changes nothing afterwards", async () => {
  shop.deps.clock.set(NOW);
  const story = await Story.begin(shop, holder.db, "2026-11-26T12:00:00Z");
  const world = new World({ id: story.workspace, key: story.key });
  const template = await story.template();
  const graph = {
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_m",
    steps: [
      { id: "stp_m", name: "", kind: "email", template, exits: { next: "stp_w" } },
      { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 2, unit: "day" } }, exits: { next: null } },
    ],
    settings: { filter: null, reentry: { kind: "always" }, exits: [] },
  } as never;
  const journeys = [await story.publish(graph), await story.publish(graph)];
  const [ana, leo] = [await world.ana(), await story.contact()];
  for (const contact of [ana, leo]) await story.happens({ contact, name: "Signed Up" });
  const [wired] = await holder.db.query<{ id: Id }>(sql`select id from sends where contact_id = ${ana} order by id limit 1`);
  const worker = shop.deps.ports.chance.id(NOW);
  await holder.db.query(
    sql`update sends set state = 'handing', claimed_by = ${worker}, claimed_until = ${at(1)}::timestamptz, attempts = 1 where id = ${wired!.id}`,
  );
  await holder.db.query(
    sql`insert into send_totals (workspace_id, subject, state, reason, slot, n) select ${world.workspace}::uuid, 'all', s, '', 7, n from unnest(array['waiting', 'handing'], array[-1, 1]) as r (s, n)`,
  );
  const done = await world.erase(ana);
  expect(done.body.report).toMatchObject({ runs: 2, sends: 2 });
  await recordOutcomes(holder.db, {
    told: [
      {
        send: { id: wired!.id, bucket: bucketOf(ana), contact: ana, workspace: world.workspace, attempts: 1 } as never,
        outcome: { kind: "accepted", reference: "r", answer: "250" } as never,
      },
    ],
    worker,
    secrets: shop.deps.secrets,
    now: NOW,
    chance: shop.deps.ports.chance,
    slot: 3,
  });
  const sums = await holder.db.query<{ state: string; reason: string; n: number }>(
    sql`select state, reason, sum(n) as n from send_totals where workspace_id = ${world.workspace} and subject = 'all' group by 1, 2 having sum(n) <> 0 order by 1, 2`,
  );
  expect(sums.map((row) => ({ ...row, n: Number(row.n) }))).toEqual([
    { state: "skipped", reason: "erased", n: 1 },
    { state: "uncertain", reason: "erased", n: 1 },
    { state: "waiting", reason: "", n: 2 },
  ]);
  const [totals] = await holder.db.query<{ entered: number; gone: number }>(
    sql`select sum(entered)::int as entered, sum(left_early)::int as gone from journey_totals where journey_id = any(${journeys}::uuid[])`,
  );
  expect(totals).toEqual({ entered: 4, gone: 2 });
  await world.hear();
  expect(await auditBooks(holder.db, EQUATIONS, ALL)).toEqual(new Map());
});

test("someone erased stays so, whatever files, shops and servers tell; what they do themselves afterwards is a new relation", async () => {
  const world = await World.open();
  const ana = await world.ana();
  await world.erase(ana);
  shop.deps.clock.advance(60_000);
  const refused = { is: "refused", code: "contact.erased" };
  expect(
    await world.say(
      [
        { type: "identify", userId: "new", traits: { email: EMAIL.toUpperCase() } },
        { type: "track", event: "Old", userId: "ana-77", timestamp: at(-9) },
        { type: "track", event: "Past", userId: "ana-77" },
      ],
      { live: false },
    ),
  ).toMatchObject([{ ...refused, field: "email" }, { ...refused, field: "userId" }, refused]);
  const text = `e-mail,first,last,born\n${EMAIL},Ana,Sauvageot,1990-01-01\nlea@shop.example,Léa,Roy,1991-02-02\n`;
  const record = await importText(world, text);
  expect(record.report).toMatchObject({ applied: { created: 1, erased: 1 } });
  expect((await world.call("GET", "/api/contacts?search=sauvageot")).body.items).toEqual([]);
  for (const [field, value] of [
    ["externalId", "ana-77"],
    ["email", EMAIL.toUpperCase()],
    ["phone", PHONE],
  ] as const)
    expect((await world.call("POST", "/api/contacts", { [field]: value })).body.error).toMatchObject({ code: "contact.erased", field });
  const [lea] = (await world.call("GET", "/api/contacts?search=lea")).body.items as { id: Id }[];
  expect((await world.call("PATCH", `/api/contacts/${lea!.id}`, { email: EMAIL })).status).toBe(409);
  expect(await world.say([{ type: "track", event: "Product Viewed", userId: "ana-77", anonymousId: "browser-new" }])).toMatchObject([
    { is: "stored" },
  ]);
  expect(await world.say([{ type: "identify", userId: "ana-77", traits: { email: EMAIL } }])).toMatchObject([refused]);
  // By her own browser she says who she is.
  expect(await world.say([{ type: "identify", anonymousId: "browser-new", traits: { email: EMAIL } }], { trusted: false })).toMatchObject([
    { is: "stored" },
  ]);
  expect(await world.say([{ type: "identify", userId: "ana-77", traits: { email: EMAIL } }])).toMatchObject([{ is: "stored" }]);
  expect((await world.call("GET", "/api/suppressions?address=ana.sauvageot%40shop.example")).body.items).toMatchObject([
    { reason: "erased", liftedAt: null },
  ]);
});

test("files about people that were asked for before expire at once, later ones stay; a file that waits to be imported goes after a week, and until then the request is open", async () => {
  const world = await World.open();
  const [ana] = [await world.ana(), await world.say([{ type: "identify", userId: "bo", traits: { email: "bo@shop.example" } }])];
  await world.hear();
  const exported = async () => {
    const [{ id }] = (await world.call("POST", "/api/exports", { kinds: ["contacts"], format: "csv", segment: null })).body.items as [
      { id: Id },
    ];
    await runExport(shop.deps, { workspace: world.workspace, id, signal: new AbortController().signal, lastAttempt: true });
    const now = async () => (await world.call("GET", `/api/exports/${id}`)).body as { state: string; link: string | null };
    const { link } = await now();
    return { now, read: async () => await shop.app.inject({ url: new URL(link!).pathname }) };
  };
  const before = await exported();
  expect((await before.read()).body).toContain(EMAIL);
  const others = new Set(existsSync(`${shop.deps.config.dataFolder}/uploads`) ? readdirSync(`${shop.deps.config.dataFolder}/uploads`) : []);
  const { id: waiting } = await uploadFile(shop.deps, {
    workspace: world.workspace,
    by: "x",
    fileName: "people.csv",
    source: file(`e-mail,first\n${EMAIL},Ana\n`),
    to: null,
  });
  const files = () => readdirSync(`${shop.deps.config.dataFolder}/uploads`).filter((name) => !others.has(name));
  expect(files()).not.toEqual([]);
  shop.deps.clock.advance(60_000);
  const request = (await world.erase(ana)).body.id as Id;
  await world.hear();
  await tendRights(shop.deps);
  expect([(await before.read()).statusCode, await before.now()]).toEqual([410, expect.objectContaining({ state: "expired", link: null })]);
  shop.deps.clock.advance(1_000);
  const after = await exported();
  await tendRights(shop.deps);
  expect((await after.read()).statusCode).toBe(200);
  for (const [days, state] of [
    [6, "running"],
    [1, "done"],
  ] as const) {
    expect(files()).not.toEqual([]);
    shop.deps.clock.advance(days * 86_400_000 + 1_000);
    await tendRights(shop.deps);
    await tendRights(shop.deps);
    expect([state, (await world.request(request)).report["waits"]]).toEqual([
      (await world.request(request)).state,
      state === "done" ? undefined : ["imports"],
    ]);
  }
  expect(files()).toEqual([]);
  expect((await world.call("GET", `/api/imports/${waiting}`)).body.state).toBe("cancelled");
});

test.each([1, 2, 3, 4, 5, 6])(
  "an import and a server that tell of a person while they are erased bring nobody back (%i)",
  async (round) => {
    const world = await World.open();
    const ana = await world.ana();
    const telling = Array.from({ length: 8 }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, (n * round) % 13));
      return world
        .say(
          [
            { type: "identify", userId: "ana-77", traits: { email: EMAIL, plan: `p${n}` }, messageId: `r${n}` },
            { type: "track", event: "Old", userId: "ana-77", messageId: `o${n}` },
          ],
          { live: false },
        )
        .catch((error: unknown) => {
          if ((error as { code?: string }).code !== "40001") throw error;
        });
    });
    await new Promise((resolve) => setTimeout(resolve, round * 4));
    const erased = await world.erase(ana);
    expect(erased.status).toBe(202);
    await Promise.all(telling);
    const [left] = await holder.db.query<{ contacts: number; events: number; identities: number }>(sql`
    select (select count(*) from contacts where workspace_id = ${world.workspace})::int as contacts, (select count(*) from events where workspace_id = ${world.workspace})::int as events, (select count(*) from identities where workspace_id = ${world.workspace})::int as identities`);
    expect(left).toEqual({ contacts: 0, events: 0, identities: 0 });
  },
);

test("Shopify’s wishes by law are heard: a customer redacted is erased, a customer’s question waits for the team, a shop’s for an administrator", async () => {
  const world = await World.open();
  const secret = "shopify secret of the test";
  const made = await world.call("POST", "/api/connections", { shop: "shopify", name: "Tea", domain: "tea.myshopify.com", secret });
  const hear = async (topic: string, payload: unknown) => {
    const body = JSON.stringify(payload);
    const before = shop.deps.enqueued.length;
    const answer = await shop.app.inject({
      method: "POST",
      url: `/hooks/shops/${made.body.id}`,
      headers: {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": "tea.myshopify.com",
        "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
      },
      payload: body,
    });
    for (const job of shop.deps.enqueued.slice(before))
      if (job.name === "connectors.asked") await hearShop(shop.deps, shopAsked.parse(job.payload));
    return answer.json() as { outcome: string };
  };
  const customer = (id: number, email: string) => ({
    id,
    email,
    first_name: "Later",
    last_name: "Sauvageot",
    created_at: at(-9),
    updated_at: at(-8),
  });
  await hear("customers/create", customer(1, LATER));
  await hear("customers/create", customer(2, "bo@tea.example"));
  await hear("customers/create", customer(3, "cy@tea.example"));
  const asked = (id: number, email: string) => ({
    shop_id: 9,
    shop_domain: "tea.myshopify.com",
    customer: { id, email, phone: null },
    orders_requested: [],
  });
  expect(await hear("customers/data_request", asked(1, LATER))).toEqual({ outcome: "stored" });
  expect(await hear("customers/redact", asked(1, LATER))).toEqual({ outcome: "stored" });
  expect(await hear("customers/redact", asked(77, "nobody@tea.example"))).toEqual({ outcome: "ignored" });
  await world.hear();
  await tendRights(shop.deps);
  // Told again late, she stays erased, and nothing of what was told is kept.
  expect(await hear("customers/update", { ...customer(1, LATER), updated_at: at(-7) })).toEqual({ outcome: "ignored" });
  expect(await tablesWith([LATER, "Later Sauvageot"])).toEqual([]);
  expect(await hear("shop/redact", { shop_id: 9, shop_domain: "tea.myshopify.com" })).toEqual({ outcome: "stored" });
  const items = (await world.call("GET", "/api/rights")).body.items as { id: Id; kind: string; state: string; contact: Id | null }[];
  expect(items.map((one) => [one.kind, one.state]).sort()).toEqual([
    ["access", "waiting"],
    ["erasure", "done"],
    ["erasure", "waiting"],
  ]);
  expect(
    (await world.call("POST", `/api/rights/${items.find((one) => one.kind === "access")!.id}/settle`, { decision: "carry" })).body.state,
  ).toBe("done");
  const all = items.find((one) => one.kind === "erasure" && one.state === "waiting")!;
  expect((await world.call("POST", `/api/rights/${all.id}/settle`, { decision: "carry" })).body.state).toBe("running");
  await eraseShop(shop.deps, { workspace: world.workspace, id: all.id, signal: new AbortController().signal });
  expect(await world.request(all.id)).toMatchObject({ state: "done", report: { people: 2 } });
  expect((await world.call("GET", "/api/contacts")).body).toMatchObject({ total: 0, items: [] });
  expect((await world.call("GET", "/api/connections")).body.items).toEqual([]);
  expect((await world.call("POST", `/api/rights/${all.id}/settle`, { decision: "keep" })).body.error.code).toBe("rights.not_waiting");
});
