import type { Database } from "../../src/platform/db/database.ts";
import { faultyDatabase, failAt, modesOf, noFault, ProcessDied, type FaultMode, type Site } from "./faulty-db.ts";

export interface Scenario {
  /** Brings the world to its first state; called before each run. */
  prepare(): Promise<void>;
  /** The work, from a process that has just started. Called again after a fault, as a restarted or still running process would. */
  work(db: Database, life: "first" | "restarted" | "still running"): Promise<void>;
  /** Throws when the world is not as it must be after all that. */
  check(): Promise<void>;
}

export interface SweepReport {
  readonly statements: number;
  readonly runs: number;
}

/**
 * Runs the scenario once untouched, then once for every statement and every way it can fail there, lets it go on or restart, and checks
 * the end. `shard` takes every n-th case only, for a quick run.
 * @throws with the statement and the mode of the first case that does not end well
 */
export async function crashSweep(
  real: Database,
  scenario: Scenario,
  shard: { readonly of: number; readonly take: number } = { of: 1, take: 0 },
): Promise<SweepReport> {
  const recorder = faultyDatabase(real, noFault);
  await scenario.prepare();
  await scenario.work(recorder, "first");
  await scenario.check();
  const cases: { site: Site; mode: FaultMode }[] = recorder.sites.flatMap((site) => modesOf(site).map((mode) => ({ site, mode })));
  let runs = 0;
  for (const [i, { site, mode }] of cases.entries()) {
    if (i % shard.of !== shard.take) continue;
    runs++;
    try {
      await runCase(real, scenario, site, mode);
    } catch (cause) {
      throw new Error(
        `Fault "${mode}" at statement ${site.number} of ${recorder.sites.length} (${site.kind}: ${site.text.slice(0, 120)}): ${(cause as Error).message}`,
        { cause },
      );
    }
  }
  return { statements: recorder.sites.length, runs };
}

async function runCase(real: Database, scenario: Scenario, site: Site, mode: FaultMode): Promise<void> {
  await scenario.prepare();
  const faulty = faultyDatabase(real, failAt(site.number, mode));
  let life: "first" | "restarted" | "still running" = "first";
  for (let attempt = 0; attempt < 12; attempt++) {
    const db: Database = life === "restarted" ? real : faulty;
    try {
      await scenario.work(db, life);
      if (faulty.dead && life !== "restarted") throw new ProcessDied();
      return await scenario.check();
    } catch (error) {
      if (faulty.dead && life !== "restarted") life = "restarted";
      else if (isInjected(error)) life = "still running";
      else throw error;
    }
  }
  throw new Error("did not come to an end after 12 attempts");
}

function isInjected(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) if (cause.message.startsWith("injected:")) return true;
  return false;
}
