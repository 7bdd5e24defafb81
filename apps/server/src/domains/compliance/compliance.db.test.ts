import { bucketOf, DAY, HOUR, type Id } from "@relance/model/base";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { addContact, addSend } from "../../../test/support/messaging.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import { decideSend, decideSends, recordConsents, suppress, suppressionOf, type Candidate, type ConsentRecord } from "./index.ts";

const holder = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
beforeAll(async () => {
  app = await testApp(holder.db, holder.url);
  shop = await app.workspace();
});
afterAll(() => app.close());
const newId = () => app.deps.ports.chance.id(app.deps.clock.now());
const contact = (more: { timeZone?: string } = {}) => addContact(holder.db, { id: newId(), workspace: shop.id, now: app.deps.clock.now(), ...more });
const said = (of: Id, state: ConsentRecord["state"], more: Partial<ConsentRecord> = {}): ConsentRecord => ({ workspace: shop.id, contact: of, channel: "email", topic: "", state, basis: "express", occurredAt: app.deps.clock.now(), source: "test", recordedBy: "test", ...more });
const record = (records: ConsentRecord[]) => holder.db.transaction((tx) => recordConsents(tx, { now: app.deps.clock.now(), chance: app.deps.ports.chance, records }));
const candidate = (of: Id, more: Partial<Candidate> = {}): Candidate => ({ id: newId(), bucket: bucketOf(of), workspace: shop.id, contact: of, channel: "email", class: "marketing", topic: "", address: `${of.slice(-12)}@example.com`, ...more });

describe("consents", () => {
  test("are recorded with their proof, shown newest first, and tell the engine once per change", async () => {
    const ana = await contact();
    const body = { channel: "email", state: "granted", source: "form:footer", wording: "J’accepte de recevoir les offres", language: "fr" };
    const first = await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, body);
    expect(first).toMatchObject({ status: 200, body: { consents: [{ channel: "email", topic: "", state: "granted", basis: "express" }], proofs: [{ wording: "J’accepte de recevoir les offres", source: "form:footer" }] } });
    app.deps.clock.advance(1000);
    await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, body);
    app.deps.clock.advance(1000);
    const last = await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, { ...body, state: "withdrawn" });
    expect(last.body.proofs.map((one: { state: string }) => one.state)).toEqual(["withdrawn", "granted", "granted"]);
    const facts = await holder.db.query(sql`select kind, data from inbox where contact_id = ${ana} order by id`);
    expect(facts).toEqual([
      { kind: "consent.changed", data: { channel: "email", topic: "", state: "granted" } },
      { kind: "consent.changed", data: { channel: "email", topic: "", state: "withdrawn" } },
    ]);
  });
  test("an older word that arrives late is kept as proof and changes nothing", async () => {
    const ana = await contact();
    const now = app.deps.clock.now();
    await record([said(ana, "withdrawn")]);
    expect(await record([said(ana, "granted", { occurredAt: now - DAY })])).toEqual([]);
    const shown = await app.call(shop.key, "GET", `/api/contacts/${ana}/consents`);
    expect(shown.body.consents).toMatchObject([{ state: "withdrawn" }]);
    expect(shown.body.proofs).toHaveLength(2);
  });
  test("of several words about one thing in one batch the last counts", async () => {
    const ana = await contact();
    const now = app.deps.clock.now();
    const facts = await record([said(ana, "withdrawn", { occurredAt: now - 1 }), said(ana, "granted", { occurredAt: now - 2 })]);
    expect(facts).toMatchObject([{ data: { state: "withdrawn" } }]);
  });
  test("of another workspace's contact are not there, nor for the future, nor for an unknown topic", async () => {
    const other = await app.workspace();
    const ana = await contact();
    expect((await app.call(other.key, "GET", `/api/contacts/${ana}/consents`)).body.error.code).toBe("contact.not_found");
    expect((await app.call(other.key, "POST", `/api/contacts/${ana}/consents`, { channel: "email", state: "granted", source: "x" })).body.error.code).toBe("contact.not_found");
    expect((await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, { channel: "email", state: "granted", source: "x", occurredAt: "2099-01-01T00:00:00Z" })).body.error).toMatchObject({ code: "consent.in_future", field: "occurredAt" });
    expect((await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, { channel: "email", state: "granted", source: "x", topic: "nope" })).body.error).toMatchObject({ code: "topic.unknown", field: "topic" });
  });
});

describe("suppressions", () => {
  test("keep no address, are found by it however it is typed, and are lifted", async () => {
    const added = await app.call(shop.key, "POST", "/api/suppressions", { address: "Ana.Doe@Example.com" });
    expect(added).toMatchObject({ status: 201, body: { masked: "A•••@E•••.com", reason: "manual", liftedAt: null } });
    const stored = await holder.db.query(sql`select address_hash, detail from suppressions where workspace_id = ${shop.id} order by address_hash`);
    expect(JSON.stringify(stored)).not.toMatch(/doe/i);
    expect((await app.call(shop.key, "GET", "/api/suppressions?address=%20ana.doe@EXAMPLE.com")).body.items).toHaveLength(1);
    expect((await app.call(shop.key, "GET", "/api/suppressions")).body.items).toHaveLength(1);
    expect((await app.call(shop.key, "POST", "/api/suppressions/lift", { address: "ana.doe@example.com" })).status).toBe(200);
    expect((await app.call(shop.key, "POST", "/api/suppressions/lift", { address: "ana.doe@example.com" })).body.error.code).toBe("suppression.not_found");
  });
  test("after a complaint stay, whatever comes later", async () => {
    const row = { workspace: shop.id, channel: "email", address: "angry@example.com" };
    await holder.db.transaction((tx) => suppress(tx, { now: app.deps.clock.now(), secrets: app.deps.secrets, rows: [{ ...row, reason: "complaint" }] }));
    await holder.db.transaction((tx) => suppress(tx, { now: app.deps.clock.now(), secrets: app.deps.secrets, rows: [{ ...row, reason: "manual" }] }));
    expect((await suppressionOf(holder.db, { secrets: app.deps.secrets, ...row }))?.reason).toBe("complaint");
    expect((await app.call(shop.key, "POST", "/api/suppressions/lift", { address: row.address })).body.error.code).toBe("suppression.lasts");
  });
});

test("topics are created once, renamed and put away", async () => {
  const made = await app.call(shop.key, "POST", "/api/topics", { key: "news", names: { fr: "Nouveautés", en: "News" } });
  expect(made.status).toBe(201);
  expect((await app.call(shop.key, "POST", "/api/topics", { key: "news", names: { fr: "x", en: "x" } })).body.error.code).toBe("topic.key_taken");
  expect((await app.call(shop.key, "PUT", `/api/topics/${made.body.id}`, { names: { fr: "Actus", en: "News" } })).body.names.fr).toBe("Actus");
  expect((await app.call(shop.key, "POST", `/api/topics/${made.body.id}/archive`)).body.archivedAt).not.toBeNull();
});

test("a send to a contact that is no more is not decided, so it does not leave", async () => {
  const gone = newId();
  const one = candidate(gone);
  expect((await holder.db.transaction((tx) => decideSends(tx, { now: app.deps.clock.now(), secrets: app.deps.secrets, candidates: [one] }))).size).toBe(0);
});

test.each([1, 2, 3])("many sends decided at once are decided as one by one, seed %i", async (seed) => {
  const draw = generator(seed);
  const now = app.deps.clock.now() + Math.floor(draw() * 24) * HOUR;
  const zones = ["Europe/Paris", "America/Montreal", "Asia/Tokyo", "Nowhere/Land"];
  const people = await Promise.all(Array.from({ length: 12 }, () => contact({ timeZone: zones[Math.floor(draw() * zones.length)]! })));
  const states = ["granted", "granted", "granted", "withdrawn", "objected"] as const;
  await record(people.filter(() => draw() < 0.8).flatMap((of) => ["", "news"].filter((topic) => topic === "" || draw() < 0.4).map((topic) => said(of, states[Math.floor(draw() * 5)]!, { topic, occurredAt: now - Math.floor(draw() * 50) * DAY, expiresOn: draw() < 0.2 ? "2026-11-20" : null }))));
  for (const of of people) for (let n = Math.floor(draw() * 5); n > 0; n--) await addSend(holder.db, { id: newId(), contact: of, workspace: shop.id, template: newId(), now, acceptedAt: now - Math.floor(draw() * 9 * 24) * HOUR, class: draw() < 0.8 ? "marketing" : "transactional" });
  await holder.db.transaction((tx) => suppress(tx, { now, secrets: app.deps.secrets, rows: people.filter(() => draw() < 0.2).map((of) => ({ workspace: shop.id, channel: "email", address: `${of.slice(-12)}@example.com`, reason: draw() < 0.5 ? "unsubscribed" : "hard_bounce" })) }));
  const candidates = Array.from({ length: 60 }, () => candidate(people[Math.floor(draw() * people.length)]!, { topic: draw() < 0.5 ? "" : "news", class: draw() < 0.8 ? "marketing" : "transactional" }));
  const together = await holder.db.transaction((tx) => decideSends(tx, { now, secrets: app.deps.secrets, candidates }));
  for (const one of candidates) {
    const alone = await holder.db.transaction((tx) => decideSend(tx, { now, secrets: app.deps.secrets, candidate: one }));
    expect(together.get(one.id)).toEqual(alone);
    if (alone?.verdict.kind === "send") await addSend(holder.db, { id: one.id, contact: one.contact, workspace: shop.id, template: newId(), now, state: "claimed", acceptedAt: null, class: one.class });
    if (alone?.verdict.kind === "send") await holder.db.query(sql`update sends set gate_at = ${ts(now)}::timestamptz where bucket = ${one.bucket} and id = ${one.id}`);
  }
  const kinds = new Set([...together.values()].map((one) => one.verdict.kind));
  expect(kinds.has("send") && kinds.has("skip")).toBe(true);
});

function generator(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}
