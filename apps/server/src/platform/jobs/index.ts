import { EventEmitter } from "node:events";
import { Logger as WorkerLogger, run, runMigrations, type Runner, type TaskList, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { SECOND, type Id } from "@relance/model/base";
import type { Db, Tx } from "../db/database.ts";
import { sql, ts } from "../db/sql.ts";
import type { Clock } from "../ports.ts";

/**
 * Occasional jobs (imports, builds, exports, reports) by graphile-worker, in a schema of its own. Journey steps and sends never go
 * through here. A job exists if and only if the transaction that added it was committed; it runs at least once, so it must be able to
 * begin again. Jobs of a process that died are freed after 30 s of its silence.
 */
interface JobContext {
  readonly job: string;
  /** 1 at the first try. */
  readonly attempt: number;
  readonly lastAttempt: boolean;
  /** Aborts when the process shuts down; a job that takes long stops at a safe place and throws to be run again. */
  readonly signal: AbortSignal;
}

export type JobHandler = (payload: unknown, context: JobContext) => Promise<void>;

export interface StartJobs {
  readonly connection: pg.PoolConfig;
  readonly db: Db;
  readonly clock: Clock;
  /** This process in the table `workers`. */
  readonly owner: Id;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  /** Jobs at a time. */
  readonly size: number;
  readonly log: { info(fields: object, event: string): void; error(fields: object, event: string): void };
}

const TRIES = 5;
const DEAD_AFTER = 30 * SECOND;
const LOOK_EVERY = 10 * SECOND;
/** New jobs are told by NOTIFY; looking finds those whose time has come and what was not told. */
const JOBS_LOOK = 5 * SECOND;

/** Makes or brings up to date graphile-worker's own tables; by every process at start, before the first `add`. */
export async function migrateJobs(connection: pg.PoolConfig): Promise<void> {
  const pool = ownPool(connection, 1);
  try {
    await runMigrations({ pgPool: pool, logger: silent });
  } finally {
    await pool.end();
  }
}

/** Adds a job inside the caller's transaction; with a key, a waiting job of the same key is replaced. */
export async function addJob(tx: Tx, name: string, payload: unknown, options: { readonly key?: string } = {}): Promise<void> {
  await tx.query(sql`
    select id from graphile_worker.add_job(
      identifier => ${name}::text, payload => ${JSON.stringify(payload ?? {})}::json, max_attempts => ${TRIES}::integer,
      job_key => ${options.key ?? null}::text, job_key_mode => 'replace'
    )`);
}

/** Runs jobs until stopped. `stop` waits for those under way after telling them. */
export async function startJobs(options: StartJobs): Promise<{ stop(): Promise<void> }> {
  const pool = ownPool(options.connection, options.size * 2 + 1);
  pool.on("error", (error) => options.log.error({ err: error }, "jobs.connection_lost"));
  const stopping = new AbortController();
  const logger = new WorkerLogger(() => (level, message, meta) => {
    if (level === "error" || level === "warning")
      options.log.error({ message, err: (meta as { error?: unknown } | undefined)?.error }, "jobs.trouble");
  });
  const taskList = tasks(options, stopping.signal);
  const runners: Runner[] = [];
  for (let i = 0; i < options.size; i++) {
    const events: WorkerEvents = new EventEmitter();
    // Jobs are locked in the name of the library's pool, a random one that it tells nobody. Ours says which process it is, or a job that runs
    // would look like a dead one's and be given to a second runner. Said before the pool takes its first job; a test looks at the lock.
    events.on("pool:create", ({ workerPool }) => {
      workerPool.id = `${options.owner}:${i}`;
    });
    // Without batching the library forgets to wait for its last `complete` when it stops (30 stops under load left 18 finished jobs
    // locked, to be run again); with it, however short the delay, the stop waits.
    const preset = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } };
    runners.push(
      await run({
        pgPool: pool,
        taskList,
        events,
        preset,
        concurrency: 1,
        noHandleSignals: true,
        parsedCronItems: [],
        pollInterval: JOBS_LOOK,
        logger,
      }),
    );
  }
  const freeing = (async () => {
    while (!stopping.signal.aborted) {
      await freeDeadJobs(options.db, { now: options.clock.now() }).catch((error: unknown) =>
        options.log.error({ err: error }, "jobs.trouble"),
      );
      await options.clock.sleep(LOOK_EVERY, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await Promise.all([freeing, ...runners.map((runner) => runner.stop().catch(() => undefined))]);
      await pool.end();
    },
  };
}

/** Frees the jobs of processes that have been silent for 30 s, to be run again. @returns the dead ones' names */
export async function freeDeadJobs(db: Db, input: { readonly now: number }): Promise<string[]> {
  const dead = await db.query<{ worker: string }>(sql`
    select distinct j.locked_by as worker from graphile_worker.jobs j
    where j.locked_by is not null and not exists (
      select 1 from workers w where w.id::text = split_part(j.locked_by, ':', 1) and w.heartbeat_at > ${ts(input.now - DEAD_AFTER)}::timestamptz
    )
    order by 1`);
  const workers = dead.map((row) => row.worker);
  if (workers.length > 0) await db.query(sql`select graphile_worker.force_unlock_workers(${workers}::text[])`);
  return workers;
}

function tasks(options: StartJobs, signal: AbortSignal): TaskList {
  return Object.fromEntries(
    Object.entries(options.handlers).map(([name, handler]) => [
      name,
      async (payload: unknown, helpers: { job: { id: string; attempts: number; max_attempts: number } }) => {
        const { job } = helpers;
        const started = options.clock.monotonic();
        try {
          await handler(payload, { job: job.id, attempt: job.attempts, lastAttempt: job.attempts >= job.max_attempts, signal });
          options.log.info({ job: job.id, name, ms: Math.round(options.clock.monotonic() - started) }, "jobs.done");
        } catch (error) {
          options.log.error({ job: job.id, name, attempt: job.attempts, err: error }, "jobs.failed");
          throw error;
        }
      },
    ]),
  );
}

// Its own pool: graphile-worker reads its tables with pg's usual types, ours are different.
function ownPool(connection: pg.PoolConfig, size: number): pg.Pool {
  const pool = new pg.Pool({ ...connection, max: size, application_name: "relance jobs" });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
  }); // a lost connection fails its query; this keeps the process alive
  return pool;
}

const silent = new WorkerLogger(() => () => undefined);
