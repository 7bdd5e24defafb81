/**
 * The embedded PostgreSQL: real server programs from npm, started, watched and stopped by us (DATABASE.md §A).
 *
 * absent  → initdb into a temporary sibling, renamed when complete, so a kill in between leaves no half cluster
 * stopped → stale lock removed, server spawned detached with its log in a file
 * orphan  → a server left by a killed process is found by postmaster.pid and simply used
 * running → looked at every second; when it died (kill -9, memory) it is started again and the pools reconnect
 *
 * Several of our processes may share one folder: each leaves its number in `users/`, the last one to leave stops the server.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { findBinaries, MAJOR, type Binaries } from "./binaries.ts";
import { chooseOwner, type Owner } from "./owner.ts";
import { isAlive, removeStaleLock, runningPid } from "./postmaster.ts";
import { serverSettings } from "./settings.ts";

export interface EmbeddedServer {
  /** For `pg`: the socket folder as host, the superuser, the database. */
  readonly connectionString: string;
  /** Folder of the cluster, its log and its socket. */
  readonly home: string;
  readonly pid: () => number | null;
  /** Leaves the server, and stops it when no other process of ours uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder that holds everything; made when absent. */
  readonly folder: string;
  /** Extra server settings, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly onNews?: (news: string) => void;
}

interface Cluster {
  readonly home: string;
  readonly data: string;
  readonly socket: string;
  readonly owner: Owner;
  readonly binaries: Binaries;
  readonly flags: readonly string[];
}

const USER = "relance";

/** Starts, or joins, the server of a folder. Resolves when it answers queries. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const news = options.onNews ?? (() => undefined);
  const cluster = prepare(options, news);
  const users = join(cluster.home, "users");
  mkdirSync(users, { recursive: true });
  const unlock = await lockFolder(cluster.home);
  try {
    writeFileSync(join(users, String(process.pid)), "");
    await ensureRunning(cluster, news);
  } finally {
    unlock();
  }
  const watch = watchServer(cluster, news);
  return {
    connectionString: `postgres://${USER}@localhost/postgres?host=${encodeURIComponent(cluster.socket)}`,
    home: cluster.home,
    pid: () => runningPid(cluster.data),
    async stop() {
      await watch.stop();
      rmSync(join(users, String(process.pid)), { force: true });
      const others = readdirSync(users).filter((pid) => isAlive(Number(pid)));
      if (others.length === 0) await stopServer(cluster.data);
    },
  };
}

function prepare(options: EmbeddedOptions, news: (news: string) => void): Cluster {
  let home = join(options.folder, "postgres");
  let owner = chooseOwner(home);
  if (!owner.canReach(join(home, "data"))) {
    const closed = home;
    home = `/var/lib/relance-${createHash("sha256").update(home).digest("hex").slice(0, 12)}`;
    owner = chooseOwner(home);
    news(`${closed} is closed to the account the database runs as; the database lives in ${home}.`);
  }
  mkdirSync(home, { recursive: true, mode: 0o755 });
  if (owner.identity.uid !== undefined) chownSync(home, owner.identity.uid, owner.identity.gid!);
  const settings = { ...serverSettings(), ...options.settings };
  return {
    home,
    data: join(home, "data"),
    socket: socketFolder(home, owner),
    owner,
    binaries: findBinaries(owner, home),
    flags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  };
}

// The system limits a socket's path to about 107 bytes; a deep checkout gets a short folder of its own.
function socketFolder(home: string, owner: Owner): string {
  if (`${home}/.s.PGSQL.5432`.length < 100) return home;
  const short = join(tmpdir(), `relance-${createHash("sha256").update(home).digest("hex").slice(0, 12)}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  if (owner.identity.uid !== undefined) chownSync(short, owner.identity.uid, owner.identity.gid!);
  return short;
}

async function ensureRunning(cluster: Cluster, news: (news: string) => void): Promise<void> {
  if (runningPid(cluster.data) === null) {
    if (!existsSync(join(cluster.data, "PG_VERSION"))) initialise(cluster, news);
    const major = readFileSync(join(cluster.data, "PG_VERSION"), "utf8").trim();
    if (major !== MAJOR)
      throw new Error(
        `The data in ${cluster.data} was written by PostgreSQL ${major}; this release ships ${MAJOR}. Export it with the release that wrote it and import it here.`,
      );
    removeStaleLock(cluster.data);
    spawnServer(cluster);
  }
  await untilAnswers(cluster);
}

function initialise(cluster: Cluster, news: (news: string) => void): void {
  news("Making the database…");
  const half = `${cluster.data}.new`;
  rmSync(half, { recursive: true, force: true });
  const made = spawnSync(
    cluster.binaries.initdb,
    ["-D", half, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"],
    {
      ...cluster.owner.identity,
      env: environment(cluster),
      cwd: cluster.home,
      encoding: "utf8",
    },
  );
  if (made.status !== 0) throw new Error(`The database could not be made: ${made.stderr || made.error?.message}`);
  renameSync(half, cluster.data);
}

function spawnServer(cluster: Cluster): void {
  const log = openSync(join(cluster.home, "postgres.log"), "a");
  // detached: a Ctrl-C meant for us must not reach the server while we drain
  const server = spawn(cluster.binaries.postgres, ["-D", cluster.data, "-k", cluster.socket, ...cluster.flags], {
    ...cluster.owner.identity,
    env: environment(cluster),
    cwd: cluster.home,
    detached: true,
    stdio: ["ignore", log, log],
  });
  server.unref();
  closeSync(log);
}

function environment(cluster: Cluster): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", LC_ALL: "C", ...cluster.binaries.env };
}

async function untilAnswers(cluster: Cluster): Promise<void> {
  const started = performance.now();
  for (;;) {
    const client = new pg.Client({ host: cluster.socket, user: USER, database: "postgres" });
    client.on("error", () => undefined); // reported by connect or query below
    try {
      await client.connect();
      await client.query("select 1");
      return;
    } catch (cause) {
      // A crash with much WAL to replay takes minutes; a server that is not even running will not come.
      const waited = performance.now() - started;
      if (waited > 3_000 && runningPid(cluster.data) === null)
        throw new Error(`The database did not start; see ${cluster.home}/postgres.log.`, { cause });
      if (waited > 600_000) throw new Error(`The database did not answer within ten minutes; see ${cluster.home}/postgres.log.`, { cause });
    } finally {
      await client.end().catch(() => undefined); // never connected
    }
    await pause(20);
  }
}

function watchServer(cluster: Cluster, news: (news: string) => void): { stop(): Promise<void> } {
  let stopped = false;
  let round = Promise.resolve();
  const look = async () => {
    if (stopped || runningPid(cluster.data) !== null) return;
    news("The database stopped by itself; starting it again.");
    const unlock = await lockFolder(cluster.home);
    try {
      if (!stopped) await ensureRunning(cluster, news);
    } finally {
      unlock();
    }
  };
  const timer = setInterval(() => {
    round = round.then(look).catch((error: unknown) => news(`The database could not be started again: ${String(error)}`));
  }, 1_000);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await round;
    },
  };
}

/** Fast shutdown (running transactions are rolled back); after 30 s an immediate one, from which the next start recovers. */
async function stopServer(data: string): Promise<void> {
  const pid = runningPid(data);
  if (pid === null) return;
  process.kill(pid, "SIGINT");
  for (let waited = 0; isAlive(pid); waited += 50) {
    if (waited === 30_000) process.kill(pid, "SIGQUIT");
    await pause(50);
  }
}

// One of our processes at a time makes, starts or restarts the server of a folder.
async function lockFolder(home: string): Promise<() => void> {
  const path = join(home, "starting.lock");
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
      const holder = Number(existsSync(path) ? readFileSync(path, "utf8") : "0");
      if (holder === process.pid || (holder > 0 && !isAlive(holder))) rmSync(path, { force: true });
      else await pause(50);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
