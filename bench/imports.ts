import { chmodSync, createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ImportView } from "../packages/contract/src/imports.ts";
import { checkFile, runImport } from "../apps/server/src/domains/imports/index.ts";
import { statementSettings, tellStatements } from "./profiled.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { sql } from "../apps/server/src/platform/db/sql.ts";
import { testApp } from "../apps/server/test/support/app.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { cpuSeconds } from "./cpu.ts";
import { bareImport } from "./imports-bare.ts";
import { profiled } from "./profiled.ts";

/**
 * Order lines of one flat CSV file a second, checked and applied, beside COPY of the same file into one plain table and bare statements that
 * write the same rows from there, from one run; and the most memory the process used.
 * `npm run bench:imports -- [lines] [lines an order]`. Durability is on.
 */
const LINES = Number(process.argv[2] ?? 1_000_000);
const AN_ORDER = Number(process.argv[3] ?? 20);
const CUSTOMERS = Math.max(1, Math.round(LINES / 100));

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const file = join(folder, "lines.csv");
const server = await startEmbedded({
  folder,
  settings: { max_connections: "50", shared_buffers: "256MB", jit: "off", timezone: "UTC", ...statementSettings },
});
const db = openPool({ connection: { connectionString: server.connectionString }, size: 8, name: "bench", onIdleError: () => undefined });
const base = process.memoryUsage().rss;
let most = base;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, 50);
try {
  await migrate(db);
  await pipeline(Readable.from(lines()), createWriteStream(file));
  const copy = await measured("COPY of the file", async () => {
    await db.query(
      sql`create table plain (order_id text, placed_at timestamp, customer_id text, email text, sku text, name text, quantity numeric, unit_price numeric)`,
    );
    await db.transaction((tx) => tx.copyFrom("copy plain from stdin (format csv, header true)", createReadStream(file)));
  });
  const shop = await testApp(profiled(db), server.connectionString);
  const { id: workspace, key } = await shop.workspace();
  const uploaded = (
    await shop.app.inject({
      method: "POST",
      url: "/api/imports?fileName=lines.csv",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/octet-stream" },
      payload: createReadStream(file),
    })
  ).json() as ImportView;
  await shop.call(key, "POST", `/api/imports/${uploaded.id}/check`, { mapping: uploaded.mapping });
  const check = await measured("check", () => checkFile(shop.deps, { workspace, id: uploaded.id }));
  await shop.call(key, "POST", `/api/imports/${uploaded.id}/run`);
  const run = await measured("apply", () => runImport(shop.deps, { workspace, id: uploaded.id }));
  const done = (await shop.call(key, "GET", `/api/imports/${uploaded.id}`)).body as ImportView;
  if (done.report?.applied?.created !== Math.ceil(LINES / AN_ORDER))
    throw new Error(`not all came in: ${JSON.stringify(done.report)} ${done.error}`);
  const bare = await measured("bare rows", () => bareImport(db, systemChance().id(0)));
  console.log(
    `to bare rows    ${((copy.seconds + bare.seconds) / (check.seconds + run.seconds)).toFixed(2)} of the time, ${((copy.cpu + bare.cpu) / (check.cpu + run.cpu)).toFixed(2)} of the CPU: COPY and one bare statement a table end in the same rows; such a program itself has ${(copy.seconds / (copy.seconds + bare.seconds)).toFixed(3)} of COPY`,
  );
  console.log(
    `ratio of time   ${(copy.seconds / (check.seconds + run.seconds)).toFixed(3)} (check alone ${(copy.seconds / check.seconds).toFixed(3)}, apply alone ${(copy.seconds / run.seconds).toFixed(3)}; target 0.25)`,
  );
  console.log(`ratio of CPU    ${(copy.cpu / (check.cpu + run.cpu)).toFixed(3)}`);
  console.log(
    `memory          ${mega(base)} MB before, ${mega(most)} MB at most, load ${readFileSync("/proc/loadavg", "utf8").split(" ")[0]}`,
  );
  await shop.close();
} finally {
  clearInterval(watch);
  await tellStatements(db, LINES);
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

async function measured(what: string, work: () => Promise<void>): Promise<{ seconds: number; cpu: number }> {
  const [start, before] = [performance.now(), cpuSeconds(folder)];
  await work();
  const [seconds, after] = [(performance.now() - start) / 1_000, cpuSeconds(folder)];
  const [node, database] = [after.node - before.node, after.database - before.database];
  console.log(
    `${what.padEnd(16)}${seconds.toFixed(1)} s, ${Math.round(LINES / seconds).toLocaleString("en")} lines/s; CPU a line ${((node / LINES) * 1e6).toFixed(1)} µs in node, ${((database / LINES) * 1e6).toFixed(1)} µs in the database`,
  );
  return { seconds, cpu: node + database };
}

function* lines(): Generator<string> {
  yield "order_id,order_date,customer_id,email,sku,product,quantity,unit_price\n";
  for (let at = 0; at < LINES; at++) {
    const order = Math.floor(at / AN_ORDER);
    const customer = (order * 7919) % CUSTOMERS;
    const placed = new Date(Date.UTC(2025, 0, 1) + (order * 86_400_000 * 600 * AN_ORDER) / LINES)
      .toISOString()
      .slice(0, 19)
      .replace("T", " ");
    yield `O${order},${placed},C${customer},c${customer}@shop.example,SKU-${(at * 31) % 4_000},Product number ${(at * 31) % 4_000},${1 + (at % 5)},${(1 + (at % 90)).toFixed(2)}\n`;
  }
}
