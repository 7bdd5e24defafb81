import { afterEach, beforeAll, expect, test } from "vitest";
import type { Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { testDatabase } from "../../../test/support/db.ts";
import { faultyDatabase } from "../../../test/support/faulty-db.ts";
import { inboxMismatches, noteTaker, testEngine } from "../../../test/support/engine.ts";
import { virtualClock } from "../../../test/support/virtual-clock.ts";
import { seededChance } from "../chance/index.ts";
import { sql } from "../db/sql.ts";
import type { Listener, NewFact } from "../engine.ts";
import { writeFacts } from "../inbox.ts";
import { listQuarantined, replayQuarantined } from "./index.ts";

const test_ = testDatabase();
const chance = seededChance("turn");
const clock = virtualClock();
const workspace = chance.id(clock.now());

beforeAll(() => noteTaker(test_.db).make());
afterEach(async () => {
  expect(await inboxMismatches(test_.db)).toEqual([]);
  await test_.db.query(sql`update bucket_leases set owner = null`);
  await test_.db.query(sql`delete from workers`);
  await test_.db.query(sql`delete from taken_notes`);
  await test_.db.query(sql`delete from inbox_totals`);
  await test_.db.query(sql`delete from inbox`);
  await test_.db.query(sql`delete from inbox_quarantine`);
});

const event = (contact: Id, name = "seen", of = workspace): NewFact => ({
  workspace: of,
  contact,
  occurredAt: clock.now(),
  kind: "event",
  data: { event: contact, name, live: true },
});
const contacts = (count: number) => Array.from({ length: count }, () => chance.id(clock.now()));
const write = (facts: readonly NewFact[]) => test_.db.transaction((tx) => writeFacts(tx, { chance, now: clock.now(), facts }));
const make = (listeners: readonly Listener[], timeHeld: () => object | null = () => null) =>
  testEngine({ db: test_.db, clock, chance, listeners, timeHeld });
const depth = async () => (await test_.db.query<{ n: number }>(sql`select count(*) as n from inbox`))[0]!.n;

test("every fact is taken once, in the order each contact lived it", async () => {
  const people = contacts(50);
  for (let round = 0; round < 30; round++) await write(people.map((contact) => event(contact, String(round))));
  const seen: Fact[] = [];
  const engine = await make([
    {
      name: "watch",
      kinds: ["event"],
      onFacts: async (_tx, _turn, facts) => {
        seen.push(...facts);
        return [];
      },
    },
  ]);
  expect(await engine.drain()).toBe(1500);
  for (const contact of people) {
    expect(seen.filter((fact) => fact.contact === contact).map((fact) => (fact.kind === "event" ? fact.data.name : ""))).toEqual(
      Array.from({ length: 30 }, (_, i) => String(i)),
    );
  }
  expect(new Set(seen.map((fact) => fact.id)).size).toBe(1500);
  expect(await depth()).toBe(0);
});

test("what a listener makes true is heard by those after it in the same turn, and by nobody twice", async () => {
  const heard: string[] = [];
  const [contact] = contacts(1) as [Id];
  const first: Listener = {
    name: "segments",
    kinds: ["event", "segment.entered"],
    async onFacts(_tx, _turn, facts) {
      heard.push(...facts.map((fact) => `first:${fact.kind}`));
      return facts.map(() => ({
        workspace,
        contact,
        occurredAt: clock.now(),
        kind: "segment.entered" as const,
        data: { segment: workspace, cause: "event" as const },
      }));
    },
    onTime: async () => ({
      facts: [
        {
          workspace,
          contact,
          occurredAt: clock.now(),
          kind: "segment.left" as const,
          data: { segment: workspace, cause: "time" as const },
        },
      ],
      more: false,
    }),
  };
  const second: Listener = {
    name: "journeys",
    kinds: ["event", "segment.entered", "segment.left"],
    onFacts: async (_tx, _turn, facts) => {
      heard.push(...facts.map((fact) => `second:${fact.kind}`));
      return [];
    },
  };
  await write([event(contact)]);
  const engine = await make([first, second]);
  await engine.step();
  expect(heard).toEqual(["first:event", "second:event", "second:segment.entered", "second:segment.left"]);
  expect(await depth()).toBe(0);
});

test("a giant workspace does not make a small one wait", async () => {
  const small = chance.id(clock.now());
  for (let i = 0; i < 6; i++) await write(contacts(1000).map((contact) => event(contact)));
  await write(contacts(20).map((contact) => event(contact, "small", small)));
  const seen: Fact[] = [];
  const engine = await make([
    {
      name: "watch",
      kinds: ["event"],
      onFacts: async (_tx, _turn, facts) => {
        seen.push(...facts);
        return [];
      },
    },
  ]);
  await engine.step();
  expect(seen.length).toBe(1000);
  expect(seen.filter((fact) => fact.workspace === small)).toHaveLength(20);
  expect(await engine.drain()).toBe(5020);
});

test("many workspaces busy in every bucket are all served in turn", async () => {
  const workspaces = contacts(12);
  for (const one of workspaces) await write(contacts(300).map((contact) => event(contact, "x", one)));
  const seen = new Map<Id, number>();
  const engine = await make([
    {
      name: "watch",
      kinds: ["event"],
      onFacts: async (_tx, _turn, facts) => {
        for (const fact of facts) seen.set(fact.workspace, (seen.get(fact.workspace) ?? 0) + 1);
        return [];
      },
    },
  ]);
  await engine.step();
  await engine.step();
  expect(seen.size).toBe(12);
  await engine.drain();
  expect([...seen.values()]).toEqual(workspaces.map(() => 300));
});

test("poison is isolated, tried five times, then parked with its reason; everything else is done and nothing is dropped", async () => {
  const notes = noteTaker(test_.db);
  const people = contacts(400);
  const bad = new Set([people[3], people[250], people[399]]);
  const picky: Listener = {
    ...notes,
    onFacts: async (tx, turn, facts) => {
      const made = await notes.onFacts(tx, turn, facts);
      const poison = facts.find((fact) => bad.has(fact.contact));
      if (poison) throw new Error(`cannot stand ${poison.contact}`);
      return made;
    },
  };
  await write(people.map((contact) => event(contact)));
  const engine = await make([picky]);
  await engine.drain();
  expect(await notes.notes()).toHaveLength(397);
  expect(await depth()).toBe(3);
  for (let i = 0; i < 4; i++) {
    await clock.advance(125_000);
    await engine.leases.beat();
    await engine.drain();
  }
  expect(await depth()).toBe(0);
  const parked = await listQuarantined(test_.db, { workspace, limit: 10, after: null });
  expect(new Set(parked.map((fact) => fact.contact))).toEqual(bad);
  expect(parked[0]!.reason).toContain("cannot stand");
  bad.clear();
  expect(await replayQuarantined(test_.db, { workspace, ids: parked.slice(0, 1).map((fact) => fact.id) })).toBe(1);
  expect(await replayQuarantined(test_.db, { workspace, ids: null })).toBe(2);
  await engine.drain();
  expect(new Set((await notes.notes()).map((note) => note.fact)).size).toBe(400);
  expect(await notes.notes()).toHaveLength(400);
});

test("a listener that fails at everything condemns nothing", async () => {
  const notes = noteTaker(test_.db);
  let broken = true;
  const engine = await make([
    {
      ...notes,
      onFacts: async (tx, turn, facts) => {
        if (broken) throw new TypeError("our own fault");
        return notes.onFacts(tx, turn, facts);
      },
    },
  ]);
  await write(contacts(200).map((contact) => event(contact)));
  for (let i = 0; i < 12; i++) {
    await engine.drain().catch(() => undefined);
    await clock.advance(130_000);
    await engine.leases.beat();
  }
  expect(await depth()).toBe(200);
  broken = false;
  await engine.drain();
  expect(await notes.notes()).toHaveLength(200);
});

test("a fact that kills its worker is found out after three deaths, and its neighbours are done", async () => {
  const notes = noteTaker(test_.db);
  const people = contacts(60);
  const killer = people[17];
  class Killed extends Error {}
  await write(people.map((contact) => event(contact)));
  let deaths = 0;
  for (let life = 0; life < 8; life++) {
    // A killed process takes its transaction with it and runs nothing afterwards: the turn's error is the end of this engine.
    const engine = await make([
      {
        ...notes,
        onFacts: async (tx, turn, facts) => {
          if (facts.some((fact) => fact.contact === killer)) throw Object.assign(new Killed("out of memory"), { code: "57P01" });
          return notes.onFacts(tx, turn, facts);
        },
      },
    ]);
    try {
      await engine.drain();
      break;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      deaths++;
      await clock.advance(11_000);
    }
  }
  expect(deaths).toBe(3);
  expect(await notes.notes()).toHaveLength(59);
  const parked = await listQuarantined(test_.db, { workspace, limit: 10, after: null });
  expect(parked.map((fact) => fact.contact)).toEqual([killer]);
});

test("a commit without an answer is not a death: workers that meet one and live on condemn nothing", async () => {
  const notes = noteTaker(test_.db);
  await write(contacts(5).map((contact) => event(contact)));
  await make([notes]); // dies at once, so that its buckets are taken over with care
  for (let life = 0; life < 4; life++) {
    await clock.advance(11_000);
    let beginsLeft = Infinity;
    let turning = false;
    const flaky = faultyDatabase(test_.db, (site) => {
      if (site.kind === "commit" && turning) {
        turning = false;
        beginsLeft = 1; // lives on for one more transaction, then falls silent
        return "not done";
      }
      return site.kind === "begin" && beginsLeft-- <= 0 ? "before" : null;
    });
    const engine = await testEngine({
      db: flaky,
      clock,
      chance,
      listeners: [
        {
          ...notes,
          onFacts: async (tx, turn, facts) => {
            turning = true;
            return notes.onFacts(tx, turn, facts);
          },
        },
      ],
    });
    await expect(engine.step()).rejects.toThrow();
    await expect(engine.step()).rejects.toThrow();
  }
  await clock.advance(11_000);
  await (await make([notes])).drain();
  expect(await listQuarantined(test_.db, { workspace, limit: 10, after: null })).toEqual([]);
  expect(await notes.notes()).toHaveLength(5);
});

test("time is served beside facts, not while the clock is doubted, and a bucket whose timer fails holds nobody else's", async () => {
  let held: object | null = { reason: "clock.jumped" };
  const served: number[][] = [];
  const engine = await make(
    [
      {
        name: "timers",
        kinds: [],
        onFacts: async () => [],
        onTime: async (_tx, turn) => {
          if (turn.buckets.includes(77)) throw new Error("bad timer");
          served.push([...turn.buckets]);
          return { facts: [], more: false };
        },
      },
    ],
    () => held,
  );
  await engine.step();
  expect(served).toEqual([]);
  held = null;
  await engine.step();
  expect(served.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 256 }, (_, i) => i).filter((i) => i !== 77));
  served.length = 0;
  await clock.advance(1000);
  await engine.step();
  expect(served.flat()).not.toContain(77);
});

test("a turn of a thousand facts asks the database as much as a turn of one", async () => {
  const counted = faultyDatabase(test_.db, () => null);
  const engine = await testEngine({ db: counted, clock, chance, listeners: [noteTaker(test_.db)] });
  await engine.step();
  const asked: string[][] = [];
  for (const facts of [1, 1000]) {
    await write(contacts(facts).map((contact) => event(contact)));
    const before = counted.sites.length;
    // A bucket’s share may hold a few of a thousand back.
    expect((await engine.step()).taken).toBeGreaterThan(0.9 * facts);
    asked.push(counted.sites.slice(before).map((site) => site.text));
  }
  expect(asked[1]).toEqual(asked[0]);
});
