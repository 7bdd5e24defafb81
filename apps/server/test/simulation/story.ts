import { DAY, HOUR, MINUTE, SECOND, type Id } from "@relance/model/base";
import { seededChance } from "../../src/platform/chance/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { openPool } from "../../src/platform/db/pool.ts";
import { raw, sql } from "../../src/platform/db/sql.ts";
import { openEngine, openLeases, type LeaseRole } from "../../src/platform/engine/index.ts";
import { groupCommit, type GroupCommit } from "../../src/platform/group-commit.ts";
import { databaseUrl } from "../support/postgres.ts";
import { failure } from "../support/faulty-db.ts";
import { checkAtRest, checkLive, type Known } from "./books.ts";
import { simDatabase } from "./sim-sql.ts";
import { deliverToy, makeToyTables, storeToyRequests, toyListener, type FarSide, type ToyRequest } from "./toy.ts";
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
  readonly messages: number;
  readonly sends: number;
  readonly uncertain: number;
  readonly audits: number;
}

/** A seed's story went wrong: what was found, and the last calls before it. */
export class StoryFailed extends Error {
  override readonly name = "StoryFailed";
}

const START = Date.UTC(2026, 10, 23, 9);
const CALM = 20 * SECOND;
const STORM = 100 * SECOND;
const HEAL_WITHIN = 2 * HOUR;
const AUDIT_EVERY = 20 * SECOND;

/**
 * One seed: two http processes, three engines, two deliveries and a client on one real database, in simulated time; calm, then a storm of
 * faults, kills and stalls, then healing, in which everything must come to rest within two simulated hours and all books add up.
 * @throws StoryFailed
 */
export async function tell(seed: number, server: string): Promise<StoryReport> {
  const name = `sim_${process.pid}_${seed}_${stories++}`;
  await admin(server, `create database ${name} template relance_template`);
  const real = openPool({ connection: { connectionString: databaseUrl(server, name) }, size: 30, name: "relance simulation", onIdleError: () => undefined });
  const watch = openPool({ connection: { connectionString: databaseUrl(server, name) }, size: 1, name: "relance watch", onIdleError: () => undefined });
  const world = makeWorld({ seed, start: START, watch });
  try {
    await makeToyTables(real);
    return await play(world, real);
  } catch (error) {
    throw new StoryFailed(`seed ${seed}: ${(error as Error).message}\nlast calls:\n  ${world.lately().slice(-25).map((line) => line.trim()).join("\n  ")}`, { cause: error });
  } finally {
    await world.end();
    await watch.close();
    await real.close();
    await admin(server, `drop database ${name} with (force)`);
  }
}

type Pool = ReturnType<typeof openPool>;

let stories = 0;

async function play(world: World, real: Pool): Promise<StoryReport> {
  const known: Known = { acked: new Set(), sent: new Map(), far: [], surprises: [] };
  const cast = makeCast(world, real, known);
  const end = START + CALM + STORM;
  let audits = 0;
  // Leaps do not count: a storm is as long as its work.
  const until = async (at: number) => {
    while (world.now() - world.facts.leapt < at) {
      await world.run(world.now() + AUDIT_EVERY);
      await checkLive(real, known);
      audits++;
    }
  };
  await until(START + CALM);
  world.storm = true;
  cast.chaos();
  await until(end);
  world.storm = false;
  cast.heal();
  const healed = world.now();
  for (;;) {
    await world.run(world.now() + 12 * SECOND);
    if (audits++ % 3 === 0) await checkLive(real, known);
    const rest = await restOf(real);
    if (cast.clientDone() && rest.inbox + rest.runs + rest.sends === 0) break;
    if (world.now() - healed > HEAL_WITHIN) throw new Finding(`Not at rest after ${HEAL_WITHIN / HOUR} h of peace: ${JSON.stringify(rest)}, client done: ${cast.clientDone()}`);
    if (cast.clientDone() && rest.inbox + rest.sends === 0) world.leap(20 * MINUTE); // only timers are left to wait for
  }
  await checkAtRest(real, known);
  const uncertain = (await real.query<{ n: number }>(sql`select count(*)::integer as n from toy_sends where state = 'uncertain'`))[0]!.n;
  return {
    seed: world.seed, hash: world.hash(), simulatedHours: (world.now() - START) / HOUR, calls: world.facts.calls, faults: [...world.facts.faults.values()].reduce((a, b) => a + b, 0),
    kinds: world.facts.faults, kills: world.facts.kills, stalls: world.facts.stalls, parked: world.facts.parked, messages: known.acked.size, sends: known.far.length, uncertain, audits,
  };
}

interface Cast {
  chaos(): void;
  heal(): void;
  clientDone(): boolean;
}

function makeCast(world: World, real: Pool, known: Known): Cast {
  const draw = world.draw.split("cast");
  const workspaces = Array.from({ length: 3 }, (_, i) => seededChance(`workspace ${i}`).id(START));
  const workspaceOf = (contact: Id) => workspaces[Number.parseInt(contact.slice(-4, -2), 16) % workspaces.length]!;
  const contacts = contactsOf(world);
  const lives = new Map<string, Life>();
  const doors = new Map<string, GroupCommit<ToyRequest, number>>();
  let births = 0;

  const ports = (kind: string, name: string) => {
    const life = newLife(kind, name);
    lives.set(name, life);
    births++;
    return { life, db: simDatabase(world, life, real.pg), clock: world.clockOf(life), chance: seededChance(world.draw.split(`chance of ${name}, life ${births}`)) };
  };
  const log = (life: Life) => ({
    warn: () => undefined,
    error: (fields: object, event: string) => {
      const error = (fields as { err?: Error }).err;
      if (!life.dead && event !== "engine.poison") known.surprises.push(`${life.name} ${event}: ${error?.stack ?? error}`);
    },
  });
  const leasesOf = (own: ReturnType<typeof ports>, roles: LeaseRole[]) => {
    const leases = openLeases({ db: own.db, clock: own.clock, owner: own.chance.id(own.clock.now()), roles, host: "sim", pid: 1, onError: () => undefined });
    void leases.keep(new AbortController().signal);
    return leases;
  };

  const start: Record<string, (name: string) => void> = {
    http(name) {
      const own = ports("http", name);
      doors.set(name, groupCommit({ clock: own.clock, maxItems: 40, maxWaitMs: 2, maxQueued: 200, weigh: (request) => request.messages.length, busyCode: "ingest.busy", run: (requests) => storeToyRequests(own.db, { chance: own.chance, now: own.clock.now(), workspaceOf }, requests) }));
    },
    engine(name) {
      const own = ports("engine", name);
      const engine = openEngine({ db: own.db, clock: own.clock, chance: own.chance, leases: leasesOf(own, ["engine"]), listeners: [toyListener()], slot: 1 + draw.below(2), log: log(own.life), timeHeld: () => null });
      void engine.run(new AbortController().signal);
    },
    delivery(name) {
      const own = ports("delivery", name);
      const leases = leasesOf(own, ["delivery"]);
      const weather = world.draw.split(`line of ${name}, life ${births}`);
      const far: FarSide = {
        took: known.far,
        async take(key) {
          await own.clock.sleep(weather.below(400));
          const answer = await world.call(own.life, "net", key, () => takeFar(world, known, key));
          await own.clock.sleep(weather.below(400));
          return answer;
        },
      };
      void (async () => {
        for (;;) {
          const sent = await deliverToy(own.db, leases, () => own.clock.now(), far).catch(() => 0);
          await own.clock.sleep(sent > 0 ? 50 : 700);
        }
      })();
    },
  };
  const casting = [["http", "http-1"], ["http", "http-2"], ["engine", "engine-1"], ["engine", "engine-2"], ["engine", "engine-3"], ["delivery", "delivery-1"], ["delivery", "delivery-2"]] as const;
  for (const [kind, name] of casting) start[kind]!(name);
  const client = startClient(world, known, doors, contacts);

  const chaosLife = newLife("chaos", "chaos");
  return {
    chaos() {
      const fate = world.draw.split("chaos");
      const clock = world.clockOf(chaosLife);
      void (async () => {
        while (world.storm) {
          await clock.sleep(SECOND + fate.below(7 * SECOND));
          if (!world.storm) return;
          const [kind, name] = fate.pick(casting);
          const life = lives.get(name)!;
          const what = fate.below(10);
          if (what < 5) {
            await world.call(chaosLife, "kill", name, () => world.kill(life));
            if (!life.dead) continue;
            await clock.sleep(200 + fate.below(6 * SECOND));
            start[kind]!(name);
          } else if (what < 8) world.stall(life, SECOND + fate.below(40 * SECOND));
          else world.leap(fate.below(4 * DAY));
        }
      })();
    },
    heal() {
      for (const life of lives.values()) life.stalledUntil = 0;
      client.finish();
    },
    clientDone: () => client.done(),
  };
}

function contactsOf(world: World): Id[] {
  const chance = seededChance(world.draw.split("contacts"));
  const draw = world.draw.split("how many contacts");
  const contacts = Array.from({ length: 50 + draw.below(250) }, () => chance.id(START));
  // A few poisonous ones: see isPoison.
  return contacts.map((id, i) => (i < draw.below(3) ? `${id.slice(0, 20)}00${id.slice(22)}` : id));
}

async function takeFar(world: World, known: Known, key: Id): Promise<"accepted" | "refused"> {
  const mode = world.fault("delivery.net", ["refused", "line broke before", "line broke after"]);
  if (mode === "refused") return "refused";
  if (mode === "line broke before") throw failure("before");
  known.far.push({ key, at: world.now() });
  if (mode === "line broke after") throw failure("lost answer");
  return "accepted";
}

/** Sends messages until told to finish; a request without an answer, or with "busy", is sent again as it is until it is acknowledged. */
function startClient(world: World, known: Known, doors: ReadonlyMap<string, GroupCommit<ToyRequest, number>>, contacts: readonly Id[]): { finish(): void; done(): boolean } {
  const life = newLife("client", "client");
  const clock = world.clockOf(life);
  const draw = world.draw.split("client");
  const chance = seededChance(world.draw.split("messages"));
  let finishing = false;
  let open = 0;

  const send = async (request: ToyRequest) => {
    open++;
    for (;;) {
      const door = doors.get(draw.pick(["http-1", "http-2"]))!;
      const answer = await Promise.race([
        door.submit(request).then((stored) => ({ stored }), (error: unknown) => ({ error: error as { code?: string; message: string } })),
        clock.sleep(15 * SECOND).then(() => null),
      ]);
      if (answer && "stored" in answer) {
        if (request.broken || answer.stored !== request.messages.length) known.surprises.push("a request that cannot be stored was acknowledged");
        for (const one of request.messages) known.acked.add(one.message);
        break;
      }
      if (answer && answer.error.code !== "ingest.busy") {
        if (!request.broken) known.surprises.push(`a good request was refused: ${answer.error.message}`);
        break;
      }
      await clock.sleep(200 + draw.below(1500));
    }
    open--;
  };

  void (async () => {
    while (!finishing) {
      await clock.sleep(200 + draw.below(4000));
      const messages = Array.from({ length: 1 + draw.below(12) }, () => ({ message: chance.id(clock.now()), contact: draw.pick(contacts) }));
      const request: ToyRequest = draw.chance(0.04) ? { messages, broken: true } : { messages };
      if (!request.broken) for (const one of messages) known.sent.set(one.message, one.contact);
      void send(request);
      if (draw.chance(0.1) && !request.broken) void send(request); // the same again, as clients do
    }
  })();
  return { finish: () => { finishing = true; }, done: () => finishing && open === 0 };
}

async function restOf(real: Database): Promise<{ inbox: number; runs: number; sends: number }> {
  const [row] = await real.query<{ inbox: number; runs: number; sends: number }>(sql`
    select (select count(*)::integer from inbox) as inbox, (select count(*)::integer from toy_runs where fired_at is null) as runs,
      (select count(*)::integer from toy_sends where state in ('waiting', 'claimed', 'handing')) as sends`);
  return row!;
}

async function admin(server: string, statement: string): Promise<void> {
  const pool = openPool({ connection: { connectionString: server }, size: 1, name: "relance simulation", onIdleError: () => undefined });
  try {
    await pool.query(sql`${raw(statement)}`);
  } finally {
    await pool.close();
  }
}
