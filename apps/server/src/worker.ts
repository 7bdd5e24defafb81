import { hostname } from "node:os";
import type pg from "pg";
import { z } from "zod";
import type { ProcessRole } from "./config.ts";
import type { Deps } from "./deps.ts";
import { audienceListener, runSync, SYNC_JOB, tendAudiences } from "./domains/audiences/index.ts";
import { countReaders, dropToldBatches } from "./domains/catalog/index.ts";
import { computedListener, settleComputed } from "./domains/computed/index.ts";
import { ASKED_JOB, READ_JOB, runReading, tendShops } from "./domains/connectors/index.ts";
import { mailAdministrators, openDeliveryWorker, openJournal, productDoors, type Replayed } from "./domains/delivery/index.ts";
import { REMOVE_JOB, removeDemo } from "./domains/demo/index.ts";
import { expireForms } from "./domains/forms/index.ts";
import { EXPORT_JOB, runExport, tendExports } from "./domains/exports/index.ts";
import { checkFile, CHECK_JOB, resumeImports, runImport, RUN_JOB } from "./domains/imports/index.ts";
import { openForgetter } from "./domains/ingest/index.ts";
import { dropHeldStarts, journeyListener, lookAtSplits, recheckSends } from "./domains/journeys/index.ts";
import { planNightly, REFRESH_JOB, runRefresh } from "./domains/predictions/index.ts";
import {
  askAddresses,
  askDomains,
  COUNT_JOB,
  FIX_JOB,
  readinessListener,
  runCount,
  runFix,
  tendFixes,
  tendReadiness,
} from "./domains/readiness/index.ts";
import { REHEARSE_JOB, runRehearsal, tendRehearsals } from "./domains/rehearsals/index.ts";
import { ERASE_SHOP_JOB, eraseShop, hearShop, repeatErasure, shopAsked, tendRights } from "./domains/rights/index.ts";
import { ALERT_JOB, alertOf, PULL_JOB, pullSync, tendSyncs } from "./domains/syncs/index.ts";
import { mentionedValues, dropStaleTotals, segmentListener, settleGrounds, tendQueries } from "./domains/segments/index.ts";
import { closeRenderPool } from "./domains/messages/index.ts";
import { EQUATIONS } from "./books.ts";
import { openAuditor } from "./platform/books.ts";
import { openHints } from "./platform/db/hints.ts";
import type { DatabaseClock } from "./platform/clock/index.ts";
import { forgetDeadWorkers, openEngine, openLeases, type Engine, type LeaseRole } from "./platform/engine/index.ts";
import type { Listener } from "./platform/engine.ts";
import type { ProcessNumbers } from "./platform/metrics.ts";
import { startJobs, type JobHandler } from "./platform/jobs/index.ts";

/**
 * THE MAP OF THE SYSTEM: who listens to what, in the order they are called inside one engine turn. A fact that a listener returns goes
 * to those after it in the same transaction.
 */
export function listeners(_deps: Deps): readonly Listener[] {
  return [computedListener, segmentListener, journeyListener, audienceListener, readinessListener];
}

const exportJob = z.strictObject({ workspace: z.string(), id: z.string() });

const importJob = z.strictObject({ workspace: z.string(), id: z.string() });

const removeJob = z.strictObject({ workspace: z.string(), by: z.strictObject({ kind: z.enum(["user", "key"]), id: z.string() }) });

const refreshJob = z.strictObject({ workspace: z.string(), id: z.string() });

const syncJob = z.strictObject({ workspace: z.string(), id: z.string() });

const countJob = z.strictObject({ workspace: z.string() });

const fixJob = z.strictObject({ workspace: z.string(), id: z.string() });
const readJob = z.strictObject({ workspace: z.string(), id: z.string() });

const pullJob = z.strictObject({ workspace: z.string(), id: z.string() });

const rightsJob = z.strictObject({ workspace: z.string(), id: z.string() });

const rehearsalJob = z.strictObject({ workspace: z.string(), id: z.string() });

/** Occasional work by name. Names are stored; they never change. */
export function jobHandlers(deps: Deps): Readonly<Record<string, JobHandler>> {
  return {
    [CHECK_JOB]: (payload) => checkFile(deps, importJob.parse(payload)),
    [RUN_JOB]: (payload) => runImport(deps, importJob.parse(payload)),
    [EXPORT_JOB]: (payload, { signal, lastAttempt }) => runExport(deps, { ...exportJob.parse(payload), signal, lastAttempt }),
    [REFRESH_JOB]: (payload, { signal, lastAttempt }) =>
      runRefresh(deps, { ...refreshJob.parse(payload), heard: (db, workspace) => mentionedValues(db, { workspace }), signal, lastAttempt }),
    [SYNC_JOB]: (payload, { signal }) => runSync(deps, { ...syncJob.parse(payload), signal }),
    [COUNT_JOB]: (payload, { signal }) => runCount(deps, { ...countJob.parse(payload), signal }),
    [FIX_JOB]: (payload, { signal }) => runFix(deps, { ...fixJob.parse(payload), signal }),
    [READ_JOB]: (payload, { signal }) => runReading(deps, { ...readJob.parse(payload), signal }),
    [ASKED_JOB]: (payload) => hearShop(deps, shopAsked.parse(payload)),
    [ERASE_SHOP_JOB]: (payload, { signal }) => eraseShop(deps, { ...rightsJob.parse(payload), signal }),
    [PULL_JOB]: (payload) => pullSync(deps, pullJob.parse(payload)),
    [ALERT_JOB]: (payload) => alertAdministrators(deps, pullJob.parse(payload)),
    [REHEARSE_JOB]: (payload, { signal, lastAttempt }) =>
      runRehearsal(deps, { ...rehearsalJob.parse(payload), listeners: listeners(deps), signal, lastAttempt }),
    [REMOVE_JOB]: (payload, { signal }) => removeDemo(deps, { ...removeJob.parse(payload), signal }),
  };
}

async function alertAdministrators(deps: Deps, key: z.infer<typeof pullJob>): Promise<void> {
  const notice = await alertOf(deps, key);
  if (notice) await mailAdministrators(deps, { workspace: key.workspace, ...notice });
}

/** What is looked after every half minute by the role `jobs`; each is cheap when there is nothing to do. */
function upkeep(deps: Deps): readonly (() => Promise<unknown>)[] {
  const audit = openAuditor(deps.ports.sql, EQUATIONS, (equation, what) =>
    deps.log.error({ equation: equation.name, rows: what.slice(0, 20), of: what.length }, "books.mismatch"),
  );
  return [
    () => forgetDeadWorkers(deps.ports.sql, { now: deps.ports.clock.now() }),
    () => resumeImports(deps),
    () => tendExports(deps),
    () => tendRights(deps),
    () => tendShops(deps),
    () => tendSyncs(deps),
    () => planNightly(deps),
    () => lookAtSplits(deps),
    () => countReaders(deps),
    () => tendRehearsals(deps),
    () => tendReadiness(deps),
    () => tendFixes(deps),
    () => askDomains(deps),
    () => askAddresses(deps),
    () => expireForms(deps),
    () => dropStaleTotals(deps.ports.sql),
    () => tendQueries(deps),
    () => settleGrounds(deps.ports.sql, { now: deps.ports.clock.now() }),
    () => settleComputed(deps.ports.sql),
    () => dropToldBatches(deps.ports.sql),
    openForgetter(deps.ports.sql, deps.ports.clock),
    () => dropHeldStarts(deps.ports.sql, { now: deps.ports.clock.now() }),
    audit,
  ];
}

export interface WorkerOptions {
  /** Dependencies with the pool of one role. */
  readonly forRole: (role: ProcessRole) => Deps;
  readonly roles: readonly ProcessRole[];
  readonly connection: pg.PoolConfig;
  readonly clock: DatabaseClock;
  readonly onPoke: (wake: () => void) => void;
}

export interface Worker {
  /** What an older database was told at this start of what it had forgotten; null: it had forgotten nothing. */
  readonly restored: Replayed | null;
  /** What keeps the work from going on; null when all is well. */
  problem(): { code: string; message: string } | null;
  readonly numbers: Pick<ProcessNumbers, "engine" | "takeovers" | "heldBuckets">;
  stop(): Promise<void>;
}

const UPKEEP_EVERY = 30_000;
// A change in an audience is told at most this long after it was noted, plus the time of the call.
const TELL_EVERY = 5_000;

// While the line of hints stands, looking is a safety net; without it, it is how news of other processes is found. In ms.
const ENGINE_LOOKS = 5_000;
const DELIVERY_LOOKS = 5_000;
const UNTOLD = 250;

/** Starts the roles of this process that work without being asked: engine, delivery, jobs. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { clock, roles } = options;
  const base = options.forRole(roles[0]!);
  const owner = base.ports.chance.id(clock.now());
  const leaseRoles = roles.filter((role): role is LeaseRole => role === "engine" || role === "delivery");
  const stopping = new AbortController();
  const running: Promise<void>[] = [];
  const wakers: (() => void)[] = [];
  const wake = () => wakers.forEach((one) => one());

  // A process of the jobs role beats too: its jobs are taken for abandoned when it is silent.
  const leases = openLeases({
    db: (leaseRoles[0] ? options.forRole(leaseRoles[0]) : base).ports.sql,
    clock,
    owner,
    roles: leaseRoles,
    host: hostname(),
    pid: process.pid,
    onError: (error) => base.log.warn({ err: error }, "leases.not_renewed"),
    onChange: wake,
  });
  const hints = openHints({ connection: options.connection, db: base.ports.sql, clock, owner, others: leases.others, onHint: wake });
  running.push(hints.run(stopping.signal));
  options.onPoke(() => {
    wake();
    hints.tell();
  });

  // Before anything may leave: whether this database is older than what the journal beside it remembers.
  const journal =
    leaseRoles.length > 0
      ? openJournal({
          ports: base.ports,
          secrets: base.secrets,
          log: base.log,
          folder: `${base.config.dataFolder}/journal`,
          erase: (one) => repeatErasure(base, one),
        })
      : null;
  const restored = (await journal?.beat()) ?? null;
  if (journal) running.push(repeat(base, [() => journal.beat()], UPKEEP_EVERY, stopping.signal));
  await leases.beat();
  running.push(leases.keep(stopping.signal));

  let engine: Engine | undefined;
  let pokeDelivery = () => {};
  if (roles.includes("engine")) {
    const deps = options.forRole("engine");
    engine = openEngine({
      db: deps.ports.sql,
      clock,
      chance: deps.ports.chance,
      leases,
      listeners: [...listeners(deps), journal!.listener],
      slot: slotOf(owner),
      log: deps.log,
      timeHeld: () => clock.guard.held(),
      onWake: () => {
        pokeDelivery();
        hints.tell();
      },
      longestSleep: () => (hints.up ? ENGINE_LOOKS : UNTOLD),
    });
    const opened = engine;
    wakers.push(() => opened.poke());
    running.push(opened.run(stopping.signal));
  }
  if (roles.includes("delivery")) {
    const deps = options.forRole("delivery");
    const delivery = openDeliveryWorker({
      ports: deps.ports,
      log: deps.log,
      config: deps.config,
      secrets: deps.secrets,
      leases,
      doors: productDoors({ ...deps, recheck: recheckSends }),
      slot: slotOf(owner),
      journal: journal!,
      lookEvery: () => (hints.up ? DELIVERY_LOOKS : UNTOLD * 4),
      onRecorded: () => {
        engine?.poke();
        hints.tell();
      },
      timeHeld: () => clock.guard.held() !== null,
    });
    pokeDelivery = () => delivery.poke();
    wakers.push(pokeDelivery);
    running.push(delivery.run(stopping.signal));
  }
  const jobs = roles.includes("jobs") ? await startOccasional(options, owner, stopping.signal, running) : null;
  return {
    restored,
    problem: () => {
      const held = clock.guard.held();
      return held ? { code: held.reason, message: "The clocks disagree; timers and sends wait." } : null;
    },
    numbers: {
      ...(engine && { engine: engine.totals }),
      takeovers: leases.takeovers,
      heldBuckets: () => leaseRoles.map((role) => ({ role, n: leases.held(role).size })),
    },
    async stop() {
      stopping.abort();
      wake();
      await jobs?.stop();
      await Promise.all(running);
      await closeRenderPool();
      await leases.release();
    },
  };
}

/** Which of the spread counter rows a process writes. */
const slotOf = (owner: string) => 1 + (Number.parseInt(owner.slice(-4), 16) % 7);

async function startOccasional(options: WorkerOptions, owner: string, signal: AbortSignal, running: Promise<void>[]) {
  const deps = options.forRole("jobs");
  running.push(repeat(deps, upkeep(deps), UPKEEP_EVERY, signal), repeat(deps, [() => tendAudiences(deps)], TELL_EVERY, signal));
  return startJobs({
    connection: options.connection,
    db: deps.ports.sql,
    clock: options.clock,
    owner,
    handlers: jobHandlers(deps),
    size: 2,
    log: deps.log,
  });
}

async function repeat(deps: Deps, chores: readonly (() => Promise<unknown>)[], every: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const chore of chores) await chore().catch((error: unknown) => deps.log.error({ err: error }, "upkeep.failed"));
    await deps.ports.clock.sleep(every, signal);
  }
}
