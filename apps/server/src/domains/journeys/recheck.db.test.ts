import { bucketOf, DAY, HOUR, type Id, type Instant } from "@relance/model/base";
import { EMPTY_GRAPH, USUAL_ATTENTION, type Graph } from "@relance/model/journeys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { email, step, wait } from "../../../test/support/journey-steps.ts";
import { Story } from "../../../test/support/journey-story.ts";
import { addContact } from "../../../test/support/messaging.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import type { DueSend } from "../delivery/index.ts";
import { noteInterests } from "../catalog/index.ts";
import { recheckSends } from "./index.ts";

const holder = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
beforeAll(async () => {
  app = await testApp(holder.db, holder.url);
  await holder.db.query(sql`create table if not exists events_any partition of events default`);
  shop = await app.workspace();
});
afterAll(() => app.close());

const now = Date.parse("2026-11-24T10:00:00Z");
const newId = () => app.deps.ports.chance.id(app.deps.clock.now());
const attention = (over: Partial<typeof USUAL_ATTENTION>) => ({ ...USUAL_ATTENTION, ...over });

/** A journey as published, without the road there. */
async function journey(settings: Partial<Graph["settings"]>): Promise<Id> {
  const id = newId();
  const graph: Graph = {
    ...EMPTY_GRAPH,
    starts: [{ kind: "event", event: "Cart", where: [], key: "cart_id" }],
    settings: { ...EMPTY_GRAPH.settings, ...settings },
  };
  await holder.db.query(
    sql`insert into journeys (id, workspace_id, name, state, draft, live_version, created_at, changed_at) values (${id}, ${shop.id}, ${`J ${id.slice(-4)}`}, 'live', ${json(graph)}, 1, ${ts(now)}, ${ts(now)})`,
  );
  await holder.db.query(
    sql`insert into journey_versions (journey_id, version, workspace_id, graph, published_at) values (${id}, 1, ${shop.id}, ${json(graph)}, ${ts(now)})`,
  );
  return id;
}

async function run(of: {
  journey: Id;
  contact: Id;
  state?: string;
  outcome?: string | null;
  key?: string;
  enteredAt?: Instant;
  endedAt?: Instant | null;
  event?: string;
}): Promise<Id> {
  const { state = "waiting", outcome = null, key = "", enteredAt = now - DAY, endedAt = state === "waiting" ? null : now - HOUR } = of;
  const id = newId();
  const bucket = bucketOf(of.contact);
  await holder.db.query(sql`
    insert into runs (bucket, id, workspace_id, contact_id, journey_id, version, key, state, step_id, visit, wake_at, memory, entered_at, ended_at, outcome, lease_epoch)
    values (${bucket}, ${id}, ${shop.id}, ${of.contact}, ${of.journey}, 1, ${key}, ${state}, 'stp_a', 1, ${state === "waiting" ? ts(now + DAY) : null}::timestamptz, '{}', ${ts(enteredAt)}::timestamptz, ${endedAt === null ? null : ts(endedAt)}::timestamptz, ${outcome}, 1)`);
  await holder.db.query(
    sql`insert into visits (bucket, run_id, visit, workspace_id, journey_id, contact_id, step_id, arrived_at, reason) values (${bucket}, ${id}, 1, ${shop.id}, ${of.journey}, ${of.contact}, 'stp_a', ${ts(enteredAt)}, ${json({ why: "exit_event", event: of.event })})`,
  );
  return id;
}

const send = (of: { journey: Id; contact: Id; run: Id } & Partial<DueSend>): DueSend => ({
  bucket: bucketOf(of.contact),
  id: newId(),
  workspace: shop.id,
  channel: "email",
  class: "marketing",
  topic: "",
  template: newId(),
  templateVersion: 1,
  journeyVersion: 1,
  step: "stp_a",
  campaign: null,
  webhook: null,
  data: {},
  priority: 50,
  group: null,
  tags: [],
  atOnce: false,
  createdAt: now - HOUR,
  patienceUntil: now + DAY,
  messageId: null,
  ...of,
});
const word = async (one: DueSend) => (await holder.db.transaction((tx) => recheckSends(tx, { now, sends: [one] }))).get(one.id);
const person = () => addContact(holder.db, { id: newId(), workspace: shop.id, now });

test("a run that an exit rule ended takes its waiting message along, and says which event it was; one that was merged away does not", async () => {
  const of = await journey({});
  const [ana, ben] = [await person(), await person()];
  const left = await run({ journey: of, contact: ana, state: "left", outcome: "exit_event", event: "Order Completed" });
  expect(await word(send({ journey: of, contact: ana, run: left }))).toMatchObject({ left: { event: "Order Completed", at: now - HOUR } });
  expect(
    (await word(send({ journey: of, contact: ben, run: await run({ journey: of, contact: ben, state: "left", outcome: "merged" }) })))
      ?.left,
  ).toBeNull();
});

test("an exit event after the last step counts for the message that still waits: about the same cart, and only since the run ended", async () => {
  const of = await journey({ exits: [{ event: "Order Completed", where: [], sameKey: true, goal: true }] });
  const buys = (contact: Id, at: Instant, cart: string) =>
    holder.db.query(sql`
    insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, message_id)
    values (${bucketOf(contact)}, ${contact}, ${newId()}, ${shop.id}, 'track', 'Order Completed', ${ts(at)}, ${ts(at)}, ${json({ cart_id: cart })}, '{}', ${newId()})`);
  for (const [at, cart, createdAt, expected] of [
    [now - 60_000, "A", now - HOUR, true],
    [now - 60_000, "B", now - HOUR, false],
    [now - 2 * HOUR, "A", now - HOUR, false],
    [now - 1000, "A", now - 2000, false],
  ] as const) {
    const contact = await person();
    const ended = await run({ journey: of, contact, state: "completed", key: "A" });
    await buys(contact, at, cart);
    expect([cart, (await word(send({ journey: of, contact, run: ended, createdAt })))?.left !== null]).toEqual([cart, expected]);
  }
});

test("the filter is asked again only where the journey says so", async () => {
  const filter = { kind: "attribute", attribute: "first_name", is: { op: "eq", value: "Ana" } } as unknown as Graph["settings"]["filter"];
  const [asks, asksNot] = [
    await journey({ filter, attention: attention({ recheck: { filter: true, products: false } }) }),
    await journey({ filter }),
  ];
  const [ana, ben] = [await person(), await person()];
  await holder.db.query(sql`update contacts set first_name = 'Ben' where bucket = ${bucketOf(ben)} and id = ${ben}`);
  const filterOf = async (of: Id, contact: Id) =>
    (await word(send({ journey: of, contact, run: await run({ journey: of, contact }) })))?.filter;
  expect([await filterOf(asks, ana), await filterOf(asks, ben), await filterOf(asksNot, ben)]).toEqual([true, false, null]);
});

test("products sold out or dearer than told are found, in the currency they were told in", async () => {
  await app.call(shop.key, "POST", "/api/stores", {
    code: "fr",
    name: "France",
    country: "FR",
    languages: ["fr"],
    currency: "EUR",
    timeZone: "Europe/Paris",
  });
  const put = await app.call(shop.key, "POST", "/api/products", {
    products: [
      { externalId: "shoe", name: "Shoe", prices: [{ store: "fr", amount: 60, currency: "EUR" }], stock: [{ store: "fr", quantity: 4 }] },
      { externalId: "hat", name: "Hat", prices: [{ store: "fr", amount: 20, currency: "EUR" }], stock: [{ store: "fr", quantity: 0 }] },
    ],
  });
  expect([put.status, put.body]).toMatchObject([200, {}]);
  const of = await journey({ attention: attention({ recheck: { filter: false, products: true } }) });
  const contact = await person();
  const started = await run({ journey: of, contact });
  const told = async (items: readonly unknown[], currency = "EUR") =>
    (await word(send({ journey: of, contact, run: started, data: { cart: { items, currency } } })))?.products;
  expect(
    await told([
      { product_id: "shoe", price: 60 },
      { product_id: "hat", price: 20 },
    ]),
  ).toEqual({ asked: 2, gone: ["hat"], dearer: [] });
  expect(await told([{ product_id: "shoe", price: 49 }])).toEqual({ asked: 1, gone: [], dearer: [{ product: "shoe", told: 49, now: 60 }] });
  expect(await told([{ product_id: "shoe", price: 49 }], "CHF")).toEqual({ asked: 1, gone: [], dearer: [] });
  expect(await told([{ product_id: "unheard of", price: 1 }])).toBeNull();
});

test("a code that ran out while its message waited is found", async () => {
  const of = await journey({});
  const contact = await person();
  const started = await run({ journey: of, contact });
  const coupon = async (expires: string | null) =>
    (await word(send({ journey: of, contact, run: started, data: { coupon: { code: "MERCI10", expires_at: expires } } })))?.coupon;
  expect([await coupon("2026-11-24T09:59:00.000Z"), await coupon("2026-11-24T10:01:00.000Z"), await coupon(null)]).toEqual([
    { code: "MERCI10", expiredAt: now - 60_000 },
    null,
    null,
  ]);
});

test("a running journey asks at each of its messages anew: filter, price and stock in the store it told of, and code", async () => {
  const story = new Story(app, holder.db, shop, now);
  for (const code of ["lyon", "lille"])
    await story.call("POST", "/api/stores", {
      code,
      name: code,
      country: "FR",
      languages: ["fr"],
      currency: "EUR",
      timeZone: "Europe/Paris",
    });
  const tells = (amount: number, quantity: number) =>
    story.call("POST", "/api/products", {
      products: [
        {
          externalId: "lamp",
          name: "Lamp",
          prices: [
            { store: "lyon", currency: "EUR", amount },
            { store: "lille", currency: "EUR", amount: 10 },
          ],
          stock: [
            { store: "lyon", quantity },
            { store: "lille", quantity: 50 },
          ],
        },
      ],
    });
  await tells(100, 9);
  const contact = await story.contact();
  const named = (name: string) =>
    holder.db.query(sql`update contacts set first_name = ${name} where bucket = ${bucketOf(contact)} and id = ${contact}`);
  await named("Ana");
  await holder.db.transaction((tx) =>
    noteInterests(tx, { workspace: shop.id, deeds: [{ contact, product: "lamp", did: "viewed", at: now }] }),
  );
  const pool = (await story.call("POST", "/api/coupon-pools", { name: "P", kind: "generated", validDays: 2 })).body.id as Id;
  const template = await story.template();
  await story.publish({
    starts: [
      { kind: "price_drop", interest: ["viewed"], within: { n: 1, unit: "day" }, stores: ["lyon"], drop: { by: "percent", least: 10 } },
    ],
    first: "stp_c",
    steps: [
      step("c", { kind: "coupon", pool, exits: { next: "stp_m1", none: null } }),
      email("m1", template, "w1"),
      wait("w1", 1, "day", "m2"),
      email("m2", template, "w2"),
      wait("w2", 1, "day", "m3"),
      email("m3", template, "w3"),
      wait("w3", 1, "day", "m4"),
      email("m4", template, null),
    ],
    settings: {
      filter: { kind: "attribute", attribute: "first_name", is: { op: "eq", value: "Ana" } },
      reentry: { kind: "never" },
      exits: [],
      attention: attention({ recheck: { filter: true, products: true } }),
    },
  });
  story.now += HOUR;
  await tells(80, 9);
  /** What the journey says of the message it has just planned. */
  const nextWord = async () => {
    await story.tick();
    const [planned] = await holder.db.query<{
      id: Id;
      run_id: Id;
      journey_id: Id;
      step_id: string;
      data: Record<string, unknown>;
      created_at: Instant;
    }>(
      sql`select id, run_id, journey_id, step_id, data, created_at from sends where workspace_id = ${shop.id} and contact_id = ${contact} order by id desc limit 1`,
    );
    const one = send({
      journey: planned!.journey_id,
      contact,
      run: planned!.run_id,
      id: planned!.id,
      data: planned!.data,
      createdAt: planned!.created_at,
    });
    const said = (await holder.db.transaction((tx) => recheckSends(tx, { now: story.now, sends: [one] }))).get(one.id)!;
    story.now += DAY;
    return [planned!.step_id, said.filter, said.products?.gone, said.products?.dearer.map((each) => each.now), said.coupon === null];
  };
  expect(await nextWord()).toEqual(["stp_m1", true, [], [], true]);
  await tells(95, 9); // dearer where it was told; cheaper elsewhere does not help
  expect(await nextWord()).toEqual(["stp_m2", true, [], [95], true]);
  await tells(80, 0); // gone there, fifty elsewhere
  await named("Ben");
  expect(await nextWord()).toEqual(["stp_m3", false, ["lamp"], [], false]);
  await tells(80, 3);
  await named("Ana");
  expect(await nextWord()).toEqual(["stp_m4", true, [], [], false]);
});

test("of two journeys of a group one goes first, whoever asks: the higher priority, of equals the one entered first", async () => {
  const [welcome, back, vip] = [
    await journey({ attention: attention({ group: "life" }) }),
    await journey({ attention: attention({ group: "life" }) }),
    await journey({ attention: attention({ group: "life", priority: 80 }) }),
  ];
  const [ana, ben] = [await person(), await person()];
  const runs = {
    welcome: await run({ journey: welcome, contact: ana, enteredAt: now - 3 * DAY }),
    back: await run({ journey: back, contact: ana, enteredAt: now - DAY }),
  };
  const rivals = async (of: Id, contact: Id, started: Id, priority = 50) =>
    (await word(send({ journey: of, contact, run: started, group: "life", priority })))?.rivals.map((one) => one.journey);
  expect([await rivals(welcome, ana, runs.welcome), await rivals(back, ana, runs.back)]).toEqual([[], [welcome]]);
  const vipRun = await run({ journey: vip, contact: ana, enteredAt: now - HOUR });
  expect([await rivals(welcome, ana, runs.welcome), await rivals(vip, ana, vipRun, 80)]).toEqual([[vip], []]);
  expect(await rivals(welcome, ben, await run({ journey: welcome, contact: ben }))).toEqual([]);
});
