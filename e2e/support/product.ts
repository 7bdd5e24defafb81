import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const API_KEY = "rlk_e2e0123456789abcdefghijkl";
export const WRITE_KEY = "e2e-write-key";

/** An answer of the API, of which a test reads what it knows is there. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any;

/** The product as a process of its own, the way `npm start` runs it. */
export class Product {
  readonly folder: string;
  readonly port: number;
  readonly #environment: Record<string, string>;
  #child: ChildProcess | null = null;
  output = "";

  private constructor(folder: string, port: number, environment: Record<string, string>) {
    this.folder = folder;
    this.port = port;
    this.#environment = environment;
  }

  /** A product that was never started; its database is made and migrated already (a copy of the run's template). */
  static async make(environment: Record<string, string> = {}): Promise<Product> {
    const made = await Product.makeFresh(environment);
    execFileSync("cp", ["-a", `${inject("template")}/postgres`, made.folder]);
    return made;
  }

  /** A product with nothing but an empty folder, as on a new machine. */
  static async makeFresh(environment: Record<string, string> = {}): Promise<Product> {
    const folder = mkdtempSync(join(tmpdir(), "relance-e2e-"));
    chmodSync(folder, 0o755); // open to the account the database runs as when the tests run as root
    return new Product(folder, await freePort(), environment);
  }

  /** Starts and waits until `/readyz` says so. */
  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  async ready(): Promise<void> {
    for (let waited = 0; ; waited += 100) {
      const ready = await fetch(`http://127.0.0.1:${this.port}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) return;
      if (this.#child!.exitCode !== null || waited > 300_000) throw new Error(`The product did not start:\n${this.output}`);
      await pause(100);
    }
  }

  /** Starts the way a person does, through npm. The child is npm itself. */
  launchByNpm(): ChildProcess {
    return this.#watch(spawn("npm", ["start"], { cwd: ROOT, env: this.#settings(), stdio: ["ignore", "pipe", "pipe"] }));
  }

  launch(): ChildProcess {
    return this.#watch(
      spawn(process.execPath, [`${ROOT}apps/server/src/main.ts`], { env: this.#settings(), stdio: ["ignore", "pipe", "pipe"] }),
    );
  }

  #settings(): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "",
      ...compileCache(),
      PORT: String(this.port),
      RELANCE_DATA: this.folder,
      RELANCE_DEMO: "0",
      RELANCE_API_KEY: API_KEY,
      RELANCE_WRITE_KEY: WRITE_KEY,
      RELANCE_ALLOW_PRIVATE_HOSTS: "127.0.0.1",
      RELANCE_LOG: "warn",
      ...this.#environment,
    };
  }

  #watch(child: ChildProcess): ChildProcess {
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (bytes: Buffer) => {
        this.output += bytes.toString();
      });
    return child;
  }

  /** Sends a signal and waits for the end. @returns the exit code */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => {
      child.once("exit", (code) => resolve(code));
    });
    child.kill(signal);
    return ended;
  }

  /** The number of the database server's process. */
  databasePid(): number {
    return Number(readFileSync(join(this.folder, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
  }

  async api(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${API_KEY}`,
        ...(body === undefined ? {} : { "content-type": typeof body === "string" ? "text/csv" : "application/json" }),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text;
  }

  /** Sends messages with the write key. @returns whether they were acknowledged */
  async track(batch: readonly Record<string, unknown>[]): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/v1/batch`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString("base64")}`, "content-type": "application/json" },
      body: JSON.stringify({ batch }),
    });
    return answer.ok && ((await answer.json()) as { success: boolean }).success;
  }

  async end(): Promise<void> {
    await this.stop("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Compiled modules are kept between processes, as by `npm start`. */
export function compileCache(): Record<string, string> {
  return { NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(ROOT, "node_modules/.cache/relance-code") };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}
