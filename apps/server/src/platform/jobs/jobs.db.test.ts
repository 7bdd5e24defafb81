import { beforeAll, expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { virtualClock } from "../../../test/support/virtual-clock.ts";
import { systemSleep } from "../clock/index.ts";
import { seededChance } from "../chance/index.ts";
import { sql } from "../db/sql.ts";
import { openLeases } from "../engine/index.ts";
import { addJob, freeDeadJobs, migrateJobs, startJobs, type JobHandler } from "./index.ts";

const test_ = testDatabase();
const chance = seededChance("jobs");
const clock = virtualClock();
const log = { info: () => undefined, error: () => undefined };

beforeAll(() => migrateJobs({ connectionString: test_.url }));

const start = async (handlers: Record<string, JobHandler>) => {
  const owner = chance.id(clock.now());
  const leases = openLeases({
    db: test_.db,
    clock,
    owner,
    roles: [],
    host: "test",
    pid: 1,
    onError: (error) => {
      throw error;
    },
  });
  await leases.beat();
  return startJobs({ connection: { connectionString: test_.url }, db: test_.db, clock, owner, handlers, size: 2, log });
};

function until<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test("a job exists if and only if the transaction that added it was committed", async () => {
  const done: unknown[] = [];
  const last = until<void>();
  await expect(
    test_.db.transaction(async (tx) => {
      await addJob(tx, "note", { n: 1 });
      throw new Error("changed my mind");
    }),
  ).rejects.toThrow("changed my mind");
  await test_.db.transaction((tx) => addJob(tx, "note", { n: 2 }, { key: "one" }));
  await test_.db.transaction((tx) => addJob(tx, "note", { n: 3 }, { key: "one" }));
  const jobs = await start({
    note: async (payload) => {
      done.push(payload);
      last.resolve();
    },
  });
  await last.promise;
  await jobs.stop();
  expect(done).toEqual([{ n: 3 }]);
});

test("a failed job is tried again later, and its attempts are counted", async () => {
  const attempts: number[] = [];
  const failed = until<void>();
  await test_.db.transaction((tx) => addJob(tx, "fail", {}));
  const jobs = await start({
    fail: async (_payload, context) => {
      attempts.push(context.attempt);
      failed.resolve();
      throw new Error("no");
    },
  });
  await failed.promise;
  await jobs.stop();
  expect(attempts).toEqual([1]);
  const rows = await test_.db.query(
    sql`select attempts, max_attempts, last_error, locked_by from graphile_worker.jobs where task_identifier = 'fail'`,
  );
  expect(rows).toEqual([{ attempts: 1, max_attempts: 5, last_error: "no", locked_by: null }]);
});

test("a job of a process that died is freed once it has been silent, and no earlier", async () => {
  const owner = chance.id(clock.now());
  const dead = openLeases({
    db: test_.db,
    clock,
    owner,
    roles: [],
    host: "test",
    pid: 1,
    onError: (error) => {
      throw error;
    },
  });
  await dead.beat();
  await test_.db.transaction((tx) => addJob(tx, "long", {}));
  await test_.db.query(
    sql`update graphile_worker._private_jobs set locked_by = ${`${owner}:0`}, locked_at = ${new Date(clock.now()).toISOString()}::timestamptz where task_id = (select id from graphile_worker._private_tasks where identifier = 'long')`,
  );
  await clock.advance(20_000);
  expect(await freeDeadJobs(test_.db, { now: clock.now() })).toEqual([]);
  await clock.advance(11_000);
  expect(await freeDeadJobs(test_.db, { now: clock.now() })).toEqual([`${owner}:0`]);
  const done = until<void>();
  const jobs = await start({ long: async () => done.resolve() });
  await done.promise;
  await jobs.stop();
});

test("shutting down tells a running job and waits for it", async () => {
  const begun = until<void>();
  let finished = false;
  await test_.db.transaction((tx) => addJob(tx, "slow", {}));
  const jobs = await start({
    slow: async (_payload, { signal }) => {
      begun.resolve();
      await systemSleep(60_000, signal);
      finished = true;
    },
  });
  await begun.promise;
  await jobs.stop();
  expect(finished).toBe(true);
});

test("a job that runs is locked in the name of its process, and is not taken for a dead one's however long it takes", async () => {
  const begun = until<void>();
  const end = until<void>();
  let runs = 0;
  await test_.db.transaction((tx) => addJob(tx, "import", {}));
  const jobs = await start({
    import: async () => {
      runs++;
      begun.resolve();
      await end.promise;
    },
  });
  await begun.promise;
  const [lock] = await test_.db.query<{ by: string; alive: boolean }>(sql`
    select j.locked_by as by, exists (select 1 from workers w where w.id::text = split_part(j.locked_by, ':', 1)) as alive from graphile_worker.jobs j where j.task_identifier = 'import'`);
  expect(lock!.alive).toBe(true);
  expect(await freeDeadJobs(test_.db, { now: clock.now() })).toEqual([]);
  end.resolve();
  await jobs.stop();
  expect(runs).toBe(1);
});

test("stopping in the moment in which jobs end forgets none of those ends: nothing that was done is done again", async () => {
  for (let round = 0; round < 20; round++) {
    const done = new Set<number>();
    const some = until<void>();
    await test_.db.transaction(async (tx) => {
      for (let n = 0; n < 6; n++) await addJob(tx, "mark", { n });
    });
    const jobs = await start({
      mark: async (payload) => {
        done.add((payload as { n: number }).n);
        if (done.size >= 3) some.resolve();
      },
    });
    await some.promise;
    await jobs.stop();
    const left = await test_.db.query<{ n: number; locked: boolean }>(
      sql`select (payload ->> 'n')::integer as n, locked_by is not null as locked from graphile_worker._private_jobs where task_id = (select id from graphile_worker._private_tasks where identifier = 'mark') order by 1`,
    );
    expect(left.filter((job) => job.locked || done.has(job.n))).toEqual([]);
    await test_.db.query(sql`delete from graphile_worker._private_jobs`);
  }
});
