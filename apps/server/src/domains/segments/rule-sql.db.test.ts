import { bucketOf, toIso, type Instant } from "@relance/model/base";
import { evaluate, momentInstant, PREDICTION_FIELDS, RFM_PARTS, type Comparison, type ContactFacts, type EventRule, type FactEvent, Together, type PropertyFilter, type Rule, type Span } from "@relance/model/rules";
import { plus } from "@relance/model/time";
import { beforeAll, expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { seededChance, seededGenerator, type Generator } from "../../platform/chance/index.ts";
import { jsonArray, sql, tsArray } from "../../platform/db/sql.ts";
import { askAll } from "./ask.ts";
import { compileRule } from "./rule-sql.ts";
import { loadShared } from "./shared-facts.ts";

/**
 * The oracle: seeded random rules over seeded random contacts, asked of the slow evaluator and of PostgreSQL; truth and next turn must
 * be the same. More of them with ORACLE_RULES=20000; one seed again with ORACLE_SEED=….
 */
const RULES = Number(process.env["ORACLE_RULES"] ?? 400);
const SEED = process.env["ORACLE_SEED"] ?? "relance";
const CONTACTS = 40;
const WORKSPACE = "00000000-0000-7000-8000-000000000001";
const GROUPS = ["00000000-0000-7000-8000-0000000000a1", "00000000-0000-7000-8000-0000000000a2"];
const SEGMENTS = ["00000000-0000-7000-8000-0000000000b1", "00000000-0000-7000-8000-0000000000b2"];
// Days on which clocks, months and years do odd things.
const ODD = ["2024-02-29T12:00:00Z", "2025-03-30T01:30:00Z", "2025-10-26T01:30:00Z", "2025-12-31T23:59:59Z", "2026-01-31T00:00:00Z", "2026-03-01T00:00:00Z"].map((text) => Date.parse(text));
const NAMES = ["Order Completed", "Product Viewed", "Signed Up"];
const VALUES: readonly unknown[] = [null, undefined, "", "FR", "fr", "100 %_\\", 0, 1, 7, 12.5, -3, 1e-7, true, false, ["FR", "vip"], { a: 1 }, "2026-01-15", "2026-01-15T10:00:00Z", "2025-12-31T23:59:59.9Z", "2026-02-31", "2025-02-29", "2024-02-29", "not a date", "12"];

const holder = testDatabase();
const people = new Map<string, ContactFacts>();
const chance = seededGenerator(`${SEED} people`);

beforeAll(async () => {
  const ids = seededChance(`${SEED} ids`);
  const now = Date.parse("2026-02-10T10:00:00Z");
  const rows: { id: string; facts: ContactFacts }[] = [];
  for (let n = 0; n < CONTACTS; n++) {
    const id = ids.id(now);
    rows.push({ id, facts: randomFacts(chance.split(`contact ${n}`), () => ids.id(now)) });
    people.set(id, rows.at(-1)!.facts);
  }
  await store(rows);
});

test(`${RULES} random rules give the same answer and the same next turn in SQL as in the evaluator (seed ${SEED})`, { timeout: 1_200_000 }, async () => {
  const disagreements: unknown[] = [];
  for (let n = 0; n < RULES && disagreements.length < 3; n++) {
    const draw = seededGenerator(`${SEED} rule ${n}`);
    const rule = randomRule(draw, 3);
    const at = draw.chance(0.4) ? onAnEdge(draw, rule) : randomInstant(draw);
    const answers = await askAll(holder.db, { workspace: WORKSPACE, rule, at });
    for (const [contact, facts] of people) {
      const meant = evaluate(rule, facts, at);
      const said = answers.get(contact);
      // Contacts outside the candidates are not asked: false, and not to be asked again.
      const same = said ? said.truth === meant.truth && said.nextAt === meant.nextAt : !meant.truth;
      if (!same) disagreements.push({ seed: `${SEED} rule ${n}`, contact, at: toIso(at), meant: { truth: meant.truth, nextAt: meant.nextAt && toIso(meant.nextAt), nodes: meant.nodes }, said, rule: JSON.stringify(rule) });
      if (disagreements.length >= 3) break;
    }
  }
  expect(disagreements).toEqual([]);
});

test(`${RULES} random rules asked together, of facts read together, give the evaluator's answers; none changes before the moment told (seed ${SEED})`, { timeout: 600_000 }, async () => {
  const ids = [...people.keys()];
  for (let start = 0; start < RULES; start += 40) {
    const draw = seededGenerator(`${SEED} together ${start}`);
    // Few distinct conditions, so that they are shared.
    const rules = Array.from({ length: 40 }, (_none, n) => randomRule(seededGenerator(`${SEED} rule ${n % 3 === 0 ? start : start + n}`), 3));
    const at = draw.chance(0.4) ? onAnEdge(draw, rules[0]!) : randomInstant(draw);
    const together = new Together(rules, at);
    const places = draw.chance(0.5) ? rules.map((_rule, place) => place) : [draw.below(40), draw.below(40)].sort();
    const loaded = await loadShared(holder.db, { workspace: WORKSPACE, contacts: ids.map((contact) => ({ contact, needs: together.needs(places) })) });
    for (const [n, { facts, exists, crowded }] of loaded.entries()) {
      expect({ exists, crowded }).toEqual({ exists: true, crowded: false });
      const person = people.get(ids[n]!)!;
      const asked = together.about(facts);
      const said = places.map((place) => asked.ask(place));
      const next = asked.nextAt();
      const later = [at, ...(next === null ? [at + 400 * 86_400_000] : [next - 1, at + Math.floor((next - at) * draw.float())])].filter((when) => when === at || next === null || (when > at && when < next));
      for (const when of later) expect({ start, contact: ids[n], at: toIso(at), when: toIso(when), said }).toEqual({ start, contact: ids[n], at: toIso(at), when: toIso(when), said: places.map((place) => evaluate(rules[place]!, person, when).truth) });
    }
  }
});

test("until the next turn the answer does not change (the evaluator's own promise)", () => {
  for (let n = 0; n < 400; n++) {
    const draw = seededGenerator(`${SEED} promise ${n}`);
    const rule = randomRule(draw, 2);
    const at = randomInstant(draw);
    const facts = [...people.values()][draw.below(CONTACTS)]!;
    const { truth, nextAt } = evaluate(rule, facts, at);
    const end = nextAt ?? at + 400 * 86_400_000;
    for (const later of [at + 1, end - 1, at + Math.floor((end - at) * draw.float())]) {
      if (later > at && later < end) expect({ n, rule, at, later, truth: evaluate(rule, facts, later).truth }).toEqual({ n, rule, at, later, truth });
    }
  }
});

test("the text of a statement depends on the shape of a rule, never on what a user wrote", () => {
  const hostile = ["') or 1=1--", '"', "$1", "\\", "; drop table contacts", "\u0000"];
  const shape = (text: string): Rule => ({ kind: "all", of: [
    { kind: "attribute", attribute: `attributes.${text}`, is: { op: "eq", value: text } },
    { kind: "event", event: text, where: [{ property: text, is: { op: "contains", value: text } }], window: { kind: "ever" }, measure: { of: "sum", property: text }, is: { op: "gt", value: 1 } },
    { kind: "consent", channel: "email", topic: text, granted: true },
  ] });
  const textOf = (rule: Rule) => { const { truth, joins } = compileRule(rule, 0); return `${truth.text} ${joins.text}`; };
  for (const text of hostile) expect(textOf(shape(text))).toBe(textOf(shape("harmless")));
});

test("spent more than 800 in two years and last bought less than three months ago: exact to the millisecond", async () => {
  const rule: Rule = { kind: "all", of: [
    { kind: "event", event: "Order Completed", where: [], window: { kind: "last", span: { n: 2, unit: "year" } }, measure: { of: "sum", property: "amount" }, is: { op: "gt", value: 800 } },
    { kind: "event", event: "Order Completed", where: [], window: { kind: "ever" }, measure: { of: "last", property: null }, is: { op: "within_last", span: { n: 3, unit: "month" } } },
  ] };
  const id = seededChance("reference").id(0);
  const bought = (at: string, amount: number, n: number): FactEvent => ({ id: seededChance(`event ${n}`).id(0), name: "Order Completed", at: Date.parse(at), amount, currency: "EUR", properties: {} });
  const facts: ContactFacts = { columns: {}, attributes: {}, groups: new Set(), segments: new Set(), consents: [], events: [bought("2024-05-10T08:00:00.000Z", 500, 1), bought("2026-01-20T09:30:00.000Z", 300.01, 2)] };
  await store([{ id, facts }]);
  const ask = async (at: Instant) => (await askAll(holder.db, { workspace: WORKSPACE, rule, at })).get(id);
  const now = Date.parse("2026-02-10T00:00:00Z");
  const first = await ask(now);
  expect(first).toEqual({ truth: true, nextAt: Date.parse("2026-04-20T09:30:00.000Z") });
  expect((await ask(first!.nextAt! - 1))!.truth).toBe(true);
  expect((await ask(first!.nextAt!))?.truth ?? false).toBe(false);
  expect(evaluate(rule, facts, Date.parse("2026-05-10T08:00:00.000Z")).truth).toBe(false);
});

async function store(rows: readonly { id: string; facts: ContactFacts }[]): Promise<void> {
  const events = rows.flatMap(({ id, facts }) => facts.events.map((event) => ({ contact: id, ...event })));
  const db = holder.db;
  await db.query(sql`create table if not exists events_test partition of events default`);
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, known, country, city, birth_date, last_seen_at, latitude, attributes, created_at, updated_at)
    select b, id, ${WORKSPACE}, known, country, city, birth::date, seen::timestamptz, lat, attributes, created::timestamptz, created::timestamptz
    from unnest(${rows.map((row) => bucketOf(row.id))}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.facts.columns["known"] ?? true)}::boolean[],
      ${rows.map((row) => row.facts.columns["country"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["city"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["birth_date"]?.toString().slice(0, 10) ?? null)}::text[],
      ${rows.map((row) => row.facts.columns["last_seen_at"] ?? null)}::text[], ${rows.map((row) => row.facts.columns["latitude"] ?? null)}::double precision[], ${jsonArray(rows.map((row) => row.facts.attributes))}::jsonb[],
      ${rows.map((row) => row.facts.columns["created_at"] ?? "2020-01-01T00:00:00Z")}::text[]) as r (b, id, known, country, city, birth, seen, lat, attributes, created)`);
  await db.query(sql`
    insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, currency, message_id)
    select b, contact, id, ${WORKSPACE}, 'track', name, at, at, properties, '{}', amount, currency, id::text
    from unnest(${events.map((event) => bucketOf(event.contact))}::smallint[], ${events.map((event) => event.contact)}::uuid[], ${events.map((event) => event.id)}::uuid[], ${events.map((event) => event.name)}::text[],
      ${tsArray(events.map((event) => event.at))}::timestamptz[], ${jsonArray(events.map((event) => event.properties))}::jsonb[], ${events.map((event) => event.amount)}::numeric[], ${events.map((event) => event.currency)}::text[])
      as e (b, contact, id, name, at, properties, amount, currency)`);
  await db.query(sql`insert into segments (id, workspace_id, name, state, rule, version, created_at, changed_at) select s, ${WORKSPACE}, 'S', 'live', '{}', 1, '2026-01-01', '2026-01-01' from unnest(${SEGMENTS}::uuid[]) as s on conflict do nothing`);
  for (const [table, column, key] of [["group_members", "group_id", "groups"], ["segment_memberships", "segment_id", "segments"]] as const) {
    const pairs = rows.flatMap(({ id, facts }) => [...facts[key]].map((of) => ({ id, of })));
    const extra = table === "group_members" ? ["added_at, added_by", "'2026-01-01', 'test'"] : ["generation, entered_at", "1, '2026-01-01'"];
    await db.query(sql`${sql([`insert into ${table} (bucket, ${column}, contact_id, workspace_id, ${extra[0]}) select b, o, c, '${WORKSPACE}', ${extra[1]} from unnest(`])}${pairs.map((pair) => bucketOf(pair.id))}::smallint[], ${pairs.map((pair) => pair.of)}::uuid[], ${pairs.map((pair) => pair.id)}::uuid[]) as p (b, o, c)`);
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
    select b, c, channel, topic, ${WORKSPACE}, state, 'express', '2026-01-01', expires::date, c
    from unnest(${consents.map((row) => bucketOf(row.id))}::smallint[], ${consents.map((row) => row.id)}::uuid[], ${consents.map((row) => row.channel)}::text[], ${consents.map((row) => row.topic)}::text[], ${consents.map((row) => row.state)}::text[], ${consents.map((row) => row.expiresOn)}::text[]) as k (b, c, channel, topic, state, expires)`);
}

function randomFacts(draw: Generator, id: () => string): ContactFacts {
  const maybe = <T>(value: T): T | null => (draw.chance(0.7) ? value : null);
  const attributes = Object.fromEntries(["plan", "score", "tags"].flatMap((name) => { const value = draw.pick(VALUES); return value === undefined ? [] : [[name, value]]; }));
  return {
    columns: {
      known: draw.chance(0.8), country: maybe(draw.pick(["FR", "CA", "BE", ""])), city: maybe(draw.pick(["Lyon", "100 %_\\"])), birth_date: maybe(draw.pick(["1984-02-29T00:00:00.000Z", "2026-01-31T00:00:00.000Z"])),
      last_seen_at: maybe(toIso(randomInstant(draw))), latitude: maybe(draw.pick([0, 45.5, -1.25])), created_at: toIso(randomInstant(draw)),
    },
    attributes,
    groups: new Set(GROUPS.filter(() => draw.chance(0.4))),
    segments: new Set(SEGMENTS.filter(() => draw.chance(0.4))),
    consents: [["email", ""], ["email", "news"], ["sms", ""]].filter(() => draw.chance(0.5)).map(([channel, topic]) => ({ channel: channel!, topic: topic!, state: draw.pick(["granted", "withdrawn"]), expiresOn: maybe(draw.pick(["2026-01-31", "2026-03-01"])) })),
    value: draw.chance(0.3) ? null : {
      group: draw.pick(["champions", "loyal", "at_risk"]), recency: 1 + draw.below(5), frequency: 1 + draw.below(5), monetary: 1 + draw.below(5), worth: 1 + draw.below(5), alive: maybe(draw.pick([0, 0.3, 1])), churn: maybe(draw.pick([0, 0.3, 1])),
      orders90: maybe(draw.pick([0, 0.3, 2, 12.5])), value365: maybe(draw.pick([0, 12.5, 150])), total: maybe(draw.pick([-3, 10, 20.0001])), nextOn: maybe(draw.pick(["2026-01-31T00:00:00.000Z", "2026-03-01T00:00:00.000Z", "2025-10-26T00:00:00.000Z"])),
    },
    events: Array.from({ length: draw.below(9) }, () => ({
      id: id(), name: draw.pick(NAMES), at: randomInstant(draw), amount: draw.chance(0.8) ? draw.pick([0, 10, 19.99, 0.1, 0.2, 800, -5, 0.0001]) : null, currency: maybe("EUR"),
      properties: Object.fromEntries(["sku", "price", "when"].flatMap((name) => { const value = draw.pick(VALUES); return value === undefined ? [] : [[name, value]]; })),
    })),
  };
}

function randomInstant(draw: Generator): Instant {
  if (draw.chance(0.3)) return draw.pick(ODD) + draw.pick([-1, 0, 1, 86_400_000]);
  return momentInstant("2025-09-01T00:00:00.000Z") + draw.below(200) * 86_400_000 + draw.below(86_400_000);
}

/** An instant at which some event of someone stands exactly on the edge of a window of this rule, or a millisecond beside it. */
function onAnEdge(draw: Generator, rule: Rule): Instant {
  const spans = JSON.stringify(rule).match(/"span":(\{[^}]*\})/g)?.map((text) => JSON.parse(text.slice(7)) as Span) ?? [];
  const events = draw.pick([...people.values()]).events;
  if (spans.length === 0 || events.length === 0) return randomInstant(draw);
  return plus(draw.pick(events).at, draw.pick(spans)) + draw.pick([-1, 0, 1]);
}

function randomSpan(draw: Generator): Span {
  return { n: 1 + draw.below(draw.chance(0.2) ? 60 : 4), unit: draw.pick(["minute", "hour", "day", "week", "month", "year"]) };
}

function randomComparison(draw: Generator, kind: "any" | "number" | "plain"): Comparison {
  const number = () => draw.pick([0, 1, 2, 3, 7, 10, 12.5, 20.0001, 0.3, 150, -3]);
  const text = () => draw.pick(["FR", "fr", "vip", "100 %_\\", "12", "%", "Ly"]);
  const numeric: (() => Comparison)[] = [
    () => ({ op: draw.pick(["gt", "gte", "lt", "lte"]), value: number() }), () => { const [a, b] = [number(), number()].sort((x, y) => x - y); return { op: "between", from: a!, to: b! }; },
    () => ({ op: draw.pick(["eq", "ne"]), value: number() }), () => ({ op: draw.pick(["in", "not_in"]), values: [number(), number()] }),
  ];
  if (kind === "number") return draw.pick(numeric)();
  const plain: (() => Comparison)[] = [
    ...numeric, () => ({ op: draw.pick(["set", "unset"]) }), () => ({ op: draw.pick(["eq", "ne"]), value: draw.pick([text(), true, false, ""]) }), () => ({ op: draw.pick(["in", "not_in"]), values: [text(), number()] }),
    () => ({ op: draw.pick(["contains", "not_contains", "starts_with", "ends_with"]), value: text() }), () => ({ op: draw.pick(["before", "after"]), at: draw.pick(["2026-01-15", "2026-01-15T11:00:00+01:00", "1990-01-01"]) }),
  ];
  if (kind === "plain") return draw.pick(plain)();
  return draw.chance(0.4) ? { op: draw.pick(["within_last", "not_within_last", "within_next"]), span: randomSpan(draw) } : draw.pick(plain)();
}

function randomRule(draw: Generator, depth: number): Rule {
  if (depth > 0 && draw.chance(0.5)) return { kind: draw.pick(["all", "any", "none"]), of: Array.from({ length: 1 + draw.below(3) }, () => randomRule(draw, depth - 1)) };
  const kind = draw.below(12);
  if (kind === 10) return { kind: "rfm", part: draw.pick(RFM_PARTS), is: draw.chance(0.4) ? { op: draw.pick(["eq", "ne"]), value: draw.pick(["champions", "at_risk"]) } : randomComparison(draw, "any") };
  if (kind === 11) return { kind: "prediction", field: draw.pick(PREDICTION_FIELDS), is: randomComparison(draw, "any") };
  if (kind < 3) return { kind: "attribute", attribute: draw.pick(["country", "city", "birth_date", "last_seen_at", "latitude", "known", "attributes.plan", "attributes.score", "attributes.tags", "attributes.nothing"]), is: randomComparison(draw, "any") };
  if (kind === 3) return { kind: "group", group: draw.pick(GROUPS), member: draw.chance(0.5) };
  if (kind === 4) return { kind: "segment", segment: draw.pick(SEGMENTS), member: draw.chance(0.5) };
  if (kind === 5) return { kind: "consent", channel: draw.pick(["email", "sms"]), topic: draw.pick(["", "news"]), granted: draw.chance(0.5) };
  return randomEventRule(draw);
}

function randomEventRule(draw: Generator): EventRule {
  const of = draw.pick(["count", "count", "sum", "avg", "min", "max", "first", "last"] as const);
  const property = draw.pick(["amount", "price", "sku", "when"]);
  const where: PropertyFilter[] = draw.chance(0.4) ? [{ property: draw.pick(["amount", "currency", "price", "sku"]), is: randomComparison(draw, "plain") }] : [];
  return {
    kind: "event", event: draw.pick(NAMES), where,
    window: draw.chance(0.5) ? { kind: "last", span: randomSpan(draw) } : draw.pick([{ kind: "ever" }, { kind: "since", at: "2026-01-01" }, { kind: "between", from: "2025-12-01", to: "2026-01-31T12:00:00Z" }]),
    ...(of === "count" ? { measure: { of }, is: randomComparison(draw, "number") } : of === "first" || of === "last" ? { measure: { of, property: draw.chance(0.6) ? null : property }, is: randomComparison(draw, "any") } : { measure: { of, property }, is: randomComparison(draw, "number") }),
  };
}
