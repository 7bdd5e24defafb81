import { DAY, HOUR, MINUTE, SECOND } from "@relance/model/base";
import { seededChance } from "../../src/platform/chance/index.ts";
import { openPool } from "../../src/platform/db/pool.ts";
import { raw, sql } from "../../src/platform/db/sql.ts";
import { openEngine, openLeases, type LeaseRole } from "../../src/platform/engine/index.ts";
import { databaseUrl } from "../support/postgres.ts";
import { simDatabase } from "./sim-sql.ts";
import type { Door, Own, Pool, Workload } from "./workload.ts";
import { Finding, makeWorld, newLife, type Life, type World } from "./world.ts";

export interface StoryReport {
  readonly seed: number;
  readonly hash: string;
  readonly simulatedHours: number;
  readonly calls: number;
  readonly faults: number;
  readonly kinds: ReadonlyMap<string, number>;
  readonly kills: number;
  readonly stalls: number;
  readonly parked: number;
  readonly races: number;
  readonly messages: number;
  readonly sends: number;
  readonly uncertain: number;
  readonly audits: number;
}

/** A seed's story went wrong: what was found, and the last calls before it. */
export class StoryFailed extends Error {
  override readonly name = "StoryFailed";
}

export const START = Date.UTC(2026, 10, 23, 9);
const CALM = 6 * SECOND;
const STORM = 45 * SECOND;
const HEAL_WITHIN = 2 * HOUR;
const AUDIT_EVERY = 20 * SECOND;

/**
 * One seed: two http processes, three engines, two deliveries and a client on one real database, in simulated time; calm, then a storm of
 * faults, kills and stalls, then healing, in which everything must come to rest within two simulated hours of work and all books add up.
 * @param options.commits commits fail far more often than they do in a seed's usual storm
 * @throws StoryFailed
 */
export async function tell<Request>(
  seed: number,
  server: string,
  make: (world: World, surprise: (what: string) => void) => Workload<Request>,
  options: { readonly commits?: boolean } = {},
): Promise<StoryReport> {
  const name = `sim_${process.pid}_${seed}_${stories++}`;
  await admin(server, `create database ${name} template relance_template`);
  const real = openPool({
    connection: { connectionString: databaseUrl(server, name) },
    size: 40,
    name: "relance simulation",
    onIdleError: () => undefined,
  });
  const watch = openPool({
    connection: { connectionString: databaseUrl(server, name) },
    size: 1,
    name: "relance watch",
    onIdleError: () => undefined,
  });
  const world = makeWorld({ seed, start: START, watch, ...options });
  const surprises: string[] = [];
  try {
    const workload = make(world, (what) => surprises.push(what));
    await workload.prepare(real);
    return await play(world, real, workload, surprises);
  } catch (error) {
    throw new StoryFailed(
      `seed ${seed}: ${error instanceof Finding ? error.message : (error as Error).stack}\nlast calls:\n  ${world
        .lately()
        .slice(-25)
        .map((line) => line.trim())
        .join("\n  ")}`,
      { cause: error },
    );
  } finally {
    await world.end();
    await watch.close();
    await real.close();
    await admin(server, `drop database ${name} with (force)`);
  }
}

let stories = 0;

async function play<Request>(world: World, real: Pool, workload: Workload<Request>, surprises: string[]): Promise<StoryReport> {
  const cast = makeCast(world, real, workload, surprises);
  let audits = 0;
  const audit = async () => {
    audits++;
    if (surprises.length > 0) throw new Finding(surprises[0]!);
    await workload.checkLive(real);
  };
  // Leaps do not count: a storm is as long as its work.
  const worked = () => world.now() - world.facts.leapt - START;
  const until = async (length: number) => {
    while (worked() < length) {
      await world.run(world.now() + AUDIT_EVERY);
      await audit();
    }
  };
  await until(CALM);
  world.storm = true;
  cast.chaos();
  await until(CALM + STORM);
  world.storm = false;
  cast.heal();
  const healed = worked();
  for (let round = 0; ; round++) {
    await world.run(world.now() + 12 * SECOND);
    if (round % 3 === 0) await audit();
    const rest = await workload.rest(real);
    if (cast.clientDone() && rest.inbox + rest.timers + rest.sends === 0) break;
    if (worked() - healed > HEAL_WITHIN || round > 400)
      throw new Finding(`Not at rest after long peace: ${JSON.stringify(rest)}, client done: ${cast.clientDone()}`);
    if (cast.clientDone() && rest.inbox + rest.sends === 0) world.leap(20 * MINUTE); // only time is left to wait for
  }
  await world.run(world.now() + 5 * SECOND);
  await audit();
  await workload.checkAtRest(real, world.now());
  return {
    seed: world.seed,
    hash: world.hash(),
    simulatedHours: (world.now() - START) / HOUR,
    calls: world.facts.calls,
    faults: [...world.facts.faults.values()].reduce((a, b) => a + b, 0),
    kinds: world.facts.faults,
    kills: world.facts.kills,
    stalls: world.facts.stalls,
    parked: world.facts.parked,
    races: world.facts.races,
    audits,
    ...(await workload.numbers(real)),
  };
}

interface Cast {
  chaos(): void;
  heal(): void;
  clientDone(): boolean;
}

const CASTING = [
  ["http", "http-1"],
  ["http", "http-2"],
  ["engine", "engine-1"],
  ["engine", "engine-2"],
  ["engine", "engine-3"],
  ["delivery", "delivery-1"],
  ["delivery", "delivery-2"],
] as const;

function makeCast<Request>(world: World, real: Pool, workload: Workload<Request>, surprises: string[]): Cast {
  const draw = world.draw.split("cast");
  const lives = new Map<string, Life>();
  const doors = new Map<string, Door<Request>>();
  let births = 0;

  const born = (kind: string, name: string): Own => {
    const life = newLife(kind, name);
    lives.set(name, life);
    births++;
    return {
      name: `${name}, life ${births}`,
      life,
      db: simDatabase(world, life, real.pg),
      clock: world.clockOf(life),
      chance: seededChance(world.draw.split(`chance of ${name}, life ${births}`)),
      slot: 1 + draw.below(2),
    };
  };
  const log = (life: Life) => ({
    warn: () => undefined,
    error: (fields: object, event: string) => {
      const error = (fields as { err?: Error }).err;
      if (!life.dead && event !== "engine.poison") surprises.push(`${life.name} ${event}: ${error?.stack ?? String(error)}`);
    },
  });
  const leasesOf = (own: Own, roles: LeaseRole[]) => {
    const leases = openLeases({
      db: own.db,
      clock: own.clock,
      owner: own.chance.id(own.clock.now()),
      roles,
      host: "sim",
      pid: 1,
      onError: () => undefined,
    });
    void leases.keep(new AbortController().signal);
    return leases;
  };
  const start = (kind: string, name: string) => {
    const own = born(kind, name);
    if (kind === "http") doors.set(name, workload.http(own));
    else if (kind === "delivery") workload.deliver(own, leasesOf(own, ["delivery"]));
    else {
      const engine = openEngine({
        db: own.db,
        clock: own.clock,
        chance: own.chance,
        leases: leasesOf(own, ["engine"]),
        listeners: workload.listeners(own),
        slot: own.slot,
        log: log(own.life),
        timeHeld: () => null,
      });
      void engine.run(new AbortController().signal);
    }
  };
  for (const [kind, name] of CASTING) start(kind, name);
  const client = startClient(world, born("client", "client"), workload, doors, surprises);

  return {
    chaos: () => startChaos(world, lives, start),
    heal() {
      for (const life of lives.values()) life.stalledUntil = 0;
      client.finish();
    },
    clientDone: () => client.done(),
  };
}

/** Kills, stalls and leaps of time, as long as the storm lasts; who was killed is started again soon. */
function startChaos(world: World, lives: ReadonlyMap<string, Life>, start: (kind: string, name: string) => void): void {
  const fate = world.draw.split("chaos");
  const life = newLife("chaos", "chaos");
  const clock = world.clockOf(life);
  void (async () => {
    while (world.storm) {
      await clock.sleep(SECOND + fate.below(7 * SECOND));
      if (!world.storm) return;
      const [kind, name] = fate.pick(CASTING);
      const victim = lives.get(name)!;
      const what = fate.below(10);
      if (what < 5) {
        await world.call(life, "kill", name, () => world.kill(victim));
        if (!victim.dead) continue;
        await clock.sleep(200 + fate.below(6 * SECOND));
        start(kind, name);
      } else if (what < 8) world.stall(victim, SECOND + fate.below(40 * SECOND));
      else world.leap(fate.below(4 * DAY));
    }
  })();
}

/** Sends requests until told to finish; one without an answer, or with "busy", is sent again as it is until it is acknowledged. */
function startClient<Request>(
  world: World,
  own: Own,
  workload: Workload<Request>,
  doors: ReadonlyMap<string, Door<Request>>,
  surprises: string[],
): { finish(): void; done(): boolean } {
  const { clock } = own;
  const draw = world.draw.split("client");
  let finishing = false;
  let open = 0;

  const send = async (request: Request) => {
    open++;
    for (;;) {
      const door = doors.get(draw.pick(["http-1", "http-2"]))!;
      const answer = await Promise.race([
        door.submit(request).then(
          (stored) => ({ stored }),
          (error: unknown) => ({ error: error as { code?: string; status?: number; message: string } }),
        ),
        clock.sleep(15 * SECOND).then(() => null),
      ]);
      if (answer && !("error" in answer && isBusy(answer.error))) {
        const wrong = workload.answered(request, answer);
        if (wrong) surprises.push(wrong);
        break;
      }
      await clock.sleep(200 + draw.below(1500));
    }
    open--;
  };

  void (async () => {
    while (!finishing) {
      await clock.sleep(200 + draw.below(6000));
      // Now and then several at once, and the same again, as clients do.
      for (let n = draw.chance(0.2) ? 4 : 1; n > 0; n--) {
        const request = workload.request(draw, clock.now());
        void send(request);
        if (draw.chance(0.1)) void send(request);
      }
      if (workload.aside && draw.chance(0.15)) {
        open++;
        void workload.aside(own, draw).finally(() => {
          open--;
        });
      }
    }
  })();
  return {
    finish: () => {
      finishing = true;
    },
    done: () => finishing && open === 0,
  };
}

/** A coded 503, or trouble of the database outside the group (an http handler answers it 503 too). */
const isBusy = (error: { code?: string; status?: number; message: string }) =>
  error.status === 503 || error.message.startsWith("injected:");

async function admin(server: string, statement: string): Promise<void> {
  const pool = openPool({ connection: { connectionString: server }, size: 1, name: "relance simulation", onIdleError: () => undefined });
  try {
    await pool.query(sql`${raw(statement)}`);
  } finally {
    await pool.close();
  }
}
