import { hostname } from "node:os";
import type pg from "pg";
import type { Instant } from "@relance/model/base";
import type { Deps } from "./deps.ts";
import { productDoors } from "./domains/delivery/index.ts";
import type { Past } from "./domains/demo/index.ts";
import { recheckSends } from "./domains/journeys/index.ts";
import { drive } from "./domains/rehearsals/index.ts";
import { systemChance } from "./platform/chance/index.ts";
import { openLeases } from "./platform/engine/index.ts";
import { openPool } from "./platform/db/pool.ts";
import type { Clock } from "./platform/ports.ts";
import { listeners } from "./worker.ts";

/**
 * The engine and the delivery worker of the product, driven by hand with a clock of their own, so that invented history goes through the
 * very code that will go on with it. The leases are real: another process that works at the same time is neither disturbed nor doubled,
 * it does its own share of the buckets by today's clock.
 * Commits are not waited for on the disk (a quarter of the time): what a crash takes is the tail of an invented history, which is begun
 * again when its end was not written by a commit that was.
 */
export async function openPast(today: Deps, connection: pg.PoolConfig, from: Instant): Promise<Past> {
  let at = from;
  const real = today.ports.clock;
  // Durations stand still: a pause of history is no pause of the machine.
  const clock: Clock = { now: () => at, monotonic: () => 0, sleep: (ms, signal) => real.sleep(ms, signal) };
  // A chance of its own: ids of one never go back in time, and today's has made some already.
  const pool = openPool({
    connection: { ...connection, options: "-c synchronous_commit=off" },
    size: 4,
    name: "relance past",
    onIdleError: (error) => today.log.warn({ err: error }, "database.connection_lost"),
  });
  const deps: Deps = { ...today, ports: { ...today.ports, sql: pool, clock, chance: systemChance() }, poke: () => undefined };
  const owner = today.ports.chance.id(real.now());
  const leases = openLeases({
    db: deps.ports.sql,
    clock: real,
    owner,
    roles: ["engine", "delivery"],
    host: hostname(),
    pid: process.pid,
    onError: (error) => deps.log.warn({ err: error }, "leases.not_renewed"),
  });
  await leases.beat();
  const stopping = new AbortController();
  const kept = leases.keep(stopping.signal);
  const driven = drive(deps, { leases, listeners: listeners(deps), doors: productDoors({ ...deps, recheck: recheckSends }) });
  return {
    ...driven,
    deps,
    moveTo(next) {
      at = Math.max(at, next);
    },
    async close() {
      stopping.abort();
      await kept;
      await leases.release();
      await pool.close();
    },
  };
}
