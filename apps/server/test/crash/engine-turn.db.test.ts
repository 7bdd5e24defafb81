import { beforeAll, expect, test } from "vitest";
import type { Id } from "@relance/model/base";
import { seededChance } from "../../src/platform/chance/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { sql } from "../../src/platform/db/sql.ts";
import type { Listener, NewFact } from "../../src/platform/engine.ts";
import { writeFacts } from "../../src/platform/inbox.ts";
import { crashSweep } from "../support/crash-sweep.ts";
import { testDatabase } from "../support/db.ts";
import { inboxMismatches, noteTaker, testEngine } from "../support/engine.ts";
import { virtualClock } from "../support/virtual-clock.ts";

const test_ = testDatabase();
const clock = virtualClock();
const chance = seededChance("crash");
const workspace = chance.id(clock.now());
const notes = () => noteTaker(test_.db);

beforeAll(() => notes().make());

type Running = Awaited<ReturnType<typeof testEngine>>;

// Every eighth case of the long scenario at each change (another eighth each day), all of them when asked.
const FULL = process.env["RELANCE_FULL_SWEEP"] === "1";
const SHARD = FULL ? { of: 1, take: 0 } : { of: 8, take: Math.floor(Date.now() / 86_400_000) % 8 };

async function sweep(options: {
  shard?: { of: number; take: number };
  listener: (db: Database) => Listener;
  contacts: readonly Id[];
  go: (engine: Running) => Promise<void>;
  check: () => Promise<void>;
}) {
  let engine: Running | null = null;
  const report = await crashSweep(
    test_.db,
    {
      async prepare() {
        for (const table of [
          sql`delete from taken_notes`,
          sql`delete from inbox`,
          sql`delete from inbox_totals`,
          sql`delete from inbox_quarantine`,
          sql`delete from workers`,
          sql`update bucket_leases set owner = null`,
        ])
          await test_.db.query(table);
        engine = null;
        const facts = options.contacts.map((contact): NewFact => ({
          workspace,
          contact,
          occurredAt: clock.now(),
          kind: "event",
          data: { event: workspace, name: "x", live: true },
        }));
        await test_.db.transaction((tx) => writeFacts(tx, { chance, now: clock.now(), facts }));
      },
      async work(db, life) {
        // A dead worker's buckets are free after its lease; one still running tries again.
        if (life === "restarted" || !engine) {
          if (life !== "first") await clock.advance(11_000);
          engine = await testEngine({ db, clock, chance, listeners: [options.listener(db)] });
        }
        await engine.leases.beat();
        await options.go(engine);
        await engine.leases.release();
      },
      async check() {
        await options.check();
        expect(await inboxMismatches(test_.db)).toEqual([]);
        expect(await test_.db.query(sql`select id from inbox order by id`)).toEqual([]);
      },
    },
    options.shard,
  );
  console.log(
    `${report.statements} statements, ${report.runs} cases${options.shard ? `, shard ${options.shard.take} of ${options.shard.of}` : ""}`,
  );
  return report;
}

const people = (count: number) => Array.from({ length: count }, () => chance.id(clock.now()));

test("whatever statement of the engine fails in whatever way, every fact is taken exactly once", async () => {
  const report = await sweep({
    listener: (db) => noteTaker(db),
    contacts: people(25),
    go: async (engine) => {
      await engine.drain();
    },
    async check() {
      const taken = await notes().notes();
      expect(taken).toHaveLength(25);
      expect(new Set(taken.map((note) => note.fact)).size).toBe(25);
      expect(await test_.db.query(sql`select id from inbox_quarantine order by id`)).toEqual([]);
    },
  });
  expect(report.runs).toBeGreaterThan(190);
}, 300_000);

test("also while a poisonous fact is being isolated, tried and parked", async () => {
  const contacts = people(7);
  const poison = contacts[4]!;
  const report = await sweep({
    shard: SHARD,
    listener(db) {
      const noting = noteTaker(db);
      return {
        ...noting,
        onFacts: async (tx, turn, facts) => {
          if (facts.some((fact) => fact.contact === poison)) throw new Error("poison");
          return noting.onFacts(tx, turn, facts);
        },
      };
    },
    contacts,
    async go(engine) {
      for (let round = 0; round < 5; round++) {
        await engine.leases.beat();
        await engine.drain();
        await clock.advance(125_000);
      }
    },
    async check() {
      const taken = await notes().notes();
      expect(taken.map((note) => note.contact).sort()).toEqual(contacts.filter((contact) => contact !== poison).sort());
      expect(await test_.db.query(sql`select contact_id from inbox_quarantine order by id`)).toEqual([{ contact_id: poison }]);
    },
  });
  expect(report.runs).toBeGreaterThan(100);
}, 300_000);
