import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { FastifyInstance } from "fastify";
import { buildApp } from "./app.ts";
import { WrongSetting, type Config } from "./config.ts";
import { openDatabase } from "./database.ts";
import type { Deps } from "./deps.ts";
import { loadDemo } from "./domains/demo/index.ts";
import { createAuth, ensureFirstRun, KeyRing } from "./domains/team/index.ts";
import { openPast } from "./past.ts";
import { systemChance } from "./platform/chance/index.ts";
import { databaseClock } from "./platform/clock/index.ts";
import { addJob, migrateJobs } from "./platform/jobs/index.ts";
import { migrate } from "./platform/db/migrate.ts";
import { openPool, ping } from "./platform/db/pool.ts";
import { systemFiles } from "./platform/files/index.ts";
import { openWaitingPage } from "./platform/http/waiting.ts";
import type { Logger } from "./platform/log/index.ts";
import { mayListen, systemNet } from "./platform/net/index.ts";
import { loadSecrets } from "./platform/secrets/index.ts";
import { sharedMetrics } from "./metrics.ts";
import { measureProcess } from "./platform/metrics.ts";
import { listeners, startWorker, type Worker } from "./worker.ts";

export interface RunningProcess {
  /** Where to reach the web app; null without the http role. */
  readonly url: string | null;
  /** A one-time link for the first administrator, when there is none yet. */
  readonly setupUrl: string | null;
  /** Stops taking work, finishes what is in hand, releases what is owned, closes. */
  stop(): Promise<void>;
}

function makeDataFolder(folder: string): void {
  try {
    makeFolders(folder);
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new WrongSetting(
      `RELANCE_DATA is "${folder}"; it must be a folder that this user may make and write to (${(cause as { code?: string }).code ?? "no reason given"}).`,
      { cause },
    );
  }
}

/** One folder at a time: Node's recursive form tries for ever where a file system such as /proc says that the parent is there and is not. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  }
}

/** How many connections each role may open. Roles have pools of their own, so that a report cannot starve sends (RELIABILITY §5.6). */
const POOLS = { http: 12, engine: 4, delivery: 6, jobs: 5 } as const;

/**
 * Starts one process of the product with the roles of its configuration.
 * @param say progress for a person watching the terminal
 */
export async function startProcess(config: Config, log: Logger, say: (line: string) => void): Promise<RunningProcess> {
  if (config.roles.includes("http")) await mayListen(config);
  makeDataFolder(config.dataFolder);
  const { connection, embedded } = await openDatabase(config, say);
  const closers: (() => Promise<void> | void)[] = [];
  if (embedded) closers.push(() => embedded.stop());
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const pools: { role: string; most: number; pg: { totalCount: number; idleCount: number; waitingCount: number } }[] = [];
    const pool = (name: string, size: number) => {
      const opened = openPool({
        connection,
        size,
        name: `relance ${name}`,
        onIdleError: (error) => log.warn({ err: error }, "database.connection_lost"),
      });
      closers.push(() => opened.close());
      pools.push({ role: name, most: size, pg: opened.pg });
      return opened;
    };
    const main = pool("http", POOLS.http);
    const applied = await migrate(main);
    if (applied.length > 0)
      say(`Brought the database up to date (${applied.length} ${applied.length === 1 ? "migration" : "migrations"}).`);
    const clock = await databaseClock(main, { onError: (error) => log.warn({ err: error }, "clock.not_measured") });
    closers.push(() => clock.stop());
    const chance = systemChance();
    const files = systemFiles();
    const secrets = await loadSecrets({ files, chance, clock, sql: main }, `${config.dataFolder}/root.key`);
    await migrateJobs(connection);
    const wakers: (() => void)[] = [];
    const base: Deps = {
      ports: { sql: main, clock, chance, files, net: systemNet({ allow: config.allowPrivateHosts }) },
      config,
      log,
      secrets,
      jobs: { add: addJob },
      poke: () => wakers.forEach((wake) => wake()),
    };
    const forRole = (role: keyof typeof POOLS): Deps => ({
      ...base,
      ports: { ...base.ports, sql: role === "http" ? main : pool(role, POOLS[role]) },
    });

    const auth = createAuth({ connection, config, secrets });
    closers.push(() => auth.close());
    const { workspace, setupUrl } = await ensureFirstRun(base, auth);
    if (config.demo) {
      const waiting = config.roles.includes("http") ? await openWaitingPage(config) : null;
      try {
        await loadDemo(base, {
          beside: workspace,
          say,
          progress: (share) => waiting?.progress(share),
          openPast: (from) => openPast(base, connection, from),
        });
      } finally {
        await waiting?.close();
      }
    }
    const worker: Worker = await startWorker({ forRole, roles: config.roles, connection, clock, onPoke: (wake) => wakers.push(wake) });
    closers.push(() => worker.stop());
    if (worker.restored)
      say(
        `This database is older than the journal beside it: a backup was restored. ${worker.restored.sends} messages that left since will not be repeated; ${worker.restored.withdrawals} withdrawals and ${worker.restored.stopped} excluded addresses are back; ${worker.restored.erased} people were erased again.`,
      );
    measureProcess({
      ...worker.numbers,
      clockSkewSeconds: clock.guard.skewSeconds,
      held: () => clock.guard.held()?.reason ?? null,
      pools: () => pools.map(({ role, most, pg }) => ({ role, most, open: pg.totalCount, idle: pg.idleCount, waiting: pg.waitingCount })),
    });
    if (!config.roles.includes("http")) return { url: null, setupUrl, stop };

    const problem = async () =>
      (await main.query(ping).then(
        () => null,
        () => ({ code: "database.unreachable", message: "The database does not answer." }),
      )) ?? worker.problem();
    const app: FastifyInstance = await buildApp(base, {
      auth,
      keys: new KeyRing(base.ports),
      health: { problem, measure: sharedMetrics({ db: main, clock, listeners: listeners(base) }) },
    });
    closers.push(() => app.close());
    await app.listen({ port: config.port, host: config.host });
    return { url: config.publicUrl, setupUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
