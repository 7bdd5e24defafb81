import { createHash } from "node:crypto";
import type { Instant } from "@relance/model/base";
import { seededGenerator, type Generator } from "../../src/platform/chance/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { sql } from "../../src/platform/db/sql.ts";
import type { Clock } from "../../src/platform/ports.ts";

/**
 * A world in which time is simulated and everything that leaves a process goes one call at a time (RELIABILITY §5.2). Each port call of
 * each actor waits until the scheduler, drawing from the seed, lets it through; between two calls only plain code runs. The database is
 * real, and sees a total order of statements, so one seed always tells one story.
 */
export interface World {
  readonly seed: number;
  readonly draw: Generator;
  now(): Instant;
  /** Whether faults strike now. */
  storm: boolean;
  /** One port call of an actor: waits for its turn, then runs. Never answers a dead actor. */
  call<T>(life: Life, site: string, label: string, run: () => Promise<T>): Promise<T>;
  clockOf(life: Life): Clock;
  /** Kills an actor: what it was doing is cut off, its open transactions are rolled back. */
  kill(life: Life): Promise<void>;
  /** The actor does nothing for a while, then goes on as if nothing had been. */
  stall(life: Life, ms: number): void;
  /** Everybody sleeps this long at once: a machine that was suspended. */
  leap(ms: number): void;
  /** Draws whether a fault strikes at this site, and which of these. */
  fault<M extends string>(site: string, modes: readonly M[]): M | null;
  note(text: string): void;
  /** Everybody dies; what was open at the server is rolled back. */
  end(): Promise<void>;
  /** Runs until the moment, or until `done` says so. @throws Finding when nothing can go on */
  run(until: Instant, done?: () => boolean): Promise<void>;
  readonly facts: { calls: number; faults: Map<string, number>; kills: number; stalls: number; parked: number; leapt: number };
  /** Hash of the story so far: every call with its outcome. */
  hash(): string;
  /** The last calls, for reading a failure. */
  lately(): readonly string[];
}

/** One life of an actor's process. */
export interface Life {
  readonly name: string;
  readonly kind: string;
  dead: boolean;
  stalledUntil: Instant;
  /** Cuts off the open transactions at death; each resolves when the server has rolled back. */
  readonly open: Set<{ cut(): Promise<void> }>;
}

/** Something that must not be: the world's answer to a broken promise. */
export class Finding extends Error {
  override readonly name = "Finding";
}

export const newLife = (kind: string, name: string): Life => ({ name, kind, dead: false, stalledUntil: 0, open: new Set() });

interface Call {
  readonly life: Life;
  readonly site: string;
  readonly label: string;
  readonly run: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Sleeper {
  readonly life: Life;
  readonly due: number;
  readonly order: number;
  readonly wake: () => void;
}

const LATELY = 60;
/** A story of more calls than this goes round in circles. */
const MOST_CALLS = 150_000;

export function makeWorld(options: { seed: number; start: Instant; /** to see who waits for a lock */ watch: Database }): World {
  const root = seededGenerator(options.seed);
  const schedule = root.split("schedule");
  const storms = root.split("faults");
  let passed = 0;
  let order = 0;
  let pending: Call[] = [];
  let parked: { call: Call; settled: Promise<void> }[] = [];
  const everybody = new Set<Life>();
  const sleepers = new Set<Sleeper>();
  const story = createHash("sha256");
  const lately: string[] = [];
  const armed = new Map<string, number>();
  // Swarm: some seeds know only some kinds of faults (a kind left out is never drawn).
  const leftOut = (mode: string) => storms.split(`kind:${mode}`).chance(0.35);
  const facts: World["facts"] = { calls: 0, faults: new Map(), kills: 0, stalls: 0, parked: 0, leapt: 0 };
  const now = () => options.start + passed;

  const tell = (line: string) => {
    story.update(line);
    lately.push(`${new Date(now()).toISOString()} ${line.slice(0, 220)}`);
    if (lately.length > LATELY) lately.shift();
  };

  const settle = async (call: Call, result: Promise<unknown>) => {
    try {
      const value = await result;
      tell(`${call.life.name} ${call.site} ${call.label} → ${JSON.stringify(value) ?? ""}\n`);
      if (!call.life.dead) call.resolve(value);
    } catch (error) {
      tell(`${call.life.name} ${call.site} ${call.label} ✗ ${(error as { code?: string }).code ?? (error as Error).name}\n`);
      if (!call.life.dead) call.reject(error);
    }
  };

  const lockWaits = async () => {
    const [row] = await options.watch.query<{ n: number }>(sql`select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    return row!.n;
  };

  const execute = async (call: Call) => {
    if (++facts.calls > MOST_CALLS) throw new Finding(`More than ${MOST_CALLS} calls: somebody goes round in circles`);
    passed += schedule.below(4);
    let done = false;
    const settled = settle(call, call.run()).then(() => { done = true; });
    for (let waited = 0; !done; waited++) {
      await Promise.race([settled, delay(waited < 3 ? 4 : 20)]);
      if (done || waited < 1) continue;
      if ((await lockWaits()) > parked.length) {
        facts.parked++;
        parked.push({ call, settled });
        tell(`${call.life.name} ${call.site} waits for a lock\n`);
        return;
      }
      if (waited > 2000) throw new Finding(`A call of ${call.life.name} never ends: ${call.label}`);
    }
    await unpark();
  };

  /** Lets those go on whose lock was released by the last call. */
  const unpark = async () => {
    while (parked.length > 0) {
      const waits = await lockWaits();
      if (waits >= parked.length) return;
      const first = await Promise.race(parked.map((one) => one.settled.then(() => one)));
      parked = parked.filter((one) => one !== first);
      await quiet();
    }
  };

  const awake = (life: Life) => !life.dead && life.stalledUntil <= now();

  const nextSleeper = (): { sleeper: Sleeper; at: number } | null => {
    let best: { sleeper: Sleeper; at: number } | null = null;
    for (const sleeper of sleepers) {
      if (sleeper.life.dead) { sleepers.delete(sleeper); continue; }
      const at = Math.max(sleeper.due, sleeper.life.stalledUntil - options.start);
      if (!best || at < best.at || (at === best.at && sleeper.order < best.sleeper.order)) best = { sleeper, at };
    }
    return best;
  };

  const world: World = {
    seed: options.seed,
    draw: root,
    storm: false,
    now,
    facts,
    call<T>(life: Life, site: string, label: string, run: () => Promise<T>): Promise<T> {
      everybody.add(life);
      return new Promise<T>((resolve, reject) => {
        if (!life.dead) pending.push({ life, site: `${life.kind}.${site}`, label, run, resolve: resolve as (value: unknown) => void, reject });
      });
    },
    clockOf: (life) => ({
      now,
      monotonic: () => passed,
      sleep: (ms, signal) => new Promise<void>((resolve) => {
        if (life.dead) return;
        if (signal?.aborted || !(ms > 0)) return resolve();
        const sleeper: Sleeper = { life, due: passed + ms, order: order++, wake: () => { sleepers.delete(sleeper); signal?.removeEventListener("abort", sleeper.wake); resolve(); } };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      }),
    }),
    async kill(life) {
      if (parked.some((one) => one.call.life === life)) return; // its statement still waits at the server; another time
      life.dead = true;
      facts.kills++;
      tell(`kill ${life.name}\n`);
      pending = pending.filter((call) => call.life !== life);
      await Promise.all([...life.open].map((open) => open.cut()));
      await unpark();
    },
    stall(life, ms) {
      facts.stalls++;
      tell(`stall ${life.name} ${ms}\n`);
      life.stalledUntil = now() + ms;
    },
    leap(ms) {
      facts.leapt += ms;
      tell(`leap ${ms}\n`);
      passed += ms;
    },
    fault(site, modes) {
      if (!world.storm) return null;
      if (!armed.has(site)) {
        const arm = storms.split(`arm:${site}`);
        armed.set(site, arm.chance(0.25) ? arm.pick([0.01, 0.05, 0.25]) : 0);
      }
      if (!storms.chance(armed.get(site)!)) return null;
      const mode = storms.pick(modes);
      if (leftOut(mode)) return null;
      facts.faults.set(mode, (facts.faults.get(mode) ?? 0) + 1);
      return mode;
    },
    async end() {
      for (const life of everybody) life.dead = true;
      await Promise.all([...everybody].flatMap((life) => [...life.open]).map((open) => open.cut()));
      await Promise.all(parked.map((one) => one.settled));
    },
    note: (text) => tell(`${text}\n`),
    async run(until, done) {
      for (;;) {
        await quiet();
        if (done?.() || now() >= until) return;
        const ready = pending.filter((call) => awake(call.life));
        if (ready.length > 0) {
          const call = schedule.pick(ready);
          pending = pending.filter((one) => one !== call);
          await execute(call);
          continue;
        }
        const next = nextSleeper();
        const stalled = pending.length > 0 ? Math.min(...pending.map((call) => call.life.stalledUntil)) - options.start : Infinity;
        if (!next && stalled === Infinity) {
          throw new Finding(parked.length > 0 ? `Everybody waits for a lock: ${parked.map((one) => `${one.call.life.name} ${one.call.label.slice(0, 80)}`).join(" | ")}` : "Nobody has anything left to do");
        }
        const at = Math.min(next?.at ?? Infinity, stalled);
        passed = Math.max(passed, Math.min(at, until - options.start));
        if (next && next.at <= passed) next.sleeper.wake();
      }
    },
    hash: () => story.copy().digest("hex").slice(0, 16),
    lately: () => lately,
  };
  return world;
}

/** Until every promise callback that can run has run: two turns of the event loop with nothing new. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => { setImmediate(resolve); });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
