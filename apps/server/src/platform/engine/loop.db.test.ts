import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { noteTaker, testEngine } from "../../../test/support/engine.ts";
import { seededChance } from "../chance/index.ts";
import { systemSleep } from "../clock/index.ts";
import type { Listener } from "../engine.ts";
import { writeFacts } from "../inbox.ts";
import type { Clock } from "../ports.ts";

const test_ = testDatabase();
const chance = seededChance("loop");
const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: systemSleep };
const workspace = chance.id(clock.now());

test("the loop takes news at once when poked, serves timers when due, sleeps cheaply otherwise and stops when told", async () => {
  const notes = noteTaker(test_.db);
  await notes.make();
  let due = clock.now() + 400;
  const fired: number[] = [];
  let woken: (() => void) | null = null;
  const listener: Listener = {
    ...notes,
    onFacts: async (...given) => {
      const made = await notes.onFacts(...given);
      woken?.();
      return made;
    },
    onTime: async (_tx, turn) => {
      if (turn.now >= due) {
        fired.push(turn.now - due);
        due = Infinity;
        woken?.();
      }
      return { facts: [], more: false };
    },
    nextDue: async () => (due === Infinity ? null : due),
  };
  const engine = await testEngine({ db: test_.db, clock, chance, listeners: [listener] });
  const stop = new AbortController();
  const running = engine.run(stop.signal);

  await new Promise<void>((resolve) => {
    woken = resolve;
  });
  expect(fired).toHaveLength(1);
  expect(fired[0]).toBeGreaterThanOrEqual(0); // never early
  expect(fired[0]).toBeLessThan(1000);

  const cpu = process.cpuUsage();
  await systemSleep(1000);
  const used = process.cpuUsage(cpu);
  console.log(`idle: ${((used.user + used.system) / 1e4).toFixed(1)} % of a core`);

  const latencies: number[] = [];
  for (let i = 0; i < 5; i++) {
    const heard = new Promise<void>((resolve) => {
      woken = resolve;
    });
    await test_.db.transaction((tx) =>
      writeFacts(tx, {
        chance,
        now: clock.now(),
        facts: [
          {
            workspace,
            contact: chance.id(clock.now()),
            occurredAt: clock.now(),
            kind: "event",
            data: { event: workspace, name: "x", live: true },
          },
        ],
      }),
    );
    const start = performance.now();
    engine.poke();
    await heard;
    latencies.push(performance.now() - start);
  }
  expect(Math.min(...latencies)).toBeLessThan(150);
  stop.abort();
  await running;
  await engine.leases.release();
  expect(engine.problems).toEqual([]);
  expect(await notes.notes()).toHaveLength(5);
});

test("a database that goes away and comes back loses nothing and is taken up again within five seconds", async () => {
  const notes = noteTaker(test_.db, "again");
  let away = false;
  const trouble = () => Object.assign(new Error("Connection terminated unexpectedly"), { code: "08006" });
  const flaky = {
    ...test_.db,
    transaction: async <T>(work: Parameters<typeof test_.db.transaction<T>>[0]) => {
      if (away) throw trouble();
      return test_.db.transaction(work);
    },
    close: async () => undefined,
  };
  const before = (await notes.notes()).length;
  const engine = await testEngine({ db: flaky, clock, chance, listeners: [notes] });
  const stop = new AbortController();
  const keeping = engine.leases.keep(stop.signal);
  const running = engine.run(stop.signal);
  await engine.leases.beat();
  away = true;
  await test_.db.transaction((tx) =>
    writeFacts(tx, {
      chance,
      now: clock.now(),
      facts: [
        {
          workspace,
          contact: chance.id(clock.now()),
          occurredAt: clock.now(),
          kind: "event",
          data: { event: workspace, name: "x", live: true },
        },
      ],
    }),
  );
  await systemSleep(600);
  away = false;
  const back = performance.now();
  while ((await notes.notes()).length === before && performance.now() - back < 10_000) await systemSleep(20);
  expect(performance.now() - back).toBeLessThan(5000);
  stop.abort();
  await Promise.all([running, keeping]);
});
