import type { Id, Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Database } from "../../src/platform/db/database.ts";
import { sql } from "../../src/platform/db/sql.ts";
import type { Listener } from "../../src/platform/engine.ts";
import { openEngine, openLeases, type Engine, type Leases } from "../../src/platform/engine/index.ts";
import type { Chance, Clock } from "../../src/platform/ports.ts";

/** An engine of its own over a test's database, stepped by hand. The first `beat` of its leases takes every bucket that is free. */
export async function testEngine(options: {
  readonly db: Database;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly listeners: readonly Listener[];
  readonly timeHeld?: () => object | null;
}): Promise<Engine & { readonly leases: Leases; readonly problems: object[] }> {
  const problems: object[] = [];
  const note = (fields: object, event: string) => {
    problems.push({ event, ...fields });
  };
  const leases = openLeases({
    db: options.db,
    clock: options.clock,
    owner: options.chance.id(options.clock.now()),
    roles: ["engine"],
    host: "test",
    pid: process.pid,
    onError: (error) => {
      throw error;
    },
  });
  await leases.beat();
  const engine = openEngine({
    db: options.db,
    clock: options.clock,
    chance: options.chance,
    leases,
    listeners: options.listeners,
    slot: 0,
    log: { warn: note, error: note },
    timeHeld: options.timeHeld ?? (() => null),
  });
  return Object.assign(engine, { leases, problems });
}

/** Writes down in a table of its own what the engine hands it: the simplest listener whose effect can be counted. */
export function noteTaker(
  db: Database,
  name = "notes",
): Listener & { make(): Promise<void>; notes(): Promise<{ fact: Id; contact: Id; at: Instant }[]> } {
  return {
    name,
    kinds: ["event", "contact.changed", "segment.entered"],
    async make() {
      await db.query(sql`create table if not exists taken_notes (fact uuid not null, contact uuid not null, at timestamptz not null)`);
    },
    async onFacts(tx, _turn, facts: readonly Fact[]) {
      await tx.query(sql`
        insert into taken_notes (fact, contact, at)
        select r.fact, r.contact, to_timestamp(r.at / 1000.0) from unnest(${facts.map((fact) => fact.id)}::uuid[], ${facts.map((fact) => fact.contact)}::uuid[], ${facts.map((fact) => fact.recordedAt)}::bigint[]) as r (fact, contact, at)`);
      return [];
    },
    notes: () => db.query(sql`select fact, contact, at from taken_notes order by fact`),
  };
}

/** Book B9: enqueued = taken + quarantined + depth, per bucket. @returns the buckets for which it does not hold */
export async function inboxMismatches(db: Database): Promise<number[]> {
  const rows = await db.query<{ bucket: number }>(sql`
    select coalesce(t.bucket, i.bucket) as bucket
    from (select bucket, sum(enqueued - taken - quarantined) as n from inbox_totals group by bucket) t
    full join (select bucket, count(*) as n from inbox group by bucket) i on i.bucket = t.bucket
    where coalesce(t.n, 0) <> coalesce(i.n, 0) order by 1`);
  return rows.map((row) => row.bucket);
}
