import { bucketOf, DAY, HOUR, toIso, type Id, type Instant } from "@relance/model/base";
import { computedValue, MEASURES, type Computation } from "@relance/model/computed";
import type { FactEvent } from "@relance/model/rules";
import { beforeAll, expect, test } from "vitest";
import { testDatabase } from "../../../../test/support/db.ts";
import { seededChance, seededGenerator, type Generator } from "../../../platform/chance/index.ts";
import { jsonArray, sql, ts, tsArray } from "../../../platform/db/sql.ts";
import { askComputed } from "./computed.ts";

// More of them with ORACLE_RULES=20000; one seed again with ORACLE_SEED=….
const COMPUTATIONS = Number(process.env["ORACLE_RULES"] ?? 600);
const SEED = process.env["ORACLE_SEED"] ?? "computed";
const WORKSPACE = "00000000-0000-7000-8000-000000000001";
const BASE = Date.parse("2026-02-10T10:00:00Z");
const holder = testDatabase();
const people = new Map<Id, FactEvent[]>();

const NAMES = ["Order Completed", "Product Viewed"];
const PROPERTIES = [
  "amount",
  "currency",
  "category",
  "n",
  "products.category",
  "products.price",
  "tags",
  "deep.er.value",
  'odd"name',
  "missing",
];
const SCALARS: readonly unknown[] = [
  "Shoes",
  "Hats",
  "",
  "été",
  1,
  2.5,
  12.34565,
  -3.00005,
  0.0625,
  true,
  false,
  null,
  { a: 1 },
  ["Shoes", "Hats", ["nested"]],
  [],
];

beforeAll(async () => {
  const ids = seededChance(`${SEED} ids`);
  for (let n = 0; n < 40; n++) {
    const draw = seededGenerator(`${SEED} contact ${n}`);
    people.set(
      ids.id(BASE),
      Array.from({ length: draw.below(9) }, () => randomEvent(draw, ids.id(BASE))),
    );
  }
  const events = [...people].flatMap(([contact, all]) => all.map((event) => ({ contact, ...event })));
  await holder.db.query(sql`create table if not exists events_test partition of events default`);
  await holder.db.query(sql`
    insert into contacts (bucket, id, workspace_id, known, created_at, updated_at)
    select b, c, ${WORKSPACE}, true, ${ts(BASE)}, ${ts(BASE)} from unnest(${[...people.keys()].map(bucketOf)}::smallint[], ${[...people.keys()]}::uuid[]) as t (b, c)`);
  await holder.db.query(sql`
    insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, currency, message_id)
    select b, contact, id, ${WORKSPACE}, 'track', name, at, at, properties, '{}', amount, currency, id::text
    from unnest(${events.map((event) => bucketOf(event.contact))}::smallint[], ${events.map((event) => event.contact)}::uuid[], ${events.map((event) => event.id)}::uuid[], ${events.map((event) => event.name)}::text[],
      ${tsArray(events.map((event) => event.at))}::timestamptz[], ${jsonArray(events.map((event) => event.properties))}::jsonb[], ${events.map((event) => event.amount)}::numeric[], ${events.map((event) => event.currency)}::text[])
      as e (b, contact, id, name, at, properties, amount, currency)`);
});

test(
  `${COMPUTATIONS} random computed attributes have the same value and the same next change in SQL as by their meaning (seed ${SEED})`,
  { timeout: 1_200_000 },
  async () => {
    const disagreements: unknown[] = [];
    const seen = new Map<string, number>();
    for (let n = 0; n < COMPUTATIONS && disagreements.length < 3; n++) {
      const draw = seededGenerator(`${SEED} computation ${n}`);
      const of = randomComputation(draw);
      const at = BASE - draw.below(40) * DAY + draw.below(24) * HOUR;
      const answers = await askComputed(holder.db, { workspace: WORKSPACE, of, at, contacts: [...people.keys()] });
      for (const [contact, events] of people) {
        const meant = computedValue(of, events, at);
        if (meant.value !== null) seen.set(of.measure.of, (seen.get(of.measure.of) ?? 0) + 1);
        const said = answers.get(contact)!;
        if (said.value !== meant.value || said.nextAt !== meant.nextAt)
          disagreements.push({ seed: `${SEED} computation ${n}`, at: toIso(at), of: JSON.stringify(of), meant, said });
        if (disagreements.length >= 3) break;
      }
    }
    expect(disagreements).toEqual([]);
    expect([...seen.keys()].sort(), "every measure had something to tell").toEqual([...MEASURES].sort());
  },
);

test("until the next change the value stays (the meaning's own promise)", () => {
  for (let n = 0; n < 600; n++) {
    const draw = seededGenerator(`${SEED} promise ${n}`);
    const of = randomComputation(draw);
    const events = [...people.values()][draw.below(people.size)]!;
    const at = BASE - draw.below(60) * DAY;
    const { value, nextAt } = computedValue(of, events, at);
    const end: Instant = nextAt ?? at + 400 * DAY;
    for (const later of [at + 1, end - 1, at + Math.floor((end - at) * draw.float())])
      if (later > at && later < end)
        expect({ n, of, later, value: computedValue(of, events, later).value }).toEqual({ n, of, later, value });
  }
});

function randomEvent(draw: Generator, id: Id): FactEvent {
  const scalar = () => SCALARS[draw.below(SCALARS.length)];
  const lines = Array.from({ length: draw.below(3) }, () => ({ category: scalar(), price: scalar() }));
  return {
    id,
    name: NAMES[draw.below(NAMES.length)]!,
    at: BASE - draw.below(60) * DAY + draw.below(90) * HOUR,
    amount: draw.chance(0.8) ? Math.round(draw.float() * 1e6) / 1e4 : null,
    currency: draw.chance(0.8) ? ["EUR", "CAD"][draw.below(2)]! : null,
    properties: {
      category: scalar() ?? null,
      n: draw.below(100) / 8,
      products: draw.chance(0.8) ? lines : (scalar() ?? null),
      tags: scalar() ?? null,
      deep: draw.chance(0.5) ? { er: { value: scalar() ?? null } } : [{ er: [{ value: "Shoes" }, { value: 2 }] }],
      'odd"name': scalar() ?? null,
    },
  };
}

function randomComputation(draw: Generator): Computation {
  const of = MEASURES[draw.below(MEASURES.length)]!;
  const property = PROPERTIES[draw.below(PROPERTIES.length)]!;
  const span = { n: 1 + draw.below(30), unit: (["day", "week", "month"] as const)[draw.below(3)]! };
  const window: Computation["window"] = (
    [
      { kind: "ever" },
      { kind: "last", span },
      { kind: "since", at: "2026-01-15" },
      { kind: "between", from: "2026-01-01", to: "2026-02-01" },
    ] as const
  )[draw.below(4)]!;
  const where = draw.chance(0.3) ? [{ property: "n", is: { op: "gte", value: draw.below(8) } } as const] : [];
  const measure: Computation["measure"] =
    of === "count" || of === "days_between"
      ? { of }
      : of === "first" || of === "last"
        ? { of, property: draw.chance(0.5) ? property : null }
        : { of, property };
  return { event: NAMES[draw.below(NAMES.length)]!, where, window, measure };
}
