import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuOfDatabase, cpuOfProcess } from "./cpu.ts";

/**
 * What a server costs that has nothing to do: resident memory, and CPU over a while. `node bench/idle.ts [seconds] [demo]`; with `demo`
 * the demo shop is loaded first. Linux only: it reads /proc.
 */
const SECONDS = Number(process.argv[2] ?? 60);
const DEMO = process.argv[3] === "demo";
const SETTLE = 20; // seconds after the start, for what a start leaves to do

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const port = await freePort();
const child = spawn(process.execPath, [fileURLToPath(new URL("../apps/server/src/main.ts", import.meta.url))], {
  env: { ...process.env, RELANCE_DATA: folder, PORT: String(port), HOST: "127.0.0.1", RELANCE_DEMO: DEMO ? "1" : "0" },
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (part: Buffer) => {
      said += part.toString();
      if (said.includes("Ready in")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}\n${said}`)));
  });
  await sleep(SETTLE);
  const before = now();
  await sleep(SECONDS);
  const after = now();
  const share = (key: "server" | "database") => (((after[key] - before[key]) / SECONDS) * 100).toFixed(2);
  console.log(`idle ${SECONDS} s${DEMO ? ", demo shop loaded" : ""}, Node ${process.version}`);
  console.log(`server    ${resident().toFixed(0)} MB resident (target below 200), ${share("server")} % of a core`);
  console.log(`database  ${share("database")} % of a core`);
} finally {
  child.removeAllListeners("exit");
  const gone = new Promise((resolve) => {
    child.once("exit", resolve);
  });
  child.kill("SIGTERM");
  await gone;
  rmSync(folder, { recursive: true, force: true });
}

function now() {
  return { server: cpuOfProcess(child.pid!), database: cpuOfDatabase(folder) };
}

function resident(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))![1]) / 1024;
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
}
