import { toIso, type Instant } from "@relance/model/base";
import { canShare, evaluate, Together, type ContactFacts, type FactEvent, type Rule } from "@relance/model/rules";
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { testDatabase } from "../../../../test/support/db.ts";
import { ANSWERS, AT, ENTRY, OWN, PEOPLE } from "../../../../test/support/operator-world.ts";
import {
  LEAF_KINDS,
  lookingBack,
  onAnEdge,
  PLACE,
  randomFacts,
  randomInstant,
  randomRule,
  storePeople,
  storePlace,
  WORKSPACE,
} from "../../../../test/support/random-rules.ts";
import { seededChance, seededGenerator } from "../../../platform/chance/index.ts";
import { sql } from "../../../platform/db/sql.ts";
import { askAll, askSome, ofContacts } from "../ask.ts";
import { dueColumns, dueSql } from "./due.ts";
import { compileRule } from "./rule.ts";
import { loadShared } from "../shared-facts.ts";
import { zonePlace } from "./zone.ts";

/**
 * The oracle: seeded random rules over seeded random contacts, asked of the slow evaluator and of PostgreSQL; truth and next turn must
 * be the same. More of them with ORACLE_RULES=20000; one seed again with ORACLE_SEED=….
 */
const RULES = Number(process.env["ORACLE_RULES"] ?? 400);
const SEED = process.env["ORACLE_SEED"] ?? "relance";
const CONTACTS = 40;

const holder = testDatabase();
const people = new Map<string, ContactFacts>();

beforeAll(async () => {
  const ids = seededChance(`${SEED} ids`);
  const now = Date.parse("2026-02-10T10:00:00Z");
  for (let n = 0; n < CONTACTS; n++) {
    const id = ids.id(now);
    people.set(
      id,
      randomFacts(seededGenerator(`${SEED} contact ${n}`), id, () => ids.id(now)),
    );
  }
  await storePlace(holder.db);
  await storePeople(
    holder.db,
    [...people].map(([id, facts]) => ({ id, facts })),
  );
});

test(
  `${RULES} random rules give the same answer and the same next turn in SQL as in the evaluator (seed ${SEED})`,
  { timeout: 1_200_000 },
  async () => {
    const disagreements: unknown[] = [];
    let timed = 0;
    const verdicts = new Map<string, Set<boolean>>(LEAF_KINDS.map((kind) => [kind, new Set()]));
    for (let n = 0; n < RULES && disagreements.length < 3; n++) {
      const draw = seededGenerator(`${SEED} rule ${n}`);
      const drawn = randomRule(draw, 3);
      const at = draw.chance(0.4) ? onAnEdge(draw, drawn, people) : randomInstant(draw);
      // Every rule in both its forms: asked of everyone in grouped passes, and of a few by look-ups, some of whom are in a journey.
      const inRuns = n % 2 === 1 && draw.chance(0.3);
      const rule = inRuns ? lookingBack(drawn) : drawn;
      const subjects = [...people.keys()].map((contact) => ({ contact, entryAt: inRuns ? at - draw.below(200) * 86_400_000 : undefined }));
      const answers =
        n % 2 === 0
          ? await askAll(holder.db, { workspace: WORKSPACE, rule, at })
          : await askSome(holder.db, { workspace: WORKSPACE, rule, at, subjects });
      for (const [place, [contact, facts]] of [...people].entries()) {
        const meant = evaluate(rule, facts, at, subjects[place]!.entryAt ?? null);
        const said = answers.get(contact);
        if (!("of" in rule)) verdicts.get(rule.kind)!.add(meant.truth);
        // Contacts outside the candidates are not asked: false, and not to be asked again.
        const same = said ? said.truth === meant.truth && said.nextAt === meant.nextAt : !meant.truth;
        if (!same)
          disagreements.push({
            seed: `${SEED} rule ${n}`,
            contact,
            at: toIso(at),
            meant: { truth: meant.truth, nextAt: meant.nextAt && toIso(meant.nextAt), nodes: meant.nodes },
            said,
            rule: JSON.stringify(rule),
          });
        if (disagreements.length >= 3) break;
      }
      if (n % 2 === 0) timed += await sameInSql(rule, at, answers);
    }
    expect(disagreements).toEqual([]);
    expect(timed, "some turns were told by the database itself").toBeGreaterThan(RULES / 4);
    for (const [kind, said] of verdicts) expect(said.size, `${kind} was both true and false of someone`).toBe(2);
  },
);

/** The next turn as a build tells it, without leaving the database. @returns how many had one */
async function sameInSql(rule: Rule, at: Instant, answers: Awaited<ReturnType<typeof askAll>>): Promise<number> {
  const compiled = compileRule(
    rule,
    at,
    { workspace: WORKSPACE },
    await zonePlace(holder.db, { workspace: WORKSPACE, rules: [rule], contacts: null }),
  );
  const due = dueSql(rule, compiled, at);
  if (!due) return 0;
  const rows = await holder.db.query<{ contact_id: string; due: Instant | null }>(
    sql`select a.contact_id, ${due} as due from (select s.contact_id, ${dueColumns(compiled)} from ${compiled.subjects} s ${ofContacts(WORKSPACE, undefined)} ${compiled.joins}) a`,
  );
  expect({ rule, at, due: new Map(rows.map((row) => [row.contact_id, row.due])) }).toEqual({
    rule,
    at,
    due: new Map([...answers].map(([contact, { nextAt }]) => [contact, nextAt])),
  });
  return rows.filter((row) => row.due !== null).length;
}

test(
  `${RULES} random rules asked together, of facts read together, give the evaluator's answers; none changes before the moment told (seed ${SEED})`,
  { timeout: 600_000 },
  async () => {
    const ids = [...people.keys()];
    for (let start = 0; start < RULES; start += 40) {
      const draw = seededGenerator(`${SEED} together ${start}`);
      // Few distinct conditions, so that they are shared.
      const rules = Array.from({ length: 40 }, (_none, n) => shareable(`${SEED} rule ${n % 3 === 0 ? start : start + n}`));
      const at = draw.chance(0.4) ? onAnEdge(draw, rules[0]!, people) : randomInstant(draw);
      const together = new Together(rules, at);
      const places = draw.chance(0.5) ? rules.map((_rule, place) => place) : [draw.below(40), draw.below(40)].sort();
      const loaded = await loadShared(holder.db, {
        workspace: WORKSPACE,
        contacts: ids.map((contact) => ({ contact, needs: together.needs(places) })),
      });
      for (const [n, { facts, exists, crowded }] of loaded.entries()) {
        expect({ exists, crowded }).toEqual({ exists: true, crowded: false });
        const person = people.get(ids[n]!)!;
        const asked = together.about(facts);
        const said = places.map((place) => asked.ask(place));
        const next = asked.nextAt();
        const later = [at, ...(next === null ? [at + 400 * 86_400_000] : [next - 1, at + Math.floor((next - at) * draw.float())])].filter(
          (when) => when === at || next === null || (when > at && when < next),
        );
        for (const when of later)
          expect({ start, contact: ids[n], at: toIso(at), when: toIso(when), said }).toEqual({
            start,
            contact: ids[n],
            at: toIso(at),
            when: toIso(when),
            said: places.map((place) => evaluate(rules[place]!, person, when).truth),
          });
      }
    }
  },
);

/** The first rule of a seed that is asked in memory; the others are asked by SQL. */
function shareable(seed: string): Rule {
  for (let again = 0; ; again++) {
    const rule = randomRule(seededGenerator(`${seed} ${again}`), 3);
    if (canShare(rule)) return rule;
  }
}

test("until the next turn the answer does not change (the evaluator's own promise)", () => {
  for (let n = 0; n < 400; n++) {
    const draw = seededGenerator(`${SEED} promise ${n}`);
    const rule = randomRule(draw, 2);
    const at = randomInstant(draw);
    const facts = [...people.values()][draw.below(CONTACTS)]!;
    const { truth, nextAt } = evaluate(rule, facts, at);
    const end = nextAt ?? at + 400 * 86_400_000;
    for (const later of [at + 1, end - 1, at + Math.floor((end - at) * draw.float())]) {
      if (later > at && later < end)
        expect({ n, rule, at, later, truth: evaluate(rule, facts, later).truth }).toEqual({ n, rule, at, later, truth });
    }
  }
});

test("the text of a statement depends on the shape of a rule, never on what a user wrote", () => {
  const hostile = ["') or 1=1--", '"', "$1", "\\", "; drop table contacts", "\u0000"];
  const shape = (text: string): Rule => ({
    kind: "all",
    of: [
      { kind: "attribute", attribute: `attributes.${text}`, is: { op: "eq", value: text } },
      {
        kind: "event",
        event: text,
        where: [{ property: text, is: { op: "contains", value: text } }],
        window: { kind: "ever" },
        measure: { of: "sum", property: text },
        is: { op: "gt", value: 1 },
      },
      { kind: "consent", channel: "email", topic: text, granted: true },
    ],
  });
  const textOf = (rule: Rule) => {
    const { truth, joins } = compileRule(rule, 0);
    return `${truth.text} ${joins.text}`;
  };
  for (const text of hostile) expect(textOf(shape(text))).toBe(textOf(shape("harmless")));
});

test("a rule of 120 conditions is asked of everyone", async () => {
  const at = Date.parse("2026-02-10T10:00:00Z");
  const rule: Rule = {
    kind: "any",
    of: Array.from({ length: 120 }, (_none, n): Rule => ({
      kind: "event",
      event: n % 2 === 0 ? "Order Completed" : "Product Viewed",
      where: [],
      window: { kind: "last", span: { n: 30 * (1 + n), unit: "day" } },
      measure: { of: "sum", property: "amount" },
      is: { op: "gt", value: 50 * n },
    })),
  };
  const said = await askAll(holder.db, { workspace: WORKSPACE, rule, at });
  for (const [contact, facts] of people) {
    const { truth, nextAt } = evaluate(rule, facts, at);
    expect(said.get(contact) ?? { truth: false, nextAt }).toEqual({ truth, nextAt });
  }
  expect([...said.values()].filter((answer) => answer.truth).length).toBeGreaterThan(0);
});

test("spent more than 800 in two years and last bought less than three months ago: exact to the millisecond", async () => {
  const rule: Rule = {
    kind: "all",
    of: [
      {
        kind: "event",
        event: "Order Completed",
        where: [],
        window: { kind: "last", span: { n: 2, unit: "year" } },
        measure: { of: "sum", property: "amount" },
        is: { op: "gt", value: 800 },
      },
      {
        kind: "event",
        event: "Order Completed",
        where: [],
        window: { kind: "ever" },
        measure: { of: "last", property: null },
        is: { op: "within_last", span: { n: 3, unit: "month" } },
      },
    ],
  };
  const id = seededChance("reference").id(0);
  const bought = (at: string, amount: number, n: number): FactEvent => ({
    id: seededChance(`event ${n}`).id(0),
    name: "Order Completed",
    at: Date.parse(at),
    amount,
    currency: "EUR",
    properties: {},
  });
  const facts: ContactFacts = {
    id,
    place: PLACE,
    columns: {},
    attributes: {},
    changed: {},
    groups: new Map(),
    segments: new Map(),
    consents: [],
    messages: [],
    events: [bought("2024-05-10T08:00:00.000Z", 500, 1), bought("2026-01-20T09:30:00.000Z", 300.01, 2)],
  };
  await storePeople(holder.db, [{ id, facts }]);
  const ask = async (at: Instant) => (await askAll(holder.db, { workspace: WORKSPACE, rule, at })).get(id);
  const now = Date.parse("2026-02-10T00:00:00Z");
  const first = await ask(now);
  expect(first).toEqual({ truth: true, nextAt: Date.parse("2026-04-20T09:30:00.000Z") });
  expect((await ask(first!.nextAt! - 1))!.truth).toBe(true);
  expect((await ask(first!.nextAt!))?.truth ?? false).toBe(false);
  expect(evaluate(rule, facts, Date.parse("2026-05-10T08:00:00.000Z")).truth).toBe(false);
});

test("every operator of other tools, by the rule that the table in the docs shows for it, names the people it should, in the evaluator and in both forms of SQL", async () => {
  const rows = Object.values(PEOPLE).map((facts) => ({ id: facts.id, facts }));
  await holder.db.query(
    sql`insert into segments (id, workspace_id, name, state, rule, version, created_at, changed_at, generation, last_generation) values (${OWN}, ${WORKSPACE}, 'Own', 'archived', '{}', 1, '2020-01-01', '2020-01-01', 1, 1)`,
  );
  await storePeople(holder.db, rows);
  const lines = [
    ...readFileSync(new URL("../../../../../../docs/en/rules.md", import.meta.url), "utf8").matchAll(
      /^\| (Klaviyo|Dittofeed) \| (.+?) \| `(.+)` \|$/gm,
    ),
  ].map(([, tool, theirs, rule]) => [`${tool}: ${theirs}`, JSON.parse(rule!) as Rule] as const);
  const named = (inside: (facts: ContactFacts) => boolean) =>
    Object.entries(PEOPLE)
      .filter(([, facts]) => inside(facts))
      .map(([name]) => name)
      .join(" ");
  const said: Record<string, string> = {};
  for (const [line, rule] of lines) {
    said[line] = named((facts) => evaluate(rule, facts, AT, ENTRY).truth);
    const some = await askSome(holder.db, {
      workspace: WORKSPACE,
      rule,
      at: AT,
      subjects: rows.map(({ id }) => ({ contact: id, entryAt: ENTRY })),
    });
    expect([line, named(({ id }) => some.get(id)!.truth)]).toEqual([line, said[line]]);
    if (line.includes("since the flow began")) continue; // nobody is asked that outside of a journey
    const all = await askAll(holder.db, { workspace: WORKSPACE, rule, at: AT });
    expect([line, named(({ id }) => all.get(id)?.truth ?? false)]).toEqual([line, said[line]]);
  }
  expect(said).toEqual(ANSWERS);
});
