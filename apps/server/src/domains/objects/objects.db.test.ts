import { DAY, type Id } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { testEngine } from "../../../test/support/engine.ts";
import { Story } from "../../../test/support/journey-story.ts";
import { EQUATIONS } from "../../books.ts";
import { auditBooks } from "../../platform/books.ts";
import { sql } from "../../platform/db/sql.ts";
import { listeners } from "../../worker.ts";
import { closeRenderPool } from "../messages/index.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(async () => {
  expect([
    ...(await auditBooks(
      holder.db,
      EQUATIONS,
      Array.from({ length: 256 }, (_none, bucket) => bucket),
    )),
  ]).toEqual([]);
  await shop.close();
  await closeRenderPool();
});

const words = (fr: string, en: string) => ({ fr, en });
const TYPE = {
  key: "subscription",
  names: { one: words("Abonnement", "Subscription"), many: words("Abonnements", "Subscriptions") },
  fields: [
    { key: "plan", names: words("Formule", "Plan"), kind: "choice", choices: ["month", "year"] },
    { key: "ends_on", names: words("Fin", "End"), kind: "date" },
    { key: "price", names: words("Prix", "Price"), kind: "number" },
  ],
};

async function begin() {
  const story = await Story.begin(shop, holder.db, "2026-03-02T10:00:00Z");
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await story.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await call("POST", "/api/object-types", TYPE);
  return {
    story,
    call,
    put: (...objects: unknown[]) => call("POST", "/api/objects", { type: "subscription", objects }),
    refused: (objects: unknown[]) => story.call("POST", "/api/objects", { type: "subscription", objects }),
    list: async (query = "") =>
      (await call("GET", `/api/objects?type=subscription${query}`)).items as {
        id: Id;
        externalId: string;
        contact: Id;
        fields: Record<string, unknown>;
      }[],
    count: async () => (await call("GET", "/api/object-types")).items[0].objects as number,
    /** All that is due in the engine, as it listens in the product. */
    async drain() {
      shop.deps.clock.set(story.now);
      const engine = await testEngine({
        db: holder.db,
        clock: shop.deps.clock,
        chance: shop.deps.ports.chance,
        listeners: listeners(shop.deps),
      });
      await engine.drain();
      await engine.leases.release();
      expect(engine.problems).toEqual([]);
    },
  };
}

test("objects are made, changed in part, given to another and removed; each change is an event of its contact, and the past can be brought back", async () => {
  const { story, call, put, list, count } = await begin();
  expect(
    await put({ id: "S1", contact: { email: "anna@shop.example" }, fields: { plan: "year", ends_on: "2026-12-31", price: "12,50" } }),
  ).toEqual({ created: 1, changed: 0, removed: 0, unchanged: 0 });
  story.now += 1_000;
  expect(await put({ id: "S1", fields: { price: 15 } }, { id: "S2", contact: { email: "ANNA@shop.example" }, fields: {} })).toEqual({
    created: 1,
    changed: 1,
    removed: 0,
    unchanged: 0,
  });
  expect(await put({ id: "S1", fields: { price: 15 } })).toMatchObject({ unchanged: 1 });
  const [first] = await list("&search=S1");
  expect(first!.fields).toEqual({ plan: "year", ends_on: "2026-12-31", price: 15 });
  expect((await list(`&contact=${first!.contact}`)).map((one) => one.externalId).sort()).toEqual(["S1", "S2"]);
  const events = await holder.db.query(
    sql`select properties from events where workspace_id = ${story.workspace} and name = 'subscription changed' and properties ->> 'id' = 'S1' order by occurred_at`,
  );
  expect(events.map((row) => row["properties"])).toEqual([
    { id: "S1", plan: "year", ends_on: "2026-12-31", price: 12.5 },
    { id: "S1", plan: "year", ends_on: "2026-12-31", price: 15 },
  ]);

  const shown = await call("GET", `/api/objects/${first!.id}`);
  expect(shown.history).toMatchObject([
    { what: "changed", by: "test", changes: [{ field: "price", from: 12.5, to: 15 }] },
    { what: "created" },
  ]);
  story.now += 1_000;
  shop.deps.clock.set(story.now);
  expect(await call("POST", `/api/objects/${first!.id}/restore`, { event: shown.history[0].event })).toMatchObject({
    fields: { price: 12.5 },
  });
  story.now += 1_000;
  await put({ id: "S1", removed: true });
  expect([await count(), (await list()).map((one) => one.externalId)]).toEqual([1, ["S2"]]);
  const removal = (await call("GET", `/api/objects/${first!.id}`)).history[0];
  story.now += 1_000;
  shop.deps.clock.set(story.now);
  expect(await call("POST", `/api/objects/${first!.id}/restore`, { event: removal.event })).toMatchObject({
    removed: false,
    fields: { plan: "year", price: 12.5 },
  });

  story.now += 1_000;
  await put({ id: "S1", contact: { email: "bruno@shop.example" } });
  const [moved] = await list("&search=S1");
  expect(moved).toMatchObject({ id: first!.id, fields: { plan: "year" } });
  expect(moved!.contact).not.toBe(first!.contact);
  expect([await count(), (await list(`&contact=${first!.contact}`)).map((one) => one.externalId)]).toEqual([2, ["S2"]]);
  const [stored] = await holder.db.query(
    sql`select count(*)::integer as n from objects where workspace_id = ${story.workspace} and removed_at is null`,
  );
  expect(stored!["n"]).toBe(2);
});

test("what does not fit is refused by name and nothing is written; a type keeps the kinds of its fields", async () => {
  const { story, call, refused, count } = await begin();
  const contact = { email: "anna@shop.example" };
  const wrong = async (object: unknown) => {
    const { status, body } = await refused([{ id: "S0", contact, fields: {} }, object]);
    return [status, body.error.code, body.error.field ?? body.error.problems?.[0]?.field];
  };
  expect(await wrong({ id: "S1", contact, fields: { plan: "week" } })).toEqual([422, "object.field_unfit", "objects[1].fields.plan"]);
  expect(await wrong({ id: "S1", contact, fields: { colour: "red" } })).toEqual([422, "object.field_unknown", "objects[1].fields.colour"]);
  expect(await wrong({ id: "S1", fields: {} })).toEqual([422, "object.contact_needed", "objects[1].contact"]);
  expect(await wrong({ id: "S1", contact: { id: "00000000-0000-7000-8000-000000000001" }, fields: {} })).toEqual([
    422,
    "object.contact_unknown",
    "objects[1].contact.id",
  ]);
  expect(await count()).toBe(0);
  const [type] = (await call("GET", "/api/object-types")).items;
  expect(
    (await story.call("PATCH", `/api/object-types/${type.id}`, { fields: [{ key: "price", names: words("Prix", "Price"), kind: "text" }] }))
      .body.error,
  ).toMatchObject({ code: "object_type.field_kind", field: "fields[0].kind" });
  expect((await story.call("POST", "/api/object-types", TYPE)).status).toBe(409);
});

test("an event from a shop writes the object; late news changes nothing, and a merge of two people joins what they have", async () => {
  const { story, call, list, put, count } = await begin();
  const write = await shop.writeKey(story.workspace);
  const track = async (userId: string, properties: object, timestamp: string) => {
    shop.deps.clock.set(story.now);
    const answer = await shop.app.inject({
      method: "POST",
      url: "/v1/track",
      headers: { authorization: `Bearer ${write}` },
      payload: { userId, event: "subscription changed", properties, timestamp },
    });
    expect(answer.json()).toMatchObject({ stored: 1 });
  };
  await track("u1", { id: "S1", plan: "year", ends_on: "2026-05-01", other: "kept" }, "2026-03-02T09:00:00Z");
  await track("u1", { id: "S1", plan: "month" }, "2026-03-01T09:00:00Z");
  expect((await list())[0]!.fields).toEqual({ plan: "year", ends_on: "2026-05-01" });
  // The visitor u1 and the address turn out to be one person.
  await put({ id: "S2", contact: { email: "anna@shop.example" }, fields: {} });
  await call("POST", "/api/contacts", { externalId: "u1", email: "anna@shop.example" });
  const owners = new Set((await list()).map((one) => one.contact));
  expect([owners.size, await count()]).toEqual([1, 2]);
  await put({ id: "S1", fields: { plan: "month" } }, { id: "S2", removed: true });
  expect((await list()).map((one) => [one.externalId, one.fields["plan"]])).toEqual([["S1", "month"]]);
});

test("a subscription that ends in a month: the segment holds its owner to the day, the journey starts by it, and the message shows it", async () => {
  const { story, call, put, drain } = await begin();
  const rule = {
    kind: "object",
    object: "subscription",
    where: [
      { property: "plan", is: { op: "eq", value: "year" } },
      { property: "ends_on", is: { op: "within_next", span: { n: 30, unit: "day" } } },
    ],
    is: { op: "gte", value: 1 },
  };
  const { id: segment, sentence } = await call("POST", "/api/segments", { name: "Ends soon", rule });
  expect(sentence.fr.map((one: { text: string }) => one.text).join("")).toContain("abonnement dont");
  expect(
    (await story.call("POST", "/api/segments", { name: "x", rule: { ...rule, where: [{ property: "colour", is: { op: "set" } }] } })).body
      .error,
  ).toMatchObject({ field: "rule.where[0].property" });
  await story.publish({
    starts: [
      {
        kind: "object_date",
        object: "subscription",
        field: "ends_on",
        where: [{ property: "plan", is: { op: "eq", value: "year" } }],
        days: -10,
        at: "09:00",
      },
    ],
    first: "stp_x",
    steps: [{ id: "stp_x", name: "", kind: "exit", exits: {} }],
    settings: { filter: null, reentry: { kind: "always" }, exits: [] },
  } as never);
  await put(
    { id: "S1", contact: { email: "anna@shop.example" }, fields: { plan: "year", ends_on: "2026-05-01" } },
    { id: "S2", contact: { email: "bruno@shop.example" }, fields: { plan: "year", ends_on: "2026-05-01" } },
  );
  await drain();
  const members = async () =>
    (
      await holder.db.query(
        sql`select c.email from segment_members m join contacts c on c.bucket = m.bucket and c.id = m.contact_id where m.segment_id = ${segment} order by 1`,
      )
    ).map((row) => row["email"]);
  expect(await members()).toEqual([]);
  story.now += 31 * DAY;
  await drain();
  expect(await members()).toEqual(["anna@shop.example", "bruno@shop.example"]);
  // Prolonged, it no longer ends soon; the former date starts nothing.
  await put({ id: "S2", fields: { ends_on: "2027-05-01" } });
  await drain();
  expect(await members()).toEqual(["anna@shop.example"]);
  story.now += 19 * DAY;
  await drain();
  const runs = await holder.db.query(
    sql`select c.email, r.key from runs r join contacts c on c.bucket = r.bucket and c.id = r.contact_id where r.workspace_id = ${story.workspace}`,
  );
  expect(runs).toEqual([{ email: "anna@shop.example", key: "S1" }]);
  const [anna] = (await call("GET", "/api/contacts?search=anna@shop.example")).items;
  expect(await call("POST", "/api/segments/explain", { rule, contact: anna.id })).toMatchObject({ truth: true, nodes: [{ fact: 1 }] });
  const content = {
    version: 1,
    fallback: "fr",
    variants: {
      fr: {
        format: "html",
        subject: "{{ contact.objects.subscription[0].id }}",
        preheader: "",
        source: "<p>{% for one in contact.objects.subscription %}{{ one.plan }}, {{ one.ends_on }}{% endfor %}</p>",
      },
    },
  };
  expect(await call("POST", "/api/templates/preview", { content, contact: anna.id, class: "transactional" })).toMatchObject({
    subject: "S1",
    text: expect.stringContaining("year, 2026-05-01"),
  });
});

test("a journey begins by a date of an object and waits for another; a removal, another plan or a later date is heard, and a moment is the day where the contact is", async () => {
  const { story, call, put, drain } = await begin();
  const [type] = (await call("GET", "/api/object-types")).items;
  await call("PATCH", `/api/object-types/${type.id}`, {
    fields: [
      ...TYPE.fields,
      { key: "meeting", names: words("Rendez-vous", "Meeting"), kind: "moment" },
      { key: "renews_on", names: words("Renouvellement", "Renewal"), kind: "date" },
    ],
  });
  const start = {
    kind: "object_date",
    object: "subscription",
    field: "ends_on",
    where: [{ property: "plan", is: { op: "eq", value: "year" } }],
    days: -1,
    at: "09:00",
  };
  const wait = {
    id: "stp_w",
    name: "",
    kind: "wait",
    until: { of: "date", field: "objects.subscription.renews_on", days: 0, at: "09:00", past: "end" },
    exits: { next: null },
  };
  const settings = { filter: null, reentry: { kind: "never" }, exits: [] };
  const codes = async (of: object) =>
    (
      await call("POST", "/api/journeys", {
        name: "X",
        graph: { version: 1, positions: {}, starts: [start], first: "stp_w", steps: [wait], settings, ...of },
      })
    ).problems.map((one: { path: string; code: string }) => [one.path, one.code]);
  expect(await codes({ starts: [{ ...start, object: "card" }] })).toEqual([["starts[0].object", "unknown_object"]]);
  expect(await codes({ starts: [{ ...start, field: "meeting" }] })).toEqual([["starts[0].field", "not_a_date"]]);
  expect(await codes({ steps: [{ ...wait, until: { ...wait.until, field: "objects.subscription.plan" } }] })).toEqual([
    ["step:stp_w", "not_a_date"],
  ]);

  const contact = { id: await story.contact({ zone: "Europe/Paris" }) };
  const yearly = { plan: "year", ends_on: "2026-03-10", renews_on: "2026-03-20" };
  await put({ id: "old", contact, fields: yearly }); // known before the journey
  const ends = await story.publish({ starts: [start], first: "stp_w", steps: [wait], settings } as never);
  const meets = await story.publish({
    starts: [{ ...start, field: "meeting", moment: true, where: [], days: 0 }],
    first: "stp_w",
    steps: [wait],
    settings,
  } as never);
  await put(...["S1", "S2", "S3", "S4"].map((id) => ({ id, contact, fields: { ...yearly, renews_on: "2026-03-25" } })), {
    id: "M",
    contact,
    fields: { meeting: "2026-03-09T23:30:00Z" },
  });
  await put({ id: "S1", fields: { plan: "month" } }, { id: "S2", removed: true }, { id: "S3", fields: { ends_on: "2026-03-12" } });
  const at = async (iso: string) => {
    story.now = Date.parse(iso);
    await drain();
    const keys = async (journey: Id) =>
      (await story.runs(journey)).map((run) => `${run.key} ${run.wakeAt?.slice(0, 16) ?? run.state}`).sort();
    return [await keys(ends), await keys(meets)];
  };
  expect(await at("2026-03-09T07:59:59Z")).toEqual([[], []]);
  expect((await call("GET", `/api/journeys/${ends}/why?contact=${contact.id}`)).verdict).toBe("start_waits");
  // Each waits for the date of the object that started it. One key entered before does not keep another out.
  const first = ["S4 2026-03-25T08:00", "old 2026-03-20T08:00"];
  expect(await at("2026-03-09T08:00:00Z")).toEqual([first, []]);
  // Half past midnight on the 10th in Paris; that object renews on no day: the run ends, as was chosen.
  expect(await at("2026-03-10T08:00:00Z")).toEqual([first, ["M completed"]]);
  expect(await at("2026-03-11T08:00:00Z")).toEqual([["S3 2026-03-25T08:00", ...first], ["M completed"]]);
  // Started by something else, a run waits for the next of the contact's dates; of those past, the last.
  const asked = await story.publish({
    starts: [{ kind: "api" }],
    first: "stp_w",
    steps: [wait],
    settings: { ...settings, reentry: { kind: "always" } },
  } as never);
  const enters = async (iso: string) => {
    story.now = Date.parse(iso);
    await drain();
    await call("POST", `/api/journeys/${asked}/start`, { contacts: [contact.id] });
    await drain();
    return (await story.runs(asked)).at(-1);
  };
  expect(await enters("2026-03-15T08:00:00Z")).toMatchObject({ state: "waiting", wakeAt: "2026-03-20T08:00:00.000Z" });
  expect(await enters("2026-03-21T08:00:00Z")).toMatchObject({ state: "waiting", wakeAt: "2026-03-25T08:00:00.000Z" });
  expect(await enters("2026-03-26T08:00:00Z")).toMatchObject({ state: "completed", outcome: "exit" });
  // Every year, told long ago and before the journey was published; 29 February falls on the 28th where there is none.
  await put({ id: "Y", contact, fields: { plan: "year", ends_on: "2020-02-29" } });
  await drain();
  const each = await story.publish({
    starts: [{ ...start, days: 0, yearly: true }],
    first: "stp_x",
    steps: [{ id: "stp_x", name: "", kind: "exit", exits: {} }],
    settings: { ...settings, reentry: { kind: "always" } },
  } as never);
  const times = async (iso: string) => {
    story.now = Date.parse(iso);
    await drain();
    return (await story.runs(each)).filter((run) => run.key === "Y").length;
  };
  const days = [
    "2027-02-28T07:59:59Z",
    "2027-02-28T08:00:00Z",
    "2027-03-01T08:00:00Z",
    "2028-02-28T08:00:00Z",
    "2028-02-29T08:00:00Z",
    "2029-02-28T08:00:00Z",
  ];
  const counts: number[] = [];
  for (const day of days) counts.push(await times(day));
  expect(counts).toEqual([0, 1, 1, 1, 2, 3]);
  await story.expectBooks();
});
