import { expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "@relance/model/base";
import type { Db } from "../db/database.ts";
import { databaseClock } from "./database-clock.ts";
import { clockGuard } from "./guard.ts";
import { systemSleep } from "./sleep.ts";

const T0 = Date.UTC(2026, 10, 23);

/** A far side whose clocks the test moves by hand. */
function clocks() {
  const at = { database: T0, wall: T0, monotonic: 0 };
  const db = { query: async () => [{ at: at.database }] } as unknown as Db;
  return {
    at,
    db,
    source: { wall: () => at.wall, monotonic: () => at.monotonic },
    pass(ms: number) {
      at.database += ms;
      at.wall += ms;
      at.monotonic += ms;
    },
  };
}

test("now is the database's time, reckoned between measurements", async () => {
  const world = clocks();
  world.at.database = T0 + 7 * SECOND; // the server is seven seconds ahead of us
  const clock = await databaseClock(world.db, world);
  expect(clock.now()).toBe(T0 + 7 * SECOND);
  world.at.monotonic += 1500;
  expect(clock.now()).toBe(T0 + 8500);
  expect(clock.guard.held()).toBeNull();
  clock.stop();
});

test("a small step back is waited out, a real one is believed", async () => {
  const world = clocks();
  const clock = await databaseClock(world.db, world);
  world.pass(MINUTE);
  const before = clock.now();
  world.at.database -= 2 * SECOND;
  await clock.measure();
  expect(clock.now()).toBe(before);
  world.at.database -= HOUR;
  await clock.measure();
  expect(clock.now()).toBe(before - HOUR - 2 * SECOND);
  expect(clock.guard.held()).toEqual({ reason: "clock.jumped", by: -HOUR });
  clock.stop();
});

test("a wrong year holds timers and sends until the time comes back or a person looks", () => {
  const guard = clockGuard();
  const observe = (shift: number, monotonic: number) =>
    guard.observe({ database: T0 + shift + monotonic, process: T0 + shift + monotonic, monotonic });
  observe(0, 0);
  observe(365 * DAY, 10 * SECOND);
  for (let t = 20 * SECOND; t < HOUR; t += 10 * SECOND) observe(365 * DAY, t);
  expect(guard.held()?.reason).toBe("clock.jumped");
  observe(0, HOUR);
  expect(guard.held()).toBeNull();
  observe(-DAY, HOUR + 10 * SECOND);
  expect(guard.held()?.reason).toBe("clock.jumped");
  guard.release();
  observe(-DAY, HOUR + 20 * SECOND);
  expect(guard.held()).toBeNull();
});

test("a machine that slept a night goes on after two steady minutes", () => {
  const guard = clockGuard();
  const observe = (shift: number, monotonic: number) =>
    guard.observe({ database: T0 + shift + monotonic, process: T0 + shift + monotonic, monotonic });
  observe(0, 0);
  observe(8 * HOUR, 10 * SECOND);
  observe(8 * HOUR, 100 * SECOND);
  expect(guard.held()).toEqual({ reason: "clock.jumped", by: 8 * HOUR });
  observe(8 * HOUR, 130 * SECOND);
  expect(guard.held()).toBeNull();
});

test("process and database disagreeing by more than a minute hold, and only while they do", () => {
  const guard = clockGuard();
  guard.observe({ database: T0 + 2 * MINUTE, process: T0, monotonic: 0 });
  expect(guard.held()).toEqual({ reason: "clock.skewed", by: 2 * MINUTE });
  expect(guard.skewSeconds()).toBe(120);
  guard.observe({ database: T0 + 10 * SECOND, process: T0 + 11 * SECOND, monotonic: 10 * SECOND });
  expect(guard.held()).toBeNull();
});

test("a sleep of a century does not fire at once, a negative one does, and an abort ends either", async () => {
  const stop = new AbortController();
  let woke = false;
  const asleep = systemSleep(100 * 365 * DAY, stop.signal).then(() => {
    woke = true;
  });
  await systemSleep(-5);
  await systemSleep(15);
  expect(woke).toBe(false);
  stop.abort();
  await asleep;
  expect(woke).toBe(true);
  await systemSleep(DAY, stop.signal);
});
