import { afterEach, beforeEach, expect, test } from "vitest";
import { BUCKETS } from "@relance/model/base";
import { testDatabase } from "../../../test/support/db.ts";
import { virtualClock, type VirtualClock } from "../../../test/support/virtual-clock.ts";
import { seededGenerator, seededChance } from "../chance/index.ts";
import { sql } from "../db/sql.ts";
import { fence, HEARTBEAT, LEASE, LeaseLost, openLeases, type Leases } from "./leases.ts";

const test_ = testDatabase();
const chance = seededChance("leases");
let clock: VirtualClock;

beforeEach(() => {
  clock = virtualClock();
});
afterEach(async () => {
  await test_.db.query(sql`update bucket_leases set owner = null`);
  await test_.db.query(sql`delete from workers`);
});

const worker = (roles: readonly ("engine" | "delivery")[] = ["engine"]): Leases =>
  openLeases({
    db: test_.db,
    clock,
    owner: chance.id(clock.now()),
    roles,
    host: "test",
    pid: 1,
    onError: (error) => {
      throw error;
    },
  });

const owners = async (role = "engine") =>
  await test_.db.query<{ bucket: number; owner: string | null; epoch: number }>(
    sql`select bucket, owner, epoch from bucket_leases where role = ${role} order by bucket`,
  );

test("a lone worker holds every bucket of its roles", async () => {
  const a = worker(["engine", "delivery"]);
  expect(await a.beat()).toBe(true);
  expect(a.held("engine").size).toBe(BUCKETS);
  expect(a.held("delivery").size).toBe(BUCKETS);
});

test("a second and a third worker get their fair share within two heartbeats, and nobody holds a bucket twice", async () => {
  const all = [worker(), worker(), worker()];
  await all[0]!.beat();
  for (let round = 0; round < 2; round++) for (const one of all) await one.beat();
  for (const one of all) await one.beat();
  const sizes = all.map((one) => one.held("engine").size);
  expect(sizes.reduce((a, b) => a + b)).toBe(BUCKETS);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(86);
  expect(new Set(all.flatMap((one) => [...one.held("engine").keys()])).size).toBe(BUCKETS);
  const rows = await owners();
  for (const one of all)
    for (const [bucket, epoch] of one.held("engine")) expect(rows[bucket]).toEqual({ bucket, owner: one.owner, epoch });
});

test("a dead worker's buckets are another's within lease plus heartbeat", async () => {
  for (let offset = 0; offset < HEARTBEAT; offset += 500) {
    const dead = worker();
    await dead.beat();
    await clock.advance(offset);
    const other = worker();
    const died = clock.now() - offset; // its last heartbeat
    const start = clock.now();
    while (other.held("engine").size < BUCKETS) {
      await other.beat();
      await clock.advance(HEARTBEAT);
      if (clock.now() - start > 60_000) throw new Error("never taken over");
    }
    expect(clock.now() - HEARTBEAT - died).toBeLessThanOrEqual(LEASE + HEARTBEAT);
    expect(other.takeovers()).toBe(BUCKETS);
    await other.release();
  }
});

test("an owner that slept through its lease cannot commit, and knows by itself that it holds nothing", async () => {
  const zombie = worker();
  await zombie.beat();
  const epochs = new Map(zombie.held("engine"));
  await clock.advance(LEASE + 1);
  expect(zombie.held("engine").size).toBe(0);
  const thief = worker();
  await thief.beat();
  expect(thief.held("engine").size).toBe(BUCKETS);
  await expect(test_.db.transaction((tx) => fence(tx, { role: "engine", owner: zombie.owner, epochs }))).rejects.toThrow(LeaseLost);
  await test_.db.transaction((tx) => fence(tx, { role: "engine", owner: thief.owner, epochs: thief.held("engine") }));
});

test("an owner in the middle of a turn keeps its buckets until it has committed", async () => {
  const owner = worker();
  await owner.beat();
  const thief = worker();
  await test_.db.transaction(async (tx) => {
    await fence(tx, { role: "engine", owner: owner.owner, epochs: new Map([...owner.held("engine")].slice(0, 10)) });
    await clock.advance(LEASE + 1);
    await thief.beat();
    expect(thief.held("engine").size).toBe(BUCKETS - 10);
  });
  await thief.beat();
  expect(thief.held("engine").size).toBe(BUCKETS);
});

test("a bucket given back and taken again has a new epoch, so an old turn of the same owner fails too", async () => {
  const a = worker();
  await a.beat();
  const epochs = new Map(a.held("engine"));
  await a.release();
  await a.beat();
  expect(a.held("engine").get(5)).toBe(epochs.get(5)! + 1);
  await expect(test_.db.transaction((tx) => fence(tx, { role: "engine", owner: a.owner, epochs }))).rejects.toThrow(LeaseLost);
});

test("shutting down hands everything over at the next beat of another", async () => {
  const a = worker();
  const b = worker();
  await a.beat();
  await a.release();
  await b.beat();
  expect(b.held("engine").size).toBe(BUCKETS);
  expect(b.takeovers()).toBe(0);
});

// Whatever workers do and whenever they die: never two who could commit for one bucket, epochs never fall, and the living end with everything.
test.each([11, 12, 13, 14, 15, 16])("random lives and deaths, seed %i", async (seed) => {
  const draw = seededGenerator(seed);
  let workers = [worker(), worker()];
  let epochs = (await owners()).map((row) => row.epoch);
  for (let step = 0; step < 40; step++) {
    const one = draw.pick(workers);
    const what = draw.below(10);
    if (what < 6) await one.beat();
    else if (what === 6 && workers.length < 5) workers.push(worker());
    else if (what === 7 && workers.length > 1) workers = workers.filter((other) => other !== one);
    else if (what === 8) await one.release();
    await clock.advance(draw.below(5000));
    const rows = await owners();
    for (const [i, row] of rows.entries()) expect(row.epoch).toBeGreaterThanOrEqual(epochs[i]!);
    epochs = rows.map((row) => row.epoch);
    for (const other of workers) {
      const own = [...other.held("engine")];
      const stale = own.filter(([bucket, epoch]) => rows[bucket]!.owner !== other.owner || rows[bucket]!.epoch !== epoch);
      if (stale.length > 0)
        await expect(
          test_.db.transaction((tx) => fence(tx, { role: "engine", owner: other.owner, epochs: new Map(stale) })),
        ).rejects.toThrow(LeaseLost);
      else if (own.length > 0) await test_.db.transaction((tx) => fence(tx, { role: "engine", owner: other.owner, epochs: new Map(own) }));
    }
  }
  for (let round = 0; round < 8; round++) {
    for (const one of workers) await one.beat();
    await clock.advance(HEARTBEAT);
  }
  for (const one of workers) await one.beat();
  expect(workers.flatMap((one) => [...one.held("engine").keys()]).sort((a, b) => a - b)).toEqual(
    Array.from({ length: BUCKETS }, (_, i) => i),
  );
});
