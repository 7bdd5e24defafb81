import { bucketOf, DAY, type Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { inventoryOf } from "@relance/model/readiness";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { seededGenerator } from "../../platform/chance/index.ts";
import { sql } from "../../platform/db/sql.ts";
import type { Turn } from "../../platform/engine.ts";
import { recordConsents } from "../compliance/index.ts";
import { askDomains, FIX_JOB, readinessListener, runCount, runFix, tendReadiness } from "./index.ts";
import { selectCells } from "./queries.ts";
import { writeAddresses } from "./sheet-queries.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

/** Tells the listener what waits in the inbox, as the engine would. */
async function tell(workspace: Id): Promise<void> {
  const { chance, clock } = shop.deps.ports;
  const turn: Turn = { buckets: [], now: clock.now(), chance, epochs: new Map(), slot: 0 };
  await holder.db.transaction(async (tx) => {
    const facts = await tx.query<Fact>(
      sql`delete from inbox where workspace_id = ${workspace} returning id, workspace_id as workspace, contact_id as contact, kind, data, occurred_at as "occurredAt", recorded_at as "recordedAt"`,
    );
    await readinessListener.onFacts(tx, turn, facts);
  });
}

async function settle(workspace: Id, batch?: number): Promise<void> {
  await tell(workspace);
  await tendReadiness(shop.deps);
  await runCount(shop.deps, { workspace, ...(batch !== undefined && { batch }) });
}

const cellsOf = async (workspace: Id) => new Map((await selectCells(holder.db, workspace)).map((one) => [one.key, one.n]));

const findingsOf = (workspace: Id) =>
  holder.db.query(
    sql`select contact_id, code, field, value, proposal from contact_findings where workspace_id = ${workspace} order by contact_id, code`,
  );

const EMAILS = ["shop.fr", "gmial.com", "mailinator.com", "gmail.com"];
test.each(["1", "2"])(
  "cells that follow the news are those of a count from nothing, whatever happened and however it was cut into batches (seed %s)",
  async (seed) => {
    const random = seededGenerator(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.float() * list.length)]!;
    const { id: workspace, key } = await shop.workspace();
    for (const store of [
      { code: "fr", name: "France", country: "FR", languages: ["fr"] },
      { code: "ca", name: "Canada", country: "CA", languages: ["en", "fr"] },
    ])
      expect((await shop.call(key, "POST", "/api/stores", { ...store, currency: "EUR", timeZone: "Europe/Paris" })).status).toBeLessThan(
        300,
      );
    const people: Id[] = [];
    const fields = (): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries({
          firstName: pick(["Ana", "Bo", undefined]),
          country: pick(["FR", "CA", "France", undefined]),
          locale: pick(["fr", "en", undefined]),
          birthDate: pick(["1988-05-14", "1970-01-01", undefined]),
          attributes: pick([{ plan: "gold" }, { mobile: "06 12 34 56 78" }, undefined]),
        }).filter(([, value]) => value !== undefined),
      );
    for (let round = 0; round < 6; round++) {
      for (let i = 0; i < 6; i++) {
        const made = await shop.call(key, "POST", "/api/contacts", { email: `p${round}.${i}@${pick(EMAILS)}`, ...fields() });
        expect([made.status, made.body]).toEqual([201, expect.anything()]);
        people.push(made.body.id);
      }
      for (let i = 0; i < 4; i++) await shop.call(key, "PATCH", `/api/contacts/${pick(people)}`, fields());
      const now = shop.deps.clock.now();
      await holder.db.transaction((tx) =>
        recordConsents(tx, {
          now,
          chance: shop.deps.ports.chance,
          records: [
            {
              workspace,
              contact: pick(people),
              channel: "email",
              topic: "",
              state: pick(["granted", "withdrawn"]),
              basis: "express",
              occurredAt: now,
              source: "test",
              recordedBy: "test",
            },
          ],
        }),
      );
      // Gone without a word: the walk finds out.
      if (round === 3) {
        const id = people.splice(2, 1)[0]!;
        await holder.db.query(sql`delete from contacts where bucket = ${bucketOf(id)} and id = ${id}`);
      }
      shop.deps.clock.advance(DAY + 1);
      await settle(workspace, pick([1, 3, 1000]));
    }
    const followed = await cellsOf(workspace);
    const found = await findingsOf(workspace);
    for (const table of [sql`readiness_cells`, sql`contact_audits`, sql`contact_findings`])
      await holder.db.query(sql`delete from ${table} where workspace_id = ${workspace}`);
    await holder.db.query(sql`delete from readiness_states where workspace_id = ${workspace}`);
    await settle(workspace);
    expect(followed).toEqual(await cellsOf(workspace));
    expect([...followed].filter(([cell]) => cell.startsWith("p")).reduce((sum, [, n]) => sum + n, 0)).toBe(people.length);
    const findings = Object.values(inventoryOf(await selectCells(holder.db, workspace), shop.deps.clock.now()).findings).reduce(
      (sum, n) => sum + n,
      0,
    );
    expect(found).toHaveLength(findings);
    expect(found).toEqual(await findingsOf(workspace));
    // A walk that finds nothing new writes nothing.
    const rows = () =>
      holder.db.query(
        sql`select a.contact_id, a.ctid, array_agg(d.ctid order by d.code) as found from contact_audits a left join contact_findings d on d.bucket = a.bucket and d.contact_id = a.contact_id where a.workspace_id = ${workspace} group by a.bucket, a.contact_id, a.ctid order by a.contact_id`,
      );
    const before = await rows();
    shop.deps.clock.advance(DAY + 1);
    await settle(workspace);
    expect(await rows()).toEqual(before);
  },
);

test("the page says what is known by store, which journeys it carries, and the shortest way to more", async () => {
  const { id: workspace, key } = await shop.workspace();
  await shop.call(key, "POST", "/api/stores", {
    code: "fr",
    name: "France",
    country: "FR",
    languages: ["fr"],
    currency: "EUR",
    timeZone: "Europe/Paris",
  });
  const ids: Id[] = [];
  for (const [i, birthDate] of ["1988-05-14", undefined, undefined].entries())
    ids.push(
      (
        await shop.call(key, "POST", "/api/contacts", {
          email: `p${i}@shop.fr`,
          country: "FR",
          ...(birthDate !== undefined && { birthDate }),
        })
      ).body.id,
    );
  await settle(workspace);
  const { status, body } = await shop.call(key, "GET", "/api/readiness");
  expect([status, body.people, body.counting, body.findings]).toEqual([
    200,
    3,
    false,
    [
      { code: "language_missing", n: 3 },
      { code: "store_missing", n: 3 },
    ],
  ]);
  expect(body.fields.find((one: { field: string }) => one.field === "birth_date")).toMatchObject({
    filled: 1,
    credible: 1,
    fresh: 1,
    sources: { api: 1 },
    shares: { [body.stores[0].id]: 0.333 },
  });
  const birthday = body.journeys.find((one: { key: string }) => one.key === "birthday");
  expect([birthday.ready, birthday.people, birthday.of]).toEqual(["not_yet", 0, 3]); // nobody agreed yet
  expect(body.unlock[0].need.of).toBe("consent");
  const triggers = (await shop.call(key, "GET", "/api/readiness/triggers")).body.items;
  expect(triggers.find((one: { start: string }) => one.start === "date")).toMatchObject({ met: "partly", share: 0.333 });
  expect(triggers.find((one: { start: string }) => one.start === "cart")).toMatchObject({ met: "no" });
  const reached = async () =>
    (await shop.call(key, "GET", "/api/readiness")).body.journeys.find((one: { key: string }) => one.key === "birthday").people as number;
  const now = shop.deps.clock.now();
  await holder.db.transaction((tx) =>
    recordConsents(tx, {
      now,
      chance: shop.deps.ports.chance,
      records: [
        {
          workspace,
          contact: ids[0]!,
          channel: "email",
          topic: "",
          state: "granted",
          basis: "express",
          occurredAt: now,
          source: "test",
          recordedBy: "test",
        },
      ],
    }),
  );
  await settle(workspace);
  expect(await reached()).toBe(1);
  expect((await shop.call(key, "POST", "/api/suppressions", { channel: "email", address: "p0@shop.fr" })).status).toBeLessThan(300);
  shop.deps.clock.advance(DAY + 1);
  await settle(workspace);
  expect(await reached()).toBe(0); // agreed, and on the list of exclusions all the same
});

test("what is proposed is applied batch by batch, goes on after it was cut off, leaves what others hold or changed, and is taken back", async () => {
  const { id: workspace, key } = await shop.workspace();
  const call = (method: string, path: string, body?: unknown) => shop.call(key, method, `/api${path}`, body);
  const emails = ["ana@gmial.com", "bo@gmial.com", "cy@gmial.com", "dee@gmial.com", "dee@gmail.com"];
  const ids = await Promise.all(emails.map(async (email) => (await call("POST", "/contacts", { email })).body.id as Id));
  await settle(workspace);
  expect((await call("GET", "/readiness/cleaning")).body.items).toEqual([{ code: "email_typo", n: 4, fixable: 4 }]);
  const { items } = (await call("GET", "/readiness/findings?code=email_typo")).body;
  expect(items.find((one: { contact: Id }) => one.contact === ids[0])).toMatchObject({
    email: "ana@gmial.com",
    field: "email",
    value: "ana@gmial.com",
    proposal: "ana@gmail.com",
    fix: "set",
  });
  await call("POST", "/readiness/findings/keep", { contact: ids[1], code: "email_typo", kept: true });
  expect((await call("GET", "/readiness/cleaning")).body.items).toEqual([{ code: "email_typo", n: 3, fixable: 3 }]);
  const fix = (await call("POST", "/readiness/fixes", { code: "email_typo" })).body;
  expect([fix.state, fix.wanted, shop.deps.enqueued.at(-1)?.name]).toEqual(["running", 3, FIX_JOB]);
  await call("PATCH", `/contacts/${ids[2]}`, { email: "cy@shop.fr" });
  const cut = new AbortController();
  await runFix({ ...shop.deps, poke: () => cut.abort() }, { workspace, id: fix.id, signal: cut.signal, batch: 1 });
  await runFix(shop.deps, { workspace, id: fix.id }); // its lease still runs
  expect((await call("GET", "/readiness/fixes")).body.items[0]).toMatchObject({ state: "running" });
  shop.deps.clock.advance(DAY);
  await runFix(shop.deps, { workspace, id: fix.id });
  expect((await call("GET", "/readiness/fixes")).body.items[0]).toMatchObject({ state: "done", wanted: 3, done: 1, skipped: 2 });
  const emailsNow = () => Promise.all(ids.map(async (id) => (await call("GET", `/contacts/${id}`)).body.email));
  expect(await emailsNow()).toEqual(["ana@gmail.com", "bo@gmial.com", "cy@shop.fr", "dee@gmial.com", "dee@gmail.com"]);
  expect(await call("PATCH", `/readiness/fixes/${fix.id}`, { state: "cancelled" })).toMatchObject({
    status: 409,
    body: { error: { code: "readiness.fix_not_now", field: "state" } },
  });
  await call("PATCH", `/readiness/fixes/${fix.id}`, { state: "undone" });
  await runFix(shop.deps, { workspace, id: fix.id });
  expect([(await emailsNow())[0], (await call("GET", "/readiness/fixes")).body.items[0]]).toMatchObject([
    "ana@gmial.com",
    { state: "undone", done: 0 },
  ]);
  await settle(workspace);
  expect((await call("POST", "/contacts", { email: "ana@gmial.com", firstName: "Ana" })).body.id).toBe(ids[0]); // the former address names her again
  expect((await call("POST", "/readiness/fixes", { code: "country_name" })).body.error).toMatchObject({
    code: "readiness.nothing_to_fix",
    field: "code",
  });
});

test("every kind of fix is applied when approved, and taken back whole", async () => {
  const { id: workspace, key } = await shop.workspace();
  const call = (method: string, path: string, body?: unknown) => shop.call(key, method, `/api${path}`, body);
  const { id: store } = (
    await call("POST", "/stores", {
      code: "fr",
      name: "France",
      country: "FR",
      languages: ["fr"],
      currency: "EUR",
      timeZone: "Europe/Paris",
    })
  ).body;
  const told = { locale: "fr", storeId: store, country: "FR" };
  for (const one of [
    { email: "ana@gmial.com" },
    { attributes: { mobile: "06 12 34 56 78" } },
    { birthDate: "1970-01-01" },
    { attributes: { birthday: "14/05/1988" } },
    { country: "France" },
    { locale: null },
    { storeId: null },
    { firstName: "Wrong phone" },
  ].entries()) {
    expect((await call("POST", "/contacts", { email: `c${one[0]}@shop.fr`, ...told, ...one[1] })).status).toBe(201);
  }
  await holder.db.query(sql`update contacts set phone = '+33000' where workspace_id = ${workspace} and first_name = 'Wrong phone'`);
  await settle(workspace);
  const FIELDS = ["email", "phone", "birth_date", "country", "locale", "store_id"] as const;
  const held = async () =>
    (
      await holder.db.query<{ one: Record<string, string | null> }>(
        sql`select to_jsonb(c) as one from contacts c where c.workspace_id = ${workspace} order by c.id`,
      )
    ).map(({ one }) => FIELDS.map((name) => one[name] ?? null));
  const before = await held();
  const kinds = ((await call("GET", "/readiness/cleaning")).body.items as { code: string; n: number; fixable: number }[]).filter(
    (one) => one.fixable > 0,
  );
  expect(kinds).toEqual(
    [
      "email_typo",
      "phone_wrong",
      "phone_unread",
      "birth_impossible",
      "birth_unread",
      "country_name",
      "language_missing",
      "store_missing",
    ].map((code) => ({ code, n: 1, fixable: 1 })),
  );
  const made: string[] = [];
  for (const { code } of kinds) {
    const { id } = (await call("POST", "/readiness/fixes", { code })).body;
    await runFix(shop.deps, { workspace, id });
    made.push(id);
  }
  const good = { email: "@shop.fr", phone: null, birth: null };
  expect(await held()).toEqual(
    [
      ["ana@gmail.com"],
      ["c1" + good.email, "+33612345678"],
      ["c2" + good.email],
      ["c3" + good.email, null, "1988-05-14"],
      ["c4" + good.email],
      ["c5" + good.email],
      ["c6" + good.email],
      ["c7" + good.email],
    ].map(([email, phone = null, born = null]) => [email, phone, born, "FR", "fr", store]),
  );
  for (const id of made) {
    expect((await call("PATCH", `/readiness/fixes/${id}`, { state: "undone" })).status).toBe(200);
    await runFix(shop.deps, { workspace, id });
  }
  expect(await held()).toEqual(before);
});

test("domains that take no mail are found by DNS, whoever has an address there; without DNS nothing is found", async () => {
  const { id: workspace, key } = await shop.workspace();
  await shop.call(key, "POST", "/api/contacts", { email: "ana@gone-for-ever.fr" });
  await settle(workspace);
  const found = async () => (await shop.call(key, "GET", "/api/readiness/cleaning")).body.items.map((one: { code: string }) => one.code);
  const asked: string[] = [];
  const say = (answer: boolean | null) => ({
    ...shop.deps,
    ports: {
      ...shop.deps.ports,
      net: {
        ...shop.deps.ports.net,
        takesMail: async (domain: string) => {
          asked.push(domain);
          return answer;
        },
      },
    },
  });
  await askDomains(say(null));
  await settle(workspace);
  expect(await found()).toEqual([]);
  shop.deps.clock.advance(DAY);
  await askDomains(say(false));
  await askDomains(say(true)); // known now: not asked again
  await settle(workspace);
  expect([await found(), asked.filter((one) => one === "gone-for-ever.fr").length, asked.some((one) => one.endsWith(".example"))]).toEqual([
    ["email_no_mail"],
    2,
    false,
  ]);
});

test("product sheets are judged by variant, store and language, their links by whoever answers; categories and samples are told", async () => {
  const { id: workspace, key } = await shop.workspace();
  const call = (method: string, path: string, body?: unknown) => shop.call(key, method, `/api${path}`, body);
  await call("POST", "/stores", {
    code: "be",
    name: "Belgique",
    country: "BE",
    languages: ["fr", "nl"],
    currency: "EUR",
    timeZone: "Europe/Brussels",
  });
  const answer = await call("POST", "/products", {
    products: [
      {
        externalId: "scarf",
        name: "Écharpe",
        category: { externalId: "scarves", names: { fr: "Écharpes" } },
        prices: [{ store: "be", currency: "EUR", amount: 49 }],
        translations: [
          {
            language: "fr",
            name: "Écharpe",
            description: "En laine",
            url: "https://shop.example/fr/scarf",
            imageUrl: "https://shop.example/scarf.jpg",
          },
        ],
        variants: [
          { externalId: "red", options: { couleur: "rouge" }, imageUrl: "https://shop.example/one.jpg" },
          { externalId: "blue", options: { couleur: "bleu" }, imageUrl: "https://shop.example/one.jpg" },
        ],
      },
      { externalId: "hat", name: "Chapeau", category: { externalId: "echarpe", names: { fr: "Echarpe", nl: "Sjaal" } } },
      { externalId: "bag", name: "Sac" },
    ],
  });
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  shop.deps.clock.advance(DAY);
  await settle(workspace);
  const totals = async () =>
    Object.fromEntries((await call("GET", "/readiness/products")).body.totals.map((one: { code: string; n: number }) => [one.code, one.n]));
  // Two variants in two languages, and two products of one sheet in each.
  expect(await totals()).toEqual({ no_title: 6, no_description: 6, no_price: 4, no_link: 6, no_image: 4, same_image: 2, no_category: 1 });
  const { counts, products } = (await call("GET", "/readiness/products")).body;
  expect([products, counts.find((one: { language: string }) => one.language === "fr")]).toMatchObject([
    3,
    { sheets: 4, problems: { no_title: 2, no_price: 2 } },
  ]);
  // One link is answered "not found", as a shop would.
  const due = (
    await holder.db.query<{ url: string }>(sql`select url from web_addresses where workspace_id = ${workspace} order by url`)
  ).map((row) => row.url);
  expect(due).toEqual(["https://shop.example/fr/scarf", "https://shop.example/one.jpg"]);
  await holder.db.transaction((tx) =>
    writeAddresses(tx, {
      now: shop.deps.clock.now(),
      rows: [{ workspace, url: due[0]!, alive: false, status: 404, failures: 3, askAt: shop.deps.clock.now() + DAY }],
    }),
  );
  shop.deps.clock.advance(DAY + 1);
  await settle(workspace); // the daily walk
  expect(await totals()).toMatchObject({ dead_link: 2 });
  expect((await call("GET", "/readiness/products/problems?code=dead_link")).body.items).toMatchObject([
    { externalId: "scarf", problems: [{ code: "dead_link", language: "fr", url: due[0] }, { code: "dead_link" }] },
  ]);
  expect((await call("GET", "/readiness/categories")).body).toMatchObject({
    without: 1,
    categories: 2,
    empty: [],
    untranslated: [{ name: "Écharpes", untranslated: ["nl"] }],
    alike: [[{ products: 1 }, { products: 1 }]],
  });
});

test("a sample takes its share of each language and store, and its error rate comes with the interval", async () => {
  const { id: workspace, key } = await shop.workspace();
  const call = (method: string, path: string, body?: unknown) => shop.call(key, method, `/api${path}`, body);
  expect((await call("POST", "/readiness/samples", { subject: "contacts", percent: 2 })).body.error).toMatchObject({
    code: "readiness.nothing_to_draw",
  });
  for (let i = 0; i < 40; i++) await call("POST", "/contacts", { email: `s${i}@shop.fr`, locale: i < 36 ? "fr" : "en", firstName: "Ana" });
  await settle(workspace);
  const drawn = (await call("POST", "/readiness/samples", { subject: "contacts", percent: 5, fields: ["email", "first_name"] })).body;
  expect(drawn).toMatchObject({
    of: 40,
    drawn: 2,
    strata: 2,
    reviewed: 0,
    rates: [{ field: null, looked: 0, interval: null }, { field: "email" }, { field: "first_name" }],
  });
  const first = (await call("GET", `/readiness/samples/${drawn.id}/item`)).body.item;
  expect(first).toMatchObject({
    place: 0,
    gone: false,
    fields: [
      { field: "email", value: expect.stringContaining("@shop.fr") },
      { field: "first_name", value: "Ana" },
    ],
  });
  expect((await call("POST", `/readiness/samples/${drawn.id}/item`, { place: 0, verdicts: { phone: "wrong" } })).body.error).toMatchObject({
    code: "readiness.field_not_asked",
    field: "verdicts",
  });
  await call("POST", `/readiness/samples/${drawn.id}/item`, { place: 0, verdicts: { email: "right", first_name: "wrong" } });
  const after = (
    await call("POST", `/readiness/samples/${drawn.id}/item`, { place: 1, verdicts: { email: "right", first_name: "unsure" } })
  ).body;
  expect(after).toMatchObject({
    reviewed: 2,
    endedAt: expect.any(String),
    rates: [
      { field: null, wrong: 1, looked: 2 },
      { field: "email", wrong: 0, looked: 2, interval: { share: 0, low: 0 } },
      { field: "first_name", wrong: 1, looked: 1 },
    ],
  });
  expect((await call("GET", `/readiness/samples/${drawn.id}/item`)).body.item).toBeNull();
  expect((await call("GET", "/readiness/sign-up-points")).body.items).toMatchObject([
    { kind: "source", name: "api", people: 40, collects: ["email", "first_name", "locale"] },
  ]);
});
