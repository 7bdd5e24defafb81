import { bucketOf, DAY, toIso, type Id, type Instant } from "@relance/model/base";
import {
  CALENDAR_UNITS,
  CONSENT_REASONS,
  MESSAGE_HAPPENINGS,
  momentInstant,
  PREDICTION_FIELDS,
  RFM_PARTS,
  type Comparison,
  type ContactFacts,
  type EventPattern,
  type EventRule,
  type FactMessage,
  type Place,
  type PropertyFilter,
  type Rule,
  type SequenceStep,
  type Span,
  type Window,
} from "@relance/model/rules";
import { plus } from "@relance/model/time";
import type { Generator } from "../../src/platform/chance/index.ts";
import type { Db } from "../../src/platform/db/database.ts";
import { jsonArray, sql, tsArray } from "../../src/platform/db/sql.ts";

/** Random rules of every kind and random contacts to ask them about: for the oracle tests, which hold meaning and SQL together. */
export const WORKSPACE = "00000000-0000-7000-8000-000000000001";
const GROUPS = ["00000000-0000-7000-8000-0000000000a1", "00000000-0000-7000-8000-0000000000a2"];
const SEGMENTS = ["00000000-0000-7000-8000-0000000000b1", "00000000-0000-7000-8000-0000000000b2"];
const STORES = ["00000000-0000-7000-8000-0000000000c1", "00000000-0000-7000-8000-0000000000c2", "00000000-0000-7000-8000-0000000000c3"];
const JOURNEYS = ["00000000-0000-7000-8000-0000000000d1", "00000000-0000-7000-8000-0000000000d2"];
const TEMPLATES = ["00000000-0000-7000-8000-0000000000e1", "00000000-0000-7000-8000-0000000000e2"];
/** Zones on both sides of the date line, with daylight saving and without, one that changes at midnight, one of a quarter of an hour. */
export const ZONES = [
  "Europe/Paris",
  "America/Toronto",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "Asia/Kathmandu",
  "America/Santiago",
  "Australia/Lord_Howe",
  "Asia/Beirut",
];
export const PLACE: Place = {
  zone: "Europe/Paris",
  zones: new Set(ZONES),
  stores: new Map([
    [STORES[0]!, { latitude: 45.75, longitude: 4.85 }],
    [STORES[1]!, { latitude: -17.5, longitude: 179.9 }],
  ]),
};
const OBJECTS = ["subscription", "card"];
// Days on which clocks, months and years do odd things.
const ODD = [
  "2024-02-29T12:00:00Z",
  "2025-03-30T01:30:00Z",
  "2025-10-26T01:30:00Z",
  "2025-12-31T23:59:59Z",
  "2026-01-31T00:00:00Z",
  "2026-03-01T00:00:00Z",
  "2026-02-28T10:00:00Z",
  "2025-09-07T04:00:00Z",
  "2026-03-29T00:00:00Z",
].map((text) => Date.parse(text));
const NAMES = ["Order Completed", "Product Viewed", "Signed Up"];
const VALUES: readonly unknown[] = [
  null,
  undefined,
  "",
  "FR",
  "fr",
  "100 %_\\",
  0,
  1,
  7,
  12.5,
  -3,
  1e-7,
  true,
  false,
  ["FR", "vip"],
  { a: 1 },
  "2026-01-15",
  "2026-01-15T10:00:00Z",
  "2025-12-31T23:59:59.9Z",
  "2026-02-31",
  "2025-02-29",
  "2024-02-29",
  "2023-02-28",
  "0000-01-01",
  "not a date",
  "12",
  [],
  [1, null, "vip"],
];
const LINES: readonly unknown[] = [
  undefined,
  null,
  [],
  [
    { category: "Shoes", price: 10 },
    { category: "Hats", price: 2.5 },
  ],
  [{ category: "Shoes" }, { category: null }, 7, [{ category: "Deep" }]],
  { category: "Hats", price: "2" },
  [{ category: ["Shoes", "Hats"], price: [1, 2] }],
  [{ category: "Shoes", price: 0.00005 }],
];

export async function storePeople(db: Db, rows: readonly { id: string; facts: ContactFacts }[]): Promise<void> {
  const events = rows.flatMap(({ id, facts }) => facts.events.map((event) => ({ contact: id, ...event })));
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, known, country, city, email, phone, postal_code, birth_date, last_seen_at, latitude, longitude, time_zone, store_id, attributes, created_at, updated_at)
    select b, id, ${WORKSPACE}, known, country, city, email, phone, postal_code, birth::date, seen::timestamptz, lat, lon, zone, store, attributes, created::timestamptz, created::timestamptz
    from unnest(${rows.map((row) => bucketOf(row.id))}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.facts.columns["known"] ?? true)}::boolean[],
      ${rows.map((row) => row.facts.columns["country"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["city"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["email"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["phone"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["postal_code"] ?? null)}::text[],
      ${rows.map((row) => row.facts.columns["birth_date"]?.toString().slice(0, 10) ?? null)}::text[],
      ${rows.map((row) => row.facts.columns["last_seen_at"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["latitude"] ?? null)}::double precision[], ${rows.map((row) => row.facts.columns["longitude"] ?? null)}::double precision[], ${rows.map((row) => row.facts.columns["time_zone"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["store_id"] ?? null)}::uuid[], ${jsonArray(rows.map((row) => row.facts.attributes))}::jsonb[],
      ${rows.map((row) => row.facts.columns["created_at"] ?? "2020-01-01T00:00:00Z")}::text[]) as r (b, id, known, country, city, email, phone, postal_code, birth, seen, lat, lon, zone, store, attributes, created)`);
  await db.query(sql`
    insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, currency, message_id)
    select b, contact, id, ${WORKSPACE}, 'track', name, at, at, properties, '{}', amount, currency, id::text
    from unnest(${events.map((event) => bucketOf(event.contact))}::smallint[], ${events.map((event) => event.contact)}::uuid[], ${events.map((event) => event.id)}::uuid[], ${events.map((event) => event.name)}::text[],
      ${tsArray(events.map((event) => event.at))}::timestamptz[], ${jsonArray(events.map((event) => event.properties))}::jsonb[], ${events.map((event) => event.amount)}::numeric[], ${events.map((event) => event.currency)}::text[])
      as e (b, contact, id, name, at, properties, amount, currency)`);
  for (const [table, column, key] of [
    ["group_members", "group_id", "groups"],
    ["segment_memberships", "segment_id", "segments"],
  ] as const) {
    const pairs = rows.flatMap(({ id, facts }) => [...facts[key]].map(([of, at]) => ({ id, of, at })));
    const extra = table === "group_members" ? ["added_at, added_by", "at, 'test'"] : ["entered_at, generation", "at, 1"];
    await db.query(
      sql`${sql([`insert into ${table} (bucket, ${column}, contact_id, workspace_id, ${extra[0]}) select b, o, c, '${WORKSPACE}', ${extra[1]} from unnest(`])}${pairs.map((pair) => bucketOf(pair.id))}::smallint[], ${pairs.map((pair) => pair.of)}::uuid[], ${pairs.map((pair) => pair.id)}::uuid[], ${tsArray(pairs.map((pair) => pair.at))}::timestamptz[]) as p (b, o, c, at)`,
    );
  }
  const valued = rows.flatMap(({ id, facts }) => (facts.value ? [{ id, ...facts.value } as { id: string } & Record<string, unknown>] : []));
  const numbers = (key: string) => valued.map((row) => row[key] as number | null);
  await db.query(sql`
    insert into predictions (bucket, contact_id, workspace_id, orders, first_on, last_on, spent, valued, mean_value, recency_score, frequency_score, monetary_score, worth_score, rfm_group, alive, churn, orders_90, value_365, total_value, next_order_on, computed_at)
    select b, c, ${WORKSPACE}, 1, '2026-01-01', '2026-01-01', 1, 1, 1, r, f, m, w, g, alive, churn, o90, v, total, next::date, '2026-01-01'
    from unnest(${valued.map((row) => bucketOf(row.id))}::smallint[], ${valued.map((row) => row.id)}::uuid[], ${numbers("recency")}::smallint[], ${numbers("frequency")}::smallint[], ${numbers("monetary")}::smallint[], ${numbers("worth")}::smallint[], ${valued.map((row) => row["group"] as string)}::text[],
      ${numbers("alive")}::double precision[], ${numbers("churn")}::double precision[], ${numbers("orders90")}::double precision[], ${numbers("value365")}::double precision[], ${numbers("total")}::double precision[], ${valued.map((row) => (row["nextOn"] as string | null)?.slice(0, 10) ?? null)}::text[]) as p (b, c, r, f, m, w, g, alive, churn, o90, v, total, next)`);
  const consents = rows.flatMap(({ id, facts }) => facts.consents.map((consent) => ({ id, ...consent })));
  await db.query(sql`
    insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, expires_on, proof_id)
    select b, c, channel, topic, ${WORKSPACE}, state, 'express', changed, expires::date, c
    from unnest(${consents.map((row) => bucketOf(row.id))}::smallint[], ${consents.map((row) => row.id)}::uuid[], ${consents.map((row) => row.channel)}::text[], ${consents.map((row) => row.topic)}::text[], ${consents.map((row) => row.state)}::text[], ${consents.map((row) => row.expiresOn)}::text[], ${tsArray(consents.map((row) => row.changedAt))}::timestamptz[]) as k (b, c, channel, topic, state, expires, changed)`);
  const changes = rows.flatMap(({ id, facts }) =>
    Object.entries(facts.changed).flatMap(([attribute, at], n) => [
      { id, attribute, at, n: 2 * n },
      { id, attribute, at: at - DAY, n: 2 * n + 1 },
    ]),
  );
  await db.query(sql`
    insert into attribute_changes (bucket, contact_id, id, workspace_id, attribute, source, changed_at)
    select b, c, (left(c::text, 24) || lpad(n::text, 12, '0'))::uuid, ${WORKSPACE}, attribute, 'test', at
    from unnest(${changes.map((row) => bucketOf(row.id))}::smallint[], ${changes.map((row) => row.id)}::uuid[], ${changes.map((row) => row.n)}::int[], ${changes.map((row) => row.attribute)}::text[], ${tsArray(changes.map((row) => row.at))}::timestamptz[]) as h (b, c, n, attribute, at)`);
  const owned = rows.flatMap(({ id, facts }) => (facts.objects ?? []).map((object) => ({ id, ...object })));
  await db.query(sql`
    insert into objects (bucket, id, workspace_id, type, external_id, contact_id, fields, created_at, updated_at, source)
    select b, o, ${WORKSPACE}, type, external, c, fields, '2026-01-01', '2026-01-01', 'test'
    from unnest(${owned.map((row) => bucketOf(row.id))}::smallint[], ${owned.map((row, n) => `${row.id.slice(0, 24)}${String(n).padStart(12, "0")}`)}::uuid[], ${owned.map((row) => row.type)}::text[], ${owned.map((row) => row.externalId)}::text[], ${owned.map((row) => row.id)}::uuid[], ${jsonArray(owned.map((row) => row.fields))}::jsonb[]) as k (b, o, type, external, c, fields)`);
  const happened = rows.flatMap(({ id, facts }) => facts.messages.map((message) => ({ contact: id, ...message })));
  const sent = happened
    .filter((one) => one.what === "sent")
    .map((one) => ({
      ...one,
      delivery:
        happened.find((other) => other.send === one.send && (other.what === "bounced" || other.what === "complained"))?.what ??
        happened.find((other) => other.send === one.send && other.what === "delivered")?.what ??
        null,
    }));
  await db.query(sql`
    insert into sends (bucket, id, workspace_id, contact_id, channel, class, template_id, template_version, journey_id, key, state, due_at, patience_until, lease_epoch, created_at, accepted_at, delivery)
    select b, s, ${WORKSPACE}, c, channel, 'marketing', template, 1, journey, s::text, 'accepted', at, at, 0, at, at, delivery
    from unnest(${sent.map((row) => bucketOf(row.contact))}::smallint[], ${sent.map((row) => row.contact)}::uuid[], ${sent.map((row) => row.send)}::uuid[], ${sent.map((row) => row.channel)}::text[], ${sent.map((row) => row.template)}::uuid[], ${sent.map((row) => row.journey)}::uuid[],
      ${tsArray(sent.map((row) => row.at))}::timestamptz[], ${sent.map((row) => row.delivery)}::text[]) as m (b, c, s, channel, template, journey, at, delivery)`);
  const done = happened.filter((one) => one.what === "opened" || one.what === "clicked" || one.what === "unsubscribed");
  await db.query(sql`
    insert into engagements (bucket, send_id, id, workspace_id, contact_id, kind, machine, url, at)
    select b, s, (left(s::text, 24) || lpad(n::text, 12, '0'))::uuid, ${WORKSPACE}, c, kind, machine, url, at
    from unnest(${done.map((row) => bucketOf(row.contact))}::smallint[], ${done.map((row) => row.contact)}::uuid[], ${done.map((row) => row.send)}::uuid[], ${done.map((_row, n) => n)}::int[], ${done.map((row) => row.what)}::text[], ${done.map((row) => row.machine)}::boolean[],
      ${done.map((row) => row.url)}::text[], ${tsArray(done.map((row) => row.at))}::timestamptz[]) as g (b, c, s, n, kind, machine, url, at)`);
}

/** The workspace with its zone and stores; once per database. */
export async function storePlace(db: Db): Promise<void> {
  await db.query(sql`create table if not exists events_test partition of events default`);
  await db.query(
    sql`insert into workspaces (id, name, kind, time_zone, created_at) values (${WORKSPACE}, 'Oracle', 'regular', ${PLACE.zone}, '2020-01-01')`,
  );
  await db.query(sql`
    insert into segments (id, workspace_id, name, state, rule, version, created_at, changed_at, generation, last_generation)
    select id, ${WORKSPACE}, id::text, 'archived', '{}', 1, '2020-01-01', '2020-01-01', 1, 1 from unnest(${SEGMENTS}::uuid[]) as g (id)`);
  const stores = STORES.map((id) => ({ id, ...PLACE.stores.get(id) }));
  await db.query(sql`
    insert into stores (id, workspace_id, code, name, country, languages, currency, time_zone, created_at, latitude, longitude)
    select id, ${WORKSPACE}, id::text, 'Store', 'FR', '{fr}', 'EUR', 'Europe/Paris', '2020-01-01', lat, lon from unnest(${STORES}::uuid[], ${stores.map((one) => one.latitude ?? null)}::double precision[], ${stores.map((one) => one.longitude ?? null)}::double precision[]) as s (id, lat, lon)`);
}

export function randomFacts(draw: Generator, contact: Id, id: () => Id): ContactFacts {
  const maybe = <T>(value: T): T | null => (draw.chance(0.7) ? value : null);
  const attributes = Object.fromEntries(
    ["plan", "score", "tags", "since"].flatMap((name) => {
      const value = draw.pick(VALUES);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const some = (ids: readonly Id[]) => new Map(ids.filter(() => draw.chance(0.4)).map((one) => [one, randomInstant(draw)]));
  return {
    id: contact,
    place: PLACE,
    columns: {
      known: draw.chance(0.8),
      country: maybe(draw.pick(["FR", "CA", "BE", ""])),
      city: maybe(draw.pick(["Lyon", "100 %_\\"])),
      birth_date: maybe(draw.pick(["1984-02-29", "2026-01-31", "1990-12-31", "1971-03-01", "2025-10-26"])),
      last_seen_at: maybe(toIso(randomInstant(draw))),
      latitude: maybe(draw.pick([0, 45.5, -1.25, 48.86, -17.4])),
      longitude: maybe(draw.pick([4.8, 2.35, -179.9])),
      created_at: toIso(randomInstant(draw)),
      time_zone: maybe(draw.pick([...ZONES, "Mars/Olympus"])),
      store_id: maybe(draw.pick(STORES)),
    },
    attributes,
    changed: Object.fromEntries(
      ["country", "attributes.plan", "attributes.score"].filter(() => draw.chance(0.6)).map((name) => [name, randomInstant(draw)]),
    ),
    groups: some(GROUPS),
    segments: some(SEGMENTS),
    consents: [
      ["email", ""],
      ["email", "news"],
      ["sms", ""],
    ]
      .filter(() => draw.chance(0.5))
      .map(([channel, topic]) => ({
        channel: channel!,
        topic: topic!,
        state: draw.pick(["granted", "granted", "withdrawn", "objected"]),
        expiresOn: maybe(draw.pick(["2026-01-31", "2026-03-01"])),
        changedAt: randomInstant(draw),
      })),
    value: draw.chance(0.3)
      ? null
      : {
          group: draw.pick(["champions", "loyal", "at_risk"]),
          recency: 1 + draw.below(5),
          frequency: 1 + draw.below(5),
          monetary: 1 + draw.below(5),
          worth: 1 + draw.below(5),
          alive: maybe(draw.pick([0, 0.3, 1])),
          churn: maybe(draw.pick([0, 0.3, 1])),
          orders90: maybe(draw.pick([0, 0.3, 2, 12.5])),
          value365: maybe(draw.pick([0, 12.5, 150])),
          total: maybe(draw.pick([-3, 10, 20.0001])),
          nextOn: maybe(draw.pick(["2026-01-31", "2026-03-01", "2025-10-26"])),
        },
    events: Array.from({ length: draw.below(9) }, () => ({
      id: id(),
      name: draw.pick(NAMES),
      at: randomInstant(draw),
      amount: draw.chance(0.8) ? draw.pick([0, 10, 19.99, 0.1, 0.2, 800, -5, 0.0001]) : null,
      currency: maybe("EUR"),
      properties: {
        ...Object.fromEntries(
          ["sku", "price", "when"].flatMap((name) => {
            const value = draw.pick(VALUES);
            return value === undefined ? [] : [[name, value]];
          }),
        ),
        ...Object.fromEntries([draw.pick(LINES)].flatMap((lines) => (lines === undefined ? [] : [["products", lines]]))),
      },
    })),
    objects: Array.from({ length: draw.below(4) }, (_none, n) => ({
      type: draw.pick(OBJECTS),
      externalId: `${contact} ${n}`,
      fields: Object.fromEntries(
        ["plan", "score", "ends", "since"].flatMap((name) => {
          const value = draw.pick(VALUES);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    })),
    messages: Array.from({ length: draw.below(4) }, () => randomMessage(draw, id())).flat(),
  };
}

function randomMessage(draw: Generator, send: Id): FactMessage[] {
  const at = randomInstant(draw);
  const of = {
    send,
    machine: false,
    channel: draw.pick(["email", "sms"]),
    journey: draw.chance(0.7) ? draw.pick(JOURNEYS) : null,
    template: draw.pick(TEMPLATES),
    url: null,
  };
  const told = draw.pick<readonly FactMessage["what"][]>([[], ["delivered"], ["bounced"], ["delivered", "complained"]]);
  const done = Array.from({ length: draw.below(4) }, (): FactMessage => {
    const what = draw.pick(["opened", "clicked", "unsubscribed"] as const);
    return {
      ...of,
      what,
      machine: draw.chance(0.3),
      at: draw.chance(0.8) ? at + draw.below(20 * DAY) : randomInstant(draw),
      url: what === "clicked" ? draw.pick(["https://shop.example/shoes", "https://shop.example/100 %"]) : null,
    };
  });
  return [...(["sent", ...told] as const).map((what): FactMessage => ({ ...of, what, at })), ...done];
}

export function randomInstant(draw: Generator): Instant {
  if (draw.chance(0.3)) return draw.pick(ODD) + draw.pick([-1, 0, 1, 86_400_000]);
  return momentInstant("2025-09-01T00:00:00.000Z") + draw.below(200) * 86_400_000 + draw.below(86_400_000);
}

/** An instant at which some event of someone stands exactly on the edge of a window of this rule, or a millisecond beside it. */
export function onAnEdge(draw: Generator, rule: Rule, people: ReadonlyMap<Id, ContactFacts>): Instant {
  const spans =
    JSON.stringify(rule)
      .match(/"(?:span|least|most|within)":(\{[^}]*\})/g)
      ?.map((text) => JSON.parse(text.slice(text.indexOf("{"))) as Span) ?? [];
  const events = draw.pick([...people.values()]).events;
  if (spans.length === 0 || events.length === 0) return randomInstant(draw);
  return plus(draw.pick(events).at, draw.pick(spans)) + draw.pick([-1, 0, 1]);
}

export function randomSpan(draw: Generator): Span {
  return { n: 1 + draw.below(draw.chance(0.2) ? 60 : 4), unit: draw.pick(["minute", "hour", "day", "week", "month", "year"]) };
}

function randomComparison(draw: Generator, kind: "any" | "number" | "plain" | "moment"): Comparison {
  const number = () => draw.pick([0, 1, 2, 3, 7, 10, 12.5, 20.0001, 0.3, 150, -3]);
  const text = () => draw.pick(["FR", "fr", "vip", "100 %_\\", "12", "%", "Ly"]);
  const numeric: (() => Comparison)[] = [
    () => ({ op: draw.pick(["gt", "gte", "lt", "lte"]), value: number() }),
    () => {
      const [a, b] = [number(), number()].sort((x, y) => x - y);
      return { op: "between", from: a!, to: b! };
    },
    () => ({ op: draw.pick(["eq", "ne"]), value: number() }),
    () => ({ op: draw.pick(["in", "not_in"]), values: [number(), number()] }),
  ];
  if (kind === "number") return draw.pick(numeric)();
  const plain: (() => Comparison)[] = [
    ...numeric,
    () => ({ op: draw.pick(["set", "unset"]) }),
    () => ({ op: draw.pick(["eq", "ne"]), value: draw.pick([text(), true, false, ""]) }),
    () => ({ op: draw.pick(["in", "not_in"]), values: [text(), number()] }),
    () => ({ op: draw.pick(["contains", "not_contains", "starts_with", "ends_with"]), value: text() }),
    () => ({ op: "like", value: draw.pick(["*R", "1*%_\\", "f*", "*", "vip", "?*", "L.*n", "L*n"]) }),
    () => ({ op: "size", from: 0, to: draw.below(3) }),
    () => ({ op: draw.pick(["before", "after"]), at: draw.pick(["2026-01-15", "2026-01-15T11:00:00+01:00", "1990-01-01"]) }),
  ];
  if (kind === "plain") return draw.pick(plain)();
  const timed: (() => Comparison)[] = [
    () => ({ op: draw.pick(["within_last", "not_within_last", "within_next"]), span: randomSpan(draw) }),
    () => ({ op: draw.pick(["ago", "ahead"]), ...randomSpans(draw) }),
    () => ({ op: "calendar", unit: draw.pick(CALENDAR_UNITS), back: draw.below(4) - 1, zone: draw.pick(["workspace", "contact"]) }),
    () => {
      const from = draw.below(draw.chance(0.2) ? 200 : 8) - draw.below(draw.chance(0.2) ? 100 : 5);
      return {
        op: "anniversary",
        from: Math.min(from, 180),
        to: Math.min(from + draw.below(9), 180),
        zone: draw.pick(["workspace", "contact"]),
      };
    },
    () => ({
      op: "month",
      month: draw.chance(0.5) ? draw.pick(["last", "this", "next"]) : 1 + draw.below(12),
      zone: draw.pick(["workspace", "contact"]),
    }),
  ];
  return draw.pick(kind === "moment" ? timed : draw.chance(0.5) ? timed : plain)();
}

function randomSpans(draw: Generator): { least: Span; most: Span | null } {
  return { least: randomSpan(draw), most: draw.chance(0.5) ? null : { n: 1 + draw.below(3), unit: "year" } };
}

export function randomWindow(draw: Generator): Window {
  const zone = draw.pick(["workspace", "contact"] as const);
  return draw.pick<() => Window>([
    () => ({ kind: "ever" }),
    () => ({ kind: "last", span: randomSpan(draw) }),
    () => ({ kind: "last", span: randomSpan(draw) }),
    () => ({ kind: "ago", ...randomSpans(draw) }),
    () =>
      draw.pick([
        { kind: "since", at: "2026-01-01" },
        { kind: "since", at: draw.pick(["2025-10-26", "2026-01-31"]), zone },
      ]),
    () =>
      draw.pick([
        { kind: "between", from: "2025-12-01", to: "2026-01-31T12:00:00Z" },
        { kind: "between", from: "2025-10-26", to: draw.pick(["2025-10-26", "2026-03-01"]), zone },
      ]),
    () => ({ kind: "calendar", unit: draw.pick(CALENDAR_UNITS), back: draw.below(3), zone }),
    () => ({ kind: "calendar", unit: draw.pick(["week", "month"] as const), back: draw.below(2), zone }),
  ])();
}

/** The same rule with every window of its conditions since the start of the run. */
export function lookingBack(rule: Rule): Rule {
  if ("of" in rule) return { ...rule, of: rule.of.map(lookingBack) };
  return "window" in rule ? { ...rule, window: { kind: "since_entry" } } : rule;
}

/** Every kind a rule may have; a kind without a generator is a compile error. A query stands alone: `sql-segments.db.test.ts` holds it to its meaning. */
const LEAVES: Readonly<Record<Exclude<Rule["kind"], "all" | "any" | "none" | "sql">, (draw: Generator) => Rule>> = {
  attribute: (draw) => ({
    kind: "attribute",
    ...draw.pick<() => { attribute: string; is: Comparison }>([
      () => ({
        attribute: draw.pick([
          "country",
          "city",
          "latitude",
          "known",
          "store_id",
          "attributes.plan",
          "attributes.score",
          "attributes.tags",
          "attributes.nothing",
        ]),
        is: randomComparison(draw, "any"),
      }),
      () => ({
        attribute: draw.pick(["birth_date", "last_seen_at", "created_at", "attributes.plan", "attributes.since"]),
        is: randomComparison(draw, "moment"),
      }),
    ])(),
    ...randomWhen(draw),
  }),
  event: randomEventRule,
  sequence: (draw) => ({ kind: "sequence", first: randomPattern(draw), window: randomWindow(draw), steps: randomSteps(draw) }),
  message: (draw) => {
    const what = draw.pick(MESSAGE_HAPPENINGS);
    const maybe = <T>(value: T): T | null => (draw.chance(0.3) ? value : null);
    return {
      kind: "message",
      what,
      channel: maybe(draw.pick(["email", "sms"] as const)),
      journey: maybe(draw.pick(JOURNEYS)),
      template: maybe(draw.pick(TEMPLATES)),
      link: what === "clicked" && draw.chance(0.4) ? draw.pick(["shoes", "%", "nothing"]) : "",
      by: draw.pick(["human", "machine", "any"]),
      window: randomWindow(draw),
      is: randomComparison(draw, "number"),
    };
  },
  affinity: (draw) => ({
    kind: "affinity",
    ...randomPattern(draw),
    window: randomWindow(draw),
    property: draw.pick(["products.category", "sku", "currency", "price", "amount"]),
    value: draw.pick(["Shoes", "Hats", "FR", "EUR", 1, 12.5, true, 10]),
    by: draw.chance(0.5) ? { share: draw.pick([0, 12.5, 33.3333, 50, 100]) } : { top: 1 + draw.below(3) },
    least: draw.below(3),
  }),
  distance: (draw) => ({
    kind: "distance",
    to: draw.pick([
      { latitude: 48.85, longitude: 2.35 },
      { latitude: -17.5, longitude: -179.95 },
      { store: draw.pick(STORES) },
      { store: null },
    ]),
    km: draw.pick([0, 1.2, 30, 60, 400, 12_000]),
    within: draw.chance(0.5),
  }),
  object: (draw) => ({
    kind: "object",
    object: draw.pick(OBJECTS),
    is: randomComparison(draw, "number"),
    where: Array.from({ length: draw.below(3) }, () => ({
      property: draw.pick(["plan", "score", "ends", "since", "id", "nothing"]),
      is: randomComparison(draw, draw.pick(["plain", "moment", "any"] as const)),
    })),
  }),
  sample: (draw) => ({ kind: "sample", percent: draw.pick([0, 0.5, 10, 50, 99.9, 100]), seed: draw.pick(["", "spring", "été \u{1f33c}"]) }),
  rfm: (draw) => ({
    kind: "rfm",
    part: draw.pick(RFM_PARTS),
    is: draw.chance(0.4) ? { op: draw.pick(["eq", "ne"]), value: draw.pick(["champions", "at_risk"]) } : randomComparison(draw, "any"),
  }),
  prediction: (draw) => ({ kind: "prediction", field: draw.pick(PREDICTION_FIELDS), is: randomComparison(draw, "any") }),
  group: (draw) => ({ kind: "group", group: draw.pick(GROUPS), member: draw.chance(0.5), ...randomWhen(draw) }),
  segment: (draw) => ({ kind: "segment", segment: draw.pick(SEGMENTS), member: draw.chance(0.5), ...randomWhen(draw) }),
  consent: (draw) => ({
    kind: "consent",
    channel: draw.pick(["email", "sms"]),
    topic: draw.pick(["", "news"]),
    ...(draw.chance(0.5) ? { granted: draw.chance(0.5) } : { granted: false, reason: draw.pick(CONSENT_REASONS) }),
    ...randomWhen(draw),
  }),
};
export const LEAF_KINDS = Object.keys(LEAVES) as (keyof typeof LEAVES)[];

export function randomRule(draw: Generator, depth: number): Rule {
  if (depth > 0 && draw.chance(0.5))
    return { kind: draw.pick(["all", "any", "none"]), of: Array.from({ length: 1 + draw.below(3) }, () => randomRule(draw, depth - 1)) };
  return LEAVES[draw.pick([...LEAF_KINDS, "event", "event", "attribute"] as const)](draw);
}

function randomWhen(draw: Generator): { when?: Window } {
  return draw.chance(0.4) ? { when: randomWindow(draw) } : {};
}

function randomSteps(draw: Generator): SequenceStep[] {
  const steps = Array.from({ length: 1 + draw.below(3) }, (): SequenceStep => ({
    ...randomPattern(draw),
    within: draw.pick([
      { n: 1 + draw.below(60), unit: "day" },
      { n: 1 + draw.below(8), unit: "week" },
      { n: 5, unit: "hour" },
    ]),
    happened: draw.chance(0.6),
  }));
  return steps.filter((step, index) => step.happened || steps[index - 1]?.happened !== false);
}

function randomPattern(draw: Generator): EventPattern {
  return { event: draw.pick(NAMES), where: randomWhere(draw) };
}

function randomWhere(draw: Generator): PropertyFilter[] {
  return draw.chance(0.35)
    ? [
        {
          property: draw.pick(["amount", "currency", "price", "sku", "products.category", "products.price"]),
          is: draw.chance(0.3)
            ? { op: draw.pick(["eq", "ne"]), value: draw.pick(["Shoes", "Hats", "EUR"]) }
            : randomComparison(draw, "plain"),
        },
      ]
    : [];
}

function randomEventRule(draw: Generator): EventRule {
  const of = draw.pick(["count", "count", "sum", "avg", "min", "max", "distinct", "first", "last"] as const);
  const property = draw.pick(["amount", "price", "sku", "when", "products.price", "products.category"]);
  return {
    kind: "event",
    event: draw.pick(NAMES),
    where: randomWhere(draw),
    window: randomWindow(draw),
    ...(of === "count"
      ? { measure: { of }, is: randomComparison(draw, "number") }
      : of === "first" || of === "last"
        ? { measure: { of, property: draw.chance(0.6) ? null : property }, is: randomComparison(draw, "any") }
        : { measure: { of, property }, is: randomComparison(draw, "number") }),
  };
}
