import { bucketOf, DAY, HOUR, MINUTE, type Id } from "@relance/model/base";
import type { Step } from "@relance/model/journeys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { Story } from "../../../test/support/journey-story.ts";
import { systemChance } from "../../platform/chance/index.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import { EQUATIONS } from "../../books.ts";

const holder = testDatabase();
const chance = systemChance();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  await holder.db.query(sql`create table if not exists events_any partition of events default`);
});
afterAll(() => shop.close());

const begin = (now: string) => Story.begin(shop, holder.db, now);
const email = (id: string, template: Id, next: string | null = null): Step => ({ id, name: "", kind: "email", template, exits: { next } });
const hours = (n: number) => ({ n, unit: "hour" as const });

/** The engine's own news that a turn wrote to the inbox, taken as the next turn would. */
async function takeInbox(story: Story): Promise<void> {
  const rows = await holder.db.query<{ contact_id: Id; kind: string; data: unknown }>(
    sql`delete from inbox where workspace_id = ${story.workspace} returning contact_id, kind, data`,
  );
  await story.tell(rows.map((row) => ({ contact: row.contact_id, kind: row.kind, data: row.data }) as never));
}

test("a cart left for an hour is reminded once with what is in it; touching it puts that off, ordering it ends it, and other carts go on", async () => {
  const story = await begin("2026-03-02T10:00:00Z");
  const contact = await story.contact();
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "cart", idle: hours(1), least: 20 }],
    first: "stp_m",
    steps: [
      email("stp_m", template, "stp_w"),
      { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: hours(24) }, exits: { next: null } },
    ],
    settings: { filter: null, reentry: { kind: "always" }, exits: [{ event: "Order Completed", where: [], sameKey: true, goal: true }] },
  });
  const cart = async (id: string, total: number, status = "open") => {
    const { cartId } = await import("../catalog/index.ts");
    const lines = [{ product: "p1", variant: null, sku: null, name: "Scarf", quantity: 1, unitPrice: total, total }];
    await holder.db.query(sql`
      insert into carts (bucket, id, workspace_id, contact_id, external_id, status, currency, total, lines, created_at, updated_at) values (${bucketOf(contact)}, ${cartId(story.workspace, contact, id)}, ${story.workspace}, ${contact}, ${id}, ${status}, 'EUR', ${total}, ${json(lines)}, ${ts(story.now)}, ${ts(story.now)})
      on conflict (bucket, id) do update set status = excluded.status, total = excluded.total`);
  };
  await cart("A", 49);
  await cart("B", 49);
  await cart("C", 5);
  for (const id of ["A", "B", "C"]) await story.happens({ contact, name: "Product Added", properties: { cart_id: id, product_id: "p1" } });
  story.now += 30 * MINUTE;
  await story.happens({ contact, name: "Cart Viewed", properties: { cart_id: "A" } });
  await story.happens({ contact, name: "Order Completed", properties: { cart_id: "B" } });
  story.now += 31 * MINUTE;
  await story.tick();
  const why = (await story.call("GET", `/api/journeys/${journey}/why?contact=${contact}`)).body;
  expect(why).toMatchObject({
    verdict: "start_waits",
    checks: expect.arrayContaining([
      expect.objectContaining({ code: "start_waits", facts: expect.objectContaining({ at: "2026-03-02T11:30:00.000Z" }) }),
    ]),
  });
  expect(await story.runs(journey)).toEqual([]); // A was touched, B ordered, C is worth too little
  // Published again with the same start: what waits goes on.
  const { draft } = (await story.call("GET", `/api/journeys/${journey}`)).body;
  await story.call("PUT", `/api/journeys/${journey}/draft`, { revision: 1, graph: { ...draft, positions: { stp_m: { x: 1, y: 1 } } } });
  expect((await story.call("POST", `/api/journeys/${journey}/publish`, { revision: 2 })).body.liveVersion).toBe(2);
  story.now += 30 * MINUTE;
  await story.tick();
  expect(await story.runs(journey)).toMatchObject([{ key: "A", state: "waiting", step: "stp_w" }]);
  const [sent] = await holder.db.query<{ data: unknown }>(sql`select data from sends where workspace_id = ${story.workspace}`);
  expect(sent!.data).toMatchObject({
    cart: { items: [{ title: "Scarf", price: 49 }], total: 49, currency: "EUR" },
    event: { name: "Cart Viewed" },
  });
  // Told late: it was ordered after the cart was last touched and before the reminder.
  await story.happens({ contact, name: "Order Completed", at: story.now - 10 * MINUTE, properties: { cart_id: "A" } });
  expect(await story.runs(journey)).toMatchObject([{ state: "left", outcome: "goal" }]);
  await story.expectBooks();
});

test("whatever order news of a cart comes in, what happened decides; an order during a pause is heard", async () => {
  const story = await begin("2026-03-02T10:00:00Z");
  const [one, two] = [await story.contact(), await story.contact()];
  const journey = await story.publish({
    starts: [{ kind: "cart", idle: hours(1), least: null }],
    first: "stp_x",
    steps: [{ id: "stp_x", name: "", kind: "exit", exits: {} }],
  });
  // The order is learnt before the cart it came from.
  await story.happens({ contact: one, name: "Order Completed", at: story.now + 10 * MINUTE, properties: {} });
  await story.happens({ contact: one, name: "Product Added", properties: { product_id: "p" } });
  await story.happens({ contact: two, name: "Product Added", properties: { product_id: "p" } });
  await story.call("POST", `/api/journeys/${journey}/pause`, { reason: "" });
  story.now += 20 * MINUTE;
  await story.happens({ contact: two, name: "Order Completed" });
  await story.call("POST", `/api/journeys/${journey}/resume`, { overdue: "catch_up" });
  story.now += 2 * HOUR;
  await story.tick();
  expect(await story.runs(journey)).toEqual([]);
});

test("browsing, replenishment, registration and a date that an event carries start at their time, and only when nothing came between", async () => {
  const story = await begin("2026-03-02T10:00:00Z");
  const contact = await story.contact({ zone: "Europe/Paris" });
  const leave = {
    first: "stp_x",
    steps: [{ id: "stp_x", name: "", kind: "exit" as const, exits: {} }],
    settings: { filter: null, reentry: { kind: "always" as const }, exits: [] },
  };
  const browse = await story.publish({ ...leave, starts: [{ kind: "browse", idle: hours(4) }] });
  const again = await story.publish({ ...leave, starts: [{ kind: "replenishment", products: ["tea"], after: { n: 30, unit: "day" } }] });
  const register = await story.publish({ ...leave, starts: [{ kind: "registration", products: [], after: { n: 14, unit: "day" } }] });
  const rental = await story.publish({
    ...leave,
    starts: [{ kind: "event_date", event: "Rental Started", where: [], property: "back", key: "rental", days: -1, at: "09:00" }],
  });
  await story.happens({ contact, name: "Product Viewed", properties: { product_id: "tea" } });
  story.now += 4 * HOUR;
  await story.tick();
  expect(await story.runs(browse)).toHaveLength(1);
  await story.happens({
    contact,
    name: "Order Completed",
    properties: { order_id: "1", products: [{ product_id: "tea" }, { product_id: "cup" }] },
  });
  await story.happens({ contact, name: "Rental Started", properties: { rental: "r", back: "2026-03-30" } });
  story.now += 14 * DAY;
  await story.tick();
  expect(await story.runs(register)).toMatchObject([{ key: "1" }]);
  // 29 March: the clocks go forward at two; nine in Paris is seven in UTC.
  story.now = Date.parse("2026-03-29T06:59:59Z");
  await story.tick();
  expect(await story.runs(rental)).toEqual([]);
  story.now += 1000;
  await story.tick();
  expect(await story.runs(rental)).toMatchObject([{ key: "r" }]);
  // Bought again: counted anew.
  await story.happens({ contact, name: "Order Completed", properties: { order_id: "2", products: [{ product_id: "tea" }] } });
  story.now = Date.parse("2026-04-02T00:00:00Z");
  await story.tick();
  expect(await story.runs(again)).toEqual([]);
  story.now = Date.parse("2026-04-28T08:00:00Z");
  await story.tick();
  expect(await story.runs(again)).toMatchObject([{ key: "tea" }]);
});

test("a wait for a message hears a person's click, not a machine's, counts its time-out from when it left, and says when nothing left", async () => {
  const story = await begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Hello", where: [], key: null }],
    first: "stp_m",
    steps: [
      email("stp_m", template, "stp_w"),
      {
        id: "stp_w",
        name: "",
        kind: "wait",
        until: { of: "message", step: "stp_m", did: "clicked", after: null, timeout: { n: 2, unit: "day" } },
        exits: { event: "stp_a", timeout: "stp_b", unsent: "stp_c" },
      },
      { id: "stp_a", name: "", kind: "goal", exits: { next: null } },
      { id: "stp_b", name: "", kind: "exit", exits: {} },
      { id: "stp_c", name: "", kind: "exit", exits: {} },
    ],
  });
  const clicked = await story.publish({
    starts: [{ kind: "message", template, did: "clicked" }],
    first: "stp_x",
    steps: [{ id: "stp_x", name: "", kind: "exit", exits: {} }],
  });
  const people = [await story.contact(), await story.contact(), await story.contact()];
  const why = async (contact: Id) => (await story.call("GET", `/api/journeys/${clicked}/why?contact=${contact}`)).body.verdict;
  await story.happens(...people.map((contact) => ({ contact, name: "Hello" })));
  const sends = await holder.db.query<{ id: Id; contact_id: Id; run_id: Id }>(
    sql`select id, contact_id, run_id from sends where workspace_id = ${story.workspace}`,
  );
  const send = (contact: Id) => sends.find((one) => one.contact_id === contact)!;
  expect(await story.runs(journey)).toMatchObject([{ state: "waiting", step: "stp_w" }, { step: "stp_w" }, { step: "stp_w" }]);
  const become = async (contact: Id, state: "accepted" | "skipped") => {
    await holder.db.query(
      sql`update sends set state = ${state}, accepted_at = ${state === "accepted" ? ts(story.now) : null}::timestamptz where id = ${send(contact).id}`,
    );
    await story.tell([{ contact, kind: "send.changed", data: { send: send(contact).id, run: send(contact).run_id, state } }]);
  };
  const click = async (contact: Id, machine: boolean) => {
    await holder.db.query(
      sql`insert into engagements (bucket, send_id, id, workspace_id, contact_id, kind, machine, at) values (${bucketOf(contact)}, ${send(contact).id}, ${chance.id(story.now)}, ${story.workspace}, ${contact}, 'clicked', ${machine}, ${ts(story.now)})`,
    );
    await story.tell([{ contact, kind: "engaged", data: { send: send(contact).id, run: send(contact).run_id, what: "clicked", machine } }]);
  };
  story.now += 6 * HOUR; // held by quiet hours, say
  await become(people[0]!, "accepted");
  await become(people[1]!, "accepted");
  await become(people[2]!, "skipped");
  story.now += HOUR;
  await click(people[0]!, true);
  expect([await why(people[0]!), await why(people[1]!)]).toEqual(["only_machines", "no_deed"]);
  const at = async (contact: Id) => (await story.runs(journey)).find((run) => run.contact === contact)!;
  expect(await at(people[0]!)).toMatchObject({ state: "waiting" });
  expect(await at(people[2]!)).toMatchObject({ state: "completed", step: "stp_c" });
  await click(people[0]!, false);
  expect(await at(people[0]!)).toMatchObject({ state: "completed", step: "stp_a" });
  expect(await story.runs(clicked)).toMatchObject([{ contact: people[0] }]);
  expect((await at(people[1]!)).wakeAt).toBe("2026-03-04T16:00:00.000Z");
  story.now = Date.parse("2026-03-04T16:00:00Z");
  await story.tick();
  expect(await at(people[1]!)).toMatchObject({ step: "stp_b" });
  await story.expectBooks();
});

test("steps set attributes, move between groups, give one code for good, ask people for a task, and go on in another journey", async () => {
  const story = await begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const group = async (name: string) => (await story.call("POST", "/api/groups", { name })).body.id as Id;
  const [from, into] = [await group("From"), await group("Into")];
  const pool = (await story.call("POST", "/api/coupon-pools", { name: "Welcome", kind: "list", validDays: 30, codes: ["ONE", "TWO"] })).body
    .id as Id;
  const exit: Step = { id: "stp_x", name: "", kind: "exit", exits: {} };
  const other = await story.publish({ starts: [{ kind: "api" }], first: "stp_x", steps: [exit] });
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Hello", where: [], key: null }],
    first: "stp_c",
    settings: { filter: null, reentry: { kind: "always" }, exits: [] },
    steps: [
      { id: "stp_c", name: "", kind: "coupon", pool, exits: { next: "stp_m", none: "stp_t" } },
      email("stp_m", template, "stp_a"),
      { id: "stp_a", name: "", kind: "attribute", attribute: "attributes.visits", to: { of: "add", by: 1 }, exits: { next: "stp_p" } },
      {
        id: "stp_p",
        name: "",
        kind: "attribute",
        attribute: "attributes.size",
        to: { of: "property", property: "size" },
        exits: { next: "stp_g" },
      },
      { id: "stp_g", name: "", kind: "group", action: "move", from, group: into, exits: { next: "stp_j" } },
      { id: "stp_j", name: "", kind: "journey", journey: other, exits: { next: null } },
      { id: "stp_t", name: "", kind: "task", title: "Call them", note: "No code left", exits: { next: null } },
    ],
  });
  const after = await story.publish({ starts: [{ kind: "journey", journey, on: "completed" }], first: "stp_x", steps: [exit] });
  const people = [await story.contact(), await story.contact(), await story.contact()].sort();
  const why = async (contact: Id) => (await story.call("GET", `/api/journeys/${after}/why?contact=${contact}`)).body.verdict;
  expect(await why(people[0]!)).toBe("never_there");
  await story.call("POST", `/api/groups/${from}/members`, { contacts: [people[0]] });
  await holder.db.query(sql`delete from inbox where workspace_id = ${story.workspace}`);
  await story.happens(...people.map((contact) => ({ contact, name: "Hello", properties: { size: "M" } })));
  await takeInbox(story);
  expect((await story.runs(journey)).map((run) => run.step).sort()).toEqual(["stp_j", "stp_j", "stp_t"]);
  expect(await story.runs(other)).toHaveLength(2);
  expect(await story.runs(after)).toHaveLength(3);
  expect(await why(people[0]!)).toBe("reentry");
  const codes = async () =>
    (
      await holder.db.query<{ code: string }>(
        sql`select data->'coupon'->>'code' as code from sends where workspace_id = ${story.workspace} order by created_at, id`,
      )
    ).map((row) => row.code);
  expect((await codes()).sort()).toEqual(["ONE", "TWO"]);
  const attributes = await holder.db.query<{ attributes: unknown }>(
    sql`select attributes from contacts where workspace_id = ${story.workspace} and attributes <> '{}'`,
  );
  expect(attributes.map((row) => row.attributes)).toEqual([
    { visits: 1, size: "M" },
    { visits: 1, size: "M" },
  ]);
  const tasks = (await story.call("GET", "/api/tasks")).body.items;
  expect(tasks).toMatchObject([{ title: "Call them", doneAt: null }]);
  expect((await story.call("POST", `/api/tasks/${tasks[0].id}/done`, { done: true })).body).toMatchObject({
    doneAt: "2026-03-02T10:00:00.000Z",
  });
  expect((await story.call("GET", "/api/tasks")).body.items).toEqual([]);
  // A reminder shows the code they hold; who had none gets none.
  story.now += DAY;
  await story.happens(...people.map((contact) => ({ contact, name: "Hello", properties: {} })));
  expect((await codes()).sort()).toEqual(["ONE", "ONE", "TWO", "TWO"]);
  expect((await story.call("GET", "/api/coupon-pools")).body.items).toMatchObject([{ free: 0, given: 2 }]);
  // Who got which code, and the order that used it.
  const given = async (query = "") =>
    (await story.call("GET", `/api/coupon-pools/${pool}/coupons${query}`)).body as {
      items: { code: string; contact: Id; order: { externalId: string } | null }[];
      next: string | null;
    };
  const { contact: holderOfOne } = (await given("?search=ONE")).items[0]!;
  await holder.db.query(sql`
    insert into orders (bucket, id, workspace_id, contact_id, external_id, kind, status, currency, total, coupon, placed_at, updated_at, source)
    select ${bucketOf(holderOfOne)}::smallint, i, ${story.workspace}::uuid, ${holderOfOne}::uuid, n, 'sale', 'paid', 'EUR', 9, 'one', d, d, 'api' from unnest(${[chance.id(story.now), chance.id(story.now)]}::uuid[], array['before', 'K-7'], array[${ts(story.now - 9 * DAY)}, ${ts(story.now)}]::timestamptz[]) as r (i, n, d)`);
  const first = await given("?limit=1");
  const second = await given(`?limit=1&after=${encodeURIComponent(first.next!)}`);
  expect([...first.items, ...second.items].map((one) => [one.code, one.order?.externalId ?? null]).sort()).toEqual([
    ["ONE", "K-7"],
    ["TWO", null],
  ]);
  expect(second.next).toBeNull();
  const book = EQUATIONS.find((one) => one.name === "B14")!;
  expect(await holder.db.query(book.broken(Array.from({ length: 256 }, (_, bucket) => bucket)))).toEqual([]);
  await story.expectBooks();
});

test("a loop ends after its rounds, a split and a holdout share people out the same way at each entry", async () => {
  const story = await begin("2026-03-02T10:00:00Z");
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Hello", where: [], key: null }],
    first: "stp_w",
    settings: { filter: null, reentry: { kind: "always" }, exits: [] },
    steps: [
      { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: hours(1) }, exits: { next: "stp_l" } },
      { id: "stp_l", name: "", kind: "loop", times: 2, exits: { next: "stp_h", again: "stp_w" } },
      { id: "stp_h", name: "", kind: "holdout", percent: 33, exits: { next: "stp_s", held: "stp_e" } },
      {
        id: "stp_s",
        name: "",
        kind: "split",
        by: "contact",
        arms: [
          { exit: "p1", name: "", weight: 1 },
          { exit: "p2", name: "", weight: 1 },
        ],
        exits: { p1: "stp_a", p2: "stp_b" },
      },
      { id: "stp_a", name: "", kind: "exit", exits: {} },
      { id: "stp_b", name: "", kind: "exit", exits: {} },
      { id: "stp_e", name: "", kind: "exit", exits: {} },
    ],
  });
  // Enough people that nearly no draw leaves a way empty, few enough for one page of runs: 0.66 to the 24th is 1 in 20,000.
  const people = await Promise.all(Array.from({ length: 24 }, () => story.contact()));
  const ends = async () => {
    await story.happens(...people.map((contact) => ({ contact, name: "Hello" })));
    for (let hour = 0; hour < 3; hour++) {
      expect((await story.runs(journey)).filter((run) => run.state === "waiting")).toHaveLength(people.length);
      story.now += HOUR;
      await story.tick();
    }
    const runs = (await story.runs(journey)).slice(-people.length);
    return people.map((contact) => runs.find((run) => run.contact === contact)!.step);
  };
  const first = await ends();
  expect(await ends()).toEqual(first);
  expect(new Set(first)).toEqual(new Set(["stp_a", "stp_b", "stp_e"]));
  await story.expectBooks();
});

test("texts of other channels are written, published and planned by their steps; an e-mail is no text and a text no e-mail", async () => {
  const story = await begin("2026-03-02T10:00:00Z");
  const content = (format: string) => ({
    version: 1,
    fallback: "en",
    variants: { en: { subject: "", format, source: "Hello {{ contact.first_name }}, your code is {{ coupon.code }}" } },
  });
  expect((await story.call("POST", "/api/templates", { name: "T", channel: "sms", content: content("mjml") })).body).toMatchObject({
    error: { code: "template.wrong_format", field: "content.variants.en.format" },
  });
  expect((await story.call("POST", "/api/templates", { name: "T", content: content("text") })).status).toBe(422);
  for (const channel of ["push", "web_push", "whatsapp", "onsite"])
    expect((await story.call("POST", "/api/templates", { name: channel, channel, content: content("text") })).body).toMatchObject({
      channel,
    });
  const sms = (await story.call("POST", "/api/templates", { name: "T", channel: "sms", content: content("text") })).body.id as Id;
  expect((await story.call("POST", `/api/templates/${sms}/publish`, {})).body).toMatchObject({ channel: "sms", liveVersion: 1 });
  const graph = (kind: "sms" | "email") => ({
    starts: [{ kind: "event" as const, event: "Hello", where: [], key: null }],
    first: "stp_m",
    steps: [{ id: "stp_m", name: "", kind, template: sms, exits: { next: null } } as Step],
  });
  expect(
    (
      await story.call("POST", "/api/journeys", {
        name: "J",
        graph: { version: 1, positions: {}, settings: { filter: null, reentry: { kind: "never" }, exits: [] }, ...graph("email") },
      })
    ).body.problems,
  ).toMatchObject([{ code: "wrong_channel" }]);
  await story.publish(graph("sms"));
  const contact = await story.contact();
  await story.happens({ contact, name: "Hello" });
  expect(await holder.db.query(sql`select channel, template_id from sends where workspace_id = ${story.workspace}`)).toEqual([
    { channel: "sms", template_id: sms },
  ]);
});

test("a clock that goes back repeats nothing and loses nothing; one that goes ahead lets what came due go on once, and starts more than a day overdue do not", async () => {
  const story = await begin("2026-03-02T10:00:00Z");
  const [one, two] = [await story.contact(), await story.contact()];
  const template = await story.template();
  const settings = { filter: null, reentry: { kind: "always" as const }, exits: [] };
  const waits = await story.publish({
    starts: [{ kind: "event", event: "Hello", where: [], key: null }],
    first: "stp_w",
    steps: [
      { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: hours(2) }, exits: { next: "stp_m" } },
      email("stp_m", template),
    ],
    settings,
  });
  const cart = await story.publish({
    starts: [{ kind: "cart", idle: hours(1), least: null }],
    first: "stp_m",
    steps: [email("stp_m", template)],
    settings,
  });
  const day = await story.publish({
    starts: [{ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true }],
    first: "stp_m",
    steps: [email("stp_m", template)],
    settings,
  });
  const wished = await story.contact({ birth: "1990-03-03", zone: "Europe/Paris" });
  await story.happens({ contact: one, name: "Hello" }, { contact: one, name: "Product Added", properties: { cart_id: "A" } });
  const sent = async () => [waits, cart, day].map((journey) => sends.filter((send) => send.journey_id === journey).length);
  let sends: { journey_id: Id }[] = [];
  const at = async (iso: string) => {
    story.now = Date.parse(iso);
    await story.tick();
    await story.tick();
    sends = await holder.db.query(sql`select journey_id from sends where workspace_id = ${story.workspace}`);
    return sent();
  };
  expect(await at("2026-03-02T11:00:00Z")).toEqual([0, 1, 0]);
  // Back by two hours: nothing is due again; what happens now is dated before what happened, and waits its time from there.
  expect(await at("2026-03-02T09:00:00Z")).toEqual([0, 1, 0]);
  await story.happens({ contact: two, name: "Hello" }, { contact: two, name: "Product Added", properties: { cart_id: "B" } });
  expect(await at("2026-03-02T10:00:00Z")).toEqual([0, 2, 0]);
  expect(await at("2026-03-02T11:00:00Z")).toEqual([1, 2, 0]);
  expect(await at("2026-03-02T12:00:00Z")).toEqual([2, 2, 0]);
  // Ahead by twenty hours, over a birthday's hour: it is wished once, also when the clock comes back.
  expect(await at("2026-03-03T08:00:00Z")).toEqual([2, 2, 1]);
  expect(await at("2026-03-02T12:00:00Z")).toEqual([2, 2, 1]);
  expect(await at("2026-03-03T08:00:00Z")).toEqual([2, 2, 1]);
  // Ahead by a year and two days, once a person has said that the clock is right: waits go on, starts that are long past do not come.
  await story.happens({ contact: one, name: "Hello" }, { contact: one, name: "Product Added", properties: { cart_id: "C" } });
  expect(await at("2027-03-05T08:00:00Z")).toEqual([3, 2, 1]);
  expect((await story.runs(day)).map((run) => run.contact)).toEqual([wished]);
  expect(await holder.db.query(sql`select due_at from journey_dates where journey_id = ${day}`)).toEqual([
    { due_at: Date.parse("2028-03-03T08:00:00Z") },
  ]);
  await story.expectBooks();
});
