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
  /** One port call of an actor: waits for its turn, then runs. Never answers a dead actor. `backend` tells which server process it may wait in. */
  call<T>(life: Life, site: string, label: string, run: () => Promise<T>, backend?: () => number | undefined): Promise<T>;
  clockOf(life: Life): Clock;
  /** Kills an actor: what it was doing is cut off, its open transactions are rolled back. */
  kill(life: Life): Promise<void>;
  /** The actor does nothing for a while, then goes on as if nothing had been. */
  stall(life: Life, ms: number): void;
  /** Everybody sleeps this long at once: a machine that was suspended. */
  leap(ms: number): void;
  /** Draws whether a fault strikes at this site, and which of these; a `commit` strikes more often where that is asked for. */
  fault<M extends string>(site: string, modes: readonly M[], commit?: boolean): M | null;
  note(text: string): void;
  /** Everybody dies; what was open at the server is rolled back. */
  end(): Promise<void>;
  /** Runs until the moment, or until `done` says so. @throws Finding when nothing can go on */
  run(until: Instant, done?: () => boolean): Promise<void>;
  readonly facts: {
    calls: number;
    faults: Map<string, number>;
    kills: number;
    stalls: number;
    parked: number;
    leapt: number;
    /** Times two waited for the same one: who goes first is the server's choice, and from there on a story may differ. */ races: number;
  };
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
  readonly open: Set<() => Promise<void>>;
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
  /** When it reaches the other side: the line takes its time. */
  readonly due: number;
  readonly backend: (() => number | undefined) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A call under way at the server. */
interface Running {
  readonly call: Call;
  outcome: { readonly value: unknown } | { readonly error: unknown } | null;
  readonly ended: Promise<void>;
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

export function makeWorld(options: {
  seed: number;
  start: Instant;
  /** to see who waits for a lock */ watch: Database;
  commits?: boolean;
}): World {
  const root = seededGenerator(options.seed);
  const schedule = root.split("schedule");
  const latency = root.split("latency");
  const storms = root.split("faults");
  let passed = 0;
  let order = 0;
  let pending: Call[] = [];
  let parked: Running[] = [];
  const everybody = new Set<Life>();
  const sleepers = new Set<Sleeper>();
  const story = createHash("sha256");
  const lately: string[] = [];
  const armed = new Map<string, number>();
  // Swarm: some seeds know only some kinds of faults (a kind left out is never drawn).
  const leftOut = (mode: string) => storms.split(`kind:${mode}`).chance(0.35);
  const facts: World["facts"] = { calls: 0, faults: new Map(), kills: 0, stalls: 0, parked: 0, leapt: 0, races: 0 };
  const now = () => options.start + passed;

  const tell = (line: string) => {
    story.update(line);
    lately.push(`${new Date(now()).toISOString()} ${line.slice(0, 220)}`);
    if (lately.length > LATELY) lately.shift();
  };

  const finish = ({ call, outcome }: Running) => {
    if (outcome && "value" in outcome) tell(`${call.life.name} ${call.site} ${call.label} → ${JSON.stringify(outcome.value) ?? ""}\n`);
    else if (outcome)
      tell(
        `${call.life.name} ${call.site} ${call.label} ✗ ${(outcome.error as { code?: string }).code ?? (outcome.error as Error).name}\n`,
      );
    if (call.life.dead || !outcome) return;
    if ("value" in outcome) call.resolve(outcome.value);
    else call.reject(outcome.error);
  };

  /** Which of these wait for a lock someone else holds. */
  const blocked = async (running: readonly Running[]): Promise<Set<Running>> => {
    const backends = running.map((one) => one.call.backend?.() ?? 0);
    const rows = await options.watch.query<{ pid: number }>(
      sql`select pid from unnest(${backends}::integer[]) as b (pid) where cardinality(pg_blocking_pids(pid)) > 0 order by pid`,
    );
    const waiting = new Set(rows.map((row) => row.pid));
    return new Set(running.filter((_, i) => waiting.has(backends[i]!)));
  };

  const sameBlocker = async (waiting: readonly Running[]): Promise<boolean> => {
    const backends = waiting.map((one) => one.call.backend?.() ?? 0);
    const rows = await options.watch.query<{ n: number }>(
      sql`select count(*) as n from unnest(${backends}::integer[]) as b (pid) cross join unnest(pg_blocking_pids(b.pid)) as by (pid) group by by.pid order by 1 desc limit 1`,
    );
    return (rows[0]?.n ?? 0) > 1;
  };

  /**
   * Until each call under way has either ended or stands waiting for a lock. Only then does anybody hear of the results, in the order
   * the calls were made: how fast the server was must not show.
   */
  const stand = async (running: readonly Running[]) => {
    for (let round = 0; ; round++) {
      const open = running.filter((one) => !one.outcome);
      if (open.length === 0) return;
      await Promise.race([...open.map((one) => one.ended), delay(round < 3 ? 3 : 15)]);
      const still = open.filter((one) => !one.outcome);
      if (still.length === 0) continue;
      if (round > 0 && (await blocked(still)).size === still.length && still.every((one) => !one.outcome)) return;
      if (round > 2000) throw new Finding(`A call of ${still[0]!.call.life.name} never ends: ${still[0]!.call.label}`);
    }
  };

  const execute = async (call: Call) => {
    if (++facts.calls > MOST_CALLS) throw new Finding(`More than ${MOST_CALLS} calls: somebody goes round in circles`);
    const running: Running = {
      call,
      outcome: null,
      ended: call.run().then(
        (value) => {
          running.outcome = { value };
        },
        (error: unknown) => {
          running.outcome = { error };
        },
      ),
    };
    await stand([...parked, running]);
    if (!running.outcome) {
      facts.parked++;
      tell(`${call.life.name} ${call.site} waits for a lock\n`);
      const waiting = [...parked, running].filter((one) => !one.outcome);
      if (waiting.length > 1 && (await sameBlocker(waiting))) facts.races++;
    }
    const all = [...parked, running];
    parked = all.filter((one) => !one.outcome);
    for (const one of all) if (one.outcome) finish(one);
  };

  const awake = (life: Life) => !life.dead && life.stalledUntil <= now();

  const nextSleeper = (): { sleeper: Sleeper; at: number } | null => {
    let best: { sleeper: Sleeper; at: number } | null = null;
    for (const sleeper of sleepers) {
      if (sleeper.life.dead) {
        sleepers.delete(sleeper);
        continue;
      }
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
    call<T>(life: Life, site: string, label: string, run: () => Promise<T>, backend?: () => number | undefined): Promise<T> {
      everybody.add(life);
      return new Promise<T>((resolve, reject) => {
        const takes = latency.chance(world.storm ? 0.06 : 0.01) ? latency.below(600) : 1 + latency.below(5);
        if (!life.dead)
          pending.push({
            due: passed + takes,
            life,
            site: `${life.kind}.${site}`,
            label,
            run,
            backend,
            resolve: resolve as (value: unknown) => void,
            reject,
          });
      });
    },
    clockOf: (life) => ({
      now,
      monotonic: () => passed,
      sleep: (ms, signal) =>
        new Promise<void>((resolve) => {
          if (life.dead) return;
          if (signal?.aborted || !(ms > 0)) return resolve();
          const sleeper: Sleeper = {
            life,
            due: passed + ms,
            order: order++,
            wake: () => {
              sleepers.delete(sleeper);
              signal?.removeEventListener("abort", sleeper.wake);
              resolve();
            },
          };
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
      await Promise.all([...life.open].map((cut) => cut()));
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
    fault(site, modes, commit = false) {
      if (!world.storm) return null;
      if (!armed.has(site)) {
        const arm = storms.split(`arm:${site}`);
        armed.set(site, commit && options.commits ? arm.pick([0.1, 0.3]) : arm.chance(0.25) ? arm.pick([0.01, 0.05, 0.25]) : 0);
      }
      if (!storms.chance(armed.get(site)!)) return null;
      const mode = storms.pick(modes);
      if (leftOut(mode)) return null;
      facts.faults.set(mode, (facts.faults.get(mode) ?? 0) + 1);
      return mode;
    },
    async end() {
      for (const life of everybody) life.dead = true;
      await Promise.all([...everybody].flatMap((life) => [...life.open]).map((cut) => cut()));
      await Promise.all(parked.map((one) => one.ended));
    },
    note: (text) => tell(`${text}\n`),
    async run(until, done) {
      for (;;) {
        await quiet();
        if (done?.() || now() >= until) return;
        const ready = pending.filter((call) => call.due <= passed && awake(call.life));
        if (ready.length > 0) {
          const call = schedule.pick(ready);
          pending = pending.filter((one) => one !== call);
          await execute(call);
          continue;
        }
        const next = nextSleeper();
        const arrival = Math.min(Infinity, ...pending.map((call) => Math.max(call.due, call.life.stalledUntil - options.start)));
        if (!next && arrival === Infinity) {
          throw new Finding(
            parked.length > 0
              ? `Everybody waits for a lock: ${parked.map((one) => `${one.call.life.name} ${one.call.label.slice(0, 80)}`).join(" | ")}`
              : "Nobody has anything left to do",
          );
        }
        const at = Math.min(next?.at ?? Infinity, arrival);
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
  for (let i = 0; i < 2; i++)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
