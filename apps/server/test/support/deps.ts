import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instant } from "@relance/model/base";
import { readConfig } from "../../src/config.ts";
import type { Deps } from "../../src/deps.ts";
import { systemChance } from "../../src/platform/chance/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { systemFiles } from "../../src/platform/files/index.ts";
import { createLog } from "../../src/platform/log/index.ts";
import { systemNet } from "../../src/platform/net/index.ts";
import type { Clock } from "../../src/platform/ports.ts";
import { createSecrets } from "../../src/platform/secrets/index.ts";

/** A clock that stands still until the test moves it. */
export interface HandClock extends Clock {
  set(now: Instant): void;
  advance(ms: number): void;
}

export function handClock(start: Instant = Date.UTC(2026, 10, 23, 12)): HandClock {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now,
    sleep: async () => undefined,
    set(instant) {
      now = instant;
    },
    advance(ms) {
      now += ms;
    },
  };
}

export interface TestDeps extends Deps {
  readonly clock: HandClock;
  /** Jobs that were enqueued and not yet taken by the test. */
  readonly enqueued: { name: string; payload: unknown }[];
}

/** Real everything except the clock, which the test moves, and the jobs, which it takes itself. */
export function testDeps(db: Database, environment: Record<string, string> = {}): TestDeps {
  const chance = systemChance();
  const clock = handClock();
  const enqueued: TestDeps["enqueued"] = [];
  const config = readConfig({
    RELANCE_DATA: mkdtempSync(join(tmpdir(), "relance-data-")),
    RELANCE_LOG: "silent",
    RELANCE_ALLOW_PRIVATE_HOSTS: "127.0.0.1,localhost",
    ...environment,
  });
  return {
    ports: { sql: db, clock, chance, files: systemFiles(), net: systemNet({ allow: config.allowPrivateHosts }) },
    config,
    clock,
    enqueued,
    log: createLog(config.logLevel),
    secrets: createSecrets(new Uint8Array(32).fill(7), chance),
    jobs: { add: async (_tx, name, payload) => void enqueued.push({ name, payload }) },
    poke: () => undefined,
  };
}
