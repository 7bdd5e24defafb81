import { bucketOf, DAY, type Id } from "@relance/model/base";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { addContact } from "../../../test/support/messaging.ts";
import { sql } from "../../platform/db/sql.ts";
import { decideSends, recordConsents, suppress, suppressionOf, type Candidate, type ConsentRecord } from "./index.ts";

const holder = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
beforeAll(async () => {
  app = await testApp(holder.db, holder.url);
  shop = await app.workspace();
});
afterAll(() => app.close());
const newId = () => app.deps.ports.chance.id(app.deps.clock.now());
const contact = (more: { timeZone?: string } = {}) =>
  addContact(holder.db, { id: newId(), workspace: shop.id, now: app.deps.clock.now(), ...more });
const said = (of: Id, state: ConsentRecord["state"], more: Partial<ConsentRecord> = {}): ConsentRecord => ({
  workspace: shop.id,
  contact: of,
  channel: "email",
  topic: "",
  state,
  basis: "express",
  occurredAt: app.deps.clock.now(),
  source: "test",
  recordedBy: "test",
  ...more,
});
const record = (records: ConsentRecord[]) =>
  holder.db.transaction((tx) => recordConsents(tx, { now: app.deps.clock.now(), chance: app.deps.ports.chance, records }));
const candidate = (of: Id, more: Partial<Candidate> = {}): Candidate => ({
  id: newId(),
  bucket: bucketOf(of),
  workspace: shop.id,
  contact: of,
  channel: "email",
  class: "marketing",
  topic: "",
  address: `${of.slice(-12)}@example.com`,
  journey: null,
  priority: 50,
  group: null,
  tags: [],
  atOnce: false,
  createdAt: app.deps.clock.now(),
  patienceUntil: app.deps.clock.now() + DAY,
  ...more,
});

describe("consents", () => {
  test("are recorded with their proof, shown newest first, and tell the engine what was said anew: rules may ask since when", async () => {
    const ana = await contact();
    const body = { channel: "email", state: "granted", source: "form:footer", wording: "J’accepte de recevoir les offres", language: "fr" };
    const first = await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, body);
    expect(first).toMatchObject({
      status: 200,
      body: {
        consents: [{ channel: "email", topic: "", state: "granted", basis: "express" }],
        proofs: [{ wording: "J’accepte de recevoir les offres", source: "form:footer" }],
      },
    });
    app.deps.clock.advance(1000);
    await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, body);
    app.deps.clock.advance(1000);
    const last = await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, { ...body, state: "withdrawn" });
    expect(last.body.proofs.map((one: { state: string }) => one.state)).toEqual(["withdrawn", "granted", "granted"]);
    const facts = await holder.db.query(sql`select kind, data from inbox where contact_id = ${ana} order by id`);
    expect(facts).toEqual([
      { kind: "consent.changed", data: { channel: "email", topic: "", state: "granted" } },
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
    expect(
      (await app.call(other.key, "POST", `/api/contacts/${ana}/consents`, { channel: "email", state: "granted", source: "x" })).body.error
        .code,
    ).toBe("contact.not_found");
    expect(
      (
        await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, {
          channel: "email",
          state: "granted",
          source: "x",
          occurredAt: "2099-01-01T00:00:00Z",
        })
      ).body.error,
    ).toMatchObject({ code: "consent.in_future", field: "occurredAt" });
    expect(
      (
        await app.call(shop.key, "POST", `/api/contacts/${ana}/consents`, {
          channel: "email",
          state: "granted",
          source: "x",
          topic: "nope",
        })
      ).body.error,
    ).toMatchObject({ code: "topic.unknown", field: "topic" });
  });
});

describe("suppressions", () => {
  test("keep no address, are found by it however it is typed, and are lifted", async () => {
    const added = await app.call(shop.key, "POST", "/api/suppressions", { address: "Ana.Doe@Example.com" });
    expect(added).toMatchObject({ status: 201, body: { masked: "A•••@E•••.com", reason: "manual", liftedAt: null } });
    const stored = await holder.db.query(
      sql`select address_hash, detail from suppressions where workspace_id = ${shop.id} order by address_hash`,
    );
    expect(JSON.stringify(stored)).not.toMatch(/doe/i);
    expect((await app.call(shop.key, "GET", "/api/suppressions?address=%20ana.doe@EXAMPLE.com")).body.items).toHaveLength(1);
    expect((await app.call(shop.key, "GET", "/api/suppressions")).body.items).toHaveLength(1);
    expect((await app.call(shop.key, "POST", "/api/suppressions/lift", { address: "ana.doe@example.com" })).status).toBe(200);
    expect((await app.call(shop.key, "POST", "/api/suppressions/lift", { address: "ana.doe@example.com" })).body.error.code).toBe(
      "suppression.not_found",
    );
  });
  test("after a complaint stay, whatever comes later", async () => {
    const row = { workspace: shop.id, channel: "email", address: "angry@example.com" };
    await holder.db.transaction((tx) =>
      suppress(tx, { now: app.deps.clock.now(), secrets: app.deps.secrets, rows: [{ ...row, reason: "complaint" }] }),
    );
    await holder.db.transaction((tx) =>
      suppress(tx, { now: app.deps.clock.now(), secrets: app.deps.secrets, rows: [{ ...row, reason: "manual" }] }),
    );
    expect((await suppressionOf(holder.db, { secrets: app.deps.secrets, ...row }))?.reason).toBe("complaint");
    expect((await app.call(shop.key, "POST", "/api/suppressions/lift", { address: row.address })).body.error.code).toBe(
      "suppression.lasts",
    );
  });
});

test("topics are created once, renamed and put away", async () => {
  const made = await app.call(shop.key, "POST", "/api/topics", { key: "news", names: { fr: "Nouveautés", en: "News" } });
  expect(made.status).toBe(201);
  expect((await app.call(shop.key, "POST", "/api/topics", { key: "news", names: { fr: "x", en: "x" } })).body.error.code).toBe(
    "topic.key_taken",
  );
  expect((await app.call(shop.key, "PUT", `/api/topics/${made.body.id}`, { names: { fr: "Actus", en: "News" } })).body.names.fr).toBe(
    "Actus",
  );
  expect((await app.call(shop.key, "POST", `/api/topics/${made.body.id}/archive`)).body.archivedAt).not.toBeNull();
});

test("a send to a contact that is no more is not decided, so it does not leave", async () => {
  const gone = newId();
  const one = candidate(gone);
  expect(
    (await holder.db.transaction((tx) => decideSends(tx, { now: app.deps.clock.now(), secrets: app.deps.secrets, candidates: [one] })))
      .size,
  ).toBe(0);
});

test("the calendar of a year is that of the place asked for, else of the workspace; an unknown place is refused by name", async () => {
  const quebec = await app.call(shop.key, "GET", "/api/calendar?year=2029&place=CA-QC");
  expect(quebec.body.days.map((one: { date: string }) => one.date)).toContain("2029-07-02");
  expect((await app.call(shop.key, "GET", "/api/calendar?year=2027")).body).toMatchObject({
    place: "FR",
    year: 2027,
    days: [{ date: "2027-01-01", key: "new_year" }, ...Array.from({ length: 10 }, () => ({}))],
  });
  expect((await app.call(shop.key, "GET", "/api/calendar?year=2027&place=XX")).body.error.field).toBe("querystring.place");
});

test("attention settings are kept, and each bad one is refused by its name", async () => {
  const { settings } = (await app.call(shop.key, "GET", "/api/workspace")).body;
  const changed = {
    ...settings,
    caps: [{ channel: null, topic: null, tag: "promo", messages: 1, per: { this: "week" } }],
    quietHoursOf: { sms: null },
    holdout: 5,
    calendar: { channels: ["email"], place: "CH-GE", days: [{ date: "2027-01-04", name: "Inventaire", kind: "off", store: null }] },
  };
  expect((await app.call(shop.key, "PATCH", "/api/workspace", { settings: changed })).body.settings).toEqual(changed);
  for (const [field, bad] of [
    ["settings.caps[0].messages", { caps: [{ messages: 0, per: { last: 7 } }] }],
    ["settings.smsHours.to", { smsHours: { from: "20:00", to: "09:00" } }],
    ["settings.calendar.place", { calendar: { place: "Mars" } }],
    ["settings.holdout", { holdout: 51 }],
  ] as const) {
    expect([field, (await app.call(shop.key, "PATCH", "/api/workspace", { settings: bad })).body.error.field]).toEqual([field, field]);
  }
});
